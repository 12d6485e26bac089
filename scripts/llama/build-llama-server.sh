#!/usr/bin/env bash
# Builds llama-server from the source that the npm package node-llama-cpp carries, once, into node_modules/.cache/llama,
# and prints its path. It needs git, cmake and a C++ compiler, and takes some minutes. Nothing is added to package.json.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=node-llama-cpp@3.22.1
cache=$PWD/node_modules/.cache/llama
server=$cache/build/bin/llama-server

if [ ! -x "$server" ]; then
  for tool in git cmake c++; do
    command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit 1; }
  done
  mkdir -p "$cache"
  {
    # Its install script would look for a binary to download; only the source is wanted.
    npm install --prefix "$cache" --no-save --ignore-scripts --omit=optional --no-audit --no-fund "$package"
    rm -rf "$cache/source"
    git clone --quiet "$cache/node_modules/node-llama-cpp/llama/gitRelease.bundle" "$cache/source"
    cmake -S "$cache/source" -B "$cache/build" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
      -DCMAKE_C_FLAGS_RELEASE=-O1 -DCMAKE_CXX_FLAGS_RELEASE=-O1 \
      -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF \
      -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_OPENSSL=OFF \
      -DGGML_NATIVE=OFF -DGGML_OPENMP=OFF
    cmake --build "$cache/build" --target llama-server --parallel 2
  } >&2
fi
echo "$server"
