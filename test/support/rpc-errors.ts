// A message of a client that is authorized, and the JSON-RPC error that answers a wrong one.

import type { Asserting } from './collected.ts'
import type { CallAnswer } from './gateway.ts'

export const AUTHORIZED = { authorization: 'Bearer token-full' }
export const LIST_TICKETS = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_tickets', arguments: {} } }

/** A JSON-RPC error and nothing else: no page, no stack, no framework's shape. */
export function isRpcError (
  t: Asserting, { status, headers, body, text }: CallAnswer, wantedStatus: number, wantedCode: number, name: string
): void {
  const found = {
    status,
    code: body.error?.code,
    type: headers['content-type'],
    otherMembers: Object.keys(body).filter(member => !['jsonrpc', 'id', 'error'].includes(member)),
    stack: /node_modules|at .*\.js/.test(text)
  }
  const wanted = { status: wantedStatus, code: wantedCode, type: 'application/json; charset=utf-8', otherMembers: [], stack: false }
  t.strictSame(found, wanted, name)
}
