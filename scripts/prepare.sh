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

# install_missing DIRECTORY NAME
install_missing () {
  node scripts/check-installed.mjs "$1" && return 0
  echo "Installing $2 ..."
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error < /dev/null) ||
    fail "Installing $2 failed: see the lines above."
}

# run_quietly NAME COMMAND...: the output is shown only when the command fails
run_quietly () {
  what=$1
  shift
  echo "$what ..."
  output=$("$@" 2>&1 < /dev/null) || {
    echo "$output" >&2
    fail "$what failed: see the lines above."
  }
}
