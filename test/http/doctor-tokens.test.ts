// The doctor with several servers, published keys, tokens that are bound to a key, and Authlete.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { covers } from '../support/covers.ts'
import {
  configuration, DOCTOR_SECRET as SECRET, documentOf, found, startServer, temporaryDirectory, visit, type Members
} from '../support/doctor-visit.ts'
import { answers, answersJson, type Behaviour } from '../support/stub-authorization-server.ts'

t.test('doctor — several servers are each looked at, tokens of either kind', async t => {
  covers('doctor.each-server')
  const first = await startServer(t)
  const second = await startServer(t, { jwks_uri: undefined })
  const shared = { issuer: 'http://localhost:1/shared', jwt: { algorithms: ['HS256'], sharedSecret: 'a secret of thirty-two characters or more' } }
  const members = configuration(first.origin, { furtherAuthorizationServers: [{ issuer: second.origin, jwt: {} }, shared] })
  const outcome = await visit(members)
  t.equal(found(outcome, 'authorization-server.credentials').state, 'good')
  t.match(found(outcome, 'authorization-server-2.keys-address'), { state: 'problem', remedy: /furtherAuthorizationServers\.0\.jwt\.jwksUri/ })
  t.match(found(outcome, 'authorization-server-2.keys'), { state: 'problem', remedy: /furtherAuthorizationServers\.0\.jwt\.jwksUri/ })
  t.equal(found(outcome, 'authorization-server-3.keys').state, 'good')
  t.equal(found(outcome, 'authorization-server-3.metadata').state, 'warning', 'a shared secret needs no metadata')
  t.notMatch(outcome.text, 'a secret of thirty-two')

  second.on('/introspect', answers(401, '{}'))
  const rejected = await visit(configuration(
    first.origin,
    { furtherAuthorizationServers: [{ issuer: second.origin, introspection: { clientId: 'mcp-server', clientSecret: SECRET } }] }
  ), { env: { INTROSPECTION_CLIENT_ID: 'of-the-first' } })
  t.equal(found(rejected, 'authorization-server.credentials').state, 'good')
  const credentials = found(rejected, 'authorization-server-2.credentials')
  t.match(credentials, { state: 'problem', remedy: /furtherAuthorizationServers\.0\.introspection\.clientSecret/ })
  t.notMatch(credentials.remedy, /INTROSPECTION_/, 'variables override the first server only')
  t.equal(rejected.status, 1)

  second.on('/.well-known/oauth-authorization-server', answersJson(documentOf(`${second.origin}/`)))
  t.match(found(await visit(members), 'authorization-server-2.metadata'), { state: 'problem', remedy: /into furtherAuthorizationServers\.0\.issuer;/ })
})

t.test('doctor — published keys are fetched, beside introspection too', async t => {
  covers('doctor.keys')
  const server = await startServer(t)
  server.on('/.well-known/oauth-authorization-server', answersJson({ ...documentOf(server.origin), jwks_uri: `${server.origin}/jwks` }))
  const alone = configuration(server.origin, { authorizationServer: { issuer: server.origin, jwt: {} } })
  const both = configuration(server.origin,
    { authorizationServer: { issuer: server.origin, jwt: {}, introspection: { clientId: 'mcp-server', clientSecret: SECRET } } })
  for (const members of [alone, both]) {
    for (const [behaviour, expected] of [
      [answersJson({ keys: [] }), { state: 'good' }],
      [answers(404, '{}'), { state: 'problem', found: /404/ }],
      [answersJson({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }), { state: 'problem', found: /publishes secrets/ }]
    ] as const) {
      server.on('/jwks', behaviour)
      t.match(found(await visit(members), 'authorization-server.keys'), expected)
    }
  }
  t.equal(found(await visit(alone), 'authorization-server.credentials').state, 'absent')
  t.equal(found(await visit(both), 'authorization-server.credentials').state, 'good')
})

