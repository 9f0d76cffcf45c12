#!/bin/sh
# Adds to Java in the folder IMAGE what it needs of the system: jre.sh IMAGE
set -eu

image=$1
find "$image/opt/java" -type f \( -name '*.so' -o -path '*/bin/java' \) | while read -r program; do
  sh "$(dirname "$0")/libraries.sh" "$program" "$image"
done
mkdir -p "$image/etc/ssl/certs" "$image/funko"
cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
mkdir -m 1777 "$image/tmp"
