// Hints are chosen from what was seen: each cause has a sentence that names it and no other, and the same sentence stands in the log, in
// `doctor --token-file` and in `explain`.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { issuerHint } from '../../src/auth/hints/issuer-hint.ts'
import { seenToken } from '../../src/auth/hints/seen-token.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { runDoctor } from '../../src/cli/doctor-command.ts'
import { explainTokenAt } from '../../src/cli/token-explainer.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { collected } from '../support/collected.ts'
import { configureGateway, type ConfigInput } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { activeToken, buildGateway, call, limitedTo, RESOURCE } from '../support/gateway.ts'
import { createSigningKey, signJwt, type SigningKey } from '../support/signing-keys.ts'
import { answers, answersJson, startStubAuthorizationServer, type Behaviour } from '../support/stub-authorization-server.ts'

type Members = Readonly<Record<string, unknown>>

interface Case {
  readonly server: Members
  /** Claims of a signed JWT, or the text of a token. */
  readonly token: Members | string
  readonly header?: Members
  /** Default: the key that the server publishes. */
  readonly signedBy?: SigningKey
  /** Content type of the keys. */
  readonly keysType?: string
  readonly reply?: Members
  /** What the server answers to other credentials; default: 401 with a reason. */
  readonly refusal?: Behaviour
  /** What doctor says where it knows more than the hint; absent: the hint. */
  readonly doctor?: string
  /** The issuer in the token, where it is not that of the server. */
  readonly iss?: (issuer: string) => string
  /** What no other hint says. */
  readonly marker: RegExp
}

const key = createSigningKey('k-01')
const foreignKey = createSigningKey('k-01')
const NOW = Math.floor(systemClock.now() / 1000)
const JWT = { jwt: { types: ['at+jwt', 'JWT'], allowMissingType: true } }
const SECRET = 'secret-of-the-resource-server'
const ASKED = { introspection: { clientId: 'mcp-rs', clientSecret: SECRET } }
const USUAL = { sub: '1004', client_id: 'client-1', aud: RESOURCE, scope: 'mcp:tickets:read', iat: NOW, exp: NOW + 3600 }
const KEYCLOAK = { ...USUAL, typ: 'Bearer', azp: 'mcp-cli', sid: 's-77', acr: '1', realm_access: { roles: ['a'] } }
const COGNITO = { ...USUAL, token_use: 'access', origin_jti: 'o1', event_id: 'e1', version: 2, username: 'u1' }
const ENTRA = { ...USUAL, tid: 't', ver: '2.0', azp: 'b', oid: 'o', aud: 'an application id' }
const OPAQUE = 'opaque_0123456789abcdef'
const ENCRYPTED = ['eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0', '', 'aXY', 'Y2lwaGVydGV4dA', 'dGFn'].join('.')

const INVALID_CLIENT = answers(401, '{"error":"invalid_client"}', { 'www-authenticate': 'Basic realm="as"' })
const BARE_401 = answers(401, '')

