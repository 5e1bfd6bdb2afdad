// The spans of a request, where traces are configured: one from its arrival to its answer, with the parent from its headers (W3C Trace
// Context); and one for its message, with the parent from `_meta`, as MCP specifies.

import type { FastifyRequest } from 'fastify'
import type { Span, Tracing } from '../../kernel/tracing.ts'
import type { DecisionRecord } from '../../mcp/decision-record.ts'
import type { Answer } from '../../mcp/message-reply.ts'
import { methodLabel } from '../../mcp/protocol.ts'
import { traceContextOf } from '../../mcp/trace-context.ts'
import type { RequestHook } from './request-hook.ts'

const spans = new WeakMap<FastifyRequest, Span>()

export function createTraceHook (tracing: Tracing): RequestHook {
  return function trace (request, reply, done) {
    const route = request.routeOptions.url ?? ''
    const span = tracing.start({
      name: `${request.method} ${route}`,
      kind: 'server',
      attributes: { 'http.request.method': request.method, 'http.route': route },
      parent: traceContextOf(undefined, request.headers)
    })
    spans.set(request, span)
    // Not Fastify's onResponse: a streamed reply is hijacked.
    reply.raw.once('close', () => {
      const { statusCode } = reply.raw
      span.end({ attributes: { 'http.response.status_code': statusCode }, failed: statusCode >= 500 })
    })
    span.run(done)
  }
}

/**
 * @param record read when the message is answered
 * @param dispatch answers the message
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/
 */
export function inMessageSpan (
  tracing: Tracing, request: FastifyRequest, record: DecisionRecord, dispatch: () => Answer | Promise<Answer>
): Answer | Promise<Answer> {
  const around = spans.get(request)
  if (around === undefined) return dispatch()
  return around.run(() => {
    const stated = traceContextOf(request.body, {})
    const span = tracing.start({ name: 'message', kind: stated === undefined ? 'internal' : 'server', parent: stated, linked: true })
    const end = (answer: Answer): Answer => {
      const { tool, granted, reason } = record
      const method = methodLabel(record.method)
      span.end({
        name: tool === undefined ? method : `${method} ${tool}`,
        attributes: { 'mcp.method.name': method, 'gen_ai.tool.name': tool, 'mcp.gateway.granted': granted, 'mcp.gateway.reason': reason },
        failed: answer.reply.kind === 'failure'
      })
      return answer
    }
    const answer = span.run(dispatch)
    return answer instanceof Promise ? answer.then(end) : end(answer)
  })
}
