#!/bin/sh
# Runs the official conformance suites against the protected gateway and writes docs/conformance.md.
set -eu

case ${1-} in
  '') ;;
  --help | -h) echo 'Usage: npm run conformance
Installs the suites where they are missing, runs them against the gateway on this
machine, and writes docs/conformance.md. Exit status: 0 when every scenario answered
as test/conformance/*.yml says, 1 when one did not, 2 for a wrong command line.'; exit 0 ;;
  *) echo "Unknown option '$1'; --help lists the options" >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
. scripts/prepare.sh
require_node
install_missing . 'the packages of the gateway'
install_missing scripts/conformance 'the conformance suites'
run_quietly 'Compiling' npm run --silent compile
exec node .build/test/conformance/main.js
