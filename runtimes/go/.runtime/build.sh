#!/bin/sh
# Compiles the funko: build.sh IMAGE HOME PACKAGE [PROGRAM…]. PACKAGE answers requests, the PROGRAMs lie beside it. All are folders in the
# funko's; HOME is that of their module, or of the workspace. The folder IMAGE gets all that the image must hold.
set -eu

image=$1
home=$2
package=$3
shift 3
top=$PWD
bin=$image/usr/local/bin
mkdir -p "$bin" "$image/funko"
cd "$home"

# Time zones are in the program, as the image has no files of them.
compile() {
  output=$1
  shift
  go build -trimpath -buildvcs=false -tags timetzdata -ldflags '-s -w' -o "$output" "$@"
}

# As the compiler wants to read it, seen from HOME.
package_in() {
  case $1 in
    .) echo . ;;
    "$home") echo . ;;
    "$home"/*) echo "./${1#"$home"/}" ;;
    *) echo "./$1" ;;
  esac
}

[ -f go.mod ] || [ -f go.work ] || go mod init example.com/funko 2> /dev/null
served=$(package_in "$package")
found=$(go list -f '{{.Name}} {{.ImportPath}}' "$served")
set -- "$@" -- $found
beside=
while [ "$1" != -- ]; do
  beside="$beside $(package_in "$1")"
  shift
done
if [ "$2" = main ]; then
  # With a path that ends in "/" a program has the name of its folder.
  compile "$bin/" "$served"
  [ -e "$bin/funko" ] || ln -s "$(ls "$bin")" "$bin/funko"
else
  # A program around the package. It lies in the funko's module, so that it may import what is internal, too.
  cd "$(go list -f '{{.Module.Dir}}' "$served")"
  mkdir -p .runtime
  [ -f .runtime/serve.go ] || cp "$top/.runtime/serve.go" .runtime/
  printf 'package main\n\nimport funko "%s"\n\nfunc main() { serve(funko.Handler) }\n' "$3" > .runtime/main.go
  if ! compile "$bin/funko" .runtime/main.go .runtime/serve.go 2> /tmp/said; then
    cat /tmp/said >&2
    if grep -q 'undefined: funko.Handler' /tmp/said; then
      echo "The package $3 must have a \"func Handler(w http.ResponseWriter, r *http.Request)\"." >&2
    fi
    exit 1
  fi
fi
cd "$top/$home"
if [ -n "$beside" ] && ! compile "$bin/" $beside; then
  echo "What serves is compiled; of $beside what was not is left out of the image." >&2
fi

cd "$top"
[ "$CGO_ENABLED" = 0 ] || for program in "$bin"/*; do sh .runtime/libraries.sh "$program" "$image"; done
sh .runtime/files.sh "$image/funko"
mkdir -p "$image/etc/ssl/certs"
cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
mkdir -m 1777 "$image/tmp"
