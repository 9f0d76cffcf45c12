#!/bin/sh
# Compiles what a Rails application serves, and what it loads: rails-build.sh [assets] [bootsnap]
set -eu

for part; do
  case "$part" in
    assets) bundle exec rails assets:precompile ;;
    # The command "bootsnap" is not in Debian's package.
    bootsnap) bundle exec ruby -r bootsnap/cli -e 'exit Bootsnap::CLI.new(["precompile", *Dir["{app,lib}/"]]).run' ;;
  esac
done
# Its key is no secret, and of no use.
rm -f tmp/local_secret.txt
