# Sourced by the RUN that installs: every build secret that is mounted in /run/secrets becomes an environment variable.
for secret in /run/secrets/*; do
  [ ! -f "$secret" ] || export "${secret##*/}=$(cat "$secret")"
done
