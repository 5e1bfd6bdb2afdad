// Can packages be fetched? Exit status 1 when the name of the registry leads nowhere, 0 otherwise: npm itself would try for minutes. Where
// a proxy or another registry is set, only npm knows. Plain JavaScript without dependencies, because it runs before anything is installed.

import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const REGISTRY = 'registry.npmjs.org'
const SETTINGS = /^(?:https?_proxy|npm_config_(?:https?_)?(?:proxy|registry))$/i

function linesOf (file) {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

const isSet = Object.keys(process.env).some(name => SETTINGS.test(name)) ||
  ['.npmrc', join(homedir(), '.npmrc')].flatMap(linesOf).some(line => /^\s*(?:registry|(?:https-)?proxy)\s*=/.test(line))

process.exitCode = isSet || await lookup(REGISTRY).then(() => true, () => false) ? 0 : 1