const CASES: Readonly<Record<string, Case>> = {
  'Cognito without resource binding': { server: JWT, token: { ...COGNITO, aud: undefined }, header: { typ: undefined }, marker: /resource binding/ },
  'Keycloak without an audience mapper': { server: JWT, token: { ...KEYCLOAK, aud: undefined }, marker: /Audience mapper whose Included Custom Audience/ },
  'another server without an audience': { server: JWT, token: { ...USUAL, aud: undefined }, marker: /"resource" parameter \(RFC 8707\), and .* Claims of the token: client_id, exp/ },
  'Keycloak without an audience mapper, with the roles of account': {
    server: JWT, token: { ...KEYCLOAK, aud: 'account' }, marker: /no mapper names this gateway/
  },
  'Keycloak from 26.6.2, this gateway not in aud': { server: ASKED, token: KEYCLOAK, marker: /Included Client Audience/ },
  'Keycloak without the client scope basic': { server: JWT, token: { ...KEYCLOAK, sub: undefined }, marker: /client scope `basic`/ },
  'another server without a subject': { server: JWT, token: { ...USUAL, sub: undefined }, marker: /subjectless must be client/ },
  'an encrypted token': { server: JWT, token: ENCRYPTED, marker: /JWE, five parts/ },
  'an opaque token where only JWTs are configured': { server: JWT, token: OPAQUE, marker: /when the request names no API/ },
  'an expired token at introspection': { server: ASKED, token: { ...KEYCLOAK, exp: NOW - 10 }, marker: /its exp has passed/ },
  'an ID token at introspection': { server: ASKED, token: { ...KEYCLOAK, typ: 'ID', aud: ['mcp-rs'] }, marker: /ID token, which says who signed in/ },
  'an unknown opaque token at introspection': { server: ASKED, token: OPAQUE, marker: /looks exactly like a revoked token/ },
  'an application id of Entra ID': { server: JWT, token: ENTRA, marker: /names an API by the id of its application/ },
  'an issuer with a slash more': { server: JWT, token: USUAL, iss: issuer => `${issuer}/`, marker: /differ in a slash at the end/ },
  'an issuer with a slash more, at introspection': { server: ASKED, token: USUAL, iss: issuer => `${issuer}/`, marker: /differ in a slash at the end/ },
  'no claim of scopes': { server: JWT, token: { ...USUAL, scope: undefined, scp: ['mcp:tickets:read'] }, marker: /no claim named scope.*Claims of the token: aud, client_id, exp, iat, iss, scp, sub\./ },
  'credentials that form encoding changes': { server: { introspection: { clientId: 'mcp-rs', clientSecret: `${SECRET}+/=` } }, token: OPAQUE, marker: /characters that form encoding changes/ },
  'other rejected credentials': { server: { introspection: { clientId: 'mcp-rs', clientSecret: 'another-secret' } }, token: OPAQUE, doctor: 'rejected the credentials of this gateway, not those of a client. Check authorizationServer.introspection.clientId', marker: /credentials of this gateway, not those of a client/ },
  'credentials that form encoding changes, refused without a word': { server: { introspection: { clientId: 'mcp-rs', clientSecret: `${SECRET}+/=` } }, token: OPAQUE, refusal: BARE_401, marker: /does not say why, and the client id or secret/ },
  'credentials refused without a word': { server: { introspection: { clientId: 'mcp-rs', clientSecret: 'another-secret' } }, token: OPAQUE, refusal: BARE_401, marker: /does not say whether the token or this gateway is meant/ },
  'a bare active reply': { server: ASKED, token: OPAQUE, reply: { active: true }, marker: /states nothing else/ },
  'scopes in another type': { server: ASKED, token: OPAQUE, reply: { active: true, ...USUAL, scope: { read: true } }, marker: /in a form that RFC 7662 does not allow/ },
  'a refresh token at introspection': { server: ASKED, token: { ...KEYCLOAK, typ: 'Refresh', aud: ['mcp-rs'] }, marker: /is a refresh token, which is for the authorization server alone/ },
  'a token of another issuer at introspection': { server: ASKED, token: { ...USUAL, iss: 'https://other.example' }, marker: /its iss is not a configured issuer/ },
  'a JWT with the name of a key that is not published': { server: JWT, token: USUAL, header: { kid: 'k-02' }, marker: /names a key that the authorization server does not publish/ },
  'a JWT with a wrong signature': { server: JWT, token: USUAL, signedBy: foreignKey, marker: /The signature of the token is wrong/ },
  'a JWT of a type that is not listed': { server: JWT, token: USUAL, header: { typ: 'logout+jwt' }, marker: /JWT of a type that configuration does not accept/ },
  'a JWT that is not valid yet': { server: JWT, token: { ...USUAL, nbf: NOW + 600 }, marker: /not valid yet/ },
  'a JWT that has expired': { server: JWT, token: { ...USUAL, exp: NOW - 10 }, marker: /token has expired\. If the authorization server still calls it active/ },
  'a JWT for another resource': { server: JWT, token: { ...USUAL, aud: 'https://other.example/mcp' }, marker: /issued for another resource\. Compare RESOURCE_IDENTIFIER/ },
  'keys as text/plain': { server: JWT, token: USUAL, keysType: 'text/plain', marker: /content type other than JSON/ }
}

interface Said {
  /** Every hint in the log. */
  readonly hints: readonly string[]
  readonly log: string
  readonly doctor: string
  readonly explain: string
}

