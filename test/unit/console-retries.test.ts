// Which refusal does a request of the console try again after? Said by the client, or likely.

import t from 'tap'
import type { ShownRequest } from '../../src/console/shown-request.ts'
import { retriedBy } from '../../src/console/view/page-state.ts'
import { covers } from '../support/covers.ts'

const person = { issuer: 'https://as.example', subject: '1004' }

function shown (members: Partial<ShownRequest>): ShownRequest {
  return {
    id: '0-1',
    rev: 1,
    at: '2026-11-28T10:00:00.000Z',
    state: 'ended',
    person,
    clientId: 'c',
    tool: 'pay',
    tokenHash: 'one',
    steps: [],
    checks: [],
    ...members
  }
}

const refused = shown({ contextId: '0123abcd', granted: false })
const relation = (request: ShownRequest) => retriedBy(new Map([[1, refused], [2, request]]), 2)

t.test('a retry — the one that names the refusal is said, the same call with another token is likely', async t => {
  covers('console.explains-each-check')
  t.strictSame(relation(shown({ retryOf: '0123abcd', tool: 'pay', tokenHash: 'two' })), { number: 1, said: true })
  t.strictSame(relation(shown({ tokenHash: 'two' })), { number: 1, said: false })
})

t.test('no retry — another person, client, tool or refusal, the same token, or a quarter of an hour later', async t => {
  covers('console.explains-each-check')
  const others: ReadonlyArray<Partial<ShownRequest>> = [
    { person: { ...person, subject: '1005' } }, { clientId: 'd' }, { tool: 'list' }, { retryOf: 'ffffffff' }, { tokenHash: 'one' },
    { at: '2026-11-28T10:15:00.000Z' }
  ]
  t.strictSame(others.map(other => relation(shown({ tokenHash: 'two', ...other }))), others.map(() => undefined))
  t.equal(retriedBy(new Map([[1, refused], [2, shown({ tokenHash: 'two' })]]), 1), undefined, 'the refusal itself')
})
