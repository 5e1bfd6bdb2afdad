// A call of another server as a span of the caller's trace. The server gets the context of this span, as `_meta` members and as HTTP
// headers, and nothing else of a trace (https://modelcontextprotocol.io/specification/2026-07-28/basic#meta).

import type { Tracing } from '../../kernel/tracing.ts'
import type { UpstreamCall, UpstreamOutcome } from '../../upstream/upstream-port.ts'

type Trace = NonNullable<UpstreamCall['trace']>

interface CalledTool {
  readonly upstream: string
  /** Its reviewed name at the server. */
  readonly tool: string
}

/** @see https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/ */
export function tracedCall (
  tracing: Tracing | undefined, called: CalledTool, call: (trace: Trace | undefined) => Promise<UpstreamOutcome>
): Promise<UpstreamOutcome> {
  return tracing === undefined ? call(undefined) : callInSpan(tracing, called, call)
}

async function callInSpan (
  tracing: Tracing, { upstream, tool }: CalledTool, call: (trace: Trace | undefined) => Promise<UpstreamOutcome>
): Promise<UpstreamOutcome> {
  const span = tracing.start({
    name: `tools/call ${tool}`,
    kind: 'client',
    attributes: {
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': tool,
      'mcp.gateway.upstream': upstream
    }
  })
  let failure: string | undefined = 'exception'
  try {
    const outcome = await span.run(() => call(contextOf(tracing.outgoingHeaders())))
    failure = failureOf(outcome)
    return outcome
  } finally {
    span.end(failure === undefined ? {} : { failed: true, attributes: { 'error.type': failure } })
  }
}

function contextOf ({ traceparent, tracestate }: Readonly<Record<string, string>>): Trace | undefined {
  if (traceparent === undefined) return undefined
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate }
}

function failureOf (outcome: UpstreamOutcome): string | undefined {
  if (outcome.kind === 'answered') return outcome.result['isError'] === true ? 'tool_error' : undefined
  if (outcome.kind === 'refused') return String(outcome.code)
  return outcome.kind
}
