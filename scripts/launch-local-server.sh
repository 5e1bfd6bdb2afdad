#!/bin/sh
# Runs the tutorial's whole stack on this machine: installs what is missing, builds, starts.
set -eu

usage () {
  cat << 'END'
Usage: sh scripts/launch-local-server.sh [--no-inspector] [--help]

Installs what is missing, builds, and starts the practice authorization server
(http://localhost:9000), the gateway (http://localhost:3443) and MCP Inspector
(http://localhost:6274). Ctrl-C ends all of them; so does the end of any one.

  --no-inspector  leaves MCP Inspector out
  --help          prints this

Environment: PRACTICE_AS_PORT and PORT move the practice authorization server and
the gateway, CLIENT_PORT (6274) and SERVER_PORT (6277) MCP Inspector and its proxy;
docs/configuration.md lists what else the gateway reads. With a GATEWAY_CONFIG whose
issuer is another server, the practice authorization server is left out.

Exit status: 0 when ended by Ctrl-C or SIGTERM, 1 when something failed or ended by
itself, 2 for a wrong command line.
END
}

inspector=yes
for argument in "$@"; do
  case $argument in
    --help | -h) usage; exit 0 ;;
    --no-inspector) inspector=no ;;
    *) echo "Unknown option '$argument'; --help lists the options" >&2; exit 2 ;;
  esac
done

cd "$(dirname "$0")/.."
. scripts/prepare.sh
require_node
install_missing . 'the packages of the gateway'
if [ "$inspector" = yes ]; then install_missing scripts/inspector 'MCP Inspector'; fi
run_quietly 'Building' npm run --silent build
run_quietly 'Building the practice authorization server' npm run --silent compile
exec node .build/scripts/launch.js "$@"
