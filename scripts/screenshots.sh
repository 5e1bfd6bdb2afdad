#!/bin/sh
# Walks through MCP Inspector with a browser and writes the pictures of the documents.
set -eu

case ${1-} in
  '') only= ;;
  --workshop) only=--workshop ;;
  --help | -h) echo 'Usage: npm run screenshots [-- --workshop]
Installs what is missing, runs the gateway, the practice authorization server and both
lines of MCP Inspector at their usual ports (3443, 9000, 6274, 6275, 6277), walks through
them with Chromium or Chrome, and writes docs/images. The Japanese pictures need a
Japanese font (on Debian: apt-get install fonts-noto-cjk).

  --workshop  only the pictures of console, lab, shop and exercises'; exit 0 ;;
  *) echo "Unknown option '$1'; --help lists the options" >&2; exit 2 ;;
esac

cd "$(dirname "$0")/.."
. scripts/prepare.sh
require_node
install_missing . 'the packages of the gateway'
install_missing scripts/filesystem-server 'the file server'
if [ -z "$only" ]; then
  install_missing scripts/inspector 'MCP Inspector'
  install_missing scripts/inspector-next 'the newer MCP Inspector'
fi
prepare_browser
run_quietly 'Building' npm run --silent build
run_quietly 'Compiling' npm run --silent compile
exec node .build/test/browser/screenshots.js $only
