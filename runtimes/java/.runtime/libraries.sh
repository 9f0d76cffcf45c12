#!/bin/sh
# Copies the shared libraries that a program needs, and the loader, to where they are found: libraries.sh PROGRAM IMAGE
set -eu

program=$1
image=$2

ldd "$program" 2> /dev/null | grep -o '/[^ ]*' | while read -r library; do
  # /lib is a link to /usr/lib, in the image as in Debian.
  folder=$(realpath "$(dirname "$library")")
  mkdir -p "$image$folder"
  cp -L "$library" "$image$folder/"
done
for name in lib lib64; do
  [ ! -d "$image/usr/$name" ] || ln -sfn "usr/$name" "$image/$name"
done
