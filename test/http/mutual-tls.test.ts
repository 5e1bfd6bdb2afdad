// Tokens that are bound to a client certificate (RFC 8705): of the connection, or passed on by a proxy that is trusted (RFC 9440).

import { createPublicKey } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { checkBinding } from '../../src/auth/claims/binding.ts'
import { readCertificate } from '../../src/auth/possession/certificate.ts'
import { createCertificate, type Certificate } from '../support/certificates.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { BOUND, startBoundGateway } from '../support/dpop-gateway.ts'
import { answerOf, message } from '../support/gateway.ts'
import { claims } from '../support/token-statuses.ts'

t.test('binding — every method that a token names has to be met', t => {
  covers('dpop.bound-token-not-bearer', 'mtls.certificate-bound')
  const verified = { keyThumbprint: 'K', id: 'x', expiresAtMs: 0, needsNewNonce: false }
  const none = { scheme: 'Bearer', proof: undefined, certificateThumbprint: undefined } as const
  const certificate = { ...none, certificateThumbprint: 'C' }
  const byKey = { scheme: 'DPoP', proof: verified, certificateThumbprint: undefined } as const
  const both = { ...byKey, certificateThumbprint: 'C' }
  const cases: [object | undefined, Parameters<typeof checkBinding>[1], string | undefined][] = [
    [undefined, none, undefined], [undefined, certificate, undefined], [undefined, byKey, 'not-sender-constrained'],
    [{ jkt: 'K' }, none, 'sender-constrained'], [{ jkt: 'K' }, byKey, undefined], [{ jkt: 'X' }, byKey, 'wrong-key'],
    [{ jkt: 'K' }, certificate, 'sender-constrained'],
    [{ 'x5t#S256': 'C' }, none, 'sender-constrained'], [{ 'x5t#S256': 'C' }, certificate, undefined],
    [{ 'x5t#S256': 'X' }, certificate, 'wrong-key'], [{ 'x5t#S256': 'C' }, both, 'not-sender-constrained'],
    [{ jkt: 'K', 'x5t#S256': 'C' }, both, undefined], [{ jkt: 'K', 'x5t#S256': 'C' }, byKey, 'sender-constrained'],
    [{ jkt: 'K', 'x5t#S256': 'C' }, certificate, 'sender-constrained'],
    [{ jkt: 'K', 'x5t#S256': 'X' }, both, 'wrong-key'], [{ jkt: 'X', 'x5t#S256': 'C' }, both, 'wrong-key'],
    [{ jkt: 'K', kid: 'ignored' }, byKey, undefined],
    [{ kid: 'K' }, both, 'sender-constrained'], [{}, both, 'sender-constrained'], [{ jkt: undefined }, byKey, 'wrong-key'],
    [{ 'x5t#S256': undefined }, certificate, 'wrong-key']
  ]
  const each = collected(t)
  for (const [confirmation, possession, problem] of cases) {
    each.equal(checkBinding(claims({ confirmation } as never), possession)?.kind, problem, JSON.stringify([confirmation, possession]))
  }
  each.end()
  t.equal(checkBinding(claims(), none, true)?.kind, 'not-sender-constrained')
  t.equal(checkBinding(claims({ confirmation: { 'x5t#S256': 'C' } }), certificate, true)?.kind, 'not-sender-constrained')
  t.equal(checkBinding(claims({ confirmation: { jkt: 'K' } }), byKey, true), undefined)
  t.end()
})

const authority = createCertificate('Test authority')
const client = createCertificate('A client', authority)
const otherClient = createCertificate('Another client', authority)
const foreignClient = createCertificate('A client', createCertificate('Test authority'))

