#!/bin/sh
# Installs the gems that the funko's Gemfile names, and Puma, into GEM_HOME.
set -eu

mkdir -p "$GEM_HOME"
cat > "$BUNDLE_GEMFILE" <<'GEMFILE'
eval_gemfile "/funko/Gemfile"
gem "puma" unless dependencies.any? { |dependency| dependency.name == "puma" }
GEMFILE
[ ! -f Gemfile.lock ] || cp Gemfile.lock "$GEM_HOME/"
[ ! -f .ruby-version ] || cp .ruby-version "$GEM_HOME/"

# What is there already, as Debian's package or in vendor/cache, needs no index of gems.
bundle install --local --no-cache > /tmp/said 2>&1 && cat /tmp/said || BUNDLE_GLOBAL_GEM_CACHE=true bundle install --no-cache
rm -rf "$GEM_HOME/cache" "$GEM_HOME/vendor"
