// What do beginners meet at the practice server? A restart, and the five mistakes at the token endpoint.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'
import {
  authorizationUrl, createPkce, openPage, redeemCode, registerClient, submitAndReturn, TUTORIAL_REGISTRATION
} from '../support/practice-client.ts'
import { freshPage, issuer, LOGIN } from '../support/practice-pages.ts'

t.test('restart — a client that remembers its client_id goes on; one with a secret is not kept', async t => {
  covers('practice.kept-clients')
  const clientsFile = join(t.testdir({}), 'data', 'clients.json')
  const first = await createPracticeServer({ clientsFile })
  const { client_id: clientId } = await registerClient(first.issuer)
  const confidential = await registerClient(first.issuer, { ...TUTORIAL_REGISTRATION, token_endpoint_auth_method: 'client_secret_basic' })
  await first.close()
  t.notMatch(readFileSync(clientsFile, 'utf8'), confidential.client_secret, 'no secret in the file')

  const second = await createPracticeServer({ clientsFile })
  t.teardown(() => second.close())
  const { verifier, challenge } = createPkce()
  const back = await submitAndReturn(await openPage(authorizationUrl(second.issuer, clientId, challenge)), LOGIN)
  t.equal((await redeemCode(second.issuer, clientId, String(back.searchParams.get('code')), verifier)).status, 200)

  const lost = await fetch(
    authorizationUrl(second.issuer, confidential.client_id, challenge), { headers: { accept: 'text/html', 'accept-language': 'ja' } }
  )
  t.equal(lost.status, 400)
  t.match(await lost.text(), 'クライアントに保存されたこのサーバーの情報を削除し')

  writeFileSync(clientsFile, 'not json')
  await t.rejects(createPracticeServer({ clientsFile }), /does not hold registered clients; delete it/)
})

t.test('token endpoint — each mistake of the tutorial has its own explanation', async t => {
  covers('practice.token-mistakes')
  const fresh = async () => {
    const { clientId, verifier, page } = await freshPage()
    return { clientId, verifier, code: String((await submitAndReturn(page, LOGIN)).searchParams.get('code')) }
  }
  const explanations = new Set<unknown>()
  const refused = async (reply: ReturnType<typeof redeemCode>, words: RegExp) => {
    const { status, body } = await reply
    explanations.add(body['error_description'])
    t.match({ status, body }, { status: 400, body: { error: 'invalid_grant', error_description: words } })
  }
  const one = await fresh()
  await refused(redeemCode(issuer, one.clientId, 'half-of-the-code', one.verifier), /code is unknown.*copy all of it/)
  await refused(redeemCode(issuer, one.clientId, one.code, createPkce().verifier), /code_verifier does not belong.*same terminal/)
  await refused(redeemCode(issuer, one.clientId, one.code, one.verifier, { redirect_uri: 'http://localhost:6274/other' }), /redirect_uri is not the one/)
  const { client_id: stranger } = await registerClient(issuer)
  await refused(redeemCode(issuer, stranger, one.code, one.verifier), /another client_id/)
  t.equal((await redeemCode(issuer, one.clientId, one.code, one.verifier)).status, 200)
  const two = await fresh()
  t.equal((await redeemCode(issuer, two.clientId, two.code, two.verifier)).status, 200)
  await refused(redeemCode(issuer, two.clientId, two.code, two.verifier), /used before/)
  t.equal(explanations.size, 5)
})

t.test('token endpoint — an expired code is called expired', async t => {
  covers('practice.token-mistakes')
  const { clientId, verifier, page } = await freshPage()
  const code = String((await submitAndReturn(page, LOGIN)).searchParams.get('code'))
  const { now } = Date
  t.teardown(() => { Date.now = now })
  Date.now = () => now() + 301_000
  const { body } = await redeemCode(issuer, clientId, code, verifier)
  Date.now = now
  t.match(body['error_description'], /code has expired.*5 minutes/)
})
