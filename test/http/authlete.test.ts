// Authlete asked directly: the same decisions, the same words and the same reasons as through RFC 7662, and every trap of its SDK.

import fc from 'fast-check'
import { strict as assert } from 'node:assert'
import { inspect } from 'node:util'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { parseAuthleteReply } from '../../src/auth/authlete/authlete-reply.ts'
import { createAuthleteVerifier } from '../../src/auth/authlete/authlete-verifier.ts'
import { parseIntrospectionReply } from '../../src/auth/introspection/introspection-reply.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { createAuthorizationServer } from '../../src/auth/server/authorization-server.ts'
import type { TokenStatus } from '../../src/auth/token-claims.ts'
import { loadConfig } from '../../src/config/load.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { AUTHLETE_INTROSPECTION_PATH, AUTHLETE_SERVICE } from '../../src/practice-as/authlete-api.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { readAuthorizationDetails } from '../../src/policy/authorization-details/read.ts'
import { collected } from '../support/collected.ts'
import { configureGateway, type ConfiguredGateway } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE, type CallAnswer } from '../support/gateway.ts'
import { answers, answersJson, startStubAuthorizationServer, type Behaviour } from '../support/stub-authorization-server.ts'

const TOKEN = 'an-opaque-token'
const SERVICE_TOKEN = 'the-service-access-token'
const ok = { action: 'OK', responseContent: 'Bearer error="invalid_request"', usable: true, existent: true, subject: '1004', expiresAt: 1_900_000_000_000, accessTokenResources: [RESOURCE] }

async function start (t: Test, deadlineMs = 3000) {
  const server = await startStubAuthorizationServer()
  const authorizationServer = createAuthorizationServer({ issuer: 'https://as.example', deadlineMs, clock: systemClock })
  const verifier = createAuthleteVerifier({
    server: authorizationServer, baseUrl: `${server.origin}/base`, serviceId: '715948317', accessToken: SERVICE_TOKEN, deadlineMs, clock: systemClock
  })
  t.teardown(async () => {
    await server.close()
    await authorizationServer.close()
  })
  const path = '/base/api/715948317/auth/introspection'
  return { server, verifier, path, on: (behaviour: Behaviour) => { server.on(path, behaviour) }, ask: () => verifier.verify(new PresentedToken(TOKEN)) }
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
    const status = await ask()
    return status.kind === 'active' ? status.claims : status
  }
  t.match(await claims({ subject: null, scopes: null, clientId: null, certificateThumbprint: null, authorizationDetails: null, accessTokenResources: null, properties: null, grantType: null }),
    { subject: undefined, clientId: undefined, audience: [], confirmation: undefined, authorizationDetails: undefined }, 'null is absent')
  t.match(await claims({ grantType: 'A_GRANT_OF_NEXT_YEAR', anything: { new: [1] } }), { subject: '1004' }, 'values and members that the SDK does not know')
  const details = [{ type: 'ticket-reservation', maxAmount: 10_000, otherFields: '{"maxAmount":10000}' }]
  t.strictSame((await claims({ authorizationDetails: { elements: details } }) as { authorizationDetails: unknown }).authorizationDetails, details, 'a member that the SDK would drop is there')
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

