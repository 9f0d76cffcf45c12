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

# Two set-ups at the same time would install the same things twice. Without flock (not Linux) there is nothing to
# install, so nothing to guard.
one_at_a_time() {
  command -v flock >/dev/null || return 0
  exec 9>"${TMPDIR:-/tmp}/faaso-setup-$(id -u).lock"
  flock -n 9 && return 0
  say 'waiting for another set-up to end'
  flock 9
}

# scratch: prints a folder that lives as long as this run; the same one each time. Not in /tmp, which may be mounted
# without device files or in memory. The name is fixed, so that a run finds what a killed one left.
SCRATCH=/var/tmp/faaso-setup-$(id -u)
scratch() {
  [ -d "$SCRATCH" ] || mkdir -m 700 "$SCRATCH"
  printf '%s\n' "$SCRATCH"
}

# An interrupted debootstrap leaves /proc mounted in the tree.
clean_up() {
  [ -d "$SCRATCH" ] || return 0
  for mounted in $(awk -v below="$SCRATCH/" 'index($2, below) == 1 { print $2 }' /proc/mounts 2>/dev/null); do
    umount "$mounted" || true
  done
  rm -rf --one-file-system "$SCRATCH"
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
