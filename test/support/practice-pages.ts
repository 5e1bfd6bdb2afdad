// A practice authorization server for one test file, and requests to it: the login page of a new client, and authorization requests that
// it refuses.

import t from 'tap'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { authorizationUrl, createPkce, openPage, registerClient } from './practice-client.ts'

export const LOGIN = { loginId: 'inga', password: 'inga', authorized: 'Authorize' }
export const JAPANESE = { 'accept-language': 'ja-JP,ja;q=0.9,en;q=0.5' }

const server = await createPracticeServer()
export const { issuer } = server
t.teardown(() => server.close())

/** A fresh authorization request of a fresh client, opened in a browser. */
export async function freshPage (parameters: Record<string, string | undefined> = {}, headers: Record<string, string> = {}) {
  const { client_id: clientId } = await registerClient(issuer)
  const { verifier, challenge } = createPkce()
  return { clientId, verifier, page: await openPage(authorizationUrl(issuer, clientId, challenge, parameters), headers) }
}
