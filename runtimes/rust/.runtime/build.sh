#!/bin/sh
# Compiles the funko: build.sh CONTEXT IMAGE NAME BIN [OPTION…]. NAME is the funko's, BIN the program that answers requests, or empty; the OPTIONs
# are cargo's. The working directory is that of the last build; the folder IMAGE gets all that the image must hold.
set -eu

context=$1
image=$2
name=$3
wanted=$4
shift 4
bin=$image/usr/local/bin

# cargo compares the times of files: what has not changed keeps the time of the build that brought it.
rsync --recursive --links --perms --checksum --delete --exclude=/target "$context/" ./
case "$*" in *source.debian*) rm -f Cargo.lock ;; esac

host=$(rustc -vV | sed -n 's/^host: //p')
fetched=
for option in "$@"; do
  [ "$option" = --features ] && break
  fetched="$fetched
$option"
done
(IFS='
'; cargo fetch --target "$host" $fetched) || {
  echo "Crates that are not in reach can lie in the folder (\"cargo vendor\"), or be Debian's (a librust-…-dev in options.devel_packages)." >&2
  exit 1
}

: > /tmp/built
build() { cargo build --release --message-format json-render-diagnostics "$@" >> /tmp/built; }
programs() { sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' /tmp/built | sort -u; }
has() { programs | grep -q "/$1\$"; }
build --bins "$@"
[ -z "$wanted" ] || has "$wanted" || build --workspace --bin "$wanted" "$@"

# The package at the top, and which of its programs `cargo run` would start.
of_package() {
  sed -n '/^\[package\]/,/^\[[^p]/ s/^'"$1"' *= *"\([^"]*\)".*/\1/p' Cargo.toml | head -n 1
}
served_of() {
  [ "$(programs | wc -l)" != 1 ] || { basename "$(programs)"; return; }
  for one in "$wanted" "$(of_package default-run)" "$(of_package name)" server web http api app "$name"; do
    [ -z "$one" ] || ! has "$one" || { echo "$one"; return; }
  done
}
served=$wanted
[ -n "$served" ] || served=$(served_of)
if [ -z "$served" ]; then
  if [ -z "$(programs)" ]; then
    echo 'Nothing here is a program: it needs a src/main.rs, or a [[bin]] in Cargo.toml.' >&2
  else
    echo "There are several programs: $(programs | xargs -n 1 basename | sort | xargs); name the one that answers requests in funko.yml: \"options: { bin: … }\"." >&2
  fi
  exit 1
fi

mkdir -p "$bin" "$image/funko"
programs | while read -r program; do
  cp "$program" "$bin/"
  sh .runtime/libraries.sh "$program" "$image"
done
[ "$served" = funko ] || ln -s "$served" "$bin/funko"
sh .runtime/files.sh "$image/funko"
mkdir -p "$image/etc/ssl/certs"
cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
mkdir -m 1777 "$image/tmp"
