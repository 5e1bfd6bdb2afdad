// The tokens that were obtained for upstreams: found by the client's token, the wish and the details, and dropped together.

import t from 'tap'
import { DelegatedToken } from '../../src/auth/delegation/delegated-token.ts'
import { createDelegatedTokens } from '../../src/auth/delegation/delegated-tokens.ts'
import { ok } from '../../src/kernel/result.ts'
import { createManualClock } from '../support/manual-clock.ts'

const PAYMENTS = { wish: 'payments', details: 'first' }
const token = (text: string) => ok(new DelegatedToken(text))

t.test('a kept token is found for the same client token, wish and details alone', t => {
  const tokens = createDelegatedTokens(createManualClock())
  const kept = token('one')
  tokens.keep('subject', PAYMENTS, kept, 1000)
  t.equal(tokens.find('subject', 'payments', 'first'), kept)
  t.strictSame([
    tokens.find('other', 'payments', 'first'), tokens.find('subject', 'files', 'first'), tokens.find('subject', 'payments', 'second')
  ], [undefined, undefined, undefined])
  t.end()
})

t.test('a token is not found when its time is over, and the others of the same client token still are', t => {
  const clock = createManualClock()
  const tokens = createDelegatedTokens(clock)
  const files = token('files')
  tokens.keep('subject', PAYMENTS, token('payments'), 1000)
  tokens.keep('subject', { wish: 'files', details: 'none' }, files, 5000)
  clock.advance(1000)
  t.strictSame([tokens.find('subject', 'payments', 'first'), tokens.find('subject', 'files', 'none')], [undefined, files])
  t.end()
})

t.test('a newer token of the same wish takes the place of the older one', t => {
  const tokens = createDelegatedTokens(createManualClock())
  const newer = token('newer')
  tokens.keep('subject', PAYMENTS, token('older'), 1000)
  tokens.keep('subject', PAYMENTS, newer, 1000)
  t.equal(tokens.find('subject', 'payments', 'first'), newer)
  tokens.drop('subject', PAYMENTS)
  t.equal(tokens.find('subject', 'payments', 'first'), undefined, 'the older one does not come back')
  t.end()
})

t.test('a client token that is no longer good takes everything with it that it was exchanged for, and nothing else', t => {
  const tokens = createDelegatedTokens(createManualClock())
  const others = token('of another client token')
  tokens.keep('subject', PAYMENTS, token('payments'), 1000)
  tokens.keep('subject', { wish: 'files', details: 'none' }, token('files'), 1000)
  tokens.keep('other', PAYMENTS, others, 1000)
  tokens.dropDerivedFrom('subject')
  t.strictSame([
    tokens.find('subject', 'payments', 'first'), tokens.find('subject', 'files', 'none'), tokens.find('other', 'payments', 'first')
  ], [undefined, undefined, others])
  t.end()
})

t.test('a token without a lifetime is not kept', t => {
  const tokens = createDelegatedTokens(createManualClock())
  tokens.keep('subject', PAYMENTS, token('late'), 0)
  t.equal(tokens.find('subject', 'payments', 'first'), undefined)
  t.end()
})

t.test('one client token has a hundred exchanged ones at most, the newest', t => {
  const tokens = createDelegatedTokens(createManualClock())
  for (let number = 0; number < 150; number += 1) tokens.keep('subject', { wish: 'payments', details: String(number) }, token('x'), 1000)
  const found = Array.from({ length: 150 }, (_, number) => tokens.find('subject', 'payments', String(number)) !== undefined)
  t.strictSame(found, Array.from({ length: 150 }, (_, number) => number >= 50))
  t.end()
})
