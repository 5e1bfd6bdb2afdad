// The spans of a request, where traces are configured: one from its arrival to its answer, with the parent from its headers (W3C Trace
// Context); and one for its message, with the parent from `_meta`, as MCP specifies, or for its operation over plain HTTP.

import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../kernel/clock.ts'
import { isJsonObject } from '../../kernel/json.ts'
import type { RemoteSpan, Span, SpanAttributes, Tracing } from '../../kernel/tracing.ts'
import type { DecisionRecord } from '../../mcp/decision-record.ts'
import type { Answer } from '../../mcp/message-reply.ts'
import type { OperationReply } from '../../mcp/operation-calls.ts'
import { methodLabel } from '../../mcp/protocol.ts'
import { traceContextOf } from '../../mcp/trace-context.ts'
import { recordedResource } from '../decisions/decision-watchers.ts'
import type { CallState } from './call-state.ts'
import type { RequestHook } from './request-hook.ts'

/** The resource identifier, where the process has several endpoints. */
const RESOURCE = 'mcp.gateway.resource'

const spans = new WeakMap<FastifyRequest, Span>()

export function createTraceHook (tracing: Tracing): RequestHook {
  return function trace (request, reply, done) {
    const route = request.routeOptions.url ?? ''
    const span = tracing.start({
      name: `${request.method} ${route}`,
      kind: 'server',
      attributes: {
        'http.request.method': request.method,
        'http.route': route,
        // The path of a known route; an unknown one is the client's text.
        'url.path': route,
        'url.scheme': 'encrypted' in request.raw.socket ? 'https' : 'http',
        'server.address': request.raw.socket.localAddress,
        'server.port': request.raw.socket.localPort,
        [RESOURCE]: recordedResource(request)
      },
      parent: traceContextOf(undefined, request.headers)
    })
    spans.set(request, span)
    // Not Fastify's onResponse: a streamed reply is hijacked.
    reply.raw.once('close', () => {
      const { statusCode } = reply.raw
      const failed = statusCode >= 500
      span.end({
        attributes: { 'http.response.status_code': statusCode, ...(failed ? { 'error.type': String(statusCode) } : {}) }, failed
      })
    })
    span.run(done)
  }
}

interface MessageSpanOptions {
  readonly tracing: Tracing
  readonly request: FastifyRequest
  /** Read when the message is answered. */
  readonly record: DecisionRecord
  readonly state: CallState
  readonly clock: Clock
}

/**
 * @param dispatch answers the message
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/
 */
export function inMessageSpan (
  { tracing, request, record, state, clock }: MessageSpanOptions, dispatch: () => Answer | Promise<Answer>
): Answer | Promise<Answer> {
  const around = spans.get(request)
  if (around === undefined) return dispatch()
  return around.run(() => {
    const stated = traceContextOf(request.body, {})
    const span = tracing.start({ name: 'message', kind: 'server', parent: stated, linked: true })
    if (stated !== undefined) recordAuthentication({ tracing, state, clock, parent: stated })
    const end = (answer: Answer): Answer => {
      const { tool, version } = record
      const method = methodLabel(record.method)
      const failed = answer.reply.kind === 'failure'
      span.end({
        name: tool === undefined ? method : `${method} ${tool}`,
        attributes: {
          'mcp.method.name': method,
          'mcp.protocol.version': version,
          'jsonrpc.request.id': requestIdOf(request.body),
          'gen_ai.operation.name': method === 'tools/call' ? EXECUTE_TOOL : undefined,
          ...decisionAttributes(request, record, failed)
        },
        failed
      })
      return answer
    }
    const answer = span.run(dispatch)
    return answer instanceof Promise ? answer.then(end) : end(answer)
  })
}

const EXECUTE_TOOL = 'execute_tool'

function decisionAttributes (request: FastifyRequest, { tool, granted, reason }: DecisionRecord, failed: boolean): SpanAttributes {
  return {
    'gen_ai.tool.name': tool,
    'mcp.gateway.granted': granted,
    'mcp.gateway.reason': reason,
    [RESOURCE]: recordedResource(request),
    ...(failed ? { 'error.type': reason } : {})
  }
}

/**
 * The same for an operation over plain HTTP, which is no message of MCP.
 * @param operate answers the request
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/#execute-tool-span
 */
export function inOperationSpan (
  { tracing, request, record }: Pick<MessageSpanOptions, 'tracing' | 'request' | 'record'>, operate: () => Promise<OperationReply>
): Promise<OperationReply> {
  const around = spans.get(request)
  if (around === undefined) return operate()
  return around.run(async () => {
    const span = tracing.start({ name: EXECUTE_TOOL, kind: 'internal' })
    const reply = await span.run(operate)
    const failed = reply.kind === 'failure'
    span.end({
      name: `${EXECUTE_TOOL} ${record.tool ?? ''}`,
      attributes: { 'gen_ai.operation.name': EXECUTE_TOOL, ...decisionAttributes(request, record, failed) },
      failed
    })
    return reply
  })
}

/**
 * The token is looked at before the body with `_meta` is read: the span for it is made afterwards, so that the trace of the client has
 * the part that may be slow. The request to the authorization server itself is in the trace of the headers, which it carried.
 */
function recordAuthentication (
  { tracing, state, clock, parent }: Pick<MessageSpanOptions, 'tracing' | 'state' | 'clock'> & { readonly parent: RemoteSpan }
): void {
  const startOfTimeMs = clock.now() - clock.monotonicMs()
  tracing
    .start({ name: 'authenticate', kind: 'internal', parent, linked: true, startedAtMs: startOfTimeMs + state.startedMs })
    .end({ endedAtMs: startOfTimeMs + state.authenticatedMs })
}

/** A number only: a text is what the client likes. */
function requestIdOf (body: unknown): string | undefined {
  const id = isJsonObject(body) ? body['id'] : undefined
  return typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : undefined
}
