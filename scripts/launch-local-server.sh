#!/bin/sh
# Runs the tutorial's whole stack on this machine: installs what is missing, builds, starts.
set -eu

usage () {
  cat << 'END'
Usage: sh scripts/launch-local-server.sh [--workshop [--address ADDRESS]] [--upstream NAME]
                                         [--no-inspector] [--no-shop] [--help]

Installs what is missing, builds what has changed, and starts the practice authorization server
(http://localhost:9000), the gateway (http://localhost:3443), the ticket shop for
people (http://localhost:3000) and MCP Inspector (http://localhost:6274). Ctrl-C ends
all of them; so does the end of any one.

  --workshop       starts what a class needs (docs/workshop.md): the same, with forty accounts, a second
                   resource with files, and the exercises (http://localhost:3445). Its data are in
                   data/workshop
  --address ADDRESS  with --workshop: lets a class on the network of this private address of this
                   machine use it, WITHOUT ENCRYPTION; list shows the addresses
  --upstream NAME  serves the tools of another MCP server in place of the tickets.
                   files: the file server of the MCP project, with the decisions in
                   config/upstreams/files.json, for a sample folder in data/files-example
  --no-inspector   leaves MCP Inspector out
  --no-shop        leaves the ticket shop out
  --help           prints this

Environment: PRACTICE_AS_PORT and PORT move the practice authorization server and
the gateway, SITE_PORT (3000) the ticket shop, with --workshop CONSOLE_PORT (3444) the
console and EXERCISES_PORT (3445) the exercises, CLIENT_PORT (6274) and SERVER_PORT
(6277) MCP Inspector and its proxy; docs/configuration.md lists what else the gateway
reads. With a GATEWAY_CONFIG whose issuer is another server, the practice authorization
server is left out. The ticket shop is left out where the gateway offers no tickets.

Exit status: 0 when ended by Ctrl-C or SIGTERM, 1 when something failed or ended by
itself, 2 for a wrong command line.
END
}

wrong_upstream () {
  echo "--upstream: expected files, not '$1'; --help lists the options" >&2
  exit 2
}

inspector=yes
workshop=no
upstream=
value_of=
for argument in "$@"; do
  if [ "$value_of" = address ]; then
    value_of=
    continue
  fi
  if [ -n "$value_of" ]; then
    upstream=$argument
    value_of=
    [ "$upstream" = files ] || wrong_upstream "$upstream"
    continue
  fi
  case $argument in
    --help | -h) usage; exit 0 ;;
    --no-inspector) inspector=no ;;
    --no-shop | --address=*) ;;
    --address) value_of=address ;;
    --workshop) workshop=yes ;;
    --upstream) value_of=upstream ;;
    --upstream=*) upstream=${argument#--upstream=}; [ "$upstream" = files ] || wrong_upstream "$upstream" ;;
    *) echo "Unknown option '$argument'; --help lists the options" >&2; exit 2 ;;
  esac
done
[ "$value_of" != address ] || { echo '--address: expected an address of this machine, or list; --help lists the options' >&2; exit 2; }
[ -z "$value_of" ] || wrong_upstream ''

cd "$(dirname "$0")/.."
. scripts/prepare.sh
require_node
install_missing . 'the packages of the gateway'
if [ "$upstream" = files ] || [ "$workshop" = yes ]; then install_missing scripts/filesystem-server 'the file server'; fi
if [ "$inspector" = yes ]; then install_missing scripts/inspector 'MCP Inspector'; fi
sources=$(node scripts/check-built.mjs) || {
  run_quietly 'Building' npm run --silent build
  run_quietly 'Building the practice authorization server' npm run --silent compile
  node scripts/check-built.mjs --remember "$sources"
}
exec node .build/scripts/launch.js "$@"
