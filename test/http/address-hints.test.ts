// Hints in the log about addresses: a client that asks at a wrong one, and a document that is read under another host.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { configureGateway } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { RESOURCE } from '../support/gateway.ts'
import { createManualClock } from '../support/manual-clock.ts'

t.test('addresses — a client at / or behind a slash too many gets the right address, and the operator one line', async t => {
  covers('log.wrong-address')
  const clock = createManualClock()
  const gateway = await configureGateway(t, { authorizationServer: { issuer: 'https://as.example', jwt: {} } }, { clock })
  const lines = () => gateway.log().split('\n').filter(line => line.includes('"no-such-address"'))
  const each = collected(t)
  for (const url of ['/', '/mcp/', '/sse', '/?token=secret-in-the-address']) {
    const { statusCode, body } = await gateway.app.inject({ method: 'POST', url, payload: {} })
    each.equal(statusCode, 404, url)
    each.match(body, `the MCP endpoint is ${RESOURCE}`, url)
  }
  each.end()
  t.equal(lines().length, 3, 'one for /, one for the slash, one for the rest')
  t.match(lines()[1], `slash at the end. The MCP endpoint is ${RESOURCE}`)
  t.notMatch(gateway.log(), 'secret-in-the-address')
  clock.advance(600_001)
  await gateway.app.inject('/')
  t.equal(lines().length, 4)
})

t.test('addresses — a browser gets a page at every address, and the operator no line about it', async t => {
  covers('log.wrong-address')
  const gateway = await configureGateway(t, { authorizationServer: { issuer: 'https://as.example', jwt: {} } }, { clock: createManualClock() })
  const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'
  const each = collected(t)
  for (const method of ['GET', 'HEAD'] as const) {
    for (const [url, status] of [['/', 200], ['/?lang=ja', 200], ['/mcp/', 404], ['/docs/mcp/', 404], ['/elsewhere', 404]] as const) {
      const { statusCode, headers } = await gateway.app.inject({ method, url, headers: { accept } })
      each.equal(statusCode, status, `${method} ${url}`)
      each.match(headers['content-type'], 'text/html', `${method} ${url}`)
    }
  }
  each.end()
  t.notMatch(gateway.log(), 'no-such-address')
})

t.test('addresses — what a browser or a crawler asks for by itself is no wrong address of a client', async t => {
  covers('log.wrong-address')
  const gateway = await configureGateway(t, { authorizationServer: { issuer: 'https://as.example', jwt: {} } }, { clock: createManualClock() })
  const statuses: number[] = []
  for (const url of ['/favicon.ico', '/robots.txt', '/apple-touch-icon.png', '/.well-known/appspecific/com.chrome.devtools.json']) {
    statuses.push((await gateway.app.inject({ url, headers: { accept: '*/*' } })).statusCode)
  }
  t.strictSame(statuses, [200, 404, 404, 404])
  t.notMatch(gateway.log(), 'no-such-address')
  await gateway.app.inject({ url: '/robots', headers: { accept: '*/*' } })
  t.match(gateway.log(), 'no-such-address')
})

t.test('addresses — a document that is read under another host than that of the resource is told once', async t => {
  covers('log.foreign-host')
  const clock = createManualClock()
  const gateway = await configureGateway(t, { authorizationServer: { issuer: 'https://as.example', jwt: {} } }, { clock })
  const lines = () => gateway.log().split('\n').filter(line => line.includes('"foreign-host"'))
  const read = (host: string) => gateway.app.inject({ url: '/.well-known/oauth-protected-resource/mcp', headers: { host } })
  await read('localhost:3443')
  t.strictSame(lines(), [])
  for (const host of ['mcp.internal', 'mcp.internal', 'localhost:9', '127.0.0.1:3443']) {
    t.match((await read(host)).json(), { resource: RESOURCE })
  }
  t.equal(lines().length, 3)
  t.match(lines()[0], /another host name, and it names http:\/\/localhost:3443\/mcp/)
  t.match(lines()[1], 'another port')
  t.notMatch(gateway.log(), 'mcp.internal')
})
