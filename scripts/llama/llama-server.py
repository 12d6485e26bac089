#!/usr/bin/env python3
"""Runs llama.cpp's own server, as PyPI's xllamacpp carries it, with those options of llama-server that test/llama gives."""

import signal
import sys
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "node_modules/.cache/llama"))

from xllamacpp import CommonParams, Server  # noqa: E402

parser = ArgumentParser(description=__doc__)
parser.add_argument("--host", required=True)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--model", required=True)
parser.add_argument("--ctx-size", type=int, required=True)
parser.add_argument("--parallel", type=int, required=True)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--temp", type=float, required=True)
parser.add_argument("--jinja", action="store_true")
options = parser.parse_args()

params = CommonParams()
params.hostnames = [options.host]
params.port = options.port
params.model.path = options.model
params.n_ctx = options.ctx_size
params.n_parallel = options.parallel
params.cpuparams.n_threads = options.threads
params.sampling.temp = options.temp
params.use_jinja = options.jinja
server = Server(params)
# The server runs in threads of its own, until the process ends.
signal.pause()
