// The promises of the threat model: each requirement that it names exists, and a test calls covers() with it.

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { requirements } from '../../test/requirements.ts'

const PAGE = 'docs/threat-model.md'

export function checkPromises (): string[] {
  const known = Object.keys(requirements)
  const rooms = new Set(known.map(id => id.slice(0, id.indexOf('.'))))
  const named = new Set([...readFileSync(PAGE, 'utf8').matchAll(/`([a-z]+\.[a-z0-9-]+)`/g)]
    .map(match => match[1] ?? '')
    .filter(name => rooms.has(name.slice(0, name.indexOf('.'))) && name.includes('-')))
  const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && name !== 'requirements.ts')
    .map(name => readFileSync(join('test', name), 'utf8'))
  return [...named].flatMap(id => {
    if (!known.includes(id)) return [`${PAGE}: there is no requirement ${id}`]
    return tests.some(text => text.includes(`'${id}'`)) ? [] : [`${PAGE}: no test shows ${id}`]
  })
}
