// Authlete asked directly: requests, replies, faults, and every trap of its SDK. The practice server answers as Authlete does.

import { inspect } from 'node:util'
import t, { type Test } from 'tap'
import { createAuthleteVerifier } from '../../src/auth/authlete/authlete-verifier.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { createAuthorizationServer } from '../../src/auth/server/authorization-server.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE } from '../support/gateway.ts'
import { answers, answersJson, startStubAuthorizationServer, type Behaviour } from '../support/stub-authorization-server.ts'

const TOKEN = 'an-opaque-token'
const SERVICE_TOKEN = 'the-service-access-token'
const ok = {
  action: 'OK',
  responseContent: 'Bearer error="invalid_request"',
  usable: true,
  existent: true,
  subject: '1004',
  expiresAt: 1_900_000_000_000,
  accessTokenResources: [RESOURCE]
}

async function start (t: Test, deadlineMs = 3000) {
  const server = await startStubAuthorizationServer()
  const authorizationServer = createAuthorizationServer({ issuer: 'https://as.example', deadlineMs, clock: systemClock })
  const verifier = createAuthleteVerifier({
    server: authorizationServer, baseUrl: `${server.origin}/base`, serviceId: '715948317', accessToken: () => SERVICE_TOKEN, deadlineMs, clock: systemClock
  })
  t.teardown(async () => {
    await server.close()
    await authorizationServer.close()
  })
  const path = '/base/api/715948317/auth/introspection'
  return {
    server,
    verifier,
    path,
    on: (behaviour: Behaviour) => { server.on(path, behaviour) },
    ask: () => verifier.verify(new PresentedToken(TOKEN))
  }
}

/** Everything that `console` would have printed meanwhile. */
async function printed (doing: () => Promise<unknown>): Promise<string> {
  const kept = { log: console.log, group: console.group, error: console.error, warn: console.warn }
  const lines: unknown[] = []
  const keep = (...parts: unknown[]) => { lines.push(...parts) }
  Object.assign(console, { log: keep, group: keep, error: keep, warn: keep })
  try {
    await doing()
  } finally {
    Object.assign(console, kept)
  }
  return inspect(lines, { depth: 9 })
}

t.test('Authlete — is asked by a JSON POST with the service access token, and with nothing else', async t => {
  covers('authlete.request')
  const { server, verifier, on, ask, path } = await start(t)
  on(answersJson(ok))
  t.match(await ask(), { kind: 'active', claims: { issuer: undefined, subject: '1004', audience: [RESOURCE], expiresAt: 1_900_000_000 } })
  const [request] = server.received
  t.match(request, { method: 'POST', path, headers: { authorization: `Bearer ${SERVICE_TOKEN}`, 'content-type': 'application/json', accept: 'application/json', cookie: undefined } })
  t.strictSame(JSON.parse(request?.body ?? ''), { token: TOKEN })
  for (let more = 0; more < 10; more += 1) await ask()
  t.ok(new Set(server.received.map(({ connection }) => connection)).size <= 2, 'connections are used again')
  await verifier.ready()
})

t.test('Authlete — what it says is read from its reply, not from what the SDK makes of it', async t => {
  covers('authlete.reply-read-whole')
  const { on, ask } = await start(t)
  const claims = async (changes: object) => {
    on(answersJson({ ...ok, ...changes }))
    const status = await ask().catch((failure: unknown) => failure as AuthorizationServerUnavailable)
    if ('reason' in status) return { reason: status.reason, detail: status.detail }
    return status.kind === 'active' ? status.claims : status
  }
  t.match(await claims({
    subject: null,
    scopes: null,
    clientId: null,
    certificateThumbprint: null,
    authorizationDetails: null,
    accessTokenResources: null,
    properties: null,
    grantType: null
  }),
  { subject: undefined, clientId: undefined, audience: [], confirmation: undefined, authorizationDetails: undefined }, 'null is absent')
  t.match(await claims({ grantType: 'A_GRANT_OF_NEXT_YEAR', anything: { new: [1] } }), { subject: '1004' },
    'values and members that the SDK does not know')
  const details = [{ type: 'ticket-reservation', maxAmount: 10_000, otherFields: '{"maxAmount":10000}' }]
  t.strictSame((await claims({ authorizationDetails: { elements: details } }) as { authorizationDetails: unknown }).authorizationDetails,
    details, 'a member that the SDK would drop is there')
  t.match(await claims({ resources: [RESOURCE], accessTokenResources: ['https://other.example'] }), { audience: ['https://other.example'] }, 'the narrowed set')
  t.match(await claims({ resources: [RESOURCE], accessTokenResources: null }), { audience: [] })
  t.match(await claims({ certificateThumbprint: 'abc' }), { confirmation: { 'x5t#S256': 'abc' } })
  t.match(await claims({ acr: 'gold', authTime: 1_799_999_000 }), { authenticationContext: 'gold', authenticatedAt: 1_799_999_000 })
  t.match(await claims({ authTime: 0 }), { authenticatedAt: undefined })
  t.match(await claims({ authTime: 1_799_999_000_000 }), { authenticatedAt: undefined }, 'milliseconds are no time of this kind')

  for (const [changes, clientId] of [
    [{ clientId: 26_478_243_745_571 }, '26478243745571'],
    [{ clientId: 26_478_243_745_571, clientIdAlias: 'shop', clientIdAliasUsed: true }, 'shop'],
    [{ clientId: 26_478_243_745_571, clientIdAlias: 'shop', clientIdAliasUsed: false }, '26478243745571'],
    [{ clientId: 2 ** 60, clientIdAlias: 'shop' }, 'shop']
  ] as const) t.match(await claims(changes), { clientId }, JSON.stringify(changes))

  for (const [changes, claim] of [
    [{ clientId: 2 ** 60 }, 'client_id'],
    [{ clientId: 1.5 }, 'client_id'],
    [{ clientId: { id: 1 } }, 'client_id'],
    [{ clientIdAliasUsed: true }, 'client_id'],
    [{ expiresAt: null }, 'exp'],
    [{ expiresAt: '1900000000000' }, 'exp'],
    [{ expiresAt: -1 }, 'exp'],
    [{ expiresAt: 1e300 }, 'exp'],
    [{ scopes: 'a b' }, undefined],
    [{ scopes: ['a b'] }, 'scope'],
    [{ scopes: [1] }, 'scope'],
    [{ accessTokenResources: [null] }, 'aud'],
    [{ subject: 1004 }, 'sub'],
    [{ certificateThumbprint: 7 }, undefined]
  ] as const) {
    const read = await claims(changes)
    if (claim === undefined) t.notOk('kind' in read, JSON.stringify(changes))
    else if (!['exp', 'aud'].includes(claim)) t.match(read, { reason: 'unusable-reply', detail: `"${claim}"` }, JSON.stringify(changes))
    else t.strictSame(read, { kind: 'unusable', claim }, JSON.stringify(changes))
  }
})

