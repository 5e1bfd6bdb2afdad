// The doctor looks at the place of the gateway itself: its port, host, TLS and storage.

import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { createCertificate, type Certificate } from '../support/certificates.ts'
import { covers } from '../support/covers.ts'
import { configuration, found, startServer, temporaryDirectory, visit, type Members } from '../support/doctor-visit.ts'
import { freePorts } from '../support/processes.ts'

t.test('doctor — the TLS that the gateway ends itself: its files, its names, its times, its authorities', async t => {
  covers('doctor.own-tls')
  const server = await startServer(t)
  const folder = temporaryDirectory(t)
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const authority = createCertificate('Test authority')
  const expired = createCertificate('Old authority', undefined, { fromDays: -9, toDays: -2 })
  // the doctor says so when something listens there already: a gateway that is being tried out
  const [free = 0] = await freePorts(1)
  const look = async (own: Certificate, { pem = own.certPem, more = {}, identifier = `https://localhost:${free}/mcp`, port = free }: { readonly pem?: string, readonly more?: Members, readonly identifier?: string, readonly port?: number } = {}) => {
    const tls = { cert: file('cert.pem', pem), key: file('key.pem', own.keyPem), ...more }
    return await visit(configuration(server.origin, { port, resource: { identifier }, tls }))
  }
  const good = createCertificate('localhost', authority, { toDays: 90 })
  const healthy = await look(good, { more: { clientCa: file('ca.pem', authority.certPem) } })
  t.equal(healthy.status, 0)
  t.match(found(healthy, 'tls'), { state: 'good', found: /terminates TLS/ })
  t.match(found(healthy, 'tls.name'), { state: 'good', found: /localhost/ })
  t.equal(found(healthy, 'tls.expiry').state, 'good')
  t.equal(found(healthy, 'tls.client-authorities').state, 'good')
  t.match(found(healthy, 'tls.chain'), { state: 'warning', remedy: /authority is your own/ })
  t.equal(found(await look(good, { identifier: `https://127.0.0.1:${free}/mcp` }), 'tls.name').state, 'good', 'by its address')

  const other = createCertificate('localhost', authority, { toDays: 90 })
  for (const [name, members, told] of [
    ['no such file', { cert: join(folder, 'nowhere') }, /tls\.cert: the file cannot be read \(ENOENT\)/],
    ['the key of another certificate', { key: file('other.pem', other.keyPem) }, /tls\.cert and tls\.key/],
    ['no authorities', { clientCa: file('none.pem', 'none') }, /tls\.clientCa/]
  ] as const) {
    const outcome = await look(good, { more: members })
    t.match(found(outcome, 'tls'), { state: 'problem', found: told }, name)
    t.equal(outcome.status, 1, name)
    t.notMatch(outcome.text, 'PRIVATE KEY')
  }

  t.match(found(await look(good, { identifier: `http://localhost:${free}/mcp` }), 'tls'), { state: 'problem', remedy: /https/ })
  t.match(found(await look(good, { identifier: `https://mcp.example.com:${free}/mcp` }), 'tls.name'), { state: 'problem', found: /mcp\.example\.com/ })
  t.match(found(await look(good, { identifier: 'https://mcp.example.com/mcp' }), 'tls.name'), { state: 'warning', remedy: /its own TLS connection/ }, 'clients come to another port: there is something in between')
  for (const [life, state] of [[{ fromDays: -9, toDays: -2 }, 'problem'], [{ fromDays: 2, toDays: 9 }, 'problem'],
    [{ toDays: 13 }, 'warning'], [{ toDays: 15 }, 'good']] as const) {
    t.equal(found(await look(createCertificate('localhost', authority, life)), 'tls.expiry').state, state, JSON.stringify(life))
  }
  t.match(found(await look(createCertificate('localhost', expired, { toDays: 90 }), { pem: `${good.certPem}${expired.certPem}`, more: { key: file('good.pem', good.keyPem) } }), 'tls.expiry'), { state: 'problem', found: /further up/, remedy: /SIGHUP/ })
  t.match(found(await look(good, { pem: `${good.certPem}${expired.certPem}` }), 'tls.chain'), { state: 'warning', found: /certificate 2 .* did not issue/ })
  const clientCa = file('mixed.pem', `${authority.certPem}${expired.certPem}`)
  t.match(found(await look(good, { more: { clientCa } }), 'tls.client-authorities'), { state: 'warning', found: /1 of 2/ })
  t.match(found(await look(good, { more: { clientCa: file('leaf.pem', good.certPem) } }), 'tls.client-authorities'), { state: 'warning', found: /not authorities/ })
})

t.test('doctor — the port is held by a gateway that ends TLS', async t => {
  const server = await startServer(t)
  const own = createCertificate('mcp.example.com', createCertificate('Test authority'))
  const folder = temporaryDirectory(t)
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  writeFileSync(tls.cert, own.certPem)
  writeFileSync(tls.key, own.keyPem)
  const running = createTlsServer({ cert: own.certPem, key: own.keyPem },
    (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"alive"}') })
  running.listen(0, '127.0.0.1')
  await once(running, 'listening')
  t.teardown(() => new Promise<void>(resolve => { running.closeAllConnections(); running.close(() => { resolve() }) }))
  const { port } = running.address() as AddressInfo
  const outcome = await visit(configuration(server.origin, { host: '127.0.0.1', port, resource: { identifier: `https://mcp.example.com:${port}/mcp` }, tls }))
  t.match(found(outcome, 'port'), { state: 'good', found: /a gateway that is running/ })
})

t.test('doctor — a port that is taken, by whom, and a host that is not here', async t => {
  const server = await startServer(t)
  const listen = async (body: string): Promise<number> => {
    const other: Server =
      createServer((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(body) })
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    t.teardown(() => new Promise<void>(resolve => { other.closeAllConnections(); other.close(() => { resolve() }) }))
    return (other.address() as AddressInfo).port
  }
  const at = async (port: number, host = '127.0.0.1') => found(await visit(configuration(server.origin, { host, port, resource: { identifier: `http://127.0.0.1:${port}/mcp` } })), 'port')
  t.match(await at(await listen('{"hello":"world"}')), { state: 'problem', found: /another program/, remedy: /PORT/ })
  t.match(await at(await listen('{"status":"alive"}')), { state: 'good', found: /a gateway that is running/ })
  const [free = 0] = await freePorts(1)
  t.match(await at(free), { state: 'good' })
  t.match(await at(free, '192.0.2.1'), { state: 'problem', remedy: /HOST/ })
})

t.test('doctor — a storage that does not open', async t => {
  const server = await startServer(t)
  const file = join(temporaryDirectory(t), 'not-a-database')
  writeFileSync(file, 'this is no database, and was never one; it is long enough to be looked at as a header of one hundred bytes and more')
  t.match(found(await visit(configuration(server.origin, { storage: { url: `sqlite:${file}` } })), 'storage'), { state: 'problem', found: /^GW_STORAGE_/, remedy: /STORAGE_URL/ })
})
