"""A real SearXNG on a free port of this machine, which it prints. SEARXNG_SETTINGS_PATH names its settings."""

from searx.webapp import app
from werkzeug.serving import make_server

server = make_server('127.0.0.1', 0, app, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
