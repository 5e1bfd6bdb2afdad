// The same contract on the official SDK's client, as far as it goes there: so that "own transport" never means "another meaning".

import t from 'tap'
import { startHostileHttp, type HostileHttpOptions } from '../support/hostile-http.ts'
import { openSdk } from '../support/sdk-upstream.ts'
import { LEGACY, MODERN, stdioTransport } from '../support/upstream-under-test.ts'
import { agreedContract, type OpenUnderTest } from './upstream-contract.ts'
import { agreedListing } from './upstream-listing-contract.ts'

const overHttp = (server: HostileHttpOptions): OpenUnderTest => async (t, _options, listing = {}) => {
  const { url, close } = await startHostileHttp({ ...server, listing })
  t.teardown(close)
  return openSdk(t, { kind: 'http', url, headers: {} }, server.revision)
}
const overStdio = (revision: string): OpenUnderTest =>
  (t, _options, listing = {}) => openSdk(t, stdioTransport({ revision, listing }), revision)

const TRANSPORTS: readonly (readonly [name: string, revision: string, open: OpenUnderTest])[] = [
  ['HTTP with sessions', LEGACY, overHttp({ revision: LEGACY, sessions: true, form: 'stream' })],
  ['HTTP without sessions', LEGACY, overHttp({ revision: LEGACY })],
  ['HTTP of revision 2026-07-28', MODERN, overHttp({ revision: MODERN, form: 'stream' })],
  ['stdio of a legacy revision', LEGACY, overStdio(LEGACY)],
  ['stdio of revision 2026-07-28', MODERN, overStdio(MODERN)]
]

for (const [name, revision, open] of TRANSPORTS) {
  t.test(`contract — the SDK's client, ${name}`, async t => {
    agreedContract(t, open)
    agreedListing(t, open, revision)
  })
}