/** One grant, said in either way. */
const grants = fc.record({
  sub: fc.oneof(fc.constant(undefined), fc.string()),
  aud: fc.array(fc.oneof(fc.constant(RESOURCE), fc.webUrl())),
  scopes: fc.array(fc.constantFrom('mcp:tickets:read', 'mcp:tickets:write', 'openid'), { maxLength: 3 }),
  exp: fc.integer({ min: 0, max: 4_000_000_000 }),
  clientId: fc.constantFrom(undefined, 'client-1', '26478243745571'),
  acr: fc.constantFrom(undefined, 'gold'),
  authTime: fc.constantFrom(undefined, 1_799_999_999),
  x5t: fc.constantFrom(undefined, 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2'),
  names: fc.constantFrom(undefined, { scope: ['scp', 'scope'], clientId: ['azp', 'client_id'], subject: ['oid', 'sub'] }, { scope: ['scp'], clientId: ['azp'], subject: ['oid'] }),
  details: fc.option(fc.array(fc.record({ actions: fc.constantFrom(null, ['book']), members: fc.dictionary(fc.constantFrom('maxAmount', 'currency', 'budgetId', 'x'), fc.jsonValue({ maxDepth: 2 })) }), { maxLength: 3 }), { nil: undefined })
})

t.test('parity — any grant reads the same through RFC 7662 and through Authlete', async () => {
  covers('authlete.parity')
  const comparable = (status: TokenStatus) => status.kind !== 'active'
    ? status
    // The names of the members that were received are for hints, and differ.
    : { ...status.claims, claimNames: undefined, missingScopeClaim: undefined, scopes: [...status.claims.scopes].sort(), authorizationDetails: readAuthorizationDetails(status.claims.authorizationDetails) }
  const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_key, member: unknown) => member !== null && typeof member === 'object' && !Array.isArray(member) ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => one < other ? -1 : 1)) : member))
  fc.assert(fc.property(grants, ({ sub, aud, scopes, exp, clientId, acr, authTime, x5t, names, details }) => {
    const standard = parseIntrospectionReply(JSON.parse(JSON.stringify({
      active: true,
      sub,
      aud,
      scope: scopes.join(' '),
      exp,
      client_id: clientId,
      acr,
      auth_time: authTime,
      cnf: x5t === undefined ? undefined : { 'x5t#S256': x5t },
      authorization_details: details?.map(({ actions, members }) => ({ type: 'ticket-reservation', ...(actions === null ? {} : { actions }), ...members }))
    })), names)
    const authlete = parseAuthleteReply(JSON.parse(JSON.stringify({
      action: 'OK',
      subject: sub ?? null,
      accessTokenResources: aud,
      scopes,
      expiresAt: exp * 1000,
      acr: acr ?? null,
      authTime: authTime ?? 0,
      clientId: clientId === '26478243745571' ? Number(clientId) : null,
      clientIdAlias: clientId ?? null,
      clientIdAliasUsed: clientId === 'client-1',
      certificateThumbprint: x5t ?? null,
      authorizationDetails: details === undefined ? null : { elements: details.map(({ actions, members }) => ({ type: 'ticket-reservation', actions, locations: null, dataTypes: [], identifier: null, privileges: null, otherFields: JSON.stringify(members) })) }
    })), names)
    assert.deepEqual(normal(comparable(authlete)), normal(comparable(standard)))
  }), { numRuns: 200 })
})

t.test('parity — whatever it is sent, a reply is read or refused, never thrown over', async t => {
  t.doesNotThrow(() => {
    fc.assert(fc.property(fc.record({ action: fc.constantFrom('OK', 'UNAUTHORIZED', 'FORBIDDEN', 'BAD_REQUEST', 'INTERNAL_SERVER_ERROR', 'x', null) }, { requiredKeys: [] }), fc.dictionary(
      fc.constantFrom('subject', 'clientId', 'clientIdAlias', 'clientIdAliasUsed', 'scopes', 'expiresAt', 'accessTokenResources', 'authorizationDetails', 'certificateThumbprint', 'acr', 'authTime', 'usable', '__proto__'),
      fc.jsonValue()), (head, members) => {
      try {
        return ['active', 'inactive', 'unusable'].includes(parseAuthleteReply({ ...members, ...head }).kind)
      } catch (failure) {
        return failure instanceof AuthorizationServerUnavailable
      }
    }))
  })
})

