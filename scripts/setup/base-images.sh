# The base images: pulled where a registry answers, made from Debian's and npm's packages where none does.
# Sourced by setup.sh, not run.

# base_image NAME MAKER
base_image() {
  docker image inspect "$1" >/dev/null 2>&1 && return 0
  say "pulling $1"
  docker pull -q "$1" >"$(scratch)/pull" 2>&1 </dev/null && return 0
  say "it cannot be pulled ($(tail -n 1 "$(scratch)/pull"))"
  require_debian_root "making $1 here"
  say "making $1 from packages instead; this takes a minute"
  "$2" "$1"
}

# make_debian NAME: like the official slim image: a minimal Debian without manuals and package lists.
make_debian() {
  tree=$(scratch)/debian
  command -v debootstrap >/dev/null || {
    [ -n "$(ls /var/lib/apt/lists 2>/dev/null)" ] || apt_update
    apt_install debootstrap
  }
  # shellcheck disable=SC2046 # no mirror is no argument
  quietly debootstrap --variant=minbase --include=ca-certificates $TRIXIE "$tree" $(debian_mirror)
  slim "$tree"
  adopt_machine "$tree"
  tar -C "$tree" -cf "$tree.tar" .
  docker import -c 'CMD ["bash"]' "$tree.tar" "$1" >/dev/null
  rm -rf --one-file-system "$tree" "$tree.tar"
}

slim() {
  rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/cache/apt/archives/*.deb "$1"/var/log/*.log \
    "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/info/* "$1"/usr/share/locale/*
  cat >"$1/etc/dpkg/dpkg.cfg.d/slim" <<'END'
path-exclude /usr/share/doc/*
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
END
  printf 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\nAcquire::Languages "none";\n' \
    >"$1/etc/apt/apt.conf.d/slim"
}

# adopt_machine TREE: packages and certificates must be in reach of builds as they are of this machine: the same mirror,
# the same apt proxy, the same authorities (a network proxy may bring its own).
adopt_machine() {
  if [ -d "$(scratch)/entry" ] && [ -n "$(ls "$(scratch)/entry")" ]; then
    rm -f "$1/etc/apt/sources.list"
    cp "$(scratch)"/entry/* "$1/etc/apt/sources.list.d/"
  fi
  apt-config dump | grep -E '^Acquire::(https?::Proxy|Check-)' >"$1/etc/apt/apt.conf.d/machine" || true
  bundle=$(ca_bundle)
  [ -n "$bundle" ] || return 0
  cp /usr/local/share/ca-certificates/*.crt "$1/usr/local/share/ca-certificates/" 2>/dev/null || true
  cp "$bundle" "$1/etc/ssl/certs/ca-certificates.crt"
}

# ca_bundle: the file with this machine's own authorities, or nothing if it has none of its own.
ca_bundle() {
  for file in "${NODE_EXTRA_CA_CERTS-}" "$(npm config get cafile 2>/dev/null)"; do
    if [ -f "$file" ]; then
      printf '%s\n' "$file"
      return 0
    fi
  done
  ls /usr/local/share/ca-certificates/*.crt >/dev/null 2>&1 && printf '%s\n' /etc/ssl/certs/ca-certificates.crt
  return 0
}

# make_node NAME: the Node that package.json pins, with npm, on the Debian base, as the official slim image has it.
make_node() {
  context=$(scratch)/node
  mkdir -p "$context"
  cp node_modules/node/bin/node "$context/node"
  (cd "$context" && quietly npm pack npm@11 && tar -xzf npm-*.tgz && mv package npm && rm npm-*.tgz)
  cp scripts/setup/node-entrypoint.sh "$context/docker-entrypoint.sh"
  extra=
  [ -z "$(ca_bundle)" ] || extra=/etc/ssl/certs/ca-certificates.crt
  quietly docker build --tag "$1" --file scripts/setup/node.Dockerfile \
    --build-arg "VERSION=$("$context/node" -p process.versions.node)" \
    --build-arg "REGISTRY=$(npm config get registry 2>/dev/null)" --build-arg "CERTIFICATES=$extra" "$context"
  docker run --rm --network none "$1" npm --version >/dev/null
}
