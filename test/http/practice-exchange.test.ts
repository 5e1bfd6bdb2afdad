// The practice server exchanges tokens: a gateway's client in front of it as it is, and in front of its lax and hostile variants.

import t, { type Test } from 'tap'
import { createExchangeClient } from '../../src/auth/delegation/exchange-client.ts'
import { createAuthorizationServer } from '../../src/auth/server/authorization-server.ts'
import { createExchanger } from '../../src/auth/server/exchange.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { GATEWAY_CLIENT } from '../../src/practice-as/endpoints.ts'
import { REPLY_VARIANTS, type ReplyVariant } from '../../src/practice-as/exchange/reply-variants.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'

const UPSTREAM = { resource: 'https://desk.example/mcp', scopes: ['seats:read', 'seats:write'] }
const ELEMENT = { type: 'ticket-reservation', actions: ['reserve'], maxAmount: 5000, currency: 'JPY' }
const OTHER = { ...ELEMENT, maxAmount: 90_000 }

async function start (t: Test, exchangeVariant?: ReplyVariant) {
  const practice = await createPracticeServer({ upstreams: [UPSTREAM], ...(exchangeVariant === undefined ? {} : { exchangeVariant }) })
  const server = createAuthorizationServer({ issuer: practice.issuer, deadlineMs: 3000, clock: systemClock })
  const { exchange: send, close } = createExchanger(systemClock)
  t.teardown(async () => {
    await Promise.all([close(), server.close()])
    await practice.close()
  })
  const { id, secret } = GATEWAY_CLIENT
  const client = createExchangeClient({
    settings: {
      upstream: 'desk',
      clientId: id,
      clientAuthentication: 'client_secret_basic',
      clientSecret: secret,
      privateKeyAlgorithm: 'ES256',
      assertionAudience: 'issuer',
      resource: UPSTREAM.resource,
      cacheMs: 0,
      deadlineMs: 1000
    },
    server,
    send,
    clock: systemClock
  })
  const token = await practice.mintToken({ subject: '1004', scope: 'mcp:tickets:write', authorizationDetails: [OTHER, ELEMENT] })
  const exchange = (scopes: readonly string[], elements?: readonly JsonObject[], subjectToken = token) =>
    client.exchange({ subjectToken, scopes, details: { elements, digest: 'x' } })
  const introspect = async (text: string) => {
    const credentials = Buffer.from(`${practice.introspectionClient.id}:${practice.introspectionClient.secret}`).toString('base64')
    const response = await fetch(`${practice.issuer}/api/introspect`, {
      method: 'POST', body: new URLSearchParams({ token: text }), headers: { authorization: `Basic ${credentials}` }
    })
    return response.json()
  }
  return { practice, token, exchange, introspect }
}

t.test('a token is exchanged for one of the other resource, with the scopes and the element that were asked for', async t => {
  covers('delegation.practice')
  const { exchange, introspect, token, practice } = await start(t)
  const exchanged = await exchange(['seats:write'], [ELEMENT])
  t.ok(exchanged.ok)
  if (!exchanged.ok) return
  t.match(await introspect(exchanged.value.token.reveal()), {
    active: true,
    sub: '1004',
    aud: UPSTREAM.resource,
    scope: 'seats:write',
    authorization_details: [ELEMENT],
    act: {
      sub: GATEWAY_CLIENT.id
    }
  })
  t.notMatch(await introspect(exchanged.value.token.reveal()), { authorization_details: [ELEMENT, OTHER] })
  t.match(await exchange(['everything']), { error: { kind: 'refused', reason: 'invalid_scope' } })
  t.match(await exchange([], [{ ...ELEMENT, maxAmount: 6000 }]), { error: { kind: 'refused', reason: 'invalid_authorization_details' } })
  t.match(await exchange([], undefined, 'no token'), { error: { kind: 'about-the-token', reason: 'invalid_request' } })
  await practice.revokeToken(token)
  t.match(await exchange([]), { error: { kind: 'about-the-token' } })
})

t.test('no reply of a lax or hostile server is used (cases 70 and 71)', async t => {
  covers('delegation.practice', 'delegation.reply-judged-strictly')
  const reasons: Readonly<Record<keyof typeof REPLY_VARIANTS, string>> = {
    sameToken: 'same-token',
    ignoresDetails: 'details-not-confirmed',
    widerScope: 'wider-scope',
    widerDetails: 'wider-details',
    otherTokenType: 'token-type',
    notAnAccessToken: 'issued-token-type',
    neverUsable: 'expiry',
    oddCharacters: 'token-characters',
    huge: 'too-large',
    nothing: 'unreadable',
    slow: 'timeout'
  }
  const each = collected(t)
  for (const [name, variant] of Object.entries(REPLY_VARIANTS)) {
    const { exchange } = await start(t, variant)
    each.match(await exchange(['seats:write'], [ELEMENT]), { error: { reason: reasons[name as keyof typeof reasons] } }, name)
  }
  each.end()
})
