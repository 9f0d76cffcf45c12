#!/bin/sh
# Adds up an invoice, and signs the result with a secret so that others can tell who did.
#
# POST /funko/shell-invoice/?tax=19  {"items": [{"price": 10, "count": 2}]}
#   → {"currency": "EUR", "net": 20, "tax": 3.8, "gross": 23.8, "signature": "…"}
set -eu

refuse() {
  printf 'Status: 400 Bad Request\nContent-Type: application/json\n\n'
  jq -n --arg error "$1" '{$error}'
  exit 0
}

[ "$REQUEST_METHOD" = POST ] || refuse 'POST {"items": [{"price": …, "count": …}]}'
echo "${QUERY_tax:-0}" | grep -Eq '^[0-9]{1,2}$' || refuse 'tax must be a whole number from 0 to 99'

key='for trying it out only'
if [ -r /run/secrets/KEY ]; then key=$(cat /run/secrets/KEY); fi

sums=$(jq --argjson tax "${QUERY_tax:-0}" --arg currency "$CURRENCY" '
  ([.items[] | .price * .count * 100] | add // 0 | round) as $net
  | ($net * $tax / 100 | round) as $tax
  | {$currency, net: ($net / 100), tax: ($tax / 100), gross: (($net + $tax) / 100)}
' 2>/dev/null) || refuse 'items must be a list of {"price": number, "count": number}'

signature=$(printf %s "$sums" | jq -cjS . | openssl dgst -sha256 -hmac "$key" -r | cut -d ' ' -f 1)
printf %s "$sums" | jq --arg signature "$signature" '. + {$signature}'
