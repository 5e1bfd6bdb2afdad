// Every requirement is cited by a test, and what tests cite is a requirement. Read from the calls of covers('…').

import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { requirements } from '../requirements.ts'

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter(file =>
    file.endsWith('.ts') && !file.includes('node_modules') && file !== 'support/covers.ts' && file !== 'process/requirements.test.ts')

const cited = new Map<string, string[]>()
for (const file of files) {
  for (const [, ids = ''] of readFileSync(`test/${file}`, 'utf8').matchAll(/\bcovers\(([^)]*)\)/g)) {
    for (const [, id = ''] of ids.matchAll(/'([^']+)'/g)) cited.set(id, [...cited.get(id) ?? [], file])
  }
}

t.test('requirements — each is cited by a test', async t => {
  t.ok(cited.size > 50, 'citations are found')
  t.strictSame(Object.keys(requirements).filter(id => !cited.has(id)), [])
})

t.test('requirements — each citation is of one that exists', async t => {
  t.strictSame([...cited].filter(([id]) => !Object.hasOwn(requirements, id)), [])
})

t.test('requirements — each names its source and says what must be true', async t => {
  const wellFormed = (id: string, source: string, behaviour: string): boolean =>
    /^[a-z]+\.[a-z0-9-]+$/.test(id) && URL.canParse(source) && source.startsWith('https:') && behaviour.length > 20
  t.strictSame(Object.entries(requirements).filter(([id, { source, behaviour }]) => !wellFormed(id, source, behaviour)), [])
})
