# A browser for the tests that look at pages as a person does. Sourced by setup.sh, not run.

BROWSER=/usr/bin/chromium

browser() {
  [ -x $BROWSER ] && return 0
  require_debian_root 'installing chromium'
  say "the tests look at pages with chromium: installing it from this machine's package sources (apt-get)"
  apt_update
  apt_install chromium
}
