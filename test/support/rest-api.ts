// A REST API for tests of src/upstream/rest: it keeps each request that reached it, and answers as a test says.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface RestApi {
  url: string
  readonly seen: SeenRequest[]
  answer: (response: ServerResponse, request: SeenRequest) => void
}

export function sendJson (response: ServerResponse, status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}

export async function startRestApi (t: Test): Promise<RestApi> {
  const api: RestApi = {
    url: '',
    seen: [] as SeenRequest[],
    answer: (response: ServerResponse) => { sendJson(response, 200, { done: true }) }
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    request.on('end', () => {
      const seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString()
      }
      api.seen.push(seen)
      api.answer(response, seen)
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return api
}
