// How the gateway authenticates at introspection: every method over real connections, with a stub that looks closely and with the practice
// server, which checks each.

import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readCompactJws } from '../../src/auth/compact-jws.ts'
import { bearerToken, clientSecretPost } from '../../src/auth/introspection/client-authentication.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { parsePrivateKey } from '../../src/kernel/private-key.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { createAuthentication } from '../../src/gateway/authenticators.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { createPracticeServer, type IntrospectionClient } from '../../src/practice-as/practice-server.ts'
import { collected } from '../support/collected.ts'
import { configureGateway, type ConfigInput } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE } from '../support/gateway.ts'
import { TOKEN } from '../support/introspection-methods.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

const DAYS = 24 * 3600

function keyFile (t: Test, name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-key-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

/** One introspection as a gateway with this configuration makes it. */
async function askConfigured (t: Test, introspection: Record<string, unknown>, drops = 0) {
  const server = await startStubAuthorizationServer()
  t.teardown(server.close)
  server.on('/introspect', (request, response, socket) => {
    if (server.received.length <= drops) socket.resetAndDestroy()
    else answersJson({ active: false })(request, response, socket)
  })
  const config = parseConfig({ resource: { identifier: RESOURCE }, authorizationServer: { issuer: server.origin, introspection: { endpoint: `${server.origin}/introspect`, clientId: 'tickets', ...introspection } } })
  const { authenticator, close } =
    createAuthentication({ settings: fixedSettings(config), clock: systemClock, dispatcher: undefined, observers: [] })
  t.teardown(close)
  await authenticator.authenticateLive(new PresentedToken(TOKEN))
  const [request] = server.received
  return {
    origin: server.origin,
    forms: server.received.map(({ body }) => Object.fromEntries(new URLSearchParams(body))),
    authorization: request?.headers.authorization,
    form: Object.fromEntries(new URLSearchParams(request?.body))
  }
}

t.test('client authentication — by secret in the form, or by a token, and never both ways at once', async t => {
  covers('introspection.client-secret-post', 'introspection.bearer')
  t.strictSame(clientSecretPost('a', 'b'), { headers: {}, parameters: { client_id: 'a', client_secret: 'b' } })
  t.strictSame(bearerToken('x'), { headers: { authorization: 'Bearer x' }, parameters: {} })

  const posted = await askConfigured(t, { clientAuthentication: 'client_secret_post', clientSecret: 'p%3A:+ &=ü' })
  t.equal(posted.authorization, undefined)
  t.strictSame(posted.form, { token: TOKEN, token_type_hint: 'access_token', client_id: 'tickets', client_secret: 'p%3A:+ &=ü' })

  const borne = await askConfigured(t, { clientAuthentication: 'bearer', bearerToken: 'resource-server-token' })
  t.equal(borne.authorization, 'Bearer resource-server-token')
  t.strictSame(borne.form, { token: TOKEN, token_type_hint: 'access_token' })
})

t.test('private_key_jwt — a question that is repeated after a dropped connection has another assertion', async t => {
  covers('introspection.private-key-jwt')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const privateKeyFile = keyFile(t, 'key.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
  const { forms } = await askConfigured(t, { clientAuthentication: 'private_key_jwt', privateKeyFile }, 1)
  const [first, second] = forms.map(({ client_assertion: assertion = '' }) => readCompactJws(assertion)?.payload?.['jti'])
  t.equal(forms.length, 2)
  t.match([first, second], [String, String])
  t.not(first, second)
  t.strictSame(forms.map(({ token }) => token), [TOKEN, TOKEN])
})

t.test('private_key_jwt — a signed assertion for one question, meant for that server alone', async t => {
  covers('introspection.private-key-jwt')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'of-the-jwk' })
  const files = {
    pem: keyFile(t, 'key.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
    jwk: keyFile(t, 'key.jwk', jwk)
  }
  const byKey = { clientAuthentication: 'private_key_jwt' }
  const seen = new Set<unknown>()
  const each = collected(t)
  for (const [settings, kid, audience] of [
    [{ privateKeyFile: files.pem, privateKeyId: 'named' }, 'named', 'issuer'],
    [{ privateKeyFile: files.jwk }, 'of-the-jwk', 'issuer'],
    [{ privateKeyFile: files.jwk, assertionAudience: 'endpoint' }, 'of-the-jwk', 'endpoint']
  ] as const) {
    const { origin, authorization, form: { client_assertion: assertion = '', ...form } } = await askConfigured(t, { ...byKey, ...settings })
    each.equal(authorization, undefined)
    each.strictSame(form, {
      token: TOKEN,
      token_type_hint: 'access_token',
      client_id: 'tickets',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    })
    const { header, payload = {} } = readCompactJws(assertion) ?? {}
    each.strictSame(header, { alg: 'ES256', typ: 'JWT', kid })
    each.match(payload, { iss: 'tickets', sub: 'tickets', aud: audience === 'issuer' ? origin : `${origin}/introspect`, jti: String })
    each.equal(Number(payload['exp']) - Number(payload['iat']), 60)
    each.ok(Math.abs(Number(payload['iat']) - Date.now() / 1000) < 5)
    const [head, body, signature = ''] = assertion.split('.')
    each.ok(verify('sha256', Buffer.from(`${head}.${body}`), { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')))
    seen.add(payload['jti'])
  }
  each.end()
  t.equal(seen.size, 3, 'each is another')

  const text = 'secret-text-that-is-no-key'
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ privateKeyFile: join(files.pem, 'nowhere') }, /privateKeyFile: the file cannot be read \(ENOTDIR\)/],
    [{ privateKeyFile: keyFile(t, 'x', text) }, /expected a private key/],
    [{ privateKeyFile: keyFile(t, 'x', `{"kty":"EC","d":"${text}"}`) }, /expected a private key/],
    [{ privateKeyFile: keyFile(t, 'x', createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString()) }, /expected a private key/],
    [{ privateKeyFile: files.pem, privateKeyAlgorithm: 'RS256' }, /the key cannot sign with RS256/]
  ]
  for (const [settings, message] of wrong) {
    const failure: unknown = await askConfigured(t, { ...byKey, ...settings }).then(() => undefined, (failure: unknown) => failure)
    each.match(failure, { code: 'GW_CONFIG_INVALID', detail: message })
    each.notOk(JSON.stringify(failure).includes(text))
  }
  each.end()
  const server = { issuer: 'https://as.example', introspection: { clientId: 'c', ...byKey, privateKeyFile: files.pem, privateKeyAlgorithm: 'RS256' } } as ConfigInput['authorizationServer']
  await t.rejects(configureGateway(t, { authorizationServer: server }), { code: 'GW_CONFIG_INVALID', detail: /the key cannot sign with RS256/ }, 'found out before the first token')
  for (const none of ['', '{}', '[]', 'null', '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----']) {
    each.equal(parsePrivateKey(none), undefined)
  }
  each.end()
})

t.test('end to end — the practice server takes each method, and its signed replies are believed', async t => {
  covers('introspection.private-key-jwt', 'introspection.signed-reply', 'introspection.client-secret-post')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwks = { keys: [{ ...createPublicKey(privateKey).export({ format: 'jwk' }), kid: 'rs', alg: 'ES256', use: 'sig' }] }
  const privateKeyFile = keyFile(t, 'key.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
  const client = { id: 'mcp-server', secret: 'mcp-server-secret' }
  const cases: [IntrospectionClient, Record<string, unknown>][] = [
    [{ ...client, metadata: { token_endpoint_auth_method: 'client_secret_post' } },
      { clientAuthentication: 'client_secret_post', clientSecret: client.secret }],
    [{ ...client, metadata: { token_endpoint_auth_method: 'private_key_jwt', jwks } },
      { clientAuthentication: 'private_key_jwt', privateKeyFile, privateKeyId: 'rs' }],
    [{ ...client, metadata: { token_endpoint_auth_method: 'private_key_jwt', jwks, introspection_signed_response_alg: 'ES256' } },
      { clientAuthentication: 'private_key_jwt', privateKeyFile, privateKeyId: 'rs', accept: 'jwt' }],
    [client, { clientSecret: client.secret, accept: 'jwt' }]
  ]
  for (const [introspectionClient, introspection] of cases) {
    const practice = await createPracticeServer({ resources: [RESOURCE], introspectionClient })
    t.teardown(practice.close)
    const authorizationServer =
      { issuer: practice.issuer, introspection: { clientId: client.id, ...introspection } } as ConfigInput['authorizationServer']
    const gateway = await configureGateway(t, { authorizationServer }, { clock: systemClock })
    const name = `${String(introspection['clientAuthentication'])} ${String(introspection['accept'])}`
    const token = await practice.mintToken({ subject: '1004', scope: 'mcp:tickets:read', ttlSeconds: DAYS })
    t.equal((await gateway.call({ token, tool: 'list_tickets' })).status, 200, name)
    t.equal((await gateway.call({ token: 'unknown', tool: 'list_tickets' })).status, 401, name)
  }
})

t.test('no credentials — the question names the token, and the client where it has a name', async t => {
  covers('introspection.without-credentials')
  const server = await startStubAuthorizationServer()
  t.teardown(() => server.close())
  server.on('/introspect', answersJson({ active: true, sub: '1004', aud: RESOURCE, exp: 4_102_444_800, scope: 'mcp:tickets:read' }))
  for (const [clientId, sent] of [[undefined, ''], ['tickets & co', 'client_id=tickets+%26+co&']] as const) {
    const introspection = { endpoint: `${server.origin}/introspect`, clientAuthentication: 'none' as const, ...(clientId === undefined ? {} : { clientId }) }
    const gateway = await configureGateway(t,
      { authorizationServer: { issuer: server.origin, introspection }, policy: { authorizationDetailsWhenAbsent: 'allow' } })
    t.equal((await gateway.call({ token: TOKEN, tool: 'list_tickets' })).status, 200)
    const asked = server.received.at(-1)
    t.equal(asked?.headers['authorization'], undefined)
    t.equal(asked?.body, `token_type_hint=access_token&${sent}token=${TOKEN}`)
  }
})
