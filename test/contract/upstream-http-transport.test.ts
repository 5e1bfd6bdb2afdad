// The contract of an upstream over Streamable HTTP: with sessions, without, and modern; answers as JSON and as a stream.

import t from 'tap'
import { LEGACY, MODERN, openHttp } from '../support/upstream-under-test.ts'
import { isolationContract, outcomeContract, progressContract, type OpenUnderTest } from './upstream-contract.ts'
import { listingContract } from './upstream-listing-contract.ts'

const opener = (server: Parameters<typeof openHttp>[1]): OpenUnderTest =>
  (t, options = {}, listing = {}) => openHttp(t, { ...server, listing }, options)

const withSessions = opener({ revision: LEGACY, sessions: true, form: 'stream' })
const withoutSessions = opener({ revision: LEGACY })
const modern = opener({ revision: MODERN, form: 'stream' })

t.test('contract — HTTP with sessions, streams', async t => {
  outcomeContract(t, withSessions)
  progressContract(t, withSessions)
  isolationContract(t, withSessions)
  listingContract(t, withSessions, LEGACY)
})

t.test('contract — HTTP without sessions, JSON', async t => {
  outcomeContract(t, withoutSessions)
  listingContract(t, withoutSessions, LEGACY)
})

t.test('contract — HTTP of revision 2026-07-28, streams', async t => {
  outcomeContract(t, modern)
  progressContract(t, modern)
  listingContract(t, modern, MODERN)
})

t.test('contract — HTTP of revision 2026-07-28, JSON', async t => {
  outcomeContract(t, opener({ revision: MODERN }))
})
