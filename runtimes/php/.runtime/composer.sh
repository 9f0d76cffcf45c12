#!/bin/bash
# Installs the packages of a funko: composer.sh fetch|finish VENDOR [COMMAND …]
# "fetch" needs only the manifests. "finish" has Composer make the autoloader and run the scripts of composer.json, with the whole folder there, runs
# the commands, and leaves in VENDOR only what that wrote: the rest is in the image already.
set -eu

vendor=$2
installed=/opt/installed
case "$1" in
  fetch)
    HOME=/root COMPOSER_HOME=/root/.composer composer install --no-dev --no-scripts --no-autoloader --no-progress
    mkdir -p "$vendor"
    touch "$installed"
    ;;
  finish)
    began=/tmp/began
    touch "$began"
    if [ -e "$installed" ]; then
      HOME=/root COMPOSER_HOME=/root/.composer composer install --no-dev --no-progress --optimize-autoloader
    else
      # What comes with the funko is all there is; without a lock file Composer would look for more.
      composer dump-autoload --no-dev --optimize
    fi
    for command in "${@:3}"; do bash -c "$command"; done
    # By the time of the change: Composer's copies keep the time of their content.
    find "$vendor" -type f ! -cnewer "$began" -delete
    ;;
esac
