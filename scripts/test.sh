#!/bin/sh
# Runs everything that CI runs: installs what is missing, compiles, then lint, types, boundaries, documents, speed and tests.
set -eu

usage () {
  cat << 'END'
Usage: sh scripts/test.sh [--also-on-node VERSION] [--help]

Installs what is missing, then runs lint, types, boundaries, document checks, the build,
a short benchmark and every test. The last line counts: N passed, N failed.

  --also-on-node VERSION  runs the tests once more on that version of Node.js
  --help                  prints this

Exit status: 0 when nothing failed, 1 when something did, 2 for a wrong command line.
END
}

case ${1-} in
  '') ;;
  --help | -h) usage; exit 0 ;;
  --also-on-node)
    if [ $# -ne 2 ]; then echo '--also-on-node: expected a version such as 24; --help lists the options' >&2; exit 2; fi ;;
  *) echo "Unknown option '$1'; --help lists the options" >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
. scripts/prepare.sh

# Whatever keeps the tests from running is a failure, and counted as one.
fail () {
  echo "$1" >&2
  echo '0 passed, 1 failed'
  exit 1
}

require_node
install_missing . 'the packages of the gateway'
install_missing scripts/inspector 'MCP Inspector'
install_missing scripts/filesystem-server 'the file server'
install_missing scripts/inspector-next 'the newer MCP Inspector'
install_missing scripts/conformance 'the conformance suites'
install_missing scripts/site-generator 'the generator of the site'
install_optional test/cluster 'the types of Kubernetes'
install_optional test/peers 'the servers of other projects'
prepare_browser
echo 'Compiling ...'
npm run --silent compile < /dev/null || fail 'Compiling failed: see the lines above.'
exec node .build/scripts/check.js "$@" < /dev/null