t.test('mutual TLS — the certificate of the connection, of an authority that counts', async t => {
  covers('mtls.certificate-bound', 'mtls.tls-listener')
  const folder = mkdtempSync(join(tmpdir(), 'gateway-tls-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const serverCertificate = createCertificate('localhost', authority)
  const files = {
    cert: file('cert.pem', serverCertificate.certPem),
    key: file('key.pem', serverCertificate.keyPem),
    clientCa: file('ca.pem', authority.certPem)
  }
  const { gateway, reason } = await startBoundGateway(t, { tls: files }, { mine: { cnf: { 'x5t#S256': client.thumbprint } } })
  const address = await gateway.app.listen({ port: 0, host: '127.0.0.1' })
  t.match(address, /^https:/)

  async function call (token: string, certificate: Certificate | undefined): Promise<number | undefined> {
    const { headers, body } = message('tools/call', { name: 'list_tickets', arguments: {} })
    const sent = httpsRequest(`${address}/mcp`, {
      method: 'POST',
      agent: false,
      ca: authority.certPem,
      ...(certificate === undefined ? {} : { cert: certificate.certPem, key: certificate.keyPem }),
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}` }
    })
    sent.end(JSON.stringify(body))
    const [response] = await once(sent, 'response') as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    return response.statusCode
  }

  t.equal(await call('mine', client), 200)
  t.equal(await call('bearer', undefined), 200, 'nobody needs a certificate')
  t.equal(await call('bearer', client), 200)
  for (const [token, certificate, told] of [
    ['mine', undefined, 'sender-constrained'],
    ['mine', otherClient, 'wrong-key'],
    ['mine', foreignClient, 'sender-constrained'],
    [BOUND, client, 'sender-constrained']
  ] as const) {
    t.equal(await call(token, certificate), 401)
    t.equal(reason(), told)
  }
  t.match(await gateway.metadata(), { tls_client_certificate_bound_access_tokens: true })

  for (const [changes, detail] of [
    [{ cert: join(folder, 'nowhere') }, /^tls\.cert: the file cannot be read \(ENOENT\)$/],
    [{ key: files.cert }, /^tls\.cert and tls\.key: expected a certificate and its private key/],
    [{ key: file('other.pem', client.keyPem) }, /^tls\.cert and tls\.key: expected/],
    [{ clientCa: files.key }, /^tls\.clientCa: expected certificates/]
  ] as const) await t.rejects(startBoundGateway(t, { tls: { ...files, ...changes } }), { code: 'GW_CONFIG_INVALID', detail })
})

t.test('mutual TLS — a certificate that a trusted proxy passes on, and from nobody else', async t => {
  covers('mtls.trusted-proxy')
  const rfc9440 = `:${client.der.toString('base64')}:`
  const pem = encodeURIComponent(client.certPem)
  const tokens = { mine: { cnf: { 'x5t#S256': client.thumbprint } } }
  const { gateway, reason } =
    await startBoundGateway(t, { mutualTls: { header: 'Client-Cert', trustedProxies: ['10.0.0.0/8', '::1'] } }, tokens)
  const inject = async (headers: Record<string, string | string[]>, remoteAddress: string, token = 'mine', app = gateway.app) => {
    const built = message('tools/call', { name: 'list_tickets', arguments: {} })
    const response = await app.inject({ method: 'POST', url: '/mcp', remoteAddress, headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...built.headers, authorization: `Bearer ${token}`, ...headers }, payload: built.body })
    return answerOf(response).status
  }
  for (const address of ['10.1.2.3', '::1', '::ffff:10.9.9.9']) t.equal(await inject({ 'client-cert': rfc9440 }, address), 200, address)
  for (const [name, headers, address, told] of [
    ['from elsewhere', { 'client-cert': rfc9440 }, '192.168.1.1', 'sender-constrained'],
    ['from this machine', { 'client-cert': rfc9440 }, '127.0.0.1', 'sender-constrained'],
    ['of an address alike', { 'client-cert': rfc9440 }, '::ffff:11.0.0.1', 'sender-constrained'],
    ['under another name', { 'x-client-cert': rfc9440 }, '10.1.2.3', 'sender-constrained'],
    ['none', {}, '10.1.2.3', 'sender-constrained'],
    ['joined', { 'client-cert': `${rfc9440}, ${rfc9440}` }, '10.1.2.3', 'sender-constrained'],
    ['another client', { 'client-cert': `:${otherClient.der.toString('base64')}:` }, '10.1.2.3', 'wrong-key'],
    ['a form that is not configured', { 'client-cert': pem }, '10.1.2.3', 'sender-constrained'],
    ['no certificate', { 'client-cert': `:${Buffer.from('certificate').toString('base64')}:` }, '10.1.2.3', 'sender-constrained']
  ] as const) {
    t.equal(await inject(headers, address), 401, name)
    t.equal(reason(), told, name)
  }
  t.equal(await inject({}, '192.168.1.1', 'bearer'), 200)
  const nginx = await startBoundGateway(t,
    { mutualTls: { header: 'X-SSL-Client-Cert', format: 'url-encoded-pem', trustedProxies: ['127.0.0.1'] } }, tokens)
  t.equal(await inject({ 'x-ssl-client-cert': pem }, '127.0.0.1', 'mine', nginx.gateway.app), 200)
  t.equal(await inject({ 'x-ssl-client-cert': rfc9440 }, '127.0.0.1', 'mine', nginx.gateway.app), 401)
})

t.test('certificate — a header is one certificate or nothing', t => {
  covers('mtls.trusted-proxy')
  const { der: bytes, certPem, thumbprint } = client
  t.equal(readCertificate(`:${bytes.toString('base64')}:`, 'rfc9440'), thumbprint)
  t.equal(readCertificate(encodeURIComponent(certPem), 'url-encoded-pem'), thumbprint)
  const clientKey = createPublicKey(client.key).export({ format: 'pem', type: 'spki' }).toString()
  for (const text of ['', ':', '::', ':AAAA:', bytes.toString('base64'), `:${bytes.toString('base64url')}:`, 'x'.repeat(20_000), `:${bytes.subarray(0, -1).toString('base64')}:`]) t.equal(readCertificate(text, 'rfc9440'), undefined, text.slice(0, 30))
  for (const text of ['', '%', '%E0%A4%A', encodeURIComponent(clientKey), 'x'.repeat(20_000)]) {
    t.equal(readCertificate(text, 'url-encoded-pem'), undefined, text.slice(0, 30))
  }
  fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String().map(text => `:${text}:`)), text => readCertificate(text, 'rfc9440') === undefined && readCertificate(text, 'url-encoded-pem') === undefined))
  t.end()
})