t.test('doctor — tokens that are bound to a key: what the server states of them', async t => {
  covers('doctor.sender-constraint')
  const server = await startServer(t)
  const proxy = { mutualTls: { header: 'client-cert', trustedProxies: ['10.0.0.1'] } }
  const look = async (document: Members, members: Members) => {
    server.on('/.well-known/oauth-authorization-server',
      answers(200, JSON.stringify({ ...documentOf(server.origin), ...document }), { 'access-control-allow-origin': '*' }))
    return await visit(configuration(server.origin, members))
  }
  const algorithms = (...stated: unknown[]) => ({ dpop_signing_alg_values_supported: stated })
  for (const [document, mode, expected] of [
    [algorithms('ES256', 'ES512'), 'required', { state: 'good', found: /with ES256$/ }],
    [{}, 'accepted', { state: 'warning', found: /dpop_signing_alg_values_supported/ }],
    [{}, 'required', { state: 'problem', remedy: /dpop\.mode/ }],
    [algorithms('ES384', 7), 'accepted', { state: 'warning', found: /with ES384, this gateway with ES256 EdDSA PS256 RS256/ }],
    [algorithms('ES384'), 'required', { state: 'problem', remedy: /dpop\.algorithms/ }],
    [{}, 'off', { state: 'absent' }]
  ] as const) {
    t.match(found(await look(document, { dpop: { mode } }), 'authorization-server.dpop'), expected,
      JSON.stringify([document, mode]))
  }
  t.match(found(await look({}, { ...proxy }), 'authorization-server.certificate-bound-tokens'), { state: 'warning', found: /tls_client_certificate_bound_access_tokens/ })
  t.match(found(await look({ tls_client_certificate_bound_access_tokens: true }, { ...proxy }),
    'authorization-server.certificate-bound-tokens'), { state: 'good' })
  t.equal(found(await look({}, {}), 'authorization-server.certificate-bound-tokens').state, 'absent')
  const direct = {
    authorizationServer: { issuer: server.origin, authlete: { baseUrl: server.origin, serviceId: '1234', accessToken: SECRET } },
    dpop: { mode: 'required' }
  }
  t.match(found(await look(algorithms('ES256'), direct), 'authorization-server.dpop'), { state: 'problem', found: /Authlete, asked directly/ })

  const file = join(temporaryDirectory(t), 'token')
  writeFileSync(file, 'a-token-that-is-bound')
  // A token that was not issued is unknown; every other one is bound.
  server.on('/introspect', ({ body }, response) => {
    const known = body.includes('a-token-that-is-bound')
    response.writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(known ? { active: true, sub: '1', exp: 4_102_444_800, cnf: { jkt: 'x' } } : { active: false }))
  })
  const bound = async (mode: string) => await visit(configuration(server.origin, { dpop: { mode } }), { args: ['--token-file', file] })
  t.match(found(await bound('accepted'), 'token'), { state: 'unknown', found: /bound to a key.*passed before: .*issuer/ })
  t.match(found(await bound('off'), 'token'), { state: 'problem', found: /refused at: sender-constraint/, remedy: /dpop\.mode/ })
})

t.test('doctor — Authlete that rejects the service access token, and one that takes it', async t => {
  const server = await startServer(t)
  const members = configuration(server.origin,
    { authorizationServer: { issuer: server.origin, authlete: { baseUrl: server.origin, serviceId: '1234', accessToken: SECRET } } })
  const credentials = async (behaviour: Behaviour) => {
    server.on('/api/1234/auth/introspection', behaviour)
    const outcome = await visit(members)
    t.notMatch(outcome.text, SECRET)
    return found(outcome, 'authorization-server.credentials')
  }
  t.match(await credentials(answers(401, '{"resultCode":"A001202"}')), { state: 'problem', found: /^rejected/, remedy: /AUTHLETE_SERVICE_ACCESS_TOKEN/ })
  t.match(await credentials(answersJson({ action: 'UNAUTHORIZED', resultCode: 'A056301', existent: false })), { state: 'good' })
  t.match(await credentials(answersJson({ action: 'INTERNAL_SERVER_ERROR' })), { state: 'problem', found: /could not be asked/ })
})
