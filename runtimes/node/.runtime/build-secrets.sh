# Sourced by the RUN that installs: every build secret that is mounted in /run/secrets becomes an environment variable,
# unless no variable can have its name.
for secret in /run/secrets/*; do
  case "${secret##*/}" in
    [!A-Za-z_]* | *[!A-Za-z0-9_]*) ;;
    *) [ ! -f "$secret" ] || export "${secret##*/}=$(cat "$secret")" ;;
  esac
done
