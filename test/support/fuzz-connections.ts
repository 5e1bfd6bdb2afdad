// What must hold for requests whose bytes come in an unusual way: header lists of more than a thousand fields, and bodies that come
// after their token was revoked, ran out or changed.

import fc from 'fast-check'
import { connect } from 'node:net'
import { once } from 'node:events'
import type { Test } from 'tap'
import { eventually } from './eventually.ts'
import type { FuzzProperty } from './fuzz-properties.ts'
import { activeToken, buildGateway, call, message, READ, type Gateway } from './gateway.ts'
import { portOf } from './raw-request.ts'
import { openRequest } from './slow-request.ts'

/** A gateway outside of a test. */
async function startGateway (ttlSeconds: number): Promise<{ readonly gateway: Gateway, readonly close: () => Promise<void> }> {
  const teardowns: (() => unknown)[] = []
  const t = { teardown: (end: () => unknown) => { teardowns.push(end) } } as unknown as Test
  const gateway = await buildGateway(t, { config: { cache: { ttlSeconds }, log: { level: 'silent' } } })
  return { gateway, close: async () => { for (const end of teardowns) await end() } }
}

const LIST = message('tools/call', { name: 'list_tickets', arguments: {} }).body

/** A field that must be seen, wherever it stands: with it the request is refused. */
const DECISIVE = [
  'Authorization: Bearer token-other-person', 'authorization: Bearer token-full', 'Origin: https://attacker.example',
  'AUTHORIZATION: Basic Zg=='
] as const
const HEAD = ['POST /mcp HTTP/1.1', 'Host: localhost:3443', 'Connection: close', 'Content-Type: application/json']

export const CROWDED_HEADERS: FuzzProperty = {
  name: 'header lists of up to three thousand fields: the one that decides is seen, or the request is refused',
  async check ({ runs, seed }) {
    const { gateway, close } = await startGateway(30)
    const port = await portOf(gateway.app)
    const body = JSON.stringify(LIST)
    let allowed = 0
    const send = async (fields: readonly string[]): Promise<number> => {
      const socket = connect(port, '127.0.0.1')
      const chunks: Buffer[] = []
      socket.on('data', chunk => { chunks.push(chunk) })
      socket.on('error', () => {})
      const closed = once(socket, 'close')
      socket.write([...HEAD, `Content-Length: ${body.length}`, ...fields, '', body].join('\r\n'))
      await closed
      return Number(/^HTTP\/1\.1 (\d{3})/.exec(Buffer.concat(chunks).toString())?.[1] ?? 0)
    }
    try {
      // Mostly few: a list of more than 256 fields is refused, and what is allowed has to be tested as well.
      const count = fc.oneof(
        { arbitrary: fc.integer({ min: 0, max: 100 }), weight: 3 }, { arbitrary: fc.integer({ min: 0, max: 3000 }), weight: 1 })
      const decides = fc.option(fc.constantFrom(...DECISIVE), { freq: 2 })
      await fc.assert(fc.asyncProperty(count, count, decides, async (before, after, decisive) => {
        const filler = (count: number) => Array.from({ length: count }, () => 'a:')
        const middle = decisive === null ? [] : [decisive]
        const status = await send(['Authorization: Bearer token-full', ...filler(before), ...middle, ...filler(after)])
        if (status === 200 && decisive !== null) throw new Error(`200 although ${decisive} stood behind ${before} fields`)
        if (![200, 400, 401, 403, 431].includes(status)) throw new Error(`status ${status}`)
        if (status === 200) allowed += 1
      }), { numRuns: runs, ...(seed === undefined ? {} : { seed }) })
      return { runs, allowed }
    } finally {
      await close()
    }
  }
}

const MESSAGES = {
  reserve_ticket: message('tools/call', { name: 'reserve_ticket', arguments: { ticket_id: 3, seats: 1 } }).body,
  list_tickets: LIST,
  get_user_reservations: message('tools/call', { name: 'get_user_reservations', arguments: {} }).body,
  'tools/list': message('tools/list', {}).body,
  ping: message('ping', {}).body,
  notification: { jsonrpc: '2.0', method: 'notifications/initialized' }
}
type MessageName = keyof typeof MESSAGES

