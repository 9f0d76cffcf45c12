# Debian packages, for machines without an engine and without a registry. Sourced by setup.sh, not run.
# Mirrors come from the machine's own configuration only.

TRIXIE=trixie
SOURCES=/etc/apt

# The package helpers change the system: they need root and apt.
require_debian_root() {
  what=$1
  [ "$(id -u)" = 0 ] || refuse "$what needs root, and this is user $(id -un)." \
    'Run this as root, or install Docker Engine 23 or newer with the Compose and buildx plugins yourself.'
  distribution=$(. /etc/os-release 2>/dev/null && printf '%s %s' "${ID-}" "${ID_LIKE-}") || distribution=
  case " $distribution " in
    *' debian '* | *' ubuntu '*) command -v apt-get >/dev/null && return 0 ;;
  esac
  refuse "$what is only known for Debian and Ubuntu, and this is \"${distribution:-unknown}\"." \
    'Install Docker Engine 23 or newer with the Compose and buildx plugins yourself, then run this again.'
}

apt_update() { quietly apt-get -q update -o Acquire::Retries=3; }

# An installation that was cut off is finished first. Nothing is ever removed: another Docker stays as it is.
apt_install() {
  quietly dpkg --configure -a
  DEBIAN_FRONTEND=noninteractive quietly apt-get -q -y install --no-install-recommends --no-remove \
    -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@"
}

own_suite() { (. /etc/os-release && printf '%s' "${VERSION_CODENAME-}"); }

# debian_entry SUITE FOLDER: writes the machine's own Debian source entry, with the suite's name changed, to
# FOLDER/faaso-SUITE.sources (deb822) or .list (one line), and fails if the machine has none.
debian_entry() {
  own=$(own_suite)
  [ -n "$own" ] || return 1
  for file in "$SOURCES"/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    awk -v own="$own" -v suite="$1" "$STANZA_OF_SUITE" "$file" >"$2/faaso-$1.sources"
    [ -s "$2/faaso-$1.sources" ] && return 0
    rm "$2/faaso-$1.sources"
  done
  for file in "$SOURCES"/sources.list "$SOURCES"/sources.list.d/*.list; do
    [ -f "$file" ] || continue
    sed -nE "s/^(deb( +\[[^]]*\])? +[^ ]+) +$own +(.*)/\1 $1 \3/p" "$file" | head -n 1 >"$2/faaso-$1.list"
    [ -s "$2/faaso-$1.list" ] && return 0
    rm "$2/faaso-$1.list"
  done
  return 1
}

# The first enabled stanza of binary packages that has the machine's own suite. `Suites: A A-updates` becomes the new
# suite alone: A-updates is another release to the pin, and would not be held back by it.
STANZA_OF_SUITE='
  BEGIN { RS = ""; FS = "\n" }
  {
    binary = hit = off = 0; text = ""
    for (i = 1; i <= NF; i++) {
      line = $i
      if (line ~ /^#/) continue
      if (line ~ /^Types:/ && line ~ /[: ]deb( |$)/) binary = 1
      if (line ~ /^Enabled:[ ]*no/) off = 1
      if (line ~ /^Suites:/) {
        count = split(line, words, " ")
        for (word = 2; word <= count; word++) if (words[word] == own) hit = 1
        line = "Suites: " suite
      }
      text = text line "\n"
    }
    if (binary && hit && !off) { printf "%s", text; exit }
  }'

# Debian 12 has Engine 20.10, without Compose v2; the next release has all of it and its packages fit. Pinned at 100,
# that release gives only what is asked of it by name.
add_trixie() {
  debian_entry $TRIXIE /etc/apt/sources.list.d ||
    refuse 'no source entry of this Debian release was found below /etc/apt.' \
      'Add one, or install Docker Engine 23 or newer with the Compose and buildx plugins yourself.'
  printf 'Package: *\nPin: release n=%s\nPin-Priority: 100\n' $TRIXIE >/etc/apt/preferences.d/faaso-$TRIXIE
}

# debian_mirror: the first address of the machine's Debian entry, or nothing where the tools' own default will do.
debian_mirror() {
  entry=$(scratch)/entry
  mkdir -p "$entry"
  [ "$(. /etc/os-release && printf '%s' "$ID")" = debian ] && debian_entry $TRIXIE "$entry" || return 0
  cat "$entry"/* | sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb( +\[[^]]*\])? +([^ ]+) .*/\2/p' |
    grep -E '^(https?|file):' | head -n 1 || true
}
