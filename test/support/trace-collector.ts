// A collector of spans: what an exporter sends by OTLP over HTTP, as JSON.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface CollectedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly links?: ReadonlyArray<{ readonly traceId: string, readonly spanId: string }>
  readonly status?: { readonly code?: number }
  readonly attributes?: ReadonlyArray<{ readonly key: string, readonly value: { readonly stringValue?: string } }>
}

export interface TraceCollector {
  /** For configuration. */
  readonly endpoint: string
  readonly spans: () => readonly CollectedSpan[]
  /** Everything that was sent, as text. */
  readonly text: () => string
  readonly close: () => Promise<void>
}

interface ExportRequest {
  readonly resourceSpans: ReadonlyArray<{ readonly scopeSpans: ReadonlyArray<{ readonly spans: readonly CollectedSpan[] }> }>
}

export async function startTraceCollector (): Promise<TraceCollector> {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString())
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans: () => bodies.flatMap(body =>
      (JSON.parse(body) as ExportRequest).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))),
    text: () => bodies.join('\n'),
    async close () {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}
