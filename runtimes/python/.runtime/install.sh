# Sourced by the steps that install. Every build secret that is mounted in /run/secrets becomes an environment variable, unless no
# variable can have its name; and the log says what helps if installing fails.
for secret in /run/secrets/*; do
  case "${secret##*/}" in
    [!A-Za-z_]* | *[!A-Za-z0-9_]*) ;;
    *) [ ! -f "$secret" ] || export "${secret##*/}=$(cat "$secret")" ;;
  esac
done

explain() {
  [ "$1" -eq 0 ] || cat >&2 <<'END'
Installing failed. If no index of packages is in reach: Debian's packages fulfil requirements, too (ship_packages: [python3-NAME] in
funko.yml), and so do wheels in a folder wheels/. If a compiler or a header is missing: devel_packages: [gcc, python3-dev].
END
}
trap 'explain $?' EXIT
