// Authlete asked directly gives the same decisions, the same words and the same reasons as introspection (RFC 7662).

import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { parseAuthleteReply } from '../../src/auth/authlete/authlete-reply.ts'
import { parseIntrospectionReply } from '../../src/auth/introspection/introspection-reply.ts'
import type { TokenStatus } from '../../src/auth/token-claims.ts'
import { AuthorizationServerUnavailable } from '../../src/kernel/fault.ts'
import { readAuthorizationDetails } from '../../src/policy/authorization-details/read.ts'
import { AUTHLETE_SERVICE } from '../../src/practice-as/authlete-api.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { collected } from '../support/collected.ts'
import { configureGateway, type ConfiguredGateway } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE, type CallAnswer } from '../support/gateway.ts'

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
  names: fc.constantFrom(undefined, { scope: ['scp', 'scope'], clientId: ['azp', 'client_id'], subject: ['oid', 'sub'] },
    { scope: ['scp'], clientId: ['azp'], subject: ['oid'] }),
  details: fc.option(fc.array(fc.record({
    actions: fc.constantFrom(null, ['book']),
    members: fc.dictionary(fc.constantFrom('maxAmount', 'currency', 'budgetId', 'x'), fc.jsonValue({ maxDepth: 2 }))
  }), { maxLength: 3 }), { nil: undefined })
})

t.test('parity — any grant reads the same through RFC 7662 and through Authlete', async () => {
  covers('authlete.parity')
  const comparable = (status: TokenStatus) => status.kind !== 'active'
    ? status
    // The names of the members that were received are for hints, and differ.
    : {
        ...status.claims,
        claimNames: undefined,
        missingScopeClaim: undefined,
        scopes: [...status.claims.scopes].sort(),
        authorizationDetails: readAuthorizationDetails(status.claims.authorizationDetails)
      }
  const normal = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (_key, member: unknown) => member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => one < other ? -1 : 1))
      : member))
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
      authorization_details: details?.map(({ actions, members }) =>
        ({ type: 'ticket-reservation', ...(actions === null ? {} : { actions }), ...members }))
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
      authorizationDetails: details === undefined
        ? null
        : {
            elements: details.map(({ actions, members }) => ({
              type: 'ticket-reservation',
              actions,
              locations: null,
              dataTypes: [],
              identifier: null,
              privileges: null,
              otherFields: JSON.stringify(members)
            }))
          }
    })), names)
    assert.deepEqual(normal(comparable(authlete)), normal(comparable(standard)))
  }), { numRuns: 200 })
})

t.test('parity — whatever it is sent, a reply is read or refused, never thrown over', async t => {
  t.doesNotThrow(() => {
    fc.assert(fc.property(fc.record(
      { action: fc.constantFrom('OK', 'UNAUTHORIZED', 'FORBIDDEN', 'BAD_REQUEST', 'INTERNAL_SERVER_ERROR', 'x', null) },
      { requiredKeys: [] }
    ), fc.dictionary(
      fc.constantFrom('subject', 'clientId', 'clientIdAlias', 'clientIdAliasUsed', 'scopes', 'expiresAt', 'accessTokenResources',
        'authorizationDetails', 'certificateThumbprint', 'acr', 'authTime', 'usable', '__proto__'),
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
const element = (members: object = {}) =>
  ({ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY', ...members })

t.test('parity — the whole decision table, by the same tokens through both: answers, challenges and log reasons', async t => {
  covers('authlete.parity')
  const other = 'https://other.example/mcp'
  const practice = await createPracticeServer({ resources: [RESOURCE, other] })
  t.teardown(practice.close)
  const shared = { policy: { authorizationDetailsWhenAbsent: 'allow', remediation: 'draft' }, cache: { negativeTtlSeconds: 0 } } as const
  const standard = await configureGateway(t, {
    ...shared,
    authorizationServer: {
      issuer: practice.issuer,
      introspection: { clientId: practice.introspectionClient.id, clientSecret: practice.introspectionClient.secret }
    }
  })
  const authlete = await configureGateway(t, {
    ...shared,
    authorizationServer: {
      issuer: practice.issuer,
      authlete: { baseUrl: practice.issuer, serviceId: AUTHLETE_SERVICE.id, accessToken: AUTHLETE_SERVICE.accessToken }
    }
  })

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
  for (const reason of ['inactive', 'expired', 'wrong-audience', 'no-audience', 'unusable-claim:sub', 'insufficient-scope',
    'insufficient-authorization']) {
    each.ok([...seen].some(told => typeof told === 'string' && told.startsWith(reason)), `${reason} is in the table`)
  }
  each.end()
  const logged = authlete.log()
  for (const secret of [AUTHLETE_SERVICE.accessToken, ...Object.values(tokens)]) each.notOk(logged.includes(secret), 'no token in a log')
  each.end()

  await practice.close()
  const [down, downToo] = [await standard.call({ token: 'another', tool: 'list_tickets' }),
    await authlete.call({ token: 'another', tool: 'list_tickets' })]
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

function comparableDecision (
  { durationMs: _, authenticationMs: __, time: ___, contextId, reqId: ____, ...line }: Readonly<Record<string, unknown>> = {}
): object {
  return { ...line, contextId: typeof contextId }
}
