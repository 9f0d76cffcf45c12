#!/bin/sh
# Installs the gems of a funko into GEM_HOME: bundle.sh GEMFILE [LOCKFILE]
# /base is the image without what compiles gems.
set -eu

mkdir -p "$GEM_HOME/lib"
if [ "$BUNDLE_GEMFILE" = "$GEM_HOME/Gemfile" ]; then
  cat > "$BUNDLE_GEMFILE" << GEMFILE
eval_gemfile "/funko/$1"
gem "puma" unless dependencies.any? { |dependency| dependency.name == "puma" }
GEMFILE
  [ -z "${2:-}" ] || cp "$2" "$BUNDLE_GEMFILE.lock"
  for file in .ruby-version .tool-versions mise.toml; do [ ! -f "$file" ] || cp "$file" "$GEM_HOME/"; done
  # Where Bundler looks for it.
  [ ! -d vendor/cache ] || { mkdir -p "$GEM_HOME/vendor" && cp -r vendor/cache "$GEM_HOME/vendor/"; }
fi

# What is there already, as Debian's package or in vendor/cache, needs no index of gems.
if bundle install --local --no-cache > /tmp/said 2>&1; then
  cat /tmp/said
else
  failure=$( { { BUNDLE_GLOBAL_GEM_CACHE=true bundle install --no-cache 2>&1 || echo yes >&3; } | tee /tmp/said >&2; } 3>&1)
  if [ -n "$failure" ]; then
    if grep -q 'Failed to build gem native extension' /tmp/said; then
      echo 'If a header or a library is missing, let funko.yml name its Debian package, e.g. "options: { devel_packages: [libpq-dev] }".' >&2
    elif grep -q 'Could not reach host\|Could not fetch specs\|Could not find gem' /tmp/said; then
      echo 'Gems that Debian has need no index: let funko.yml name its packages, e.g. "options: { ship_packages: [ruby-sinatra] }".' >&2
    fi
    exit 1
  fi
fi

# The libraries that gems are linked with, as far as the image does not have them.
find "$GEM_HOME" -name '*.so' -exec ldd {} + 2> /dev/null | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | sort -u | while read -r library; do
  case "$library" in "$GEM_HOME"/*) ;; *) [ -e "/base$library" ] || cp -L "$library" "$GEM_HOME/lib/" ;; esac
done

rm -rf "$GEM_HOME/cache" "$GEM_HOME/vendor" "$GEM_HOME"/bundler/gems/*/.git
find "$GEM_HOME" -name '*.o' -delete
