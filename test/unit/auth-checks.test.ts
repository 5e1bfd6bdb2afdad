// The checks of a token, and the form of introspection replies.

import fc from 'fast-check'
import t from 'tap'
import { checkAudience } from '../../src/auth/claims/audience.ts'
import { checkBinding } from '../../src/auth/claims/binding.ts'
import { checkIssuer } from '../../src/auth/claims/issuer.ts'
import { readSubject } from '../../src/auth/claims/subject.ts'
import { checkValidity } from '../../src/auth/claims/validity.ts'
import { parseIntrospectionReply } from '../../src/auth/introspection/introspection-reply.ts'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../../src/kernel/fault.ts'
import { epochMilliseconds, epochSeconds } from '../../src/kernel/units.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { claims, ISSUER, RESOURCE } from '../support/token-statuses.ts'

const unavailable = (reason: UnavailabilityCause) => ({ name: 'AuthorizationServerUnavailable', reason })

t.test('validity — refuses from the moment of exp on, and before nbf less five seconds', async t => {
  covers('auth.expiry-without-skew', 'auth.not-before-with-skew')
  const rules = { clockToleranceSeconds: 5, requireExpiry: false }
  const check = (exp: number | undefined, nbf: number | undefined, nowMs: number) => checkValidity(
    claims({
      expiresAt: exp === undefined ? undefined : epochSeconds(exp),
      notBefore: nbf === undefined ? undefined : epochSeconds(nbf)
    }), epochMilliseconds(nowMs), rules)
  t.equal(check(1000, undefined, 999_999), undefined)
  t.strictSame(check(1000, undefined, 1_000_000), { kind: 'expired' })
  t.strictSame(check(1000, undefined, 1_000_001), { kind: 'expired' })
  t.strictSame(check(0, undefined, 1), { kind: 'expired' })
  t.equal(check(1000.5, undefined, 1_000_499), undefined, 'a NumericDate may have a fraction')
  t.strictSame(check(1000.5, undefined, 1_000_500), { kind: 'expired' })
  t.equal(check(undefined, undefined, 1_000_000), undefined)
  t.strictSame(check(undefined, 1000, 994_999), { kind: 'not-yet-valid' })
  t.equal(check(undefined, 1000, 995_000), undefined)
  t.strictSame(check(990, 1000, 995_000), { kind: 'expired' }, 'the skew does not help an expired one')
})

t.test('issuer — refuses one that differs in a single character, and takes an absent one', async t => {
  covers('auth.issuer-compared-exactly')
  t.equal(checkIssuer(claims(), ISSUER), undefined)
  t.equal(checkIssuer(claims({ issuer: undefined }), ISSUER), undefined)
  for (const issuer of [`${ISSUER}/`, 'https://AS.example', 'http://as.example', 'https://as.example:443', 'https://as.example.evil', 'https://a\u0455.example']) {
    t.strictSame(checkIssuer(claims({ issuer }), ISSUER), { kind: 'wrong-issuer' }, issuer)
  }
})

t.test('binding — refuses a token with any confirmation, an empty one too', async t => {
  covers('auth.sender-constrained-is-no-bearer')
  t.equal(checkBinding(claims()), undefined)
  for (const confirmation of [{ jkt: 'x' }, { 'x5t#S256': 'x' }, { something: 'new' }, {}]) {
    t.strictSame(checkBinding(claims({ confirmation })), { kind: 'sender-constrained' })
  }
})

t.test('audience — refuses a token minted for another resource, however alike the two look', async t => {
  covers('auth.audience-compared-whole')
  t.equal(checkAudience(claims(), [RESOURCE]), undefined)
  t.equal(checkAudience(claims({ audience: ['https://other.example', RESOURCE] }), [RESOURCE]), undefined)
  t.strictSame(checkAudience(claims({ audience: [] }), [RESOURCE]), { kind: 'no-audience' })
  for (const other of [`${RESOURCE}-evil`, `${RESOURCE}/`, `x${RESOURCE}`, `${RESOURCE} https://other.example`, 'http://localhost:3443',
    'HTTP://localhost:3443/mcp', 'http://LOCALHOST:3443/mcp', 'https://localhost:3443/mcp', 'http://127.0.0.1:3443/mcp', `${RESOURCE}?`, '', '*']) {
    t.strictSame(checkAudience(claims({ audience: [other] }), [RESOURCE]), { kind: 'wrong-audience' }, other)
  }
})