t.test('Authlete — its actions are answers, refusals or faults', async t => {
  covers('authlete.actions')
  const { on, ask } = await start(t)
  const inactive = { kind: 'inactive' }
  const each = collected(t)
  for (const [reply, status] of [
    [{ ...ok, action: 'UNAUTHORIZED' }, inactive],
    [{ ...ok, action: 'FORBIDDEN' }, inactive],
    [{ ...ok, usable: false }, inactive],
    [{ ...ok, existent: false }, inactive]
  ] as const) {
    on(answersJson(reply))
    each.strictSame(await ask(), status)
  }
  each.end()
  const faults: [Behaviour, string][] = [
    [answersJson({ ...ok, action: 'INTERNAL_SERVER_ERROR' }), 'unexpected-status'],
    [answersJson({ ...ok, action: 'BAD_REQUEST' }), 'unexpected-status'],
    [answersJson({ ...ok, action: 'ok' }), 'unparseable'],
    [answersJson({ ...ok, action: undefined }), 'unparseable'],
    [answersJson({ ...ok, action: ['OK'] }), 'unparseable'],
    [answersJson([ok]), 'unparseable'],
    [answersJson(null), 'unparseable'],
    [answers(200, '{"action":"OK"'), 'unparseable'],
    [answers(200, JSON.stringify(ok), { 'content-type': 'text/html' }), 'unparseable'],
    [answers(401, JSON.stringify({ resultCode: 'A001201', resultMessage: 'upstream-text' })), 'credentials-rejected'],
    [answers(403, '{}'), 'credentials-rejected'],
    [answers(404, '{}'), 'unexpected-status'],
    [answers(429, '{}'), 'rate-limited'],
    [answers(500, '{}'), 'unexpected-status'],
    [answers(503, '<html>'), 'unexpected-status'],
    [answers(307, '', { location: 'http://127.0.0.1:1/elsewhere' }), 'redirect'],
    [answers(200, JSON.stringify({ ...ok, filler: 'x'.repeat(300_000) })), 'too-large'],
    [(_request, _response, socket) => { socket.destroy() }, 'connection-dropped']
  ]
  for (const [behaviour, reason] of faults) {
    on(behaviour)
    const failure: unknown = await ask().then(() => undefined, (failure: unknown) => failure)
    each.ok(failure instanceof AuthorizationServerUnavailable)
    each.equal((failure as AuthorizationServerUnavailable).reason, reason)
    const shown = inspect(failure, { depth: 9, showHidden: true })
    for (const secret of [SERVICE_TOKEN, TOKEN, 'upstream-text']) each.notOk(shown.includes(secret), `${reason}: nothing of the exchange is in the fault`)
  }
  each.end()
})

t.test('Authlete — one deadline, although the SDK has none; and silence, although it can be made to talk', async t => {
  covers('authlete.deadline', 'authlete.nothing-printed')
  const { on, ask } = await start(t, 150)
  on((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => { response.write(' ') }, 20)
    response.once('close', () => { clearInterval(drip) })
  })
  t.equal(await ask().then(() => undefined, (failure: AuthorizationServerUnavailable) => failure.reason), 'timeout')

  // The SDK reads this once, when it is first used without a logger.
  process.env['AUTHLETE_DEBUG'] = 'true'
  t.teardown(() => { delete process.env['AUTHLETE_DEBUG'] })
  on(answersJson(ok))
  const told = await printed(async () => { t.match(await ask(), { kind: 'active' }) })
  t.equal(told, '[]')
})
