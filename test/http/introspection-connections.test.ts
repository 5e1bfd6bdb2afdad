// One deadline covers discovery, waiting, connecting and the retry of an introspection; and what dropped connections cost.

import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { Dispatcher, MockAgent } from 'undici'
import { covers } from '../support/covers.ts'
import { faultOf, OAUTH_METADATA, startIntrospection } from '../support/introspecting.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { answersJson } from '../support/stub-authorization-server.ts'

t.test('deadline — a server that accepts and says nothing is given up', async t => {
  covers('auth.deadline-covers-everything')
  const { server, ask } = await startIntrospection(t, { deadlineMs: 500 })
  const abandoned = new Promise<void>(resolve => {
    server.on('/introspect', (_request, _response, socket) => { socket.once('close', () => { resolve() }) })
  })
  t.equal((await faultOf(t, ask())).reason, 'timeout')
  // On a machine so slow that the request never left, there is nothing to abandon.
  if (server.received.length > 0) await abandoned
})

t.test('deadline — a slow drip that never pauses long is given up too', async t => {
  covers('auth.deadline-covers-everything')
  const { server, ask } = await startIntrospection(t, { deadlineMs: 100 })
  server.on('/introspect', (_request, response, socket) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => { response.write(' ') }, 5)
    socket.once('close', () => { clearInterval(drip) })
  })
  t.equal((await faultOf(t, ask())).reason, 'timeout')
})

t.test('deadline — a question that waited for a connection until it was too late is never sent', async t => {
  covers('auth.deadline-covers-everything')
  let held: Dispatcher.DispatchHandler | undefined
  class NoConnectionFree extends Dispatcher {
    override dispatch (_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      held = handler
      return false
    }
  }
  const { ask } = await startIntrospection(t, { deadlineMs: 10, dispatcher: new NoConnectionFree() })
  t.equal((await faultOf(t, ask())).reason, 'timeout')
  let aborted = false
  const controller: Dispatcher.DispatchController = {
    aborted: false, paused: false, reason: null, pause () {}, resume () {}, abort () { aborted = true }
  }
  held?.onRequestStart?.(controller, {})
  t.equal(aborted, true)
})

t.test('deadline — covers the retry', async t => {
  covers('auth.deadline-covers-everything')
  const { server, ask } = await startIntrospection(t, { deadlineMs: 500 })
  server.on('/introspect', (_request, _response, socket) => {
    if (server.received.length === 1) socket.destroy()
  })
  t.equal((await faultOf(t, ask())).reason, 'timeout')
  t.equal(server.received.length, 2)
})

t.test('deadline — covers discovery', async t => {
  covers('auth.deadline-covers-everything')
  const { server, ask } = await startIntrospection(t, { endpoint: undefined, deadlineMs: 50 })
  server.on(OAUTH_METADATA, () => {})
  t.equal((await faultOf(t, ask())).reason, 'timeout')
})

t.test('deadline — what discovery has used up is missing for the question', async t => {
  covers('auth.deadline-covers-everything')
  const clock = createManualClock()
  const { server, ask } = await startIntrospection(t, { endpoint: undefined, clock })
  server.on(OAUTH_METADATA, (request, response, socket) => {
    clock.advance(3000)
    answersJson({ issuer: server.origin, introspection_endpoint: `${server.origin}/introspect` })(request, response, socket)
  })
  server.on('/introspect', answersJson({ active: true, sub: '1004', client_id: 'client-1' }))
  t.equal((await faultOf(t, ask())).reason, 'timeout')
  t.strictSame(server.received.map(({ path }) => path), [OAUTH_METADATA])
})

t.test('connection — one that drops is tried once more, and no more', async t => {
  const { server, ask } = await startIntrospection(t)
  server.on('/introspect', answersJson({ active: false }))
  await ask()
  let drops = 1
  server.on('/introspect', (request, response, socket) => {
    if (drops-- > 0) socket.resetAndDestroy()
    else answersJson({ active: true, sub: '1004', client_id: 'client-1' })(request, response, socket)
  })
  t.match(await ask(), { kind: 'active' })
  t.equal(server.received.length, 3)

  drops = Infinity
  t.equal((await faultOf(t, ask())).reason, 'connection-dropped')
  t.equal(server.received.length, 5)
})

t.test('connection — a refused one is no time-out and not tried again', async t => {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  free.close()
  await once(free, 'close')
  const { ask } = await startIntrospection(t, { endpoint: `http://127.0.0.1:${port}/introspect` })
  const { reason, detail } = await faultOf(t, ask())
  t.strictSame([reason, detail], ['unreachable', 'transport error ECONNREFUSED'])
})

t.test('connection — a host name that does not exist is unreachable', async t => {
  const mock = new MockAgent()
  t.teardown(() => mock.close())
  mock.disableNetConnect()
  mock.get('https://as.invalid').intercept({ path: '/introspect', method: 'POST' })
    .replyWithError(Object.assign(new Error('upstream-text'), { code: 'ENOTFOUND' }))
  const { ask } = await startIntrospection(t, { endpoint: 'https://as.invalid/introspect', dispatcher: mock })
  const { reason, detail } = await faultOf(t, ask())
  t.strictSame([reason, detail], ['unreachable', 'transport error ENOTFOUND'])
})
