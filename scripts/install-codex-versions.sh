#!/bin/sh
# Installs the Codex versions newest, of three and of six months ago for test/codex/codex-versions.codex-spec.ts, 400 MB each, as far as
# they can be had: what is not there is skipped.
cd "$(dirname "$0")/.." || exit 1
for version in 0.171.0 0.149.0 0.137.0; do
  # It lies below node_modules, which is git-ignored and cleared by `npm ci`.
  npm install --silent --no-audit --no-fund --prefix "node_modules/.cache/codex/$version" "@openai/codex@$version" ||
    echo "Codex $version cannot be installed."
done
