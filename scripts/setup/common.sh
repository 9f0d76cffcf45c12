# What the steps of setup.sh share: messages, the lock, the scratch folder, the npm dependencies. Sourced, not run.

# say MESSAGE: one line before each step. On stderr, so that a caller's stdout stays its own.
say() { printf 'setup: %s\n' "$*" >&2; }

# refuse MESSAGE…: one paragraph per argument, then the end.
refuse() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

# quietly COMMAND…: its output is shown only if it fails.
quietly() {
  if ! "$@" >"$(scratch)/output" 2>&1 </dev/null; then
    tail -n 40 "$(scratch)/output" >&2
    refuse "this failed: $*"
  fi
}

# The folder of set-up, for the lock and the scratch folder. As root it is where only root can write; for anybody else it is in
# the caller's own cache. Not below /tmp or /var/tmp, where another user could have made it first.
if [ "$(id -u)" = 0 ] && [ -d /var/cache ]; then
  SETUP_FOLDER=/var/cache/faaso-setup
else
  SETUP_FOLDER=${XDG_CACHE_HOME:-${HOME-}/.cache}/faaso-setup
fi

# own_folder PATH: makes a folder that only the caller can write to. One that exists must be such a folder, and no link: what is
# written to it would land where somebody else wants it.
own_folder() {
  (umask 077 && mkdir -p "$(dirname "$1")" && mkdir "$1") 2>/dev/null && return 0
  [ ! -L "$1" ] && [ -d "$1" ] && [ -z "$(find "$1" -prune ! \( -user "$(id -u)" ! -perm -020 ! -perm -002 \))" ] && return 0
  refuse "$1 must be a folder (no link) that $(id -un) owns and nobody else can write to." \
    'Look at what made it, remove it, then run this again.'
}

# Two set-ups at the same time would install the same things twice. Without flock (not Linux) there is nothing to
# install, so nothing to guard.
one_at_a_time() {
  own_folder "$SETUP_FOLDER"
  command -v flock >/dev/null || return 0
  exec 9>"$SETUP_FOLDER/lock"
  flock -n 9 && return 0
  say 'waiting for another set-up to end'
  flock 9
}

# scratch: prints a folder that lives as long as this run; the same one each time. Not in /tmp, which may be mounted
# without device files or in memory. The name is fixed, so that a run finds what a killed one left.
scratch() {
  own_folder "$SETUP_FOLDER" && own_folder "$SETUP_FOLDER/run"
  printf '%s\n' "$SETUP_FOLDER/run"
}

# An interrupted debootstrap leaves /proc mounted in the tree.
clean_up() {
  [ -d "$SETUP_FOLDER/run" ] || return 0
  own_folder "$SETUP_FOLDER"
  for mounted in $(awk -v below="$SETUP_FOLDER/run/" 'index($2, below) == 1 { print $2 }' /proc/mounts 2>/dev/null); do
    umount "$mounted" || true
  done
  rm -rf --one-file-system "$SETUP_FOLDER/run"
}

npm_dependencies() {
  command -v npm >/dev/null || refuse 'npm is missing. Install Node.js 20 or newer with npm, then run this again.'
  stamp=node_modules/.package-lock.json
  [ -f "$stamp" ] && [ ! package-lock.json -nt "$stamp" ] && return 0
  say 'installing the npm dependencies, a pinned Node 24 among them (npm ci)'
  # Only errors: the warnings are about the machine's own Node, which only installs.
  npm ci --no-audit --no-fund --loglevel error >&2
  touch "$stamp"
}
