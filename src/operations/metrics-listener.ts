// The listener for metrics, separate from the one for clients. It has no authentication. On loopback it checks `Host`, so that a page in
// a browser cannot read metrics through a name that resolves to loopback (DNS rebinding).

import type { IncomingMessage, ServerResponse } from 'node:http'
import { isLoopbackHost } from '../kernel/loopback.ts'
import { startSideListener, type SideListener } from '../listener/side-listener.ts'

export interface RenderedMetrics {
  readonly contentType: string
  readonly render: () => Promise<string>
}

/** @throws the error of `listen`, as a rejected promise */
export function startMetricsListener (
  metrics: RenderedMetrics, { host, port }: { readonly host: string, readonly port: number }
): Promise<SideListener> {
  return startSideListener({ host, port }, (request, response) => {
    if (isLoopbackHost(host) && !isLoopbackHost(hostNameOf(request.headers.host))) refuse(response, 403)
    else if (request.url !== '/metrics') refuse(response, 404)
    else if (!isRead(request)) refuse(response, 405)
    else {
      metrics.render().then(
        text => response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text),
        () => { refuse(response, 500) }
      )
    }
  })
}

function isRead ({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

function refuse (response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end()
}

/** The Host header without its port; empty when it is malformed. */
function hostNameOf (host = ''): string {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d+)?$/i.exec(host)?.[1] ?? ''
}