async function ask (
  t: Test,
  {
    server, token, header, signedBy = key, iss = own =>
      own, keysType = 'application/json', reply = { active: false }, refusal = INVALID_CLIENT
  }: Case
): Promise<Said> {
  const stub = await startStubAuthorizationServer()
  t.teardown(() => stub.close())
  const issuer = stub.origin
  stub.on('/.well-known/oauth-authorization-server', answersJson({ issuer, jwks_uri: `${issuer}/jwks`, introspection_endpoint: `${issuer}/introspect` }))
  stub.on('/jwks', answers(200, JSON.stringify({ keys: [key.jwk] }), { 'content-type': keysType }))
  // It compares the credentials without decoding them.
  const raw = [SECRET, `${SECRET}+/=`].map(secret => `Basic ${Buffer.from(`mcp-rs:${secret}`).toString('base64')}`)
  stub.on('/introspect', (request, response, socket) => {
    const isProbe = (new URLSearchParams(request.body).get('token') ?? '').startsWith('doctor-')
    const behaviour = raw.includes(request.headers.authorization ?? '') ? answersJson(isProbe ? { active: false } : reply) : refusal
    behaviour(request, response, socket)
  })
  const text = typeof token === 'string'
    ? token
    : signJwt(signedBy, JSON.parse(JSON.stringify({ iss: iss(issuer), ...token })) as Members, header)
  const config = {
    authorizationServer: { issuer, ...server },
    storage: { url: 'sqlite::memory:' },
    resource: { identifier: RESOURCE },
    port: 0
  } as ConfigInput

  const gateway = await configureGateway(t, config, { clock: systemClock })
  await gateway.call({ token: text, tool: 'list_tickets' })
  const hints = gateway.log().split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Members).map(({ hint }) => hint)
    .filter(hint => typeof hint === 'string')

  const directory = mkdtempSync(join(tmpdir(), 'hints-'))
  t.teardown(() => { rmSync(directory, { recursive: true }) })
  writeFileSync(join(directory, 'token'), text)
  let doctor = ''
  const terminal = { write: (written: string) => { doctor += written }, writeError: (written: string) => { doctor += written } }
  await runDoctor(['--token-file', join(directory, 'token')], terminal,
    { env: { GATEWAY_CONFIG: 'hints.json' }, readFile: () => JSON.stringify(config) })
  const explained = await explainTokenAt(parseConfig(config), text, { tool: undefined, arguments: undefined })
  return { hints, log: gateway.log(), doctor, explain: explained.ok ? explained.value.lines.join('\n') : explained.error }
}

t.test('hints — each cause is named, no other is, and the log, doctor and explain use the same sentence', async t => {
  covers('log.hint-from-what-was-seen', 'doctor.token-hint')
  const each = collected(t)
  for (const [name, given] of Object.entries(CASES)) {
    const { hints, doctor, explain } = await ask(t, given)
    each.equal(hints.length, 1, `${name}: one hint, found ${hints.join(' | ')}`)
    const [hint = ''] = hints
    each.match(hint, given.marker, name)
    each.strictSame(Object.entries(CASES).filter(([, { marker }]) => String(marker) !== String(given.marker) && marker.test(hint)).map(([other]) => other), [], `${name}: and no other cause`)
    each.ok(doctor.includes(given.doctor ?? hint), `${name}: doctor says the same, found ${doctor}`)
    each.ok(explain.includes(hint), `${name}: explain says the same, found ${explain}`)
    each.notMatch(doctor, /good here/, `${name}: doctor does not call it good`)
    each.notMatch(explain, /good here/, `${name}: explain does not call it good`)
    each.match(hint, /^[\x20-\x7e]+$/, `${name}: ASCII`)
    const values = typeof given.token === 'string'
      ? [given.token]
      : Object.values(given.token).flat().filter(value => typeof value === 'string' && value.length > 3 && value !== RESOURCE)
    each.strictSame(values.filter(value => hint.includes(String(value))), [], `${name}: no value`)
  }
  each.end()
})

