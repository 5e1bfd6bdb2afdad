// The contract of an upstream over stdio, of a legacy revision and of the modern one.

import t from 'tap'
import { LEGACY, MODERN, openStdio } from '../support/upstream-under-test.ts'
import { isolationContract, outcomeContract, progressContract, type OpenUnderTest } from './upstream-contract.ts'
import { listingContract } from './upstream-listing-contract.ts'

const legacy: OpenUnderTest = (t, options = {}, listing = {}) => openStdio(t, { revision: LEGACY, listing }, options)
const modern: OpenUnderTest = (t, options = {}, listing = {}) => openStdio(t, { revision: MODERN, listing }, options)

t.test('contract — stdio of a legacy revision', async t => {
  outcomeContract(t, legacy)
  progressContract(t, legacy)
  isolationContract(t, legacy)
  listingContract(t, legacy, LEGACY)
})

t.test('contract — stdio of revision 2026-07-28', async t => {
  outcomeContract(t, modern)
  progressContract(t, modern)
  listingContract(t, modern, MODERN)
})
