// Makes optional peers of the package dependencies of the image, in the versions of the lock file. Runs in the image, where nothing is
// installed yet.

import { readFileSync, writeFileSync } from 'node:fs'

const OPTIONAL = [
  'libsql', 'pg', 'ioredis',
  '@opentelemetry/api', '@opentelemetry/exporter-trace-otlp-http', '@opentelemetry/resources', '@opentelemetry/sdk-trace-base'
]

const read = file => JSON.parse(readFileSync(file, 'utf8'))
const { packages } = read('package-lock.json')
const manifest = read('package.json')
for (const name of OPTIONAL) {
  manifest.dependencies[name] = packages[`node_modules/${name}`].version
  delete manifest.devDependencies[name]
  delete manifest.peerDependencies[name]
  delete manifest.peerDependenciesMeta[name]
}
writeFileSync('package.json', `${JSON.stringify(manifest, undefined, 2)}\n`)
