// Spans of calls at other servers: what a server gets of a trace, and what a span says of how the call ended.

import t from 'tap'
import type { SpanStart, Tracing } from '../../src/kernel/tracing.ts'
import { tracedCall } from '../../src/proxy/calls/traced-call.ts'
import type { UpstreamOutcome } from '../../src/upstream/upstream-port.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'

const CONTEXT = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'vendor=1' }
const CALLED = { upstream: 'payments', tool: 'transfer' }
const ANSWERED: UpstreamOutcome = { kind: 'answered', result: { content: [] } }

function recorder (outgoing: Readonly<Record<string, string>>) {
  const started: SpanStart[] = []
  const ended: unknown[] = []
  let inside = 0
  const tracing: Tracing = {
    start (start) {
      started.push(start)
      return {
        run (work) {
          inside += 1
          try {
            return work()
          } finally {
            inside -= 1
          }
        },
        end (end = {}) { ended.push(end) }
      }
    },
    outgoingHeaders: () => inside > 0 ? outgoing : {}
  }
  return { tracing, started, ended }
}

t.test('a call is a span of its own, whose context the server gets', async t => {
  covers('upstream.trace-continued')
  const { tracing, started, ended } = recorder({ ...CONTEXT, baggage: 'user=1004' })
  const seen: unknown[] = []
  await tracedCall(tracing, CALLED, async trace => {
    seen.push(trace)
    return ANSWERED
  })
  t.strictSame(seen, [CONTEXT], 'and nothing else')
  t.match(started, [{ name: 'tools/call transfer', kind: 'client', attributes: { 'mcp.gateway.upstream': 'payments' } }])
  t.strictSame(ended, [{}])
})

t.test('without traces, or without a context, the server gets none', async t => {
  covers('upstream.trace-continued')
  const seen: unknown[] = []
  const call = async (trace: unknown): Promise<UpstreamOutcome> => {
    seen.push(trace)
    return ANSWERED
  }
  await tracedCall(undefined, CALLED, call)
  await tracedCall(recorder({}).tracing, CALLED, call)
  await tracedCall(recorder({ traceparent: CONTEXT.traceparent }).tracing, CALLED, call)
  t.strictSame(seen, [undefined, undefined, { traceparent: CONTEXT.traceparent }])
})

t.test('a span says how the call failed, in words of this program', async t => {
  const each = collected(t)
  const failures: ReadonlyArray<readonly [UpstreamOutcome, string]> = [
    [{ kind: 'answered', result: { isError: true } }, 'tool_error'],
    [{ kind: 'refused', code: -32602, message: 'text of the server', executed: 'no' }, '-32602'],
    [{ kind: 'unknown', reason: 'timeout' }, 'unknown'],
    [{ kind: 'not-executed', reason: 'unreachable' }, 'not-executed']
  ]
  for (const [outcome, type] of failures) {
    const { tracing, ended } = recorder(CONTEXT)
    await tracedCall(tracing, CALLED, () => Promise.resolve(outcome))
    each.strictSame(ended, [{ failed: true, attributes: { 'error.type': type } }])
  }
  const { tracing, ended } = recorder(CONTEXT)
  await t.rejects(tracedCall(tracing, CALLED, () => Promise.reject(new Error('text of the server'))))
  each.strictSame(ended, [{ failed: true, attributes: { 'error.type': 'exception' } }])
  each.end()
})
