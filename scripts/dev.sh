#!/bin/sh
# Runs the gateway and restarts it whenever a source file changes. Ctrl-C ends all of them.
set -eu

case ${1-} in
  '') ;;
  --help | -h) echo 'Usage: npm run dev
Compiles src/ on every change and restarts the gateway. GATEWAY_CONFIG and the other
variables of docs/configuration.md work as they do for npm start.'; exit 0 ;;
  *) echo "Unknown option '$1'; --help lists the options" >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
. scripts/prepare.sh
require_node
install_missing . 'the packages of the gateway'
npm run --silent build

node node_modules/typescript/bin/tsc -p tsconfig.build.json --watch --preserveWatchOutput &
compiler=$!
node scripts/bundle.mjs --watch &
bundler=$!
node --watch --watch-preserve-output dist/server.js &
gateway=$!
trap 'kill "$compiler" "$bundler" "$gateway" 2> /dev/null || true; wait' EXIT
trap 'exit 0' INT TERM HUP
wait "$gateway"
