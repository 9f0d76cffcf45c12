#!/bin/sh
# Brings a machine to the point where FaaSO can be built, run and tested: npm dependencies, a Docker Engine with
# Compose and buildx, the two base images; with the argument `browser`, also the browser that the tests use. Each step
# says what it is about to do, and does nothing if it is done already.
set -eu
cd "$(dirname "$0")/.."

. scripts/setup/common.sh
. scripts/setup/debian.sh
. scripts/setup/engine.sh
. scripts/setup/base-images.sh
. scripts/setup/browser.sh

one_at_a_time
clean_up
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

npm_dependencies
engine
base_image debian:trixie-slim make_debian
base_image node:24-slim make_node
[ "${1-}" != browser ] || browser