t.test('subject — is an opaque text without control characters, and nothing stands in for it', async t => {
  covers('auth.subject-required')
  for (const subject of ['1004', '01004', '1004evil', 'https://as.example/人', '🎫']) {
    t.strictSame(readSubject(claims({ subject })), { ok: true, value: subject })
  }
  for (const subject of [undefined, '']) {
    t.strictSame(readSubject(claims({ subject, clientId: 'client-1' })), { ok: false, error: { kind: 'no-subject' } })
  }
  for (const subject of ['1004\u0000', '1004\n', '\u001b[31m', 'a\u007f', 'a\u0085', '\ud800']) {
    t.strictSame(readSubject(claims({ subject })), { ok: false, error: { kind: 'unusable-claim', claim: 'sub' } }, JSON.stringify(subject))
  }
})

t.test('reply — a full one is read claim by claim, strangers ignored', async t => {
  const status = parseIntrospectionReply(JSON.parse(`{"active":true,"sub":"1004","scope":"mcp:tickets:read  mcp:tickets:write","iss":"https://as.example",
    "aud":["http://localhost:3443/mcp"],"exp":1800003600.5,"nbf":0,"iat":"whatever","client_id":"client-1","token_type":"Bearer","auth_time":1799999999,"acr":"loa2",
    "authorization_details":[{"type":"ticket-reservation","maxAmount":10000}],"__proto__":{"active":false},"unknown":{"deep":[]}}`))
  t.match(status, {
    kind: 'active',
    claims: {
      issuer: 'https://as.example',
      subject: '1004',
      clientId: 'client-1',
      audience: ['http://localhost:3443/mcp'],
      expiresAt: 1800003600.5,
      notBefore: 0,
      authenticatedAt: 1799999999,
      authenticationContext: 'loa2',
      confirmation: undefined,
      authorizationDetails: [{ type: 'ticket-reservation', maxAmount: 10000 }]
    }
  })
  t.strictSame(status.kind === 'active' && [...status.claims.scopes], ['mcp:tickets:read', 'mcp:tickets:write'])
})

t.test('reply — one that states little has the rest absent, and a string audience is a list of one', async t => {
  t.strictSame(parseIntrospectionReply({ active: true, sub: '1004' }), {
    kind: 'active',
    claims: {
      ...claims({ issuer: undefined, clientId: undefined, audience: [], scopes: new Set(), expiresAt: undefined }),
      unreadSubject: undefined,
      missingScopeClaim: { lookedFor: ['scope'], present: ['active', 'sub'] },
      claimNames: ['active', 'sub']
    }
  })
  t.match(parseIntrospectionReply({ active: true, aud: RESOURCE }), { claims: { audience: [RESOURCE] } })
  t.match(parseIntrospectionReply({ active: true, authorization_details: null }), { claims: { authorizationDetails: null } },
    'policy/ judges these')
})

t.test('reply — one that is no answer is the fault of the server', async t => {
  covers('auth.introspection-active-is-boolean', 'auth.authorization-server-failure-is-not-a-bad-token')
  for (const reply of [undefined, null, [], [{ active: true }], 'active', 1, true, {}, { active: 'true' }, { active: 1 }, { active: null },
    { Active: true }, { active: [true] }]) {
    t.throws(() => parseIntrospectionReply(reply), unavailable('unparseable'), JSON.stringify(reply) ?? 'no JSON')
  }
  t.throws(() => parseIntrospectionReply(JSON.parse('{"__proto__":{"active":true}}')), unavailable('unparseable'))
})

t.test('reply — inactive is inactive, whatever else it says, and a refresh token is no access token', async t => {
  t.strictSame(parseIntrospectionReply({ active: false, sub: 7, exp: 'x', aud: RESOURCE }), { kind: 'inactive' })
  t.strictSame(parseIntrospectionReply({ active: true, token_type: 'refresh_token', aud: RESOURCE }), { kind: 'inactive' })
  t.strictSame(parseIntrospectionReply({ active: true, token_use: 'refresh_token', aud: RESOURCE }), { kind: 'inactive' })
  covers('auth.access-tokens-only')
  const each = collected(t)
  const members = ['token_type', 'token_use', 'token_usage', 'typ']
  for (const member of members) {
    for (const kind of ['Bearer', 'bearer', 'DPoP', 'access_token', 'access', 'N_A', 'JWT', 'at+jwt', null, undefined]) {
      each.equal(parseIntrospectionReply({ active: true, sub: '1004', [member]: kind }).kind, 'active', `${member} ${JSON.stringify(kind) ?? 'absent'}`)
    }
    for (const kind of ['Refresh', 'refresh_token', 'Offline', 'ID', 'id_token', 'Logout',
      'urn:x-oath:params:oauth:token-type:device-secret', 'Bearer ', '', 7, {}, ['Bearer']]) {
      each.equal(parseIntrospectionReply({ active: true, [member]: kind }).kind, 'inactive', `${member} ${JSON.stringify(kind) ?? 'absent'}`)
    }
  }
  each.end()
})

