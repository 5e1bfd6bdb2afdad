// What every upstream does, whatever its transport and revision: the outcomes of calls, in words that say what was executed.

import type { Test } from 'tap'
import type { UpstreamProgress } from '../../src/upstream/upstream-port.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import { hiro, inga, type OpenOptions, type UpstreamUnderTest } from '../support/upstream-under-test.ts'
import type { ListingScript } from '../support/hostile-reactions.ts'

export type OpenUnderTest = (t: Test, options?: OpenOptions, listing?: ListingScript) => UpstreamUnderTest | Promise<UpstreamUnderTest>

const NOTHING = { kind: 'unknown' } as const

/** What holds for the official SDK's client too: our own transports mean nothing else by it. */
export function agreedContract (t: Test, open: OpenUnderTest): void {
  t.test('call — arguments arrive as they are, and the result comes back as it is', async t => {
    const { call } = await open(t)
    const args = { text: 'Grüße, 東京 \u2028 "quoted"\n', list: [1, null, { deep: [true] }], '': 0 }
    t.match(await call('echo', args), { kind: 'answered', result: { structuredContent: { arguments: args } } })
  })

  t.test('call — an error of the tool is an answer', async t => {
    const { call } = await open(t)
    t.match(await call('fail'), { kind: 'answered', result: { isError: true } })
  })

  t.test('call — an answer that comes byte by byte is an answer', async t => {
    const { call } = await open(t)
    t.match(await call('drip'), { kind: 'answered', result: { content: [{ text: 'drop by drop' }] } })
  })

  t.test('call — an error of JSON-RPC has its code', async t => {
    const { call } = await open(t)
    t.match(await call('refuse', { code: -32603 }), { kind: 'refused', code: -32603 })
  })

  t.test('call — no answer within the time is a time-out', async t => {
    const { call } = await open(t)
    await call('echo')
    t.match(await call('hang', {}, { timeoutMs: 100 }), { ...NOTHING, reason: 'timeout' })
    t.match(await call('echo'), { kind: 'answered' })
  })
}

/** Answers, errors and bounds. */
export function outcomeContract (t: Test, open: OpenUnderTest): void {
  agreedContract(t, open)

  t.test('call — nothing of a client is in _meta, and reserved members do not come back', async t => {
    covers('upstream.meta-of-this-hop')
    const { call } = await open(t)
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const outcome = await call('echo', {}, { trace: { traceparent } })
    t.equal(outcome.kind, 'answered')
    const { meta } = (outcome.kind === 'answered' ? outcome.result['structuredContent'] : {}) as { meta: Record<string, unknown> }
    const known = /^(traceparent|io\.modelcontextprotocol\/(protocolVersion|clientInfo|clientCapabilities))$/
    t.equal(meta['traceparent'], traceparent)
    t.strictSame(Object.keys(meta).filter(name => !known.test(name)), [])
    const _meta = { 'io.modelcontextprotocol/serverInfo': { name: 'x' }, 'example.com/kept': 1 }
    t.strictSame(await call('result', { result: { resultType: 'complete', content: [], _meta } }),
      { kind: 'answered', result: { content: [], _meta: { 'example.com/kept': 1 } } })
  })

  t.test('call — an error of JSON-RPC says whether the call was executed, in a bounded message', async t => {
    covers('upstream.executed-or-not')
    const { call } = await open(t)
    t.strictSame(await call('refuse'), { kind: 'refused', code: -32602, message: 'm'.repeat(1000), executed: 'no' })
    t.match(await call('refuse', { code: -32603 }), { kind: 'refused', code: -32603, executed: 'unknown' })
  })

  t.test('call — an answer that never comes is unknown after the time', async t => {
    covers('upstream.executed-or-not')
    const { call, upstream } = await open(t)
    await call('echo')
    t.strictSame(await call('hang', {}, { timeoutMs: 50 }), { ...NOTHING, reason: 'timeout' })
    t.equal(upstream.state().callsInFlight, 0)
  })

  t.test('call — a read is given up when its caller goes away, and a change is finished', async t => {
    covers('upstream.cancellation')
    const { call } = await open(t)
    await call('echo')
    const reader = new AbortController()
    const read = call('hang', {}, { signal: reader.signal })
    const change = call('drip', {}, { signal: reader.signal, changes: true })
    await call('echo')
    reader.abort()
    t.strictSame(await read, { ...NOTHING, reason: 'cancelled' })
    t.match(await change, { kind: 'answered' })
    t.strictSame(await call('echo', {}, { signal: reader.signal }), { kind: 'not-executed', reason: 'cancelled' })
  })

  t.test('call — an answer to another request, to none, or once more is dropped and counted', async t => {
    const { call, upstream } = await open(t)
    t.match(await call('twice'), { kind: 'answered', result: { content: [{ text: 'first' }] } })
    const before = upstream.state().strayMessages
    const leaving = new AbortController()
    const waiting = [call('wrong-id', {}, { signal: leaving.signal }), call('no-id', {}, { signal: leaving.signal })]
    await eventually('both are counted', () => upstream.state().strayMessages >= before + 2)
    leaving.abort()
    t.match(await Promise.all(waiting), [NOTHING, NOTHING])
  })

  t.test('call — a result above the limit is left out, and the next call is answered', async t => {
    covers('upstream.bounded')
    const { call } = await open(t, { limits: { maxResultBytes: 50_000 } })
    t.strictSame(await call('huge', { bytes: 60_000 }), { kind: 'too-large' })
    t.match(await call('huge', { bytes: 20_000 }), { kind: 'answered' })
    t.strictSame(await call('huge', { bytes: 20_000 }, { maxResultBytes: 10_000 }), { kind: 'too-large' }, 'less for one call')
    t.strictSame(await call('huge', { bytes: 60_000 }, { maxResultBytes: 100_000 }), { kind: 'too-large' }, 'never more')
    t.strictSame(await call('huge', { bytes: 9_000_000 }), { kind: 'too-large' })
    t.match(await call('echo'), { kind: 'answered' })
  })

  t.test('call — a server that ends in the middle leaves the outcome unknown, and the next call is answered', async t => {
    covers('upstream.never-repeated')
    const { call } = await open(t)
    const outcomes = [await call('half'), await call('echo'), await call('crash'), await call('echo')]
    t.strictSame(outcomes.map(({ kind }) => kind), ['unknown', 'answered', 'unknown', 'answered'])
  })

  t.test('call — no more than the limit are in flight', async t => {
    const { call, upstream } = await open(t, { limits: { concurrent: 2 } })
    const waiting = [call('hang', {}, { timeoutMs: 500 }), call('hang', {}, { timeoutMs: 500 })]
    t.strictSame(await call('echo'), { kind: 'not-executed', reason: 'busy', retryAfterSeconds: 2 })
    await Promise.all(waiting)
    t.match(await call('echo'), { kind: 'answered' })
    await upstream.close(0)
    t.strictSame(await call('echo'), { kind: 'not-executed', reason: 'closed' })
  })
}

