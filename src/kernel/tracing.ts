// The port for traces, which operations/ implements with OpenTelemetry. Without an implementation no span is made. Names and attributes
// hold no token, no person and no text that a client chose freely.

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>

/** A span of another process, as W3C Trace Context carries it. */
export interface RemoteSpan {
  readonly traceId: string
  readonly parentId: string
  readonly sampled: boolean
  readonly traceState: string | undefined
}

export interface SpanStart {
  readonly name: string
  readonly kind: 'server' | 'client' | 'internal'
  readonly attributes?: SpanAttributes
  /** Absent: a child of the span whose `run` this happens in. */
  readonly parent?: RemoteSpan | undefined
  /** Links to the span whose `run` this happens in, where `parent` takes its place. */
  readonly linked?: boolean
  /** Milliseconds since the epoch, for work that has happened already; absent: now. */
  readonly startedAtMs?: number
}

interface SpanEnd {
  readonly name?: string
  readonly attributes?: SpanAttributes
  readonly failed?: boolean
  /** Milliseconds since the epoch; absent: now. */
  readonly endedAtMs?: number
}

export interface Span {
  /** Spans that `work` starts, now or later, are children of this span. */
  readonly run: <T>(work: () => T) => T
  readonly end: (end?: SpanEnd) => void
}

export interface Tracing {
  readonly start: (start: SpanStart) => Span
  /** The W3C Trace Context headers for a request to another server. */
  readonly outgoingHeaders: () => Readonly<Record<string, string>>
}

/** Runs work in a span. A failure marks the span as failed; its message is not recorded. */
export async function inSpan<T> (tracing: Tracing, start: SpanStart, work: () => Promise<T>): Promise<T> {
  const span = tracing.start(start)
  try {
    const value = await span.run(work)
    span.end()
    return value
  } catch (error) {
    const code = (error as { code?: unknown }).code
    span.end({ failed: true, attributes: { 'error.type': typeof code === 'string' ? code : (error as Error).name } })
    throw error
  }
}
