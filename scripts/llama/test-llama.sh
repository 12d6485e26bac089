#!/usr/bin/env bash
# Runs test/llama against a real llama-server with a tiny model of random weights: the one at LLAMA_SERVER, else one that
# is built for it. Where neither can be had it says so and succeeds.
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
export LLAMA_SERVER
node --experimental-vm-modules node_modules/jest/bin/jest.js --selectProjects llama
