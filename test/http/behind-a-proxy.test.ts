// The public address and the path on this server are two things: a small proxy strips a prefix, or changes the whole path, and everything
// that the gateway says of itself can be followed through it.

import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { addressesOf } from '../../src/http/addresses.ts'
import { collected } from '../support/collected.ts'
import { configureGateway } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

interface Proxied { readonly publicPath: string, readonly localPath: string, readonly rewrite: (path: string) => string | undefined }

const stripping = (prefix: string) => (path: string) => path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) || '/' : undefined

const SETTINGS: Readonly<Record<string, Proxied>> = {
  'strips a prefix': { publicPath: '/my-service/mcp', localPath: '/mcp', rewrite: stripping('/my-service') },
  'strips two segments': { publicPath: '/team/my-service/mcp', localPath: '/mcp', rewrite: stripping('/team/my-service') },
  'strips the whole path': { publicPath: '/my-service', localPath: '/', rewrite: stripping('/my-service') },
  'puts another path in its place': {
    publicPath: '/my-service', localPath: '/mcp', rewrite: path => path.startsWith('/my-service') ? `/mcp${path.slice('/my-service'.length)}` : undefined
  }
}

async function start (t: Test, { publicPath, localPath, rewrite }: Proxied, dpop: 'off' | 'accepted' = 'off') {
  let gatewayPort = 0
  const proxy = http.createServer((request, response) => {
    const path = rewrite(request.url ?? '')
    if (path === undefined) {
      response.writeHead(404).end('of the proxy')
      return
    }
    request.pipe(http.request({ port: gatewayPort, host: '127.0.0.1', method: request.method, path, headers: request.headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    }))
  })
  await new Promise<void>(resolve => { proxy.listen(0, '127.0.0.1', resolve) })
  const server = await startStubAuthorizationServer()
  const origin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const resource = `${origin}${publicPath}`
  const gateway = await configureGateway(t, {
    resource: { identifier: resource, endpointPath: localPath },
    authorizationServer: { issuer: server.origin, introspection: { endpoint: `${server.origin}/introspect`, clientId: 'rs', clientSecret: 'a secret of the tests' } },
    policy: { authorizationDetailsWhenAbsent: 'allow' },
    dpop: { mode: dpop }
  })
  await gateway.app.listen({ port: 0, host: '127.0.0.1' })
  gatewayPort = (gateway.app.server.address() as AddressInfo).port
  t.teardown(async () => {
    proxy.closeAllConnections()
    proxy.close()
    await server.close()
  })
  const answerTo = (
    claims: object
  ) => { server.on('/introspect', answersJson({ active: true, sub: '1004', exp: 4_102_444_800, scope: 'mcp:tickets:read', ...claims })) }
  answerTo({ aud: resource })
  const list = (headers: Record<string, string>) => fetch(resource, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_tickets', arguments: {} } })
  })
  return { origin, resource, gateway, list, answerTo }
}

for (const [told, settings] of Object.entries(SETTINGS)) {
  t.test(`a proxy that ${told} — the endpoint answers, and every address in the documents leads there`, async t => {
    covers('http.local-path-behind-a-proxy')
    const { resource, list, origin } = await start(t, settings)
    const refused = await list({})
    t.equal(refused.status, 401)
    const challenge = refused.headers.get('www-authenticate') ?? ''
    const [, metadataUrl = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? []
    t.ok(metadataUrl.startsWith(`${origin}${settings.publicPath.split('/').slice(0, 2).join('/')}`), metadataUrl)
    const metadata = await (await fetch(metadataUrl)).json() as Record<string, string>
    t.equal(metadata['resource'], resource)
    const each = collected(t)
    for (const member of ['resource_documentation', 'resource_policy_uri', 'authorization_details_types_metadata_endpoint']) {
      each.equal((await fetch(metadata[member] ?? '')).status, 200, `${member} ${metadata[member]}`)
    }
    each.equal((await fetch(`${resource}/tools`)).status, 200, 'tools')
    each.equal((await list({ authorization: 'Bearer token' })).status, 200, 'a call')
    each.end()
  })
}

t.test('a proxy — the place of RFC 9728 for the public identifier is served too, for a proxy that passes it on', async t => {
  covers('http.local-path-behind-a-proxy')
  const { gateway, resource } = await start(t, { publicPath: '/my-service/mcp', localPath: '/mcp', rewrite: path => path })
  for (const path of ['/my-service/mcp', '/mcp', '']) {
    const { statusCode, body } = await gateway.app.inject(`/.well-known/oauth-protected-resource${path}`)
    t.match({ statusCode, resource: (JSON.parse(body) as { resource: string }).resource }, { statusCode: 200, resource })
  }
})

t.test('a proxy — a DPoP proof names the public address', async t => {
  covers('http.local-path-behind-a-proxy', 'dpop.address-configured')
  const { resource, list, answerTo, origin } =
    await start(t, { publicPath: '/my-service/mcp', localPath: '/mcp', rewrite: stripping('/my-service') }, 'accepted')
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' })
  const jkt = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  answerTo({ aud: resource, cnf: { jkt } })
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const proofFor = (htu: string) => {
    const payload =
      { jti: randomUUID(), htm: 'POST', htu, iat: 1_800_000_000, ath: createHash('sha256').update('token').digest('base64url') }
    const signed = `${encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })}.${encode(payload)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }
  t.equal((await list({ authorization: 'DPoP token', dpop: proofFor(resource) })).status, 200)
  t.equal((await list({ authorization: 'DPoP token', dpop: proofFor(`${origin}/mcp`) })).status, 401)
})

t.test('addresses — without a proxy the public addresses are the paths of this server', async t => {
  const usual = addressesOf('https://mcp.example/api/mcp')
  t.match(usual, {
    endpointPath: '/api/mcp',
    docsPath: '/docs/api/mcp',
    docsUrl: 'https://mcp.example/docs/api/mcp',
    strippedPrefix: '',
    metadataPath: '/.well-known/oauth-protected-resource/api/mcp',
    metadataUrl: 'https://mcp.example/.well-known/oauth-protected-resource/api/mcp'
  })
  t.strictSame(addressesOf('https://mcp.example/api/mcp', '/api/mcp'), usual)
  t.match(addressesOf('https://mcp.example', '/mcp'), {
    endpointPath: '/mcp',
    endpointUrl: 'https://mcp.example/mcp',
    docsUrl: 'https://mcp.example/docs/mcp',
    strippedPrefix: '',
    metadataUrl: 'https://mcp.example/.well-known/oauth-protected-resource',
    metadataPath: '/.well-known/oauth-protected-resource'
  })
  t.match(addressesOf('https://mcp.example', '/'), { endpointPath: '/', endpointUrl: 'https://mcp.example/', docsUrl: 'https://mcp.example/docs' })
})
