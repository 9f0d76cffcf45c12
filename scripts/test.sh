#!/bin/sh
# Every check and every test, from a bare machine on. Arguments are parts of test files' paths: only these are run.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh
npm run --silent check
exec node_modules/.bin/node scripts/run-tests.ts all "$@"
