// Routes of the host that are protected by the gateway, with tokens that are bound to a key (RFC 9449): a proof names the URL of the
// route and not that of the endpoint. All requests come over a socket.

import { createHash, randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { calculateJwkThumbprint } from 'jose'
import t, { type Test } from 'tap'
import { mcpResourceGateway, type PluginConfig, type ProtectedRoute } from '../../src/index.ts'
import { createTestAuthorizationServer, createTestClock } from '../../src/testing/testing.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { CLIENT_SECRET } from '../support/gateway.ts'
import { createSigningKey, signJwt, type SigningKey } from '../support/signing-keys.ts'

const ORIGIN = 'https://shop.example'
const RESOURCE = `${ORIGIN}/mcp`
const METADATA = `${ORIGIN}/.well-known/oauth-protected-resource/mcp`
const key = createSigningKey(undefined)
const stranger = createSigningKey(undefined)
const cnf = { jkt: await calculateJwkThumbprint(key.jwk) }

interface Proof { readonly signer?: SigningKey, readonly method?: string, readonly payload?: object }
interface Answer { readonly status: number, readonly headers: Headers, readonly challenge: string, readonly body: Record<string, unknown> }

async function openHost (t: Test, config: Partial<PluginConfig> = {}, route: Partial<ProtectedRoute> = {}) {
  const lines: string[] = []
  const app = Fastify({ logger: { stream: { write: (line: string) => { lines.push(line) } } } })
  const clock = createTestClock()
  const server = createTestAuthorizationServer({ resource: RESOURCE, clock })
  t.teardown(async () => {
    await app.close()
    await server.close()
  })
  await app.register(mcpResourceGateway, {
    config: {
      resource: { identifier: RESOURCE },
      authorizationServer: { issuer: server.issuer, introspection: { clientId: 'shop', clientSecret: CLIENT_SECRET }, selfTest: 'off' },
      dpop: { mode: 'accepted' },
      ...config
    },
    tools: [],
    server: { name: 'shop', version: '1' },
    clock,
    dispatcher: server.dispatcher
  })
  const onRequest = app.mcpGateway.authenticate({ scopes: ['invoices:read'], ...route })
  app.get('/invoices/:id', { onRequest }, ({ mcpGrant }) => ({ person: mcpGrant.person.subject }))
  app.post('/invoices', { onRequest }, () => ({ made: true }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const token = server.issue({ scopes: ['invoices:read'], claims: { cnf, token_type: 'DPoP' } })

  async function send (path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers })
    const body = await response.json() as Record<string, unknown>
    return { status: response.status, headers: response.headers, challenge: response.headers.get('www-authenticate') ?? '', body }
  }

  function proof (url: string, { signer = key, method = 'GET', payload = {} }: Proof = {}): string {
    const ath = createHash('sha256').update(token).digest('base64url')
    const claims = { jti: randomUUID(), htm: method, htu: url, iat: Math.floor(clock.now() / 1000), ath, ...payload }
    return signJwt(signer, claims, { typ: 'dpop+jwt', jwk: signer.jwk })
  }

  return {
    server,
    token,
    send,
    proof,
    withProof: (path: string, dpop: string, method = 'GET') => send(path, { authorization: `DPoP ${token}`, dpop }, method),
    lines: () => lines.join(''),
    reasons: () => lines.flatMap(line => /"event":"decision".*"reason":"([^"]+)"/.exec(line)?.[1] ?? [])
  }
}

t.test('host route with DPoP — a proof for the URL of the route is accepted, whatever the query', async t => {
  covers('dpop.proof-accepted')
  const { proof, withProof } = await openHost(t)
  const accepted = [
    await withProof('/invoices/7', proof(`${ORIGIN}/invoices/7`)),
    await withProof('/invoices/7?page=2', proof(`${ORIGIN}/invoices/7`)),
    await withProof('/invoices/7?page=2', proof(`${ORIGIN}/invoices/7?page=2`)),
    await withProof('/invoices/%37', proof(`${ORIGIN}/invoices/%37`)),
    await withProof('/invoices', proof(`${ORIGIN}/invoices`, { method: 'POST' }), 'POST')
  ]
  t.strictSame(accepted.map(({ status }) => status), [200, 200, 200, 200, 200])
  t.strictSame(accepted[0]?.body, { person: '1004' })
})

