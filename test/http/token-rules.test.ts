// What configuration says about the tokens of one authorization server: audiences, claim names, times, clients, tokens without a person.
// Each rule for introspection, JWTs and Authlete, at the first server and at a further one.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE } from '../support/gateway.ts'
import { MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { forEachKind, SERVER_PLACES, startKind, type Claims, type KindGateway } from '../support/server-kinds.ts'

const GUID = 'b1942959-0000-4000-8000-000000000001'
const READ = 'mcp:tickets:read'

async function outcome (gateway: KindGateway, claims: Claims, tool = 'list_tickets', args: object = {}): Promise<string> {
  const { status } = await gateway.call({ token: gateway.mint(claims), tool, args })
  return `${status} ${String(gateway.decisions().at(-1)?.['reason'])}`
}

async function reservations (gateway: KindGateway, token: string): Promise<number> {
  const { body } = await gateway.call({ token, tool: 'get_user_reservations' })
  return ((body.result?.structuredContent?.['reservations'] ?? []) as unknown[]).length
}

t.test('acceptedAudiences — exact, for one server, and the metadata keeps the identifier', async t => {
  covers('auth.accepted-audiences')
  forEachKind(t, async (t, kind, place) => {
    const gateway = await startKind(t, { kind, place, server: { acceptedAudiences: [GUID, 'api://tickets'] } })
    const each = collected(t)
    for (const aud of [[GUID], ['other', 'api://tickets']]) each.match(await outcome(gateway, { aud }), /^200/, String(aud))
    for (const aud of [[RESOURCE], [GUID.toUpperCase()], [`${GUID}/`], [GUID.slice(0, -1)], [`${GUID} `], [`${GUID},api://tickets`]]) {
      each.equal(await outcome(gateway, { aud }), '401 wrong-audience', String(aud))
    }
    each.end()
    t.equal(await outcome(gateway, { aud: undefined }), '401 no-audience')
    t.match(await gateway.metadata(), { resource: RESOURCE })
  })
})

t.test('acceptedAudiences — absent, an identifier without a path is also accepted with a slash, and one with a path is not', async t => {
  covers('auth.audience-of-a-bare-origin')
  forEachKind(t, async (t, kind, place) => {
    const bare = await startKind(t, { kind, place, config: { resource: { identifier: 'https://mcp.example.com', endpointPath: '/mcp' } } })
    t.match(await outcome(bare, { aud: ['https://mcp.example.com'] }), /^200/)
    t.match(await outcome(bare, { aud: ['https://mcp.example.com/'] }), /^200/)
    t.equal(await outcome(bare, { aud: ['https://mcp.example.com/mcp'] }), '401 wrong-audience')
    const configured = await startKind(t, {
      kind, place, server: { acceptedAudiences: ['https://mcp.example.com'] }, config: { resource: { identifier: 'https://mcp.example.com', endpointPath: '/mcp' } }
    })
    t.equal(await outcome(configured, { aud: ['https://mcp.example.com/'] }), '401 wrong-audience', 'configured audiences are exact')
    const withPath = await startKind(t, { kind, place })
    t.equal(await outcome(withPath, { aud: [`${RESOURCE}/`] }), '401 wrong-audience')
  })
})

t.test('claims — the first configured claim that is there is read, as a text or a list, and never a union', async t => {
  covers('auth.claim-names', 'auth.scopes-from-one-claim', 'auth.scopes-text-or-list')
  forEachKind(t, async (t, kind, place) => {
    const claims = { scope: ['scp', 'scope'], clientId: ['cid', 'azp', 'client_id'], subject: ['oid', 'sub'] }
    const gateway = await startKind(t, { kind, place, server: { claims } })
    const each = collected(t)
    for (const [told, claims, expected] of [
      ['a list', { scope: undefined, scp: ['openid', READ] }, '200 permitted'],
      ['a text', { scope: undefined, scp: `openid ${READ}` }, '200 permitted'],
      ['null is not there', { scope: READ, scp: null }, '200 permitted'],
      ['no union', { scope: READ, scp: 'openid' }, '403 insufficient-scope'],
      ['an empty one is there', { scope: READ, scp: '' }, '403 insufficient-scope'],
      ['an empty list is there', { scope: READ, scp: [] }, '403 insufficient-scope'],
      ['never roles or permissions', { scope: undefined, roles: [READ], permissions: [READ] }, '403 insufficient-scope'],
      ['unusable', { scope: READ, scp: { a: 1 } }, kind === 'jwt' ? '401 unusable-claim:scope' : '503 fault']
    ] as const) each.equal(await outcome(gateway, claims), expected, told)
    each.end()
    await gateway.call({ token: gateway.mint({ cid: 'okta-client', azp: 'other' }), tool: 'list_tickets' })
    t.equal(gateway.decisions().at(-1)?.['clientId'], 'okta-client')
    const inga = gateway.mint({ oid: 'inga', sub: 'pairwise-1' })
    await gateway.call({ token: inga, tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })
    t.equal(await reservations(gateway, gateway.mint({ oid: 'inga', sub: 'pairwise-2' })), 1)
    t.equal(await reservations(gateway, gateway.mint({ sub: 'pairwise-1' })), 0)
  }, ['introspection', 'jwt'])
})

t.test('claims — without any claim of scopes the log names what was looked for and the claims that are there', async t => {
  covers('log.missing-scope-claim')
  const gateway = await startKind(t, { kind: 'jwt', place: 'first' })
  t.equal(await outcome(gateway, { scope: undefined, scp: [READ], 'bad\nname': 'secret value' }), '403 insufficient-scope')
  const [hint] = gateway.log().split('\n').filter(line => line.includes('no-scope-claim'))
  t.match(hint, 'no claim named scope')
  t.match(hint, /Claims of the token: aud, client_id, exp, iss, scp, sub\./)
  t.notMatch(gateway.log(), 'secret value')
  t.equal(await outcome(gateway, { scope: 'openid' }), '403 insufficient-scope')
  t.equal(gateway.log().split('no-scope-claim').length, 2, 'a token that lacks a scope has no such hint')
})

t.test('clockToleranceSeconds — is for nbf alone; exp has none', async t => {
  covers('auth.not-before-with-skew', 'auth.expiry-without-skew')
  forEachKind(t, async (t, kind, place) => {
    const gateway = await startKind(t, { kind, place, server: { clockToleranceSeconds: 300 } })
    t.match(await outcome(gateway, { nbf: MANUAL_CLOCK_START_SECONDS + 300 }), /^200/)
    t.equal(await outcome(gateway, { nbf: MANUAL_CLOCK_START_SECONDS + 301 }), '401 not-yet-valid')
    t.equal(await outcome(gateway, { exp: MANUAL_CLOCK_START_SECONDS }), '401 expired')
    const strict = await startKind(t, { kind, place, server: { clockToleranceSeconds: 0 } })
    t.equal(await outcome(strict, { nbf: MANUAL_CLOCK_START_SECONDS + 1 }), '401 not-yet-valid')
  }, ['introspection', 'jwt'])
})

t.test('requireExpiry — a reply without exp is refused, unless tokens without an end are accepted; a JWT always needs one', async t => {
  covers('auth.expiry-required')
  for (const place of SERVER_PLACES) {
    const usual = await startKind(t, { kind: 'introspection', place })
    t.equal(await outcome(usual, { exp: undefined }), '401 no-expiry')
    t.equal(await outcome(usual, { exp: null }), '401 no-expiry')
    const endless = await startKind(t, { kind: 'introspection', place, server: { requireExpiry: false } })
    t.match(await outcome(endless, { exp: undefined }), /^200/)
    const jwt = await startKind(t, { kind: 'jwt', place, server: { requireExpiry: false } })
    t.equal(await outcome(jwt, { exp: undefined }), '401 unusable-claim:exp')
  }
})

t.test('subjectless — refused, or the client acts for itself and is never a person of the same text', async t => {
  covers('auth.subject-required', 'auth.client-is-no-person')
  forEachKind(t, async (t, kind, place) => {
    const usual = await startKind(t, { kind, place })
    t.equal(await outcome(usual, { sub: undefined }), '401 no-subject')

    const gateway = await startKind(t, { kind, place, server: { subjectless: 'client' } })
    t.equal(await outcome(gateway, { sub: undefined, client_id: undefined }), '401 no-subject')
    t.equal(await outcome(gateway, { sub: '' }), '401 no-subject', 'an empty subject is not an absent one')
    const machine = gateway.mint({ sub: undefined, client_id: 'robot' })
    await gateway.call({ token: machine, tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })
    t.match(gateway.decisions().at(-1), { granted: true, clientId: 'robot', subjectKind: 'client' })
    const each = collected(t)
    for (const [told, claims, expected] of [
      ['the client again', { sub: undefined, client_id: 'robot' }, 1],
      ['a subject equal to the client id is the client', { sub: 'robot', client_id: 'robot' }, 1],
      ['a person called as the client is written', { sub: 'client:robot', client_id: 'robot' }, 0],
      ['a person called like the client', { sub: 'robot', client_id: 'other' }, 0],
      ['another client', { sub: undefined, client_id: 'client:robot' }, 0],
      ['another case', { sub: undefined, client_id: 'Robot' }, 0]
    ] as const) each.equal(await reservations(gateway, gateway.mint(claims)), expected, told)
    each.end()
    const explained = await gateway.call({ token: machine, tool: 'explain_authorization' })
    t.match(explained.body.result?.structuredContent, { acts_for: 'client' })
    t.match(explained.body.result?.content[0]?.text, 'acts for the client itself')
  })
})

t.test('subjectless — a subject in a claim that is not read is a person, and never makes the client the one who acts', async t => {
  covers('auth.client-is-no-person')
  forEachKind(t, async (t, kind, place) => {
    const gateway = await startKind(t, { kind, place, server: { subjectless: 'client', claims: { subject: ['oid'] } } })
    const each = collected(t)
    for (const [told, claims, expected] of [
      ['a person whose token lacks the claim that is read', { sub: 'pairwise-1' }, '401 no-subject'],
      ['an empty one', { sub: '' }, '401 no-subject'],
      ['one that is no text', { sub: 1004 }, '401 no-subject'],
      ['the client itself', { sub: 'client-1' }, '200 permitted'],
      ['none at all', { sub: undefined }, '200 permitted'],
      ['null', { sub: null }, '200 permitted']
    ] as const) each.equal(await outcome(gateway, claims), expected, told)
    each.end()
    const refusing = await startKind(t, { kind, place })
    t.equal(await outcome(refusing, { sub: 'client-1' }), '200 permitted', 'RFC 9068 section 2.2: a sub of the client is a subject')
    t.match(refusing.decisions().at(-1), { subjectKind: 'client' })
  })
})

t.test('subjectless — the limits of a client are counted apart from those of a person', async t => {
  covers('auth.client-is-no-person')
  const gateway = await startKind(t, {
    kind: 'jwt',
    place: 'first',
    server: {
      subjectless: 'client'
    },
    config: { limits: { requestsPerMinutePerPerson: 1, maxEventLoopDelayMs: 0 } }
  })
  t.match(await outcome(gateway, { sub: undefined, client_id: 'robot' }), /^200/)
  t.match(await outcome(gateway, { sub: undefined, client_id: 'robot' }), /^429/)
  t.match(await outcome(gateway, { sub: 'client:robot' }), /^200/)
})

t.test('clients and requiredScopePrefix — where a client chooses the audience, the list and the scope decide', async t => {
  covers('auth.accepted-clients', 'auth.own-scope-required')
  forEachKind(t, async (t, kind, place) => {
    const gateway = await startKind(t, {
      kind,
      place,
      server: { clients: ['client-1'], requiredScopePrefix: 'tickets/' },
      config: { policy: { authorizationDetailsWhenAbsent: 'allow', scopeImplications: { 'tickets/read': [READ] } } }
    })
    const each = collected(t)
    for (const [told, claims, expected] of [
      ['both', { scope: 'openid tickets/read' }, '200 permitted'],
      ['another client', { scope: 'tickets/read', client_id: 'client-10' }, '401 client-not-accepted'],
      ['another case', { scope: 'tickets/read', client_id: 'CLIENT-1' }, '401 client-not-accepted'],
      ['no client', { scope: 'tickets/read', client_id: undefined }, '401 client-not-accepted'],
      ['no own scope', { scope: 'openid' }, '401 no-own-scope'],
      ['a scope of another resource', { scope: 'other/tickets/read tickets-2/read Tickets/read' }, '401 no-own-scope'],
      ['no scope at all', { scope: undefined }, '401 no-own-scope']
    ] as const) each.equal(await outcome(gateway, claims), expected, told)
    each.end()
    t.equal((await gateway.call({ token: gateway.mint({ scope: 'openid' }), method: 'tools/list' })).status, 401, 'for every method')
  })
})

t.test('jti — of a token is never logged', async t => {
  covers('log.no-token-id')
  forEachKind(t, async (t, kind, place) => {
    const gateway = await startKind(t, { kind, place, config: { log: { level: 'trace', decisionTrace: 'all' } } })
    const jti = 'the-opaque-token-itself'
    for (const changes of [{}, { aud: ['https://other.example'] }, { scope: undefined }, { sub: undefined }]) await outcome(gateway, { jti, ...changes })
    t.notMatch(gateway.log(), jti)
  })
})
