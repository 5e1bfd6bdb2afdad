// Ends with one line where Node.js is too old, before anything is loaded that an old one cannot parse. Part of every start file in dist.
'use strict'
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write('Node.js ' + process.versions.node + ' is too old: version 20.19 or newer is needed, 24 is recommended (https://nodejs.org).\n')
  process.exit(1)
}
