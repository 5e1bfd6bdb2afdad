// A message of a client that is authorized, and the JSON-RPC error that answers a wrong one.

import type { Test } from 'tap'
import type { CallAnswer } from './gateway.ts'

export const AUTHORIZED = { authorization: 'Bearer token-full' }
export const LIST_TICKETS = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_tickets', arguments: {} } }

/** A JSON-RPC error and nothing else: no page, no stack, no framework's shape. */
export function isRpcError (t: Test, answer: CallAnswer, status: number, code: number, name: string): void {
  t.equal(answer.status, status, name)
  t.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  t.strictSame(Object.keys(answer.body).filter(member => !['jsonrpc', 'id', 'error'].includes(member)), [])
  t.equal(answer.body.error?.code, code, name)
  t.notMatch(answer.text, /node_modules|at .*\.js/)
}