const CHANGES = {
  nothing: undefined,
  revoked: { active: false },
  'for another resource': activeToken({ aud: 'https://other.example/mcp' }),
  'without the scope to reserve': activeToken({ scope: READ })
}

interface SlowRun {
  readonly name: MessageName
  readonly ttlSeconds: 0 | 30
  readonly isCached: boolean
  readonly change: keyof typeof CHANGES
  readonly lifetimeMs: number
  readonly beforeMs: number
  readonly afterMs: number
}

const slowRun: fc.Arbitrary<SlowRun> = fc.record({
  name: fc.constantFrom(...Object.keys(MESSAGES) as MessageName[]),
  ttlSeconds: fc.constantFrom<0 | 30>(0, 30),
  isCached: fc.boolean(),
  change: fc.constantFrom(...Object.keys(CHANGES) as (keyof typeof CHANGES)[]),
  lifetimeMs: fc.constantFrom(3_600_000, 3_600_000, 10_000),
  beforeMs: fc.integer({ min: 6, max: 20_000 }),
  afterMs: fc.integer({ min: 0, max: 20_000 })
})

/** What the threat model promises, in other words than the gateway: whether the request may be served at its last byte. */
function mayServe ({ name, ttlSeconds, isCached, change, lifetimeMs, beforeMs, afterMs }: SlowRun): boolean {
  const heldMs = beforeMs + afterMs
  if (heldMs >= lifetimeMs) return false
  if (change === 'nothing') return true
  const changesSomething = name === 'reserve_ticket'
  if (change === 'without the scope to reserve') return !changesSomething
  // Both a cached answer and one that was asked for at the headers are as old as the request was held.
  return !changesSomething && ttlSeconds > 0 && (isCached || heldMs > 0) && heldMs < ttlSeconds * 1000
}

export const SLOW_BODIES: FuzzProperty = {
  name: 'bodies that come late: nothing is served that was revoked, ran out or changed before the last byte',
  async check ({ runs, seed }) {
    const gateways = { 0: await startGateway(0), 30: await startGateway(30) }
    let allowed = 0
    let tokens = 0
    try {
      await fc.assert(fc.asyncProperty(slowRun, async run => {
        const { gateway } = gateways[run.ttlSeconds]
        const token = `slow-${tokens += 1}`
        const exp = (gateway.clock.now() + run.lifetimeMs) / 1000
        gateway.tokens.set(token, activeToken({ exp }))
        if (run.isCached) await call(gateway, { token, tool: 'list_tickets' })
        const inquiries = () => gateway.events.filter(({ kind }) => kind === 'inquiry').length
        const asked = inquiries()
        const request = await openRequest(gateway.app, MESSAGES[run.name], { authorization: `Bearer ${token}` })
        if (!run.isCached || run.ttlSeconds === 0) await eventually('the token is judged', () => inquiries() > asked)
        gateway.clock.advance(run.beforeMs)
        const changed = CHANGES[run.change]
        if (changed !== undefined) gateway.tokens.set(token, { ...changed, ...(changed['active'] === false ? {} : { exp }) })
        request.almost()
        gateway.clock.advance(run.afterMs)
        const { status, body } = await request.complete()
        const served = (status === 200 && !body.includes('"error":')) || status === 202
        if (served && !mayServe(run)) throw new Error(`served: ${status} ${body.slice(0, 200)}`)
        if (!served && run.change === 'nothing' && mayServe(run)) throw new Error(`a good request was refused: ${status}`)
        if (served) allowed += 1
      }), { numRuns: runs, ...(seed === undefined ? {} : { seed }) })
      return { runs, allowed }
    } finally {
      for (const { close } of Object.values(gateways)) await close()
    }
  }
}
