#!/bin/sh
# Load beyond what the gateway can do, and whether it is the same afterwards. --help says more.
set -eu
cd "$(dirname "$0")/.."
npm run --silent build
npm run --silent compile
exec node .build/scripts/soak.js "$@"
