// The examples of deploy/proxies in front of real gateways: one replica after the other is replaced and no request is lost, certificates
// of clients are passed on and cannot be forged, and a stream passes as it comes. Traefik is not in Debian, and not tested.

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { Agent } from 'node:https'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createCertificate } from '../support/certificates.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { startGatewayServer, startPeopleServer, type PeopleServer } from '../support/gateway-server.ts'
import { whySkippedTheSecondTime } from '../support/once-in-ci.ts'
import { freePorts } from '../support/processes.ts'
import { authority, EXAMPLES, startProxyExample, whyNotHere, type ProxyName, type RunningProxy } from '../support/proxy-examples.ts'

const REQUESTS = 3_000
const CLIENTS = 10
const LIST_TICKETS = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_tickets', arguments: {} } })
const MESSAGE = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' }
/** nginx does not check: no notice can help it, and none is needed. */
const NOTICE_MS: Readonly<Record<ProxyName, number>> = { haproxy: 700, nginx: 0, caddy: 700 }
const FORMAT: Readonly<Record<ProxyName, string>> = { haproxy: 'rfc9440', nginx: 'url-encoded-pem', caddy: 'rfc9440' }

const client = createCertificate('A client', authority)
const people = await startPeopleServer(t)

/** Two replicas, and a third and a fourth that may take their place. */
async function startReplicas (t: Test, changes: JsonObject, server: PeopleServer = people) {
  const ports = await freePorts(2)
  const start = (port: number) => startGatewayServer(t, server, { host: '127.0.0.1', port, ...changes })
  const replicas = await Promise.all(ports.map(start))
  return { replicas, start, ports, addresses: ports.map(port => `127.0.0.1:${port}`) as [string, string] }
}

const call = (proxy: RunningProxy, agent?: Agent) => proxy.send({
  method: 'POST', headers: { ...MESSAGE, authorization: 'Bearer person-1' }, body: LIST_TICKETS, ...(agent === undefined ? {} : { agent })
})

for (const name of Object.keys(EXAMPLES) as ProxyName[]) {
  t.test(name, { skip: whySkippedTheSecondTime || whyNotHere(name) }, async t => {
    t.test(`${name} — each replica is replaced under load, and every request is answered 200`, async t => {
      covers('operations.rolling-update')
      const { replicas, start, ports, addresses } = await startReplicas(t, { limits: { shutdownNoticeMs: NOTICE_MS[name] } })
      const proxy = await startProxyExample(t, name, addresses)
      const agent = new Agent({ keepAlive: true, ca: authority.certPem, maxSockets: CLIENTS })
      t.teardown(() => { agent.destroy() })
      const failures: string[] = []
      let sent = 0
      const state = { replaced: false }
      const clients = Array.from({ length: CLIENTS }, async () => {
        while (!state.replaced || sent < REQUESTS) {
          sent += 1
          const { status, body } = await call(proxy, agent).catch((error: unknown) => ({ status: 0, body: String(error) }))
          if (status !== 200) failures.push(`${status} ${body.slice(0, 200)}`)
        }
      })
      for (const [index, port] of ports.entries()) {
        const old = replicas[index]
        old?.program.signal('SIGTERM')
        t.equal((await old?.program.ended)?.code, 0)
        const next = await start(port)
        // The proxy has seen it when a call arrives.
        await next.program.line(/list_tickets/)
      }
      state.replaced = true
      await Promise.all(clients)
      t.ok(sent >= REQUESTS, `${sent} requests`)
      t.strictSame([...new Set(failures)], [], `${failures.length} of ${sent} lost`)
    })

    t.test(`${name} — passes on the certificate of a client, and nothing that a client writes in its place`, async t => {
      covers('mtls.certificate-bound')
      const bound = await startPeopleServer(t)
      bound.confirmation = { 'x5t#S256': client.thumbprint }
      const mutualTls = { header: 'Client-Cert', format: FORMAT[name], trustedProxies: ['127.0.0.1'] }
      const { addresses } = await startReplicas(t, { mutualTls }, bound)
      const proxy = await startProxyExample(t, name, addresses)
      const send = (headers: Readonly<Record<string, string>>, certificate?: typeof client) => proxy.send({
        method: 'POST',
        headers: { ...MESSAGE, authorization: 'Bearer person-1', ...headers },
        body: LIST_TICKETS,
        ...(certificate === undefined ? {} : { certificate })
      }).then(({ status }) => status)
      t.equal(await send({}, client), 200, 'its certificate')
      t.equal(await send({}), 401, 'none')
      const forged = FORMAT[name] === 'rfc9440' ? `:${client.der.toString('base64')}:` : encodeURIComponent(client.certPem)
      t.equal(await send({ 'client-cert': forged }), 401, 'only a header')
      const other = createCertificate('Another client', authority)
      t.equal(await send({ 'client-cert': forged }, other), 401, 'a header beside another certificate')
    })

    t.test(`${name} — a stream passes as it comes`, async t => {
      let open: ServerResponse | undefined
      const replica = createServer((incoming, response) => {
        if (incoming.method !== 'POST') { response.end('{}'); return }
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': running\n\n')
        open = response
      })
      replica.listen(0, '127.0.0.1')
      await once(replica, 'listening')
      t.teardown(() => { replica.closeAllConnections(); replica.close() })
      const address = `127.0.0.1:${(replica.address() as AddressInfo).port}`
      const proxy = await startProxyExample(t, name, [address, address])
      let seen = ''
      const answer = proxy.send({ method: 'POST', headers: MESSAGE, body: '{}', onPart: part => { seen += part } })
      await eventually('the first line, before there is a second', () => seen.includes(': running'))
      open?.end('data: {}\n\n')
      t.equal((await answer).body, ': running\n\ndata: {}\n\n')
    })
  })
}