t.test('hints — an issuer of the other version of Entra ID is named, for the configured tenant alone', t => {
  covers('log.hint-from-what-was-seen')
  const tenant = '22222222-0000-4000-8000-000000000000'
  const [v1, v2] = [`https://sts.windows.net/${tenant}/`, `https://login.microsoftonline.com/${tenant}/v2.0`]
  const hint = (configured: string, iss: string) =>
    issuerHint([{ issuer: configured }], seenToken(new PresentedToken(signJwt(key, { iss })), systemClock.now()))?.cause
  t.equal(hint(v2, v1), 'entra-version')
  t.equal(hint(v1, v2), 'entra-version')
  t.equal(hint(v2, v1.replace('2222', '3333')), undefined)
  t.equal(hint(v2, v2), undefined)
  t.equal(hint(`${v2}/`, v2), 'issuer-slash')
  t.end()
})

t.test('hints — names of claims are bounded and printable', async t => {
  covers('log.hint-from-what-was-seen')
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`claim-${index}`, 'value-of-a-claim']))
  const { hints, log } = await ask(t, { server: JWT, token: { ...USUAL, aud: undefined, ...many, 'bad\nname': 1, ドア: 1, [`long-${'x'.repeat(100)}`]: 1 }, marker: /x/ })
  t.ok((hints[0] ?? '').length < 1500)
  t.notMatch(log, /bad|ドア|long-x|value-of-a-claim/)
})

t.test('doctor — a token without any scope that a tool needs is not good here, and differs from one without a claim of scopes', async t => {
  covers('doctor.no-usable-scope')
  const { doctor, explain } = await ask(t, { server: JWT, token: { ...USUAL, scope: 'openid profile' }, marker: /x/ })
  t.match(doctor, /PROBLEM {2}token: accepted, but it has no scope that a tool needs/)
  t.notMatch(doctor, 'no claim named')
  t.match(explain, 'the token: accepted, but it has no scope that a tool needs')
  const good = await ask(t, { server: JWT, token: USUAL, marker: /x/ })
  t.match(good.doctor, /ok {7}token: good here/)
  t.match(good.explain, 'the token: good here')
  t.strictSame(good.hints, [])
})

t.test('doctor — a token that every tool refuses for want of authorization details is not good here', async t => {
  covers('doctor.no-usable-scope')
  const each = collected(t)
  const write = { ...USUAL, scope: 'mcp:tickets:write' }
  const details = (...elements: readonly Members[]) => ({ ...write, authorization_details: elements })
  const reservation = { type: 'ticket-reservation', actions: ['book'], maxAmount: 100, currency: 'JPY' }
  for (const [name, token, useless] of [
    ['no details', write, true],
    ['null', { ...write, authorization_details: null }, true],
    ['an empty list', details(), true],
    ['another type', details({ type: 'payment' }), true],
    ['an element that may suffice', details(reservation), false],
    ['no details, and a tool that needs none', { ...USUAL, scope: 'mcp:tickets:read mcp:tickets:write' }, false]
  ] as const) {
    const { doctor, explain } = await ask(t, { server: JWT, token, marker: /x/ })
    const told = /accepted, but it has no authorization_details that a tool could accept/
    each.equal(told.test(doctor) && told.test(explain), useless, `${name}: ${doctor}`)
    each.equal(/good here/.test(doctor) || /good here/.test(explain), !useless, name)
    if (useless) each.match(doctor, /policy\.authorizationDetailsWhenAbsent/, name)
  }
  each.end()
})

t.test('authorization details — an empty list is told apart from details of other types', async t => {
  covers('policy.empty-details-named')
  const gateway = await buildGateway(t,
    {
      tokens: {
        empty: activeToken({ authorization_details: [] }),
        other: activeToken({ authorization_details: [{ type: 'payment' }] }),
        good: activeToken(limitedTo(100_000))
      }
    })
  const reserve = (token: string) => call(gateway, { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 }, token })
  const refused = await reserve('empty')
  t.equal(refused.status, 403)
  t.match(refused.body.error?.message, /authorization details of the access token are empty/)
  t.match(gateway.decisions().at(-1), { remark: 'none-granted' })
  t.match((await reserve('other')).body.error?.message, /of another type/)
  t.equal((await reserve('good')).status, 200)
})