export function progressContract (t: Test, open: OpenUnderTest): void {
  t.test('progress — all of it comes in order and before the answer, also in one piece with it', async t => {
    covers('upstream.progress')
    const { call } = await open(t)
    const seen: UpstreamProgress[] = []
    const outcome = await call('progress', { steps: 4 }, { onProgress: progress => { seen.push(progress) } })
    t.equal(outcome.kind, 'answered')
    t.strictSame(seen, [1, 2, 3, 4].map(step => ({ progress: step, total: 4, message: `step ${step}` })))
  })
}

/** What a session or a process that remembers must not mix up. */
export function isolationContract (t: Test, open: OpenUnderTest): void {
  const counts = async ({ call }: UpstreamUnderTest): Promise<unknown[]> => {
    const found: unknown[] = []
    const elsewhere = { ...inga, person: { ...inga.person, issuer: 'https://b.example' } }
    for (const caller of [inga, hiro, { ...inga, clientId: 'other' }, elsewhere, inga]) {
      const outcome = await call('count', {}, { caller })
      found.push(outcome.kind === 'answered' ? (outcome.result['structuredContent'] as { calls: number }).calls : outcome)
    }
    return found
  }

  t.test('isolation — each person, issuer and client has its own memory', async t => {
    covers('upstream.isolation')
    const opened = await open(t)
    t.strictSame(await counts(opened), [1, 1, 1, 1, 2])
    t.strictSame(opened.connected.map(caller => caller?.person.subject), ['1004', '1005', '1004', '1004'], 'each is told of')
  })

  t.test('isolation — of `person`: the clients of a person share it', async t => {
    t.strictSame(await counts(await open(t, { isolation: 'person' })), [1, 1, 2, 1, 3])
  })

  t.test('isolation — of `shared`: there is one', async t => {
    t.strictSame(await counts(await open(t, { isolation: 'shared', limits: { maxConnections: 1 } })), [1, 2, 3, 4, 5])
  })

  t.test('isolation — one that is idle makes place; where all are in use, nothing is added', async t => {
    const { call, upstream, events } = await open(t, { limits: { maxConnections: 1 } })
    await call('echo')
    t.match(await call('echo', {}, { caller: hiro }), { kind: 'answered' })
    t.ok(events.some(event => event.kind === 'ended' && event.why === 'idle'))
    const busy = call('hang', {}, { caller: hiro, timeoutMs: 500 })
    t.strictSame(await call('echo'), { kind: 'not-executed', reason: 'busy', retryAfterSeconds: 2 })
    await busy
    t.equal(upstream.state().connections, 1)
  })
}
