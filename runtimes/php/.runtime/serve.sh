#!/bin/bash
# Serves a funko: the first process of its container. It starts PHP-FPM, then nginx, which speaks HTTP; on SIGTERM it lets
# nginx finish the requests in flight, then PHP-FPM. If either ends by itself, so does the container.
set -u

socket=/tmp/php.sock
rm -f "$socket"

php-fpm8.4 --fpm-config .runtime/fpm.conf &
fpm=$!
# /ping answers when PHP can.
until [ -S "$socket" ]; do
  kill -0 "$fpm" 2> /dev/null || exit 1
  sleep 0.02
done

nginx -e stderr -c /funko/.runtime/nginx.conf &
nginx=$!

stop() {
  trap '' TERM INT
  kill -QUIT "$nginx"
  wait "$nginx"
  kill -QUIT "$fpm"
  wait "$fpm"
  exit 0
}
trap stop TERM INT

wait -n "$fpm" "$nginx"
echo "PHP-FPM or nginx ended by itself." >&2
kill "$fpm" "$nginx" 2> /dev/null
exit 1
