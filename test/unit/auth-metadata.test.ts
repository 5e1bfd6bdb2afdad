// Client authentication, the metadata of an authorization server, and hints about likely causes.

import fc from 'fast-check'
import t from 'tap'
import { clientSecretBasic } from '../../src/auth/introspection/client-authentication.ts'
import { explainInactive, explainInvalidToken, explainUnavailable } from '../../src/auth/likely-cause.ts'
import type { InvalidTokenProblem } from '../../src/auth/rejection.ts'
import { metadataLocations, parseServerMetadata, readEndpoint } from '../../src/auth/server/server-metadata.ts'
import { AuthorizationServerUnavailable, type UnavailabilityCause } from '../../src/kernel/fault.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { ISSUER } from '../support/token-statuses.ts'

const unavailable = (reason: UnavailabilityCause) => ({ name: 'AuthorizationServerUnavailable', reason })

t.test('client authentication — id and secret survive whatever they consist of', async t => {
  covers('auth.client-credentials-form-encoded')
  const received = (id: string, secret: string) => {
    const { authorization = '' } = clientSecretBasic(id, secret).headers
    const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=]+)$/.exec(authorization) ?? []
    const pair = Buffer.from(encoded, 'base64').toString('latin1').split(':')
    // As a server undoes application/x-www-form-urlencoded.
    return pair.map(part => new URLSearchParams(`v=${part}`).get('v'))
  }
  t.strictSame(received('mcp-server', 'mcp-server-secret'), ['mcp-server', 'mcp-server-secret'])
  t.equal(clientSecretBasic('mcp-server', 'mcp-server-secret').headers.authorization,
    `Basic ${Buffer.from('mcp-server:mcp-server-secret').toString('base64')}`, 'plain ones look as they do everywhere')
  t.strictSame(received('a:b%', 'p%3A:+ &=ü秘密🎫'), ['a:b%', 'p%3A:+ &=ü秘密🎫'])
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (id, secret) => {
    const [gotId, gotSecret] = received(id, secret)
    return gotId === id && gotSecret === secret
  }))
})

t.test('metadata — is looked for at the OAuth place first, then at the OpenID Connect ones', async t => {
  covers('auth.metadata-locations-in-order')
  const at = (issuer: string) => metadataLocations(issuer).map(String)
  t.strictSame(at('https://example.com/tenant-a'), [
    'https://example.com/.well-known/oauth-authorization-server/tenant-a',
    'https://example.com/.well-known/openid-configuration/tenant-a',
    'https://example.com/tenant-a/.well-known/openid-configuration'
  ])
  const without = ['https://example.com/.well-known/oauth-authorization-server', 'https://example.com/.well-known/openid-configuration']
  t.strictSame(at('https://example.com'), without)
  t.strictSame(at('https://example.com/'), without)
  t.strictSame(at('http://localhost:9000/a/b/'), [
    'http://localhost:9000/.well-known/oauth-authorization-server/a/b',
    'http://localhost:9000/.well-known/openid-configuration/a/b',
    'http://localhost:9000/a/b/.well-known/openid-configuration'
  ])
})

t.test('metadata — of another issuer, even by a slash, is not used', async t => {
  covers('auth.metadata-issuer-compared-exactly')
  t.match(parseServerMetadata({ issuer: ISSUER, x: 1 }, ISSUER), { issuer: ISSUER, document: { x: 1 } })
  for (const issuer of [`${ISSUER}/`, 'https://AS.example', 'http://as.example', undefined, null, [ISSUER]]) {
    t.throws(() => parseServerMetadata({ issuer }, ISSUER), unavailable('issuer-mismatch'))
  }
  for (const document of [undefined, null, [], 'x']) {
    t.throws(() => parseServerMetadata(document, ISSUER), unavailable('metadata-unavailable'))
  }
})

