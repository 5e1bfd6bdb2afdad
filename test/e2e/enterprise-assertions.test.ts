// The assertion of enterprise-managed authorization (SEP-990) at the authorization server: for which client, resource and time it is
// accepted, how often, and with which scopes.

import { exchangeJwtAuthGrant } from '@modelcontextprotocol/client'
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import t from 'tap'
import { ENTERPRISE_CLIENT, MACHINE_CLIENT } from '../../src/practice-as/endpoints.ts'
import { covers } from '../support/covers.ts'
import {
  basic, BOTH, details, exchange, FAR, idTokenOf, JWT_BEARER, OTHER_PROVIDER, post, privateKey, redeem, startEnterprise
} from '../support/enterprise.ts'
import { introspect } from '../support/practice-client.ts'

t.test('authorization server — an assertion counts for its client, resource and time, and once', async t => {
  covers('extensions.id-jag-checked', 'extensions.id-jag-single-use')
  const gateway = await startEnterprise(t)
  const { issuer } = gateway.practice
  const now = Math.floor(Date.now() / 1000)
  const claims = (changes: Record<string, unknown> = {}) => ({
    iss: OTHER_PROVIDER,
    sub: '1005',
    aud: issuer,
    client_id: ENTERPRISE_CLIENT.id,
    jti: crypto.randomUUID(),
    iat: now,
    exp: now + 300,
    resource: gateway.url,
    scope: 'mcp:tickets:read',
    ...changes
  })
  const sign = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key = privateKey) =>
    new SignJWT(claims(changes)).setProtectedHeader({ alg: 'ES256', kid: 'e1', typ: 'oauth-id-jag+jwt', ...header }).sign(key)

  const good = await sign()
  const first = await redeem(gateway, good)
  t.match(first, { status: 200, body: { scope: 'mcp:tickets:read', resource: gateway.url } })
  const { body: seen } = await introspect(issuer, String(first.body['access_token']))
  t.match(seen, { sub: '1005', client_id: ENTERPRISE_CLIENT.id, aud: gateway.url })
  t.match(await redeem(gateway, good), { status: 400, body: { error: 'invalid_grant', error_description: /jti/ } })
  const racing = await sign()
  const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await redeem(gateway, racing)).status))
  t.strictSame(statuses.toSorted(), [200, ...Array.from({ length: 7 }, () => 400)], 'at the same time, too')

  const { privateKey: unknownKey } = await generateKeyPair('ES256')
  const idToken = await idTokenOf(gateway)
  const refused: Record<string, string | Promise<string>> = {
    'an ID token': idToken,
    'another type': sign({}, { typ: 'JWT' }),
    'a type that is missing': sign({}, { typ: undefined }),
    'a key that is not the provider’s': sign({}, {}, unknownKey),
    'no signature': new UnsecuredJWT(claims()).encode(),
    'a provider that is not trusted': sign({ iss: 'https://evil.example' }),
    'the other trusted provider': sign({ iss: gateway.practice.identityProvider.issuer }),
    'another server': sign({ aud: 'https://as.example' }),
    'several servers': sign({ aud: [issuer, 'https://as.example'] }),
    'a slash too many': sign({ aud: `${issuer}/` }),
    'the token endpoint': sign({ aud: `${issuer}/api/token` }),
    'another client': sign({ client_id: MACHINE_CLIENT.id }),
    'no client': sign({ client_id: undefined }),
    'no resource': sign({ resource: undefined }),
    'another resource': sign({ resource: FAR }),
    'a resource too many': sign({ resource: [gateway.url, FAR] }),
    expired: sign({ exp: now - 1 }),
    'no end': sign({ exp: undefined }),
    'not yet issued': sign({ iat: now + 600 }),
    'no identifier': sign({ jti: undefined }),
    'no subject': sign({ sub: undefined }),
    'an unknown person': sign({ sub: '9999' }),
    'bound to a key': sign({ cnf: { jkt: 'x' } }),
    'an unknown critical header': sign({}, { crit: ['x'], x: 1 }).catch(() => 'a.b.c'),
    'not a JWT': 'opaque',
    'a string as details': sign({ authorization_details: 'all' })
  }
  const failures: unknown[] = []
  for (const [name, assertion] of Object.entries(refused)) {
    const answer = await redeem(gateway, await assertion)
    if (answer.status !== 400 || answer.body['error'] !== 'invalid_grant') failures.push([name, answer.status, answer.body])
  }
  t.strictSame(failures, [])
  const wrongDetails = { status: 400, body: { error: 'invalid_authorization_details' } }
  t.match(await redeem(gateway, await sign({ authorization_details: [{ type: 'payment' }] })), wrongDetails)
  t.match(await redeem(gateway, await sign(), { resource: gateway.url, authorization_details: details(1) }), wrongDetails)
  t.match(await redeem(gateway, await sign(), { resource: FAR }), { status: 400, body: { error: 'invalid_target' } })
  const listed = await redeem(gateway, await sign({ aud: [issuer], resource: [gateway.url] }), { resource: gateway.url })
  t.equal(listed.status, 200, 'lists of one are fine')
})

t.test('authorization server — scopes never grow, and only a client that authenticates is answered', async t => {
  covers('extensions.id-jag-checked')
  const gateway = await startEnterprise(t)
  const { issuer } = gateway.practice
  const assertion = async (form: Record<string, string>) => String((await exchange(gateway, form)).body['access_token'])
  t.match((await redeem(gateway, await assertion({ scope: 'mcp:tickets:read' }), { scope: BOTH })).body, { scope: 'mcp:tickets:read' })
  t.match((await redeem(gateway, await assertion({ scope: BOTH }), { scope: 'mcp:tickets:read' })).body, { scope: 'mcp:tickets:read' })
  const unused = await assertion({ scope: BOTH })
  t.match(await redeem(gateway, unused, {}, { ...ENTERPRISE_CLIENT, secret: 'wrong' }), { status: 401, body: { error: 'invalid_client' } })
  t.match(await redeem(gateway, unused, {}, MACHINE_CLIENT), { status: 400 }, 'a client that has not this grant')
  t.equal((await post(`${issuer}/api/token`, { grant_type: JWT_BEARER, assertion: unused, client_id: ENTERPRISE_CLIENT.id })).status, 401)
  const withProof = await fetch(`${issuer}/api/token`, {
    method: 'POST',
    headers: { dpop: 'proof', authorization: basic(ENTERPRISE_CLIENT) },
    body: new URLSearchParams({ grant_type: JWT_BEARER, assertion: unused })
  })
  t.equal(withProof.status, 400, 'a client that wants a bound token gets no bearer token')
  const { access_token: token } = await exchangeJwtAuthGrant({
    tokenEndpoint: `${issuer}/api/token`, jwtAuthGrant: unused, clientId: ENTERPRISE_CLIENT.id, clientSecret: ENTERPRISE_CLIENT.secret
  })
  t.ok(token, 'none of these refusals has used the assertion up')
})
