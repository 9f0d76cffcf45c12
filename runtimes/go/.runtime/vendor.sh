#!/bin/sh
# Makes a folder vendor of the Go packages that Debian's golang-*-dev packages brought, as `go mod vendor` makes one of
# what a module proxy has; with a go.work for all its modules, as `go work vendor` does. Of each module that a go.mod requires,
# the version is Debian's, whichever go.mod says. Modules that a `replace` takes from a folder come from there.
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

# Lines: "module PATH", "require PATH VERSION direct|indirect", "replace PATH VERSION|- PATH VERSION|-", "use FOLDER".
facts() {
  awk -F '"' '
    /^\t"(Module|Require|Replace|Use)": / { part = $2; next }
    /^\t[]}"]/ { part = "" }
    part == "Module" && $2 == "Path" { print "module", $4 }
    part == "Use" && $2 == "DiskPath" { print "use", $4 }
    part == "Require" && $2 == "Path" { path = $4; version = ""; kind = "direct" }
    part == "Require" && $2 == "Version" { version = $4 }
    part == "Require" && $2 == "Indirect" { kind = "indirect" }
    part == "Require" && /^\t\t}/ { print "require", path, version, kind }
    part == "Replace" && ($2 == "Old" || $2 == "New") { side = $2; paths[side] = ""; versions[side] = "-" }
    part == "Replace" && $2 == "Path" { paths[side] = $4 }
    part == "Replace" && $2 == "Version" { versions[side] = $4 }
    part == "Replace" && /^\t\t}/ { print "replace", paths["Old"], versions["Old"], paths["New"], versions["New"] }
  '
}

if [ -f go.work ]; then
  go work edit -json | facts > /tmp/facts
  sed -n 's/^use //p' /tmp/facts | while read -r folder; do
    (cd "$folder" && go mod edit -json) | facts
  done >> /tmp/facts
else
  go mod edit -json | facts > /tmp/facts
fi

# The modules that are required: of several versions the newest. Of the workspace's own none is vendored.
sort -k 2,2 -k 3,3V /tmp/facts | awk '
  $1 == "module" { own[$2] = 1 }
  $1 == "require" { version[$2] = $3; if ($4 == "direct") direct[$2] = 1 }
  END { for (path in version) print path, version[path], (path in direct && !(path in own) ? "direct" : "other") }
' | sort > /tmp/required

sed -n 's/^replace //p' /tmp/facts | while read -r old _ new _; do
  case $new in
    .*) rm -rf "vendor/$old" && mkdir -p "vendor/$old" && cp -r "$new/." "vendor/$old/" ;;
  esac
done

# What is only required indirectly may not be needed by Debian's versions: the compiler says it if it is.
while read -r module _ kind; do
  [ -d "vendor/$module" ] || [ "$kind" = other ] && continue
  echo "go.mod requires $module, which none of the devel_packages brings (apt-cache search golang- finds its name)." >&2
  exit 1
done < /tmp/required

# A package belongs to the module with the longest path that it begins with.
find -L vendor -name '*.go' ! -name '*_test.go' -printf '%h\n' | sort -u | sed 's|^vendor/||' > /tmp/packages
{
  [ ! -f go.work ] || echo '## workspace'
  awk -v go="$(go env GOVERSION | sed 's/^go\([0-9]*\.[0-9]*\).*/\1/')" '
    FILENAME == "/tmp/facts" {
      if ($1 != "replace") next
      target = $5 == "-" ? $4 : $4 " " $5
      if ($3 == "-") { any[$2] = target; wild = wild "# " $2 " => " target "\n" } else one[$2 " " $3] = target
      next
    }
    FILENAME == "/tmp/required" {
      key = $1 " " $2
      target = key in one ? one[key] : any[$1]
      text[$1] = "# " key (target == "" ? "" : " => " target) "\n## explicit; go " go "\n"
      next
    }
    {
      module = $1
      while (!(module in text) && sub(/\/[^\/]*$/, "", module));
      if (module in text) text[module] = text[module] $1 "\n"
    }
    END { for (module in text) printf "%s", text[module]; printf "%s", wild }
  ' /tmp/facts /tmp/required /tmp/packages
} > vendor/modules.txt
