#!/bin/sh
# Compiles the funko: build.sh PACKAGE IMAGE. The folder IMAGE gets all that the image must hold.
set -eu

package=$1
image=$2
program=$image/usr/local/bin/funko

# Time zones are in the program, as the image has no files of them.
compile() {
  go build -trimpath -buildvcs=false -tags timetzdata -ldflags '-s -w' -o "$program" "$@"
}

found=$(go list -f '{{.Name}} {{.ImportPath}}' "./$package")
set -- $found
if [ "$1" = main ]; then
  compile "./$package"
else
  # A program around the package. It lies in the funko's module, so that it may import what is internal, too.
  printf 'package main\n\nimport funko "%s"\n\nfunc main() { serve(funko.Handler) }\n' "$2" > .runtime/main.go
  if ! compile .runtime/main.go .runtime/serve.go 2> /tmp/said; then
    cat /tmp/said >&2
    if grep -q 'undefined: funko.Handler' /tmp/said; then
      echo "The package $2 must have a \"func Handler(w http.ResponseWriter, r *http.Request)\"." >&2
    fi
    exit 1
  fi
fi

[ "$CGO_ENABLED" = 0 ] || sh .runtime/libraries.sh "$program" "$image"
mkdir -p "$image/etc/ssl/certs"
cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
mkdir -m 1777 "$image/tmp"
