// A payments server as another MCP server over HTTP. It keeps a book of what it executed, so that a test can compare that with what the
// gateway counts; the account that is paid decides how the answer goes wrong.

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'

const text = { type: 'string' } as const

export const PAYMENT_TOOL: JsonObject = {
  name: 'transfer',
  description: 'Moves money to another account.',
  inputSchema: {
    type: 'object',
    properties: { amount: { type: 'integer' }, currency: text, to: text, idempotency_key: text },
    required: ['amount', 'currency', 'to']
  },
  outputSchema: {
    type: 'object', properties: { payment: text, charged: { type: 'integer' } }, required: ['payment', 'charged']
  }
}

interface Payment {
  readonly payment: string
  readonly amount: number
  readonly to: string
  readonly key: string | undefined
}

export interface PaymentsServer {
  readonly url: string
  /** What was executed, once for each key. */
  readonly book: readonly Payment[]
  /** Calls of the tool, repeated ones included. */
  readonly calls: () => number
  /** All requests as they came: headers and body. */
  readonly requests: ReadonlyArray<{ readonly authorization: string | undefined, readonly text: string }>
  /** Called before a payment is executed, and waited for. */
  before: (() => Promise<void>) | undefined
  /** So many of the next answers are lost: `paid` after the payment, `unpaid` before it. */
  lose: { paid: number, unpaid: number }
}

interface Call {
  readonly id?: number | string
  readonly method: string
  readonly params?: { readonly arguments?: { readonly amount: number, readonly to: string, readonly idempotency_key?: string } }
}

/**
 * To `acct-never` no answer comes, to `acct-half` half of one, to `acct-twice` two in one stream; `acct-late` waits until the
 * caller has gone. All of them are paid. `acct-closed` is answered with an error before anything is done.
 */
export async function startPaymentsServer (t: Test): Promise<PaymentsServer> {
  const book: Payment[] = []
  const requests: Array<PaymentsServer['requests'][number]> = []
  const server: { calls: number } & Pick<PaymentsServer, 'before' | 'lose'> = { calls: 0, before: undefined, lose: { paid: 0, unpaid: 0 } }

  function pay ({ amount, to, idempotency_key: key }: NonNullable<NonNullable<Call['params']>['arguments']>): Payment {
    const made = key === undefined ? undefined : book.find(payment => payment.key === key)
    if (made !== undefined) return made
    const payment = { payment: `p-${book.length + 1}`, amount, to, key }
    book.push(payment)
    return payment
  }

  async function transfer ({ id, params }: Call, response: ServerResponse): Promise<void> {
    const args = params?.arguments ?? { amount: 0, to: '' }
    server.calls += 1
    await server.before?.()
    const error = { jsonrpc: '2.0', id, error: { code: -32600, message: 'the account is closed' } }
    if (args.to === 'acct-closed') return json(response, error)
    if (server.lose.unpaid > 0) {
      server.lose.unpaid -= 1
      response.destroy()
      return
    }
    const { payment, amount } = pay(args)
    if (server.lose.paid > 0) {
      server.lose.paid -= 1
      response.destroy()
      return
    }
    const structuredContent = { payment, charged: amount }
    const answer = {
      jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent }
    }
    switch (args.to) {
      case 'acct-never': return
      case 'acct-late':
        await once(response, 'close')
        response.destroy()
        return
      case 'acct-half':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000 })
        response.write(JSON.stringify(answer).slice(0, 40), () => { response.destroy() })
        return
      case 'acct-twice':
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.end(`data: ${JSON.stringify(answer)}\n\ndata: ${JSON.stringify(answer)}\n\n`)
        return
      default: json(response, answer)
    }
  }

  async function answer (message: Call, response: ServerResponse): Promise<void> {
    const { id, method } = message
    if (id === undefined) {
      response.writeHead(202).end()
      return
    }
    switch (method) {
      case 'initialize': {
        const result = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'payments', version: '1.0.0' } }
        return json(response, { jsonrpc: '2.0', id, result })
      }
      case 'tools/list': return json(response, { jsonrpc: '2.0', id, result: { tools: [PAYMENT_TOOL] } })
      case 'tools/call': return transfer(message, response)
      default: json(response, { jsonrpc: '2.0', id, error: { code: -32601, message: 'no such method' } })
    }
  }

  const listener = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405).end()
      return
    }
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => { body += chunk })
    request.on('end', () => {
      requests.push({ authorization: request.headers.authorization, text: JSON.stringify(request.rawHeaders) + body })
      answer(JSON.parse(body) as Call, response).catch(() => { response.destroy() })
    })
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.teardown(() => {
    listener.closeAllConnections()
    return new Promise(resolve => listener.close(resolve))
  })
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/mcp`,
    book,
    requests,
    calls: () => server.calls,
    get before () { return server.before },
    set before (value) { server.before = value },
    lose: server.lose
  }
}

function json (response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