const FAR_AHEAD_SECONDS = 400 * 24 * 3600
const FULL = { subject: '1004', scope: 'mcp:tickets:read mcp:tickets:write', ttlSeconds: FAR_AHEAD_SECONDS }
const element = (members: object = {}) => ({ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY', ...members })

t.test('parity — the whole decision table, by the same tokens through both: answers, challenges and log reasons', async t => {
  covers('authlete.parity')
  const other = 'https://other.example/mcp'
  const practice = await createPracticeServer({ resources: [RESOURCE, other] })
  t.teardown(practice.close)
  const shared = { policy: { authorizationDetailsWhenAbsent: 'allow', remediation: 'draft' }, cache: { negativeTtlSeconds: 0 } } as const
  const standard = await configureGateway(t, { ...shared, authorizationServer: { issuer: practice.issuer, introspection: { clientId: practice.introspectionClient.id, clientSecret: practice.introspectionClient.secret } } })
  const authlete = await configureGateway(t, { ...shared, authorizationServer: { issuer: practice.issuer, authlete: { baseUrl: practice.issuer, serviceId: AUTHLETE_SERVICE.id, accessToken: AUTHLETE_SERVICE.accessToken } } })

  const tokens: Record<string, string> = {
    'everything, no details': await practice.mintToken(FULL),
    'read only': await practice.mintToken({ ...FULL, scope: 'mcp:tickets:read' }),
    'write only': await practice.mintToken({ ...FULL, scope: 'mcp:tickets:write' }),
    'another scope': await practice.mintToken({ ...FULL, scope: 'openid' }),
    'another resource': await practice.mintToken({ ...FULL, resource: other }),
    'no resource': await practice.mintToken({ ...FULL, resource: null }),
    'expired here': await practice.mintToken({ ...FULL, ttlSeconds: 3600 }),
    'a subject like a number': await practice.mintToken({ ...FULL, subject: '01004' }),
    'a subject nobody can print': await practice.mintToken({ ...FULL, subject: 'a\u0000b' }),
    unknown: 'no-such-token',
    ...Object.fromEntries(await Promise.all(Object.entries({
      limited: [element()],
      'no details granted': [],
      'another currency': [element({ currency: 'USD' })],
      'two elements, the second enough': [element({ maxAmount: 1 }), element({ maxAmount: 20_000 })],
      'two elements, enough only together': [element({ maxAmount: 9_000 }), element({ maxAmount: 7_000 })],
      'booking not allowed': [element({ actions: ['cancel'] })],
      'another ticket': [element({ ticketIds: [3] })],
      'another place': [element({ locations: [other] })],
      'this place': [element({ locations: [RESOURCE] })],
      over: [element({ validUntil: '2020-01-01T00:00:00Z' })],
      'a total': [element({ maxTotalAmount: 12_000, budgetId: 'b-1' })],
      'another type': [{ type: 'something-else', anything: 1 }],
      'an unknown member': [element({ maxSeats: 1 })],
      'a limit in quotes': [element({ maxAmount: '10000' })],
      'no limit': [{ type: 'ticket-reservation', actions: ['book'] }],
      'a negative limit': [element({ maxAmount: -1 })]
    }).map(async ([name, authorizationDetails]) => [name, await practice.mintToken({ ...FULL, authorizationDetails })] as const)))
  }
  const revoked = await practice.mintToken(FULL)
  await practice.revokeToken(revoked)
  tokens['revoked'] = revoked

  const calls: readonly Parameters<ConfiguredGateway['call']>[0][] = [
    { method: 'ping' },
    { method: 'tools/list' },
    { tool: 'list_tickets' },
    { tool: 'list_tickets', args: { limit: 0 } },
    { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } },
    { tool: 'reserve_ticket', args: { ticket_id: 2, seats: 2 } },
    { tool: 'reserve_ticket', args: { ticket_id: 3, seats: 1 } },
    { tool: 'cancel_reservation', args: { reservation_id: 999_999 } },
    { tool: 'get_user_reservations' },
    { tool: 'no_such_tool' }
  ]
  const seen = new Set<unknown>()
  const each = collected(t)
  for (const [name, token] of Object.entries(tokens)) {
    for (const call of calls) {
      const what = `${name}: ${call.tool ?? call.method} ${JSON.stringify(call.args ?? {})}`
      const [first, second] = [await standard.call({ token, ...call }), await authlete.call({ token, ...call })]
      each.strictSame(comparableAnswer(second), comparableAnswer(first), what)
      const [told, toldToo] = [standard.decisions().at(-1), authlete.decisions().at(-1)]
      each.strictSame(comparableDecision(toldToo), comparableDecision(told), `${what}: the log`)
      seen.add(told?.['reason'])
    }
  }
  each.end()
  t.equal(standard.decisions().length, Object.keys(tokens).length * calls.length)
  for (const reason of ['inactive', 'expired', 'wrong-audience', 'no-audience', 'unusable-claim:sub', 'insufficient-scope', 'insufficient-authorization']) {
    each.ok([...seen].some(told => typeof told === 'string' && told.startsWith(reason)), `${reason} is in the table`)
  }
  each.end()
  const logged = authlete.log()
  for (const secret of [AUTHLETE_SERVICE.accessToken, ...Object.values(tokens)]) each.notOk(logged.includes(secret), 'no token in a log')
  each.end()

  await practice.close()
  const [down, downToo] = [await standard.call({ token: 'another', tool: 'list_tickets' }), await authlete.call({ token: 'another', tool: 'list_tickets' })]
  t.equal(down.status, 503)
  t.strictSame(comparableAnswer(downToo), comparableAnswer(down), 'and an outage is the same outage')
})

function comparableAnswer ({ status, headers, text }: CallAnswer): object {
  const challenge = headers['www-authenticate']
  return {
    status,
    type: headers['content-type'],
    challenge: typeof challenge === 'string' ? withoutMoment(challenge.replace(/(authorization_remediation=")([^"]*)/, (_all, name: string, value: string) => `${name}${withoutReference(Buffer.from(value, 'base64url').toString())}`)) : undefined,
    text: withoutReference(withoutMoment(text))
  }
}

