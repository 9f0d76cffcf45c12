#!/bin/sh
# Makes a folder ready to be served: prepare.sh FOLDER [FALLBACK]
set -eu

if [ ! -d "$1" ]; then
  echo "There is no folder $1: the option \"build\" must make it, or \"root\" name another." >&2
  exit 1
fi
if [ ! -f "$1/${2-}" ] && [ -n "${2-}" ]; then
  echo "There is no file $1/$2, which the option \"fallback\" names." >&2
  exit 1
fi

# Text is compressed once, here, as well as it can be; where that gains nothing the file goes as it is.
find "$1" -type f -size +1k -regextype posix-extended \
  -iregex '.*\.(html?|css|m?js|json|map|svg|xml|txt|md|csv|ics|wasm|webmanifest|atom|rss)' -exec sh -c '
    for file; do
      [ -e "$file.gz" ] && continue
      gzip -9 -n -k -- "$file"
      [ "$(stat -c %s "$file.gz")" -lt "$(stat -c %s "$file")" ] || rm "$file.gz"
    done' sh {} +

find "$1" ! -type l -exec chmod a+rX {} +
