#!/bin/sh
# Makes a folder vendor of the Go packages that Debian's golang-*-dev packages brought, as `go mod vendor` makes one of
# what a module proxy has. Of each module that go.mod requires, the version is Debian's, whichever go.mod says.
set -eu

debian=/usr/share/gocode/src
cp -r "$debian" vendor

# Debian leaves the /v2 of a module's path out of its folder's.
find vendor -name go.mod | while read -r file; do
  module=$(sed -n 's/^module[ \t]*"\{0,1\}\([^" \t]*\).*/\1/p' "$file")
  [ -d "vendor/$module" ] && continue
  rm -rf /tmp/module
  cp -r "$(dirname "$file")" /tmp/module
  mkdir -p "$(dirname "vendor/$module")"
  mv /tmp/module "vendor/$module"
done

go mod edit -json | awk -F '"' '
  /"Require": \[/ { inside = 1 }
  /^\t\]/ { inside = 0 }
  inside && $2 == "Path" { path = $4 }
  inside && $2 == "Version" { print path, $4 }
' > /tmp/required

while read -r module _; do
  [ -d "vendor/$module" ] && continue
  echo "go.mod requires $module, which none of the devel_packages brings (apt-cache search golang- finds its name)." >&2
  exit 1
done < /tmp/required

# A package belongs to the module with the longest path that it begins with.
find -L vendor -name '*.go' ! -name '*_test.go' -printf '%h\n' | sort -u | sed 's|^vendor/||' > /tmp/packages
awk -v go="$(go env GOVERSION | sed 's/^go\([0-9]*\.[0-9]*\).*/\1/')" '
  NR == FNR { version[$1] = $2; text[$1] = "# " $1 " " $2 "\n## explicit; go " go "\n"; next }
  {
    module = $1
    while (!(module in version) && sub(/\/[^\/]*$/, "", module));
    if (module in version) text[module] = text[module] $1 "\n"
  }
  END { for (module in text) printf "%s", text[module] }
' /tmp/required /tmp/packages > vendor/modules.txt