/** Keyed by the gateway's secret, which differs: only whether there is one can be compared. */
function withoutReference (text: string): string {
  return text.replace(/("authorization_reference":")[^"]*/g, '$1…')
}

/** Ids of one refusal. */
function withoutMoment (text: string): string {
  return text.replace(/("authorizationContextId":")[^"]*/g, '$1…')
}

function comparableDecision ({ durationMs: _, authenticationMs: __, time: ___, contextId, reqId: ____, ...line }: Readonly<Record<string, unknown>> = {}): object {
  return { ...line, contextId: typeof contextId }
}

t.test('profile — config/authlete.json as it is, but for where the service and the storage are', async t => {
  const resource = 'http://localhost:3443/mcp'
  const practice = await createPracticeServer({ resources: [resource] })
  t.teardown(practice.close)
  const loaded = loadConfig({
    env: {
      GATEWAY_CONFIG: 'config/authlete.json',
      AUTHORIZATION_SERVER_ISSUER: practice.issuer,
      AUTHLETE_BASE_URL: practice.issuer,
      AUTHLETE_SERVICE_ID: AUTHLETE_SERVICE.id,
      AUTHLETE_SERVICE_ACCESS_TOKEN: AUTHLETE_SERVICE.accessToken,
      STORAGE_URL: 'sqlite::memory:'
    }
  })
  if (!loaded.ok) throw new Error(loaded.error.map(({ path }) => path).join())
  const app = await createApp({ settings: fixedSettings(loaded.value.config), logger: pino({ level: 'silent' }), version: '0.0.0-test', openService: openTicketService })
  t.teardown(() => app.close())
  const call = async (token: string, name: string, args: object) => {
    const payload = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }
    return (await app.inject({ method: 'POST', url: '/mcp', headers: { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream' }, payload })).statusCode
  }
  const token = await practice.mintToken({ subject: '1004', scope: 'mcp:tickets:read mcp:tickets:write', resource, authorizationDetails: [element()] })
  t.equal(await call(token, 'list_tickets', {}), 200)
  t.equal(await call(token, 'reserve_ticket', { ticket_id: 1, seats: 1 }), 200)
  t.equal(await call(token, 'reserve_ticket', { ticket_id: 2, seats: 2 }), 403, 'the limit of the token')
  t.equal(await call('unknown', 'list_tickets', {}), 401)
})

t.test('practice server — answers as Authlete only those who have the service access token', async t => {
  const practice = await createPracticeServer()
  t.teardown(practice.close)
  const ask = (init: RequestInit) => fetch(practice.issuer + AUTHLETE_INTROSPECTION_PATH, init)
  const authorization = `Bearer ${AUTHLETE_SERVICE.accessToken}`
  t.equal((await ask({ method: 'POST', body: '{}' })).status, 401)
  t.equal((await ask({ method: 'POST', body: '{}', headers: { authorization: `${authorization}x` } })).status, 401)
  t.equal((await ask({ method: 'GET', headers: { authorization } })).status, 405)
  t.match(await (await ask({ method: 'POST', body: 'no json', headers: { authorization } })).json(), { action: 'BAD_REQUEST' })
  t.match(await (await ask({ method: 'POST', body: '{"token":"x"}', headers: { authorization } })).json(), { action: 'UNAUTHORIZED', usable: false })
  const token = await practice.mintToken({ subject: '1004', scope: 'mcp:tickets:read', authorizationDetails: [element()], extraClaims: { acr: 'gold', auth_time: 5 } })
  t.match(await (await ask({ method: 'POST', body: JSON.stringify({ token }), headers: { authorization } })).json(), {
    action: 'OK',
    subject: '1004',
    scopes: ['mcp:tickets:read'],
    acr: 'gold',
    authTime: 5,
    clientIdAlias: 'minted-client',
    clientIdAliasUsed: true,
    authorizationDetails: { elements: [{ type: 'ticket-reservation', locations: null, actions: ['book', 'cancel'], otherFields: '{"maxAmount":10000,"currency":"JPY"}' }] }
  })
  const bound = await practice.mintToken({ subject: '1004', scope: 'mcp:tickets:read', boundTo: { jkt: 'x'.repeat(43) } })
  t.match(await (await ask({ method: 'POST', body: JSON.stringify({ token: bound }), headers: { authorization } })).json(), { action: 'UNAUTHORIZED' }, 'without a proof')
})
