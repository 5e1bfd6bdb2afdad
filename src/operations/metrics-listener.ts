// The listener for metrics, separate from the one for clients. It has no authentication. On loopback it checks `Host`, so that a page in
// a browser cannot read metrics through a name that resolves to loopback (DNS rebinding).

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLoopbackHost } from '../kernel/loopback.ts'

export interface RenderedMetrics {
  readonly contentType: string
  readonly render: () => Promise<string>
}

export interface MetricsListener {
  readonly port: number
  readonly close: () => Promise<void>
}

/** @throws the error of `listen`, as a rejected promise */
export async function startMetricsListener (
  metrics: RenderedMetrics, { host, port }: { readonly host: string, readonly port: number }
): Promise<MetricsListener> {
  const server = createServer((request, response) => {
    // No request here needs its body.
    request.resume()
    if (isLoopbackHost(host) && !isLoopbackHost(hostNameOf(request.headers.host))) {
      response.writeHead(403, { 'content-length': 0 }).end()
      return
    }
    if (request.url !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(request.url === '/metrics' ? 405 : 404, { 'content-length': 0 }).end()
      return
    }
    metrics.render().then(
      text => response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text),
      () => response.writeHead(500, { 'content-length': 0 }).end()
    )
  })
  server.headersTimeout = server.requestTimeout = 5000
  server.maxConnections = 100
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close () {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}

/** The Host header without its port; empty when it is malformed. */
function hostNameOf (host = ''): string {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d+)?$/i.exec(host)?.[1] ?? ''
}
