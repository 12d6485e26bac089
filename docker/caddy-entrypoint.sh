#!/bin/sh
# Turns CADDY_TLS into the scheme of the site address, then becomes Caddy.
# CADDY_TLS takes the same spellings as every boolean of the proxy.
set -eu

case "$(printf '%s' "${CADDY_TLS:-true}" | tr '[:upper:]' '[:lower:]')" in
  # It is said in full, since without a scheme Caddy would serve port 80 in clear text instead of refusing it.
  true | 1 | yes | on) CADDY_PROTOCOL='https://' ;;
  false | 0 | no | off) CADDY_PROTOCOL='http://' ;;
  *)
    echo 'CADDY_TLS must be true or false' >&2
    exit 64
    ;;
esac
export CADDY_PROTOCOL

# `exec` makes Caddy process 1, which it must be to get SIGTERM and to finish open streams.
exec caddy run --config "${CADDYFILE:-/etc/caddy/Caddyfile}" --adapter caddyfile
