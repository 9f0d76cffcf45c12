#!/bin/sh
# Takes the proxy down. Funkos go on running, and so does the network while they are on it; the token is kept.
set -eu
cd "$(dirname "$0")/.."
docker compose down --timeout 30
