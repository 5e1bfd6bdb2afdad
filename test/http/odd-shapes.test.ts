// Tokens, replies and documents of a form that is unusual and in use: what is unambiguous is read, and what is not is never read as more
// than it says.

import t, { type Test } from 'tap'
import { collected } from '../support/collected.ts'
import { configureGateway } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE } from '../support/gateway.ts'
import { createManualClock, MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { forEachKind, startKind, type Claims, type KindGateway } from '../support/server-kinds.ts'
import { createSigningKey, signJwt, type SigningKey } from '../support/signing-keys.ts'
import { answers, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

const READ = 'mcp:tickets:read'
const NOW = MANUAL_CLOCK_START_SECONDS
const OTHERS = Array.from({ length: 299 }, (_, index) => `https://api-${index}.example/mcp`)

async function outcome (gateway: KindGateway, claims: Claims, tool = 'list_tickets', args: object = {}): Promise<string> {
  const { status } = await gateway.call({ token: gateway.mint(claims), tool, args })
  return `${status} ${String(gateway.decisions().at(-1)?.['reason'])}`
}

t.test('audience — one of three hundred is found, and none that is like it', async t => {
  covers('auth.audience-compared-whole')
  forEachKind(t, async (t, kind, place) => {
    const gateway = await startKind(t, { kind, place })
    const each = collected(t)
    each.equal(await outcome(gateway, { aud: [...OTHERS, RESOURCE] }), '200 permitted')
    each.equal(await outcome(gateway, { aud: OTHERS }), '401 wrong-audience')
    each.equal(await outcome(gateway, { aud: OTHERS.map((_, index) => `${RESOURCE}${index}`) }), '401 wrong-audience')
    each.equal(await outcome(gateway, { aud: [`${RESOURCE} ${OTHERS.join(' ')}`] }), '401 wrong-audience', 'a list in one text')
    each.end()
  })
})

t.test('scopes — a list with anything but scopes is no list of scopes, whatever else is in it', async t => {
  covers('auth.scopes-text-or-list')
  forEachKind(t, async (t, kind, place) => {
    const gateway = await startKind(t, { kind, place, server: { claims: { scope: ['scope', 'scp'] } } })
    const each = collected(t)
    for (const odd of [7, null, true, {}, [READ], '', ' ', 'a b', 'a"b', '\u{FEFF}']) {
      const { status } = await gateway.call({ token: gateway.mint({ scope: [READ, odd], scp: READ }), tool: 'list_tickets' })
      each.ok(status === 401 || status === 503, `${JSON.stringify(odd)}: ${status}`)
    }
    each.equal(await outcome(gateway, { scope: [READ, READ] }), '200 permitted', 'one scope twice')
    each.equal(await outcome(gateway, { scope: `  ${READ}  openid ` }), '200 permitted', 'blanks at the ends')
    each.end()
  }, ['introspection', 'jwt'])
})

t.test('times — as a text they are no times: a token is never accepted for longer than a number says', async t => {
  covers('jwt.required-claims')
  forEachKind(t, async (t, kind, place) => {
    const gateway = await startKind(t, { kind, place })
    const each = collected(t)
    for (const time of [String(NOW + 3600), '2100-01-01T00:00:00Z', [NOW + 3600], { seconds: NOW }, true]) {
      for (const claim of ['exp', 'nbf']) {
        const { status } = await gateway.call({ token: gateway.mint({ [claim]: time }), tool: 'list_tickets' })
        each.ok(status === 401 || status === 503, `${claim} ${JSON.stringify(time)}: ${status}`)
      }
    }
    each.end()
  }, ['introspection', 'jwt'])
})

t.test('subjects — any printable text is a person, and two texts that look alike are two people', async t => {
  covers('auth.subject-required')
  forEachKind(t, async (t, kind, place) => {
    const gateway = await startKind(t, { kind, place })
    const each = collected(t)
    const people = ['1004', '01004', ' 1004', '1004 ', 'é', 'e\u0301', 'ﬁ', 'fi', '田中 太郎', '👩‍🎓', 'a#b', 'a"b', "a'b;--", 'a\\b',
      '%31004', 'client:client-1', 'null', 'x'.repeat(2000), '../1004', '<b>']
    for (const sub of people) {
      each.equal(await outcome(gateway, { sub }, 'reserve_ticket', { ticket_id: 1, seats: 1 }), '200 permitted', sub)
    }
    for (const sub of people) {
      const { body } = await gateway.call({ token: gateway.mint({ sub }), tool: 'get_user_reservations' })
      each.equal((body.result?.structuredContent?.['reservations'] as unknown[]).length, 1, sub)
    }
    for (const sub of ['a\u0000b', 'a\nb', '\u007f', 'a\u0085', '\ud800']) {
      each.equal(await outcome(gateway, { sub }), '401 unusable-claim:sub', JSON.stringify(sub))
    }
    each.end()
  }, ['introspection', 'jwt'])
})

t.test('authorization details — null is unreadable, an empty list grants nothing, and only absence is absence', async t => {
  covers('policy.details-unreadable-denies', 'policy.empty-details-named')
  forEachKind(t, async (t, kind, place) => {
    const gateway = await startKind(t, { kind, place })
    const each = collected(t)
    for (const [details, status, remark] of [[null, 403, 'unreadable'], [[], 403, 'none-granted'], [{}, 403, 'unreadable'],
      ['', 403, 'unreadable'], [undefined, 200, undefined]] as const) {
      const answer = await gateway.call(
        { token: gateway.mint({ authorization_details: details }), tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } }
      )
      each.match({ status: answer.status, remark: gateway.decisions().at(-1)?.['remark'] }, { status, remark },
        JSON.stringify(details) ?? 'absent')
    }
    each.end()
  }, ['introspection', 'jwt'])
})

interface Published { readonly keys: readonly SigningKey[], readonly issuer?: (origin: string) => string, readonly mark?: string }

/** A server that issues JWTs and is asked about other tokens. Before each of its documents stands `mark`. */
async function start (t: Test, { keys, issuer: issuerOf = origin => origin, mark = '' }: Published) {
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  const issuer = issuerOf(server.origin)
  const serve = (path: string, document: object) => { server.on(path, answers(200, `${mark}${JSON.stringify(document)}`, { 'content-type': 'application/json' })) }
  const claims = { iss: issuer, sub: '1004', client_id: 'client-1', aud: RESOURCE, scope: READ, exp: NOW + 3600 }
  const document = { issuer, jwks_uri: `${server.origin}/jwks`, introspection_endpoint: `${server.origin}/introspect` }
  const path = new URL(issuer).pathname.replace(/\/$/, '')
  serve(`/.well-known/oauth-authorization-server${path}`, document)
  serve('/jwks', { keys: keys.map(({ jwk }) => jwk) })
  server.on('/introspect', (request, response, socket) => {
    const reply = new URLSearchParams(request.body).get('token') === 'opaque' ? { active: true, ...claims } : { active: false }
    answers(200, `${mark}${JSON.stringify(reply)}`, { 'content-type': 'application/json' })(request, response, socket)
  })
  const introspection = { clientId: 'rs', clientSecret: 'secret of the resource server' }
  const authorizationServer = { issuer, jwt: { algorithms: ['ES256', 'RS256'] as const }, introspection }
  const gateway = await configureGateway(t, { authorizationServer } as never, { clock: createManualClock() })
  const status = async (token: string) => (await gateway.call({ token, tool: 'list_tickets' })).status
  return {
    status,
    claims,
    signed: (key: SigningKey, header?: object, changes: object = {}) => signJwt(key, { ...claims, ...changes }, header as never)
  }
}

t.test('documents — a byte order mark before metadata, keys and replies is ignored', async t => {
  covers('auth.introspection-request')
  const key = createSigningKey('k-01')
  const { status, signed } = await start(t, { keys: [key], mark: '\u{FEFF}' })
  t.equal(await status(signed(key)), 200)
  t.equal(await status('opaque'), 200)
})

t.test('keys — where none has an id the signature decides, also for a token that names one', async t => {
  covers('jwt.keys-from-metadata')
  const unnamed = [createSigningKey(undefined), createSigningKey(undefined), createSigningKey(undefined, 'RS256')]
  const { status, signed } = await start(t, { keys: unnamed })
  const each = collected(t)
  for (const [place, key] of unnamed.entries()) {
    each.equal(await status(signed(key)), 200, `key ${place}, a token without an id`)
    each.equal(await status(signed(key, { kid: 'named-all-the-same' })), 200, `key ${place}, a token with one`)
  }
  each.end()
  const strict = await start(t, { keys: [createSigningKey('k-01'), createSigningKey(undefined)] })
  const foreign = createSigningKey('k-02')
  t.not(await strict.status(strict.signed(foreign)), 200)
})

t.test('issuer — with a slash at the end it is found and compared with it', async t => {
  covers('auth.issuer-compared-exactly')
  const key = createSigningKey('k-01')
  const each = collected(t)
  for (const issuerOf of [(origin: string) => `${origin}/`, (origin: string) => `${origin}/application/o/mcp/`]) {
    const { status, signed, claims } = await start(t, { keys: [key], issuer: issuerOf })
    each.equal(await status(signed(key)), 200, claims.iss)
    each.equal(await status('opaque'), 200, claims.iss)
    each.not(await status(signed(key, {}, { iss: claims.iss.slice(0, -1) })), 200, `${claims.iss} without the slash, signed`)
  }
  each.end()
})
