#!/bin/sh
# Installs the Python clients and suites that test/conformance runs, from PyPI.
set -eu
cd "$(dirname "$0")/.."

# They lie below node_modules, which is git-ignored and cleared by `npm ci`.
clients=node_modules/.cache/python-clients
folder=test/conformance/python
python3 -m venv "$clients"
"$clients/bin/pip" install --quiet --disable-pip-version-check --requirement "$folder/requirements.txt"
"$clients/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$folder/data-requirements.txt"
