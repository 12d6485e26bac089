#!/bin/sh
# Builds and starts the whole stack, asks it for its health directly and through Caddy, measures the
# image and takes everything down. Without a container engine it says so and succeeds.
set -eu
cd "$(dirname "$0")/.."

if ! docker info >/dev/null 2>&1 || ! docker compose version >/dev/null 2>&1; then
  echo 'test:compose SKIPPED: no container engine with Compose answers on this machine'
  exit 0
fi

# It is a project of its own, so that a running stack's volumes are left alone; the fixed container names and
# ports still collide with one, and then `up` fails.
export COMPOSE_PROJECT_NAME=responses-proxy-test
export CADDY_DOMAIN=localhost CADDY_PORT=8180 CADDY_TLS=false HOST_PORT=8282
limit_bytes=200000000

compose() { docker compose "$@"; }
finish() {
  status=$?
  [ "$status" -eq 0 ] || compose logs --tail=100 || true
  compose down --volumes --timeout 10
  exit "$status"
}
trap finish EXIT

compose build
compose up --detach --wait --wait-timeout 120
compose ps

curl -fsS --max-time 10 "http://localhost:$HOST_PORT/health"
curl -fsS --max-time 10 "http://localhost:$CADDY_PORT/health"
compose exec -T openai-responses-proxy curl -fsS http://localhost:8282/health
compose exec -T openai-responses-proxy env | grep TIMEOUT
# shellcheck disable=SC2016  # expanded inside the container
compose exec -T openai-responses-proxy sh -c 'test "$(id -u)" = 1000 && ! touch /app/dist/x 2>/dev/null && touch /app/logs/x'

size=$(docker image inspect --format '{{.Size}}' responses-proxy:local)
echo "image size: $size bytes (limit $limit_bytes)"
[ "$size" -lt "$limit_bytes" ]
echo 'test:compose PASSED'