t.test('metadata — an endpoint that would carry our secret in clear is not used', async t => {
  const read = (issuer: string, endpoint: unknown) =>
    readEndpoint({ issuer, document: { introspection_endpoint: endpoint as string } }, 'introspection_endpoint')
  t.equal(String(read(ISSUER, 'https://other.example/introspect?x=1')), 'https://other.example/introspect?x=1')
  t.equal(String(read('http://localhost:9000', 'http://localhost:9000/api/introspect')), 'http://localhost:9000/api/introspect')
  t.equal(String(read('http://localhost:9000', 'https://localhost:9001/')), 'https://localhost:9001/')
  for (const endpoint of ['http://as.example/introspect', '/introspect', '', 'ftp://as.example/', 'javascript:alert(1)', 'https://id:secret@as.example/', undefined, 7, null]) {
    t.throws(() => read(ISSUER, endpoint), unavailable('metadata-unavailable'), String(endpoint))
  }
  t.equal(String(read('http://as.internal', 'http://as.internal/introspect')), 'http://as.internal/introspect', 'an issuer in clear, by choice')
  t.equal(String(read('http://as.internal', 'http://127.0.0.1:9/introspect')), 'http://127.0.0.1:9/introspect')
  for (const endpoint of ['http://elsewhere.internal/introspect', 'http://as.internal:8080/introspect', 'http://localhost.evil.example/']) {
    t.throws(() => read('http://as.internal', endpoint), unavailable('metadata-unavailable'), endpoint)
  }
})

t.test('metadata — whatever a server publishes is read or refused, and leads nowhere in clear', async () => {
  const anything = fc.oneof(fc.jsonValue(), fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.tuple(fc.constantFrom('http:', 'https:', 'ftp:', 'data:', '//'), fc.string()).map(parts => parts.join('')))
  fc.assert(fc.property(fc.record({ issuer: fc.oneof(fc.constant(ISSUER), fc.jsonValue()), jwks_uri: anything },
    { requiredKeys: [] }), document => {
    try {
      const { protocol, username } = readEndpoint(parseServerMetadata(document, ISSUER), 'jwks_uri')
      return protocol === 'https:' && username === ''
    } catch (failure) {
      return failure instanceof AuthorizationServerUnavailable
    }
  }), { numRuns: 500 })
})

t.test('hints — name the likely cause in ASCII, the trap of the registered resource URI included', async t => {
  const hosted = { resource: 'http://localhost:3443/mcp', issuer: 'https://vc-issuer.example' }
  t.match(explainInactive(hosted), /http against https/)
  t.match(explainInactive(hosted), /looks exactly like a revoked token/)
  t.match(explainInactive({ ...hosted, issuer: 'http://localhost:9000' }), /looks exactly like a revoked token/)
  t.match(explainUnavailable('credentials-rejected'), /credentials of this gateway/)
  const reasons: UnavailabilityCause[] = ['timeout', 'unreachable', 'connection-dropped', 'redirect', 'too-large', 'unparseable',
    'unexpected-status', 'rate-limited', 'credentials-rejected', 'metadata-unavailable', 'issuer-mismatch']
  const problems: InvalidTokenProblem[] = [{ kind: 'inactive' }, { kind: 'unusable-claim', claim: 'aud' }, { kind: 'expired' },
    { kind: 'not-yet-valid' },
    { kind: 'wrong-issuer' }, { kind: 'sender-constrained' }, { kind: 'wrong-audience' }, { kind: 'no-audience' }, { kind: 'no-subject' }]
  const hints = [...reasons.map(reason => explainUnavailable(reason)), ...problems.map(problem => explainInvalidToken(problem, hosted))]
  t.equal(new Set(hints).size, reasons.length + problems.length, 'no two causes share a hint')
  const each = collected(t)
  for (const hint of hints) {
    each.match(hint, /^[\x20-\x7e]{40,}[.?]$/)
    each.notMatch(hint, /localhost|vc-issuer/, 'no values')
  }
  each.end()
})
