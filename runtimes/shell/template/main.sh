#!/bin/sh
# Runs once for every request: the body is the standard input, the standard output is the answer.
# /funko/NAME/some/path?name=Ada arrives with PATH_INFO=/some/path and QUERY_name=Ada.
set -eu

name=${QUERY_name:-world}
if [ "$REQUEST_METHOD" = POST ]; then
  name=$(jq -r --arg default "$name" '.name // $default')
fi

jq -n --arg message "$GREETING, $name!" '{$message}'
