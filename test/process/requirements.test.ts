// Every requirement is cited by a test, and what tests cite is a requirement. Read from the calls of covers('…').

import t from 'tap'
import { requirements } from '../requirements.ts'
import { citingFiles } from '../support/citations.ts'

const cited = citingFiles()

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
