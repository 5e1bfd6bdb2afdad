// Which piece of work belongs to which trace? The port that operations/ implements over OpenTelemetry. Without it nothing is
// traced and nothing costs anything. Names and attributes hold no token, no person and nothing a client chose freely.

export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>

/** A span of somebody else's, as W3C Trace Context carries it. */
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
}

export interface Span {
  /** What `work` starts, at once or later, belongs to this span. */
  readonly run: <T>(work: () => T) => T
  readonly end: (end?: { readonly name?: string, readonly attributes?: SpanAttributes, readonly failed?: boolean }) => void
}

export interface Tracing {
  readonly start: (start: SpanStart) => Span
  /** Headers that tell another server to which span its work belongs. */
  readonly outgoingHeaders: () => Readonly<Record<string, string>>
}

/** Work with a beginning and an end. A failure of it is the span's too; its message is not. */
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
