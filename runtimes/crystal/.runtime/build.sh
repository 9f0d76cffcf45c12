#!/bin/sh
# Compiles the funko: build.sh IMAGE [OPTION…]. The folder IMAGE gets all that the image must hold.
set -eu

image=$1
shift
program=$image/usr/local/bin/funko

mkdir -p "$image/usr/local/bin" "$image/etc/ssl/certs"
crystal build --no-color "$@" -o "$program" .runtime/main.cr
sh .runtime/libraries.sh "$program" "$image"
cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
mkdir -m 1777 "$image/tmp"
