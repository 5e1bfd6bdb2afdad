#!/bin/sh
# Forty attendees at work against the stack of a workshop. --help says more.
set -eu
cd "$(dirname "$0")/.."
npm run --silent build
npm run --silent compile
exec node .build/scripts/class-load.js "$@"
