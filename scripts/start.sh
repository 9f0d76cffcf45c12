#!/bin/sh
# From a bare machine to a running funko. What runs already stays as it is.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'start: %s\n' "$*" >&2; }

sh scripts/setup.sh

port=${FAASO_PORT:-8888}
server=http://localhost:${port##*:}
url=$server/funko/hello/

# Compose takes over no network that it did not make; its own message does not say what to do.
network=${FAASO_NETWORK:-faaso-net}
if label=$(docker network inspect --format '{{index .Labels "com.docker.compose.network"}}' "$network" 2>/dev/null) &&
  [ "$label" != funkos ]; then
  say "the network $network was made by hand. Remove it (docker network rm $network) and run this again; it is made anew."
  exit 1
fi

say 'building and starting the proxy (docker compose up)'
docker compose --progress quiet up --detach --build

# The image before, if this one is newer.
docker image prune --force --filter label=org.opencontainers.image.title=faaso-proxy >/dev/null

say "waiting until $server/readyz answers"
node_modules/.bin/node scripts/await-answer.ts "$server/readyz" 60 >/dev/null

export FAASO_SERVER=$server
say 'logging in (faaso login)'
bin/faaso login --quiet --container "${FAASO_NAME:-faaso-proxy}"

# One that runs already may need a moment until a proxy that is new has found it ready.
patience=0
[ -z "$(docker ps --quiet --filter network="$network" --filter 'name=^faaso-hello(\.|$)')" ] || patience=10
if ! node_modules/.bin/node scripts/await-answer.ts "$url" "$patience" >/dev/null 2>&1; then
  say 'building and starting the example (faaso build examples/hello; faaso up hello)'
  bin/faaso build examples/hello
  bin/faaso up hello
fi

printf '\n%s answers:\n' "$url"
node_modules/.bin/node scripts/await-answer.ts "$url" 10
