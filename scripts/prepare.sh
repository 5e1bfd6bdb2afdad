# Read by the other shell scripts, from the root of the repository: what a machine needs before anything can run.

fail () {
  echo "$1" >&2
  exit 1
}

require_node () {
  command -v node > /dev/null 2>&1 || fail 'Node.js is not installed: version 20.19 or newer is needed, 24 is recommended (https://nodejs.org).'
  command -v npm > /dev/null 2>&1 || fail 'npm is not installed: it comes with Node.js (https://nodejs.org).'
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
    fail "Node.js $(node -v) is too old: version 20.19 or newer is needed, 24 is recommended (https://nodejs.org)."
}

# while_it_runs COMMAND...: every ten seconds a line says that it still runs
while_it_runs () {
  parent=$$
  (
    seconds=0
    while sleep 10 < /dev/null > /dev/null 2>&1 && kill -0 "$parent" 2> /dev/null; do
      seconds=$((seconds + 10))
      echo "  ... $seconds seconds"
    done
  ) &
  ticker=$!
  trap 'kill $ticker 2> /dev/null' EXIT
  status=0
  "$@" || status=$?
  kill $ticker 2> /dev/null || true
  wait $ticker 2> /dev/null || true
  trap - EXIT
  return $status
}

npm_ci () {
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error $offline < /dev/null)
}

# offline=--offline takes what npm has kept, and ends at once where that is not enough
offline=

# install_missing DIRECTORY NAME
install_missing () {
  node scripts/check-installed.mjs "$1" && return 0
  echo "Installing $2 ..."
  if ! node scripts/check-network.mjs; then
    echo "  There is no network here: only what npm has kept can be installed."
    offline=--offline
  fi
  while_it_runs npm_ci "$1" ||
    fail "Installing $2 failed: see the lines above. It needs a network once; behind a proxy set HTTPS_PROXY."
}

# install_optional DIRECTORY NAME: the tests that need the packages are left out where they cannot be installed
install_optional () {
  node scripts/check-installed.mjs "$1" && return 0
  echo "Installing $2 ..."
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error < /dev/null) ||
    { rm -rf "$1/node_modules"; echo "Installing $2 failed: the tests that need them are left out."; }
}

# to_file FILE COMMAND...
to_file () {
  file=$1
  shift
  "$@" > "$file" 2>&1 < /dev/null
}

# run_quietly NAME COMMAND...: the output is shown only when the command fails
run_quietly () {
  what=$1
  shift
  echo "$what ..."
  output=$(mktemp)
  while_it_runs to_file "$output" "$@" || {
    cat "$output" >&2
    rm -f "$output"
    fail "$what failed: see the lines above."
  }
  rm -f "$output"
}

# prepare_browser: where there is none, Debian's Chromium is installed if it may be
prepare_browser () {
  for browser in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$browser" > /dev/null 2>&1; then return 0; fi
  done
  for application in 'Google Chrome' Chromium; do
    if [ -d "/Applications/$application.app" ]; then return 0; fi
  done
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null 2>&1; then
    echo 'Installing Chromium ...'
    if apt-get update -qq > /dev/null 2>&1 &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium > /dev/null 2>&1 < /dev/null; then return 0; fi
  fi
  echo 'No Chromium or Chrome is here: the tests of MCP Inspector in a browser are left out. On Debian, apt-get install chromium brings one.'
}
