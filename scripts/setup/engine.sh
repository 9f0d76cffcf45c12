# A Docker Engine with Compose and buildx. Sourced by setup.sh, not run.

ENGINE_LOG=/var/log/faaso-dockerd.log

engine() {
  if ! engine_answers; then
    own_engine
    engine_answers || refuse "the engine does not answer: $(docker info 2>&1 >/dev/null | tail -n 1)"
  fi
  for plugin in compose buildx; do
    has_plugin $plugin ||
      refuse "the engine answers, but \`docker $plugin\` does not work." \
        "Install Docker's $plugin plugin (packages: docker-$plugin, or docker-$plugin-plugin), then run this again."
  done
}

engine_answers() { command -v docker >/dev/null && docker info >/dev/null 2>&1; }

has_plugin() { docker "$1" version >/dev/null 2>&1; }

own_engine() {
  [ -z "${DOCKER_HOST-}" ] || refuse "no engine answers at DOCKER_HOST=$DOCKER_HOST." 'Start it, or unset DOCKER_HOST.'
  if command -v dockerd >/dev/null && has_plugin compose && has_plugin buildx; then
    require_debian_root 'starting the engine'
  else
    require_debian_root 'installing an engine'
    install_engine
  fi
  engine_answers || start_engine
}

install_engine() {
  say "no engine answers: installing Docker Engine, Compose and buildx from this machine's package sources (apt-get)"
  case $(. /etc/os-release && printf '%s %s' "$ID" "${VERSION_ID-}") in
    'debian 12')
      add_trixie
      apt_update
      apt_install docker.io/$TRIXIE docker-cli/$TRIXIE docker-compose/$TRIXIE docker-buildx/$TRIXIE \
        containerd runc iptables
      ;;
    debian*)
      apt_update
      apt_install docker.io docker-cli docker-compose docker-buildx iptables
      ;;
    *)
      apt_update
      apt_install docker.io docker-compose-v2 docker-buildx iptables
      ;;
  esac
}

start_engine() {
  if [ -d /run/systemd/system ]; then
    say 'starting the engine (systemctl start docker)'
    systemctl start docker
    return 0
  fi
  say "starting the engine (dockerd, log: $ENGINE_LOG)"
  remove_stale_files
  # A session and a process group of its own: the engine outlives this shell. The lock (9) must not live on with it.
  setsid nohup dockerd >>"$ENGINE_LOG" 2>&1 </dev/null 9>&- &
  await_engine $!
}

await_engine() {
  tries=0
  until engine_answers; do
    tries=$((tries + 1))
    if [ $tries -gt 240 ] || ! kill -0 "$1" 2>/dev/null; then
      tail -n 20 "$ENGINE_LOG" >&2
      refuse "the engine did not come up; the lines above are the end of $ENGINE_LOG."
    fi
    sleep 0.25
  done
}

# After a `kill -9` of everything the files stay. A pid file whose number now belongs to another process keeps dockerd
# from starting, and a dead containerd socket is taken for a containerd that runs.
remove_stale_files() {
  remove_stale_pid dockerd /run/docker.pid
  remove_stale_pid containerd /run/docker/containerd/containerd.pid
  for socket in /run/containerd/containerd.sock /run/docker/containerd/containerd.sock /run/docker.sock; do
    [ ! -S $socket ] || grep -qE "(/var)?$socket\$" /proc/net/unix || rm -f $socket
  done
}

# remove_stale_pid COMMAND FILE. A dead process that nobody has waited for yet (Z) still has its number and its name, and
# counts as running to dockerd.
remove_stale_pid() {
  [ -f "$2" ] || return 0
  status=/proc/$(cat "$2")/status
  grep -qsx "Name:.$1" "$status" && ! grep -qs '^State:.Z' "$status" || rm -f "$2"
}
