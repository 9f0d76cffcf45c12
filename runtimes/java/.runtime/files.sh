#!/bin/sh
# Copies what a program may read when it runs, e.g. templates and assets, i.e. all but code and what is for people: files.sh TARGET
set -eu

mkdir -p "$1"
find . -mindepth 1 \
  \( -name '.*' -o -name node_modules -o -path ./target -o -path '*/target' -o -path ./build -o -path '*/build' -o -path '*/src/*/java' -o -path '*/src/test' \) -prune -o \
  \( -type f -o -type l \) \
  ! -name '*.java' ! -name '*.class' ! -name '*.jar' ! -name '*.war' ! -name pom.xml ! -name 'mvnw*' ! -name 'gradlew*' ! -name '*.gradle' ! -name '*.gradle.kts' ! -name gradle.properties \
  ! -path './Dockerfile*' ! -path './*compose*.y*ml' ! -path ./Makefile ! -path './README*' ! -path './LICENSE*' ! -path './CHANGELOG*' \
  -print0 | tar --null --no-recursion -cf - -T - | tar -xf - -C "$1"