function outcomeOf (read: () => unknown): unknown {
  try {
    return read()
  } catch (failure) {
    return failure instanceof AuthorizationServerUnavailable ? `${failure.reason}: ${failure.detail}` : failure
  }
}

t.test('reply — an active token about which nothing is stated is the fault of the server', async t => {
  covers('auth.unusable-reply-is-no-bad-token')
  for (const reply of [{}, { token_type: 'Bearer' }, { client_id: 'client-1', iat: 1 }, { sub: null, aud: [], exp: null }]) {
    t.equal(outcomeOf(() => parseIntrospectionReply({ active: true, ...reply })),
      'unusable-reply: active token about which nothing else is stated')
  }
})

t.test('reply — a claim of unusable form is not absent: it makes the token unusable, or the reply where the server wrote it', async t => {
  covers('auth.unusable-reply-is-no-bad-token')
  const times = ['1800000000', -1, Infinity, -Infinity, NaN, 1_800_000_000_000, 9e99, true, [], {}]
  const cases: Record<string, unknown[]> = {
    exp: times,
    nbf: times,
    iss: ['', 1, [], ['https://as.example'], {}, 'https://as.example\n'],
    aud: [1, true, {}, [1], [RESOURCE, null], [[RESOURCE]]],
    sub: [1004, true, [], ['1004'], {}],
    scope: [1, true, ['a', 1], ['a b'], [null], {}, 'a\tb', 'a\nb', 'a"b', 'a\\b', 'é'],
    cnf: ['x', 1, true, [], [{}]],
    client_id: ['', 1.5, 2 ** 53, true, [], 'a\u0000']
  }
  const ofTheToken = new Set(['exp', 'nbf', 'iss', 'aud'])
  const each = collected(t)
  for (const [claim, values] of Object.entries(cases)) {
    for (const value of values) {
      const read = outcomeOf(() => parseIntrospectionReply({ active: true, aud: RESOURCE, [claim]: value }))
      each.strictSame(read, ofTheToken.has(claim) ? { kind: 'unusable', claim } : `unusable-reply: active token with "${claim}" in an unusable form`, `${claim}: ${String(JSON.stringify(value))}`)
    }
  }
  each.end()
})

t.test('reply — an optional claim that is null counts as absent, scopes may be a list, and a client may be a number', async t => {
  covers('auth.null-claim-absent', 'auth.scopes-text-or-list')
  const names = ['exp', 'nbf', 'iss', 'aud', 'sub', 'scope', 'cnf', 'client_id', 'auth_time', 'acr']
  const nulls = Object.fromEntries(names.map(name => [name, null]))
  t.strictSame(parseIntrospectionReply({ active: true, ...nulls, sub: '1004' }), parseIntrospectionReply({ active: true, sub: '1004' }))
  const status = parseIntrospectionReply({ active: true, scope: ['a', 'b'], client_id: 17 })
  t.match(status, { claims: { clientId: '17', missingScopeClaim: undefined } })
  t.strictSame(status.kind === 'active' && [...status.claims.scopes], ['a', 'b'])
})

t.test('reply — a DPoP token is bound even when its cnf was left out', async t => {
  covers('auth.sender-constrained-is-no-bearer')
  t.match(parseIntrospectionReply({ active: true, sub: '1004', token_type: 'DPoP' }), { claims: { confirmation: {} } })
  t.match(parseIntrospectionReply({ active: true, sub: '1004', token_type: 'dpop', cnf: { jkt: 'x' } }),
    { claims: { confirmation: { jkt: 'x' } } })
})

t.test('reply — unreadable auth_time and acr count as absent, so that authentication levels refuse', async t => {
  for (const unreadable of [null, {}, -1, true]) {
    t.match(parseIntrospectionReply({ active: true, sub: '1004', auth_time: unreadable, acr: unreadable }),
      { kind: 'active', claims: { authenticatedAt: undefined, authenticationContext: undefined } })
  }
})

t.test('reply — no JSON whatever is active without a true "active", or throws anything else', async () => {
  covers('auth.introspection-active-is-boolean')
  const names = fc.constantFrom('active', 'exp', 'nbf', 'iss', 'aud', 'sub', 'scope', 'cnf', 'client_id', 'token_type', 'auth_time', 'acr',
    '__proto__')
  const reply = fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.oneof(fc.jsonValue(), fc.boolean(), fc.double())))
  fc.assert(fc.property(reply, value => {
    try {
      const status = parseIntrospectionReply(value)
      return status.kind !== 'active' || (value as { active: unknown }).active === true
    } catch (failure) {
      return failure instanceof AuthorizationServerUnavailable && ['unparseable', 'unusable-reply'].includes(failure.reason)
    }
  }), { numRuns: 2000 })
})
