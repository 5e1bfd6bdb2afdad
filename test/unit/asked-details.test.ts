// The authorization details that an exchange asks for: as the authorization server wrote them, and never fewer limits than the permit has.

import t from 'tap'
import { askedDetails } from '../../src/auth/delegation/asked-details.ts'
import { covers } from '../support/covers.ts'

const FIRST = { type: 'payment', maxAmount: 1 }
const SECOND = { type: 'payment', otherFields: '{"maxAmount":2}' }
const GRANTED = [FIRST, SECOND]

t.test('one element, all or none — as they are in the token', async t => {
  covers('delegation.narrow-as-the-consent')
  t.strictSame(askedDetails(GRANTED, 1)?.elements, [SECOND])
  t.strictSame(askedDetails(GRANTED, 'all')?.elements, GRANTED)
  t.strictSame(askedDetails(GRANTED, 'none'), { elements: undefined, digest: 'none' })
  t.strictSame(askedDetails(undefined, 'all')?.elements, undefined)
  t.strictSame(askedDetails([], 'all')?.elements, undefined, 'an empty list is none')
  const digests = [askedDetails(GRANTED, 0), askedDetails(GRANTED, 1), askedDetails(GRANTED, 'all'), askedDetails(GRANTED, 'none')]
  t.equal(new Set(digests.map(asked => asked?.digest)).size, 4, 'each is kept apart')
})

t.test('an element that the token does not have — is not replaced by a token without limits', async t => {
  covers('delegation.narrow-as-the-consent')
  for (const granted of [GRANTED, [], undefined, null, 'text', {}, [FIRST, SECOND, null], [FIRST, SECOND, 'text']]) {
    t.equal(askedDetails(granted, 2), undefined, JSON.stringify(granted))
  }
})
