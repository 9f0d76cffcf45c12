#!/bin/sh
# Compiles what a Rails application serves, and what it loads: rails-build.sh [assets] [bootsnap]
set -eu

bootsnap() {
  # The command "bootsnap" is not in Debian's package.
  bundle exec ruby -r bootsnap/cli -e 'exit Bootsnap::CLI.new(["precompile", *Dir["{app,lib}/"]]).run'
}

started=
for part; do
  case "$part" in
    # What compiling itself loads is cached from one build to the next, and not in the image.
    assets) BOOTSNAP_CACHE_DIR=/var/cache/bootsnap bundle exec rails assets:precompile & ;;
    bootsnap) bootsnap & ;;
  esac
  started="$started $!"
done
for process in $started; do wait "$process"; done
# Its key is no secret, and of no use.
rm -f tmp/local_secret.txt
