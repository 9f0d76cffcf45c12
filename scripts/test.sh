#!/bin/sh
# Every check and every test, from a bare machine on. Arguments are parts of test files' paths: only these are run.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh browser
npm run --silent check
FAASO_TEST_RUN=t$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')
export FAASO_TEST_RUN
exec node_modules/.bin/node scripts/run-tests.ts all "$@"
