// The rooms of the core name nothing of the example service, neither in a text nor in a comment.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const CORE = ['kernel', 'config', 'auth', 'policy', 'mcp', 'upstream', 'http', 'operations', 'gateway', 'testing', 'check', 'doctor']
/** The default of a configuration member, which stays valid. */
const KEPT = 'sqlite:./data/tickets.db'

t.test('core — no text and no comment speaks of tickets: they are the example service, above the core', async t => {
  const found = CORE.flatMap(room => readdirSync(join('src', room), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts')).flatMap(name => {
      const file = join('src', room, name)
      return readFileSync(file, 'utf8').split('\n').flatMap((line, index) => /ticket/i.test(line.replaceAll(KEPT, '')) ? [`${file}:${index + 1}`] : [])
    }))
  t.strictSame(found, [])
})
