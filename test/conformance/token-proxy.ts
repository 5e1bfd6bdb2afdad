// The conformance suite knows no tokens: this stands between it and the gateway, on loopback, and puts one into every
// request. Everything else passes as it is, streams and disconnects too.

import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TokenProxy {
  readonly origin: string
  /** From here on requests are passed to this origin with this token. */
  readonly forward: (origin: string, token: string) => void
  readonly close: () => Promise<void>
}

/** Listens before the gateway exists, because the gateway must know the origin from which it will be called. */
export async function startTokenProxy (): Promise<TokenProxy> {
  let target: { readonly origin: string, readonly token: string } | undefined

  const server = http.createServer((request, response) => {
    if (target === undefined) {
      response.writeHead(503).end()
      return
    }
    const headers = { ...request.headers, authorization: `Bearer ${target.token}` }
    const onward = http.request(new URL(request.url ?? '/', target.origin), { method: request.method, headers }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => { response.destroy() })
    response.on('close', () => { onward.destroy() })
    request.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forward: (origin, token) => { target = { origin, token } },
    async close () {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }
  }
}
