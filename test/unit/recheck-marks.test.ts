// After a notice, does an answer that was asked for before it still count? Marks for a person, for one client of the person, and for all.

import t from 'tap'
import { createRecheckMarks } from '../../src/auth/cache/recheck-marks.ts'
import type { Answer } from '../../src/auth/cache/grant-cache.ts'
import type { TokenClaims } from '../../src/auth/token-claims.ts'
import { covers } from '../support/covers.ts'

let now = 1000
const answerAbout = (subject: string | undefined, clientId: string | undefined, askedAtMonotonicMs: number): Answer => {
  const claims: TokenClaims = {
    issuer: undefined,
    subject,
    clientId,
    audience: [],
    scopes: new Set(),
    expiresAt: undefined,
    notBefore: undefined,
    authenticatedAt: undefined,
    authenticationContext: undefined,
    confirmation: undefined,
    authorizationDetails: undefined
  }
  return { status: { kind: 'active', claims }, askedAt: 0 as Answer['askedAt'], askedAtMonotonicMs }
}

t.test('marks — cover answers of that person and client that were asked for until then, and no others', async t => {
  covers('auth.recheck-notices')
  const marks = createRecheckMarks(() => now)
  t.ok(marks.isEmpty())
  marks.mark({ subject: '1004', clientId: 'inspector' })
  t.notOk(marks.isEmpty())
  t.ok(marks.doubts(answerAbout('1004', 'inspector', 1000)))
  t.notOk(marks.doubts(answerAbout('1004', 'inspector', 1001)), 'asked for afterwards')
  t.notOk(marks.doubts(answerAbout('1004', 'editor', 900)), 'another client')
  t.notOk(marks.doubts(answerAbout('1005', 'inspector', 900)), 'another person')
  t.notOk(marks.doubts({ ...answerAbout('1004', 'inspector', 900), status: { kind: 'inactive' } }))
  marks.mark({ subject: '1005' })
  t.ok(marks.doubts(answerAbout('1005', 'editor', 900)), 'whatever client')
  t.ok(marks.doubts(answerAbout('1005', undefined, 900)))
  now += 300_001
  t.ok(marks.isEmpty(), 'no answer is older')
  t.notOk(marks.doubts(answerAbout('1005', 'editor', 900)))
})

t.test('marks — a flood of them becomes one for everybody, and the table does not grow', async t => {
  covers('auth.recheck-notices')
  const marks = createRecheckMarks(() => now)
  const before = now
  for (let person = 0; person <= 10_000; person += 1) marks.mark({ subject: String(person) })
  now += 10
  t.ok(marks.doubts(answerAbout('nobody-knows', 'any', before)))
  t.notOk(marks.doubts(answerAbout('nobody-knows', 'any', before + 1)))
})
