#!/bin/sh
# From a bare machine to a running funko. What runs already stays as it is.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'start: %s\n' "$*" >&2; }

sh scripts/setup.sh

# What Compose makes of the environment and of a file .env.
network=$(docker compose config --format json |
  node_modules/.bin/node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8")).networks.funkos.name')

# Compose takes over no network that it did not make; its own message does not say what to do.
if label=$(docker network inspect --format '{{index .Labels "com.docker.compose.network"}}' "$network" 2>/dev/null) &&
  [ "$label" != funkos ]; then
  say "the network $network was made by hand. Remove it (docker network rm $network) and run this again; it is made anew."
  exit 1
fi

say 'building and starting the proxy (docker compose up)'
docker compose --progress quiet up --detach --build

# The image before, if this one is newer.
docker image prune --force --filter label=org.opencontainers.image.title=faaso-proxy >/dev/null

published=$(docker compose port proxy 8888)
server=http://localhost:${published##*:}
url=$server/funko/hello/

say "waiting until $server/readyz answers"
node_modules/.bin/node scripts/await-answer.ts "$server/readyz" 60 >/dev/null

export FAASO_SERVER=$server
say 'logging in (faaso login)'
bin/faaso login --quiet --container "$(docker compose ps --format '{{.Name}}' proxy)"

# One that runs already is left alone, whatever it answers.
if [ -z "$(docker ps --quiet --filter network="$network" --filter 'name=^faaso-hello(\.|$)')" ]; then
  say 'building and starting the example (faaso build examples/hello; faaso up hello)'
  bin/faaso build examples/hello
  bin/faaso up hello
fi

printf '\n%s answers:\n' "$url"
node_modules/.bin/node scripts/await-answer.ts "$url" 10