t.test('host route with DPoP — a proof for another URL or method, or with another key, is refused', async t => {
  covers('dpop.proof-checked')
  const { proof, withProof, reasons } = await openHost(t)
  const cases: readonly (readonly [string, string, string])[] = [
    ['another route', proof(`${ORIGIN}/invoices/8`), 'invalid-proof:address'],
    ['the endpoint', proof(RESOURCE), 'invalid-proof:address'],
    ['the pattern of the route', proof(`${ORIGIN}/invoices/:id`), 'invalid-proof:address'],
    ['the address of the socket', proof('http://127.0.0.1/invoices/7'), 'invalid-proof:address'],
    ['another method', proof(`${ORIGIN}/invoices/7`, { method: 'POST' }), 'invalid-proof:method'],
    ['another token', proof(`${ORIGIN}/invoices/7`, { payload: { ath: 'x' } }), 'invalid-proof:token'],
    ['too old', proof(`${ORIGIN}/invoices/7`, { payload: { iat: 1 } }), 'invalid-proof:time'],
    ['not a proof', 'x', 'invalid-proof:form']
  ]
  const each = collected(t)
  for (const [name, text, reason] of cases) {
    const { status, challenge, body } = await withProof('/invoices/7', text)
    each.strictSame([status, body['error'], reasons().at(-1)], [401, 'invalid_dpop_proof', reason], name)
    each.match(challenge, /^DPoP realm="https:\/\/shop\.example", error="invalid_dpop_proof", /, name)
    each.ok(challenge.includes(`resource_metadata="${METADATA}", scope="invoices:read", algs="ES256 `), `${name}: ${challenge}`)
  }
  each.end()
  const wrongKey = await withProof('/invoices/7', proof(`${ORIGIN}/invoices/7`, { signer: stranger }))
  t.match([wrongKey.status, wrongKey.challenge, reasons().at(-1)], [401, /^DPoP .*error="invalid_token"/, 'wrong-key'])
})

t.test('host route with DPoP — a proof is used once, at the route and at the endpoint together', async t => {
  covers('dpop.replay-refused')
  const { proof, withProof, reasons, lines } = await openHost(t)
  const used = proof(`${ORIGIN}/invoices/7`)
  t.equal((await withProof('/invoices/7', used)).status, 200)
  const again = await withProof('/invoices/7', used)
  t.strictSame([again.status, again.body['error'], reasons()], [401, 'invalid_dpop_proof', ['invalid-proof:replayed']])
  t.match(again.challenge, /^DPoP .*error="invalid_dpop_proof".*scope="invoices:read"/)
  const twice = proof(`${ORIGIN}/invoices/8`)
  const both = await Promise.all([withProof('/invoices/8', twice), withProof('/invoices/8', twice)])
  t.strictSame(both.map(({ status }) => status).sort(), [200, 401], 'of two at once one is refused')
  const id = randomUUID()
  t.equal((await withProof('/invoices/9', proof(`${ORIGIN}/invoices/9`, { payload: { jti: id } }))).status, 200)
  const atEndpoint = await withProof('/mcp', proof(RESOURCE, { method: 'POST', payload: { jti: id } }), 'POST')
  t.equal(atEndpoint.status, 401, 'the id of a proof for the route is not accepted at the endpoint')
  t.notOk(lines().includes(used), 'no proof in a log')
})

t.test('host route with DPoP — without a proof, and with a bound token as a bearer token, the challenge names both schemes', async t => {
  covers('dpop.challenge', 'dpop.bound-token-not-bearer')
  const { token, send, server } = await openHost(t)
  const missing = await send('/invoices/7', { authorization: `DPoP ${token}` })
  t.match([missing.status, missing.body['error'], missing.challenge], [401, 'invalid_dpop_proof', /^DPoP .*error="invalid_dpop_proof"/])
  t.equal(server.introspections(), 0, 'the authorization server is not asked about a token without its proof')
  const bearer = await send('/invoices/7', { authorization: `Bearer ${token}` })
  t.match([bearer.status, bearer.challenge], [401, /^Bearer .*error="invalid_token".*scope="invoices:read", DPoP realm=.*algs="ES256/])
  const none = await send('/invoices/7', {})
  t.match([none.status, none.challenge], [401, /^Bearer .*scope="invoices:read", DPoP realm=.*algs="ES256/])
  const unbound = server.issue({ scopes: ['invoices:read'] })
  t.equal((await send('/invoices/7', { authorization: `Bearer ${unbound}` })).status, 200, 'accepted: a bearer token too')
})

t.test('host route with DPoP — required: no bearer token, and a nonce where one is configured', async t => {
  covers('dpop.required', 'dpop.nonce')
  const { send, server, proof, withProof } = await openHost(t, { dpop: { mode: 'required', nonce: 'required' } })
  const bearer = await send('/invoices/7', { authorization: `Bearer ${server.issue({ scopes: ['invoices:read'] })}` })
  t.match([bearer.status, bearer.challenge], [401, /^DPoP /])
  const first = await withProof('/invoices/7', proof(`${ORIGIN}/invoices/7`))
  const nonce = first.headers.get('dpop-nonce')
  t.match([first.status, first.body['error'], nonce], [401, 'use_dpop_nonce', /^[\w.-]+$/])
  t.equal((await withProof('/invoices/7', proof(`${ORIGIN}/invoices/7`, { payload: { nonce } }))).status, 200)
})

t.test('host route with DPoP — a denial names the scheme that was used, and a live answer needs no second proof', async t => {
  const { proof, withProof, server } = await openHost(t, {}, { freshness: 'fresh' })
  t.equal((await withProof('/invoices/7', proof(`${ORIGIN}/invoices/7`))).status, 200)
  t.equal((await withProof('/invoices/7', proof(`${ORIGIN}/invoices/7`))).status, 200)
  t.equal(server.introspections(), 2)
  const { proof: narrowProof, withProof: sendNarrow } = await openHost(t, {}, { scopes: ['invoices:write'] })
  const denied = await sendNarrow('/invoices/7', narrowProof(`${ORIGIN}/invoices/7`))
  t.match([denied.status, denied.challenge], [403, /^DPoP .*error="insufficient_scope".*scope="invoices:write"/])
})
