#!/bin/sh
# Runs the tutorial's whole stack on this machine: installs what is missing, builds, starts.
set -eu

usage () {
  cat << 'END'
Usage: sh scripts/launch-local-server.sh [--workshop [--address ADDRESS]] [--upstream NAME | --shop]
                                         [--language LANGUAGE] [--inspector VERSION]
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
  --language LANGUAGE  en or ja: the texts of tools and tickets, and what this launcher says once
                   it is ready. Each language has its own database. Without it, tools and tickets
                   are as config/local.json says (ja), and the launcher speaks as LANG says
  --inspector VERSION  1 (the default), 2, or both: which MCP Inspector is started. 2 asks for
                   Node.js 22.19 or newer; beside 1 it is at http://localhost:6284
  --shop           serves the shop of docs/shop.md in place of the tickets: a REST API (SHOP_PORT, 3100)
                   over MCP and over plain HTTP, with signed tokens
  --no-inspector   leaves MCP Inspector out
  --no-shop        leaves the ticket shop out
  --help           prints this

Environment: PRACTICE_AS_PORT and PORT move the practice authorization server and
the gateway, SITE_PORT (3000) the ticket shop, NOTICES_PORT (3446) where the gateway
hears of withdrawn grants, with --workshop CONSOLE_PORT (3444) the console and
EXERCISES_PORT (3445) the exercises, CLIENT_PORT (6274) and SERVER_PORT (6277) MCP
Inspector and its proxy; docs/configuration.md lists what else the gateway
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

inspector=1
shop=yes
workshop=no
upstream=
without_inspector=
value_of=
for argument in "$@"; do
  case $value_of in
    address | language) value_of=; continue ;;
    inspector) value_of=; inspector=$argument; continue ;;
  esac
  if [ -n "$value_of" ]; then
    upstream=$argument
    value_of=
    [ "$upstream" = files ] || wrong_upstream "$upstream"
    continue
  fi
  case $argument in
    --help | -h) usage; exit 0 ;;
    --no-inspector) without_inspector=yes ;;
    --no-shop) shop=no ;;
    --shop | --address=* | --language=*) ;;
    --inspector=*) inspector=${argument#--inspector=} ;;
    --address | --language | --inspector) value_of=${argument#--} ;;
    --workshop) workshop=yes ;;
    --upstream) value_of=upstream ;;
    --upstream=*) upstream=${argument#--upstream=}; [ "$upstream" = files ] || wrong_upstream "$upstream" ;;
    *) echo "Unknown option '$argument'; --help lists the options" >&2; exit 2 ;;
  esac
done
case $value_of in
  language) echo '--language: expected en or ja; --help lists the options' >&2; exit 2 ;;
  inspector) inspector= ;;
esac
case $inspector in
  1 | 2 | both) ;;
  *) echo "--inspector: expected 1, 2 or both, not '$inspector'; --help lists the options" >&2; exit 2 ;;
esac
[ -z "$without_inspector" ] || inspector=no
[ "$value_of" != address ] || { echo '--address: expected an address of this machine, or list; --help lists the options' >&2; exit 2; }
[ -z "$value_of" ] || wrong_upstream ''

cd "$(dirname "$0")/.."
. scripts/prepare.sh
require_node
if [ "$workshop" = no ]; then
  set_aside=
  [ "$inspector" != no ] || set_aside=--no-inspector
  [ "$shop" = yes ] || set_aside="$set_aside --no-shop"
  # shellcheck disable=SC2086 # one word for each option
  node scripts/check-ports.mjs $set_aside || exit 1
fi
install_missing . 'the packages of the gateway'
if [ "$upstream" = files ] || [ "$workshop" = yes ]; then install_missing scripts/filesystem-server 'the file server'; fi
case $inspector in 1 | both) install_missing scripts/inspector 'MCP Inspector' ;; esac
case $inspector in 2 | both) install_missing scripts/inspector-next 'MCP Inspector 2' ;; esac
sources=$(node scripts/check-built.mjs) || {
  run_quietly 'Building' npm run --silent build
  run_quietly 'Building the practice authorization server' npm run --silent compile
  node scripts/check-built.mjs --remember "$sources"
}
exec node .build/scripts/launch.js "$@"
