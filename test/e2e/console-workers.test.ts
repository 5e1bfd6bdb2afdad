// The console of several workers: one page, fed by all of them, and a port that is taken keeps no gateway from serving.

import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { callAtOnce, startWorkers, statusesOf, workersThat } from '../support/worker-processes.ts'

interface Seen { readonly id: string, readonly state: string, readonly tool?: string }

/** The newest state of each request that the stream has told. */
async function lookAt (port: unknown): Promise<{ readonly seen: Map<string, Seen>, readonly end: () => void }> {
  const seen = new Map<string, Seen>()
  const leaving = new AbortController()
  const { body } = await fetch(`http://127.0.0.1:${String(port)}/stream`, { signal: leaving.signal })
  const read = async () => {
    let text = ''
    for await (const chunk of body ?? []) {
      const events = (text += Buffer.from(chunk).toString()).split('\n\n')
      text = events.pop() ?? ''
      for (const event of events.filter(event => /^event: request$/m.test(event))) {
        const { request } = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? '') as { readonly request: Seen }
        seen.set(request.id, request)
      }
    }
  }
  read().catch(() => {})
  return { seen, end: () => { leaving.abort() } }
}

t.test('two workers — each call of both is on the one page', async t => {
  covers('console.every-worker')
  const server = await startWorkers(t, { console: { enabled: true, host: '127.0.0.1', port: 0 } })
  const { port } = await server.logs('console')
  const { seen, end } = await lookAt(port)
  t.teardown(end)
  // The workers learn that somebody looks a moment later.
  await eventually('a first call is noted by both', async () => {
    await callAtOnce(server, 8)
    return new Set([...seen.keys()].map(id => id.split('-')[0])).size === 2
  })
  const before = seen.size
  t.strictSame(statusesOf(await callAtOnce(server, 40)), [200])
  await eventually('all are told', () => seen.size >= before + 40 && [...seen.values()].every(({ state }) => state === 'ended'))
  t.strictSame(workersThat(server, 'decision').length, 2)
  t.strictSame([...new Set([...seen.values()].map(({ tool }) => tool))], ['list_tickets'])
})

t.test('a port that is taken — the gateway serves, and the log says what to do', async t => {
  covers('console.own-listener')
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => { taken.close() })
  const { port } = taken.address() as AddressInfo
  const server = await startWorkers(t, { workers: 1, console: { enabled: true, host: '127.0.0.1', port } })
  t.match(await server.logs('no-console'), { code: 'EADDRINUSE', hint: /Set console\.port/ })
  t.strictSame(statusesOf(await callAtOnce(server, 2)), [200])
})
