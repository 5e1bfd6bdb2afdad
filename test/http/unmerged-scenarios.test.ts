// Scenarios for resource servers that are proposed for the official suite and not merged, so that no package has them: token audience
// (conformance pull request 386), DPoP (395) and step-up (106). Written again from their requirements; the names are those of their checks.

import { randomUUID } from 'node:crypto'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { athOf, clientKey, dpopChallenge, jkt, proof, startBoundGateway } from '../support/dpop-gateway.ts'
import { buildGateway, call, challengeOf, READ, RESOURCE, WRITE } from '../support/gateway.ts'
import { configureGateway } from '../support/configured-gateway.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { createSigningKey, macJwt, signJwt, unsignedJwt, type SigningKey } from '../support/signing-keys.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

t.test('token audience (386, 6 checks) — JWTs of an issuer with RS256, whose keys are fetched', async t => {
  covers('auth.audience-compared-whole')
  const server = await startStubAuthorizationServer()
  t.teardown(server.close)
  const key = createSigningKey('suite-key', 'RS256')
  server.on('/.well-known/oauth-authorization-server', answersJson({ issuer: server.origin, jwks_uri: `${server.origin}/jwks` }))
  server.on('/jwks', answersJson({ keys: [key.jwk] }))
  const clock = createManualClock()
  const gateway = await configureGateway(t, {
    authorizationServer: { issuer: server.origin, jwt: { algorithms: ['RS256'], allowMissingType: true } }
  }, { clock })
  const now = Math.floor(clock.now() / 1000)
  const token = (changes: object = {}, signer: SigningKey = key) =>
    signJwt(signer, { iss: server.origin, sub: 'suite', aud: RESOURCE, iat: now, exp: now + 300, jti: randomUUID(), ...changes })
  const statusOf = async (with_?: string) =>
    (await gateway.call({ method: 'initialize', ...(with_ === undefined ? {} : { headers: { authorization: `Bearer ${with_}` } }) })).status
  const found = {
    'auth-unauthenticated-request-rejected': await statusOf(),
    'auth-valid-audience-token-accepted': await statusOf(token()),
    'auth-wrong-audience-token-rejected': await statusOf(token({ aud: 'https://other.example/mcp' })),
    'auth-missing-audience-token-rejected': await statusOf(token({ aud: undefined })),
    'auth-expired-token-rejected': await statusOf(token({ exp: now - 60 })),
    'auth-untrusted-token-rejected': await statusOf(token({}, createSigningKey('suite-key', 'RS256')))
  }
  t.strictSame(found, {
    'auth-unauthenticated-request-rejected': 401,
    'auth-valid-audience-token-accepted': 200,
    'auth-wrong-audience-token-rejected': 401,
    'auth-missing-audience-token-rejected': 401,
    'auth-expired-token-rejected': 401,
    'auth-untrusted-token-rejected': 401
  })
})

const required = { dpop: { mode: 'required', maxAgeSeconds: 300 } } as const

t.test('DPoP (395, 23 checks) — each defect is 401 with a DPoP challenge', async t => {
  covers('dpop.proof-checked')
  const otherKey = createSigningKey(undefined)
  const { clock, send, withProof } = await startBoundGateway(t, required, {
    'other-audience': { cnf: { jkt }, token_type: 'DPoP', aud: 'https://other.example/mcp' },
    'other-thumbprint': { cnf: { jkt: athOf('x') }, token_type: 'DPoP' }
  })
  t.equal((await withProof(proof(clock))).status, 200, 'a valid proof is accepted')

  const now = Math.floor(clock.now() / 1000)
  const without = (member: string) => proof(clock, { payload: { [member]: undefined } })
  const good = proof(clock)
  const [header = '', payload = '', signature = ''] = good.split('.')
  const claims = { jti: randomUUID(), htm: 'POST', htu: RESOURCE, iat: now, ath: athOf('bound-to-a-key') }
  const dpopHeader = { typ: 'dpop+jwt', jwk: clientKey.jwk }
  const defects: Record<string, string> = {
    'tampered-signature': `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'missing-jti': without('jti'),
    'wrong-typ': proof(clock, { header: { typ: 'jwt' } }),
    'htu-mismatch': proof(clock, { payload: { htu: 'https://wrong.example/mcp' } }),
    'htm-mismatch': proof(clock, { payload: { htm: 'GET' } }),
    'private-key-in-jwk': proof(clock, { header: { jwk: clientKey.privateKey.export({ format: 'jwk' }) } }),
    'wrong-ath': proof(clock, { payload: { ath: 'not-the-right-hash' } }),
    'duplicate-dpop-header': `${proof(clock)}, ${proof(clock)}`,
    'missing-htm': without('htm'),
    'missing-htu': without('htu'),
    'missing-iat': without('iat'),
    'missing-jwk': proof(clock, { header: { jwk: undefined } }),
    'ath-absent': without('ath'),
    'malformed-not-a-jwt': 'this-is-not-a-jwt',
    'cnf-jkt-mismatch': proof(clock, { signer: otherKey }),
    'iat-stale': proof(clock, { payload: { iat: now - 303 } }),
    'iat-future': proof(clock, { payload: { iat: now + 303 } }),
    'alg-none': unsignedJwt(claims, dpopHeader),
    'alg-symmetric': macJwt('a secret that both would have to know', claims, dpopHeader)
  }
  const answers = new Map<string, Awaited<ReturnType<typeof send>>>()
  for (const [name, text] of Object.entries(defects)) answers.set(name, await withProof(text))
  answers.set('RejectsWrongAudience', await withProof(proof(clock, { token: 'other-audience' }), { token: 'other-audience' }))
  answers.set('RejectsWith401Challenge', await send({}))
  answers.set('bearer-scheme', await send({ authorization: 'Bearer bound-to-a-key', dpop: proof(clock) }))
  const found = [...answers].map(([name, answer]) => [name, answer.status, Object.keys(dpopChallenge(answer)).includes('algs')])
  t.strictSame(found, [...answers.keys()].map(name => [name, 401, true]))
  t.equal(answers.size + 1, 23)
})

t.test('DPoP with nonces (395, the 24th check) — use_dpop_nonce, accepted with the nonce, refused with another one', async t => {
  covers('dpop.nonce')
  const { clock, withProof } = await startBoundGateway(t, { dpop: { mode: 'required', maxAgeSeconds: 300, nonce: 'required' } })
  const first = await withProof(proof(clock))
  const nonce = String(first.headers['dpop-nonce'])
  t.strictSame([first.status, dpopChallenge(first)['error']], [401, 'use_dpop_nonce'])
  t.equal((await withProof(proof(clock, { payload: { nonce } }))).status, 200)
  t.equal((await withProof(proof(clock, { payload: { nonce: `${nonce}x` } }))).status, 401)
})

t.test('step-up (106) — 403 with insufficient_scope, the scope and the metadata; with more scope the call is made', async t => {
  covers('policy.challenge-names-every-scope')
  const gateway = await buildGateway(t)
  const refused = await call(gateway, { token: 'token-read', tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })
  t.equal(refused.status, 403, 'step-up-403-response')
  t.match(challengeOf(refused), {
    error: 'insufficient_scope', scope: WRITE, resource_metadata: /\/\.well-known\/oauth-protected-resource\/mcp$/
  }, 'step-up-scope-in-header, step-up-resource-metadata')
  t.not(READ, WRITE)
  const escalated = await call(gateway, { tool: 'reserve_ticket', args: { ticket_id: 1, seats: 1 } })
  t.equal(escalated.status, 200, 'step-up-success-after-escalation')
})
