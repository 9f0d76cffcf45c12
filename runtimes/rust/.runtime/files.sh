#!/bin/sh
# Copies what a program may read when it runs, e.g. templates and assets, i.e. all but code and what is for people: files.sh TARGET
set -eu

find . -mindepth 1 \
  \( -name '.*' -o -name node_modules -o -path ./target -o -type d -exec test -f '{}/.cargo-checksum.json' ';' \) -prune -o \
  \( -type f -o -type l \) \
  ! -name '*.rs' ! -name Cargo.toml ! -name Cargo.lock ! -name 'rust-toolchain*' \
  ! -path './Dockerfile*' ! -path './*compose*.y*ml' ! -path ./Makefile ! -path './README*' ! -path './LICENSE*' ! -path './CHANGELOG*' \
  -print0 | tar --null --no-recursion -cf - -T - | tar -xf - -C "$1"
