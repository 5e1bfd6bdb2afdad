// Three endpoints of one process, tokens for each of them, and a message to one.

import { activeToken, answerOf, message, RESOURCE, type CallAnswer, type Gateway } from './gateway.ts'

export const ORIGIN = 'http://localhost:3443'
export const PAYMENTS = `${ORIGIN}/mcp/payments`
export const FILES = `${ORIGIN}/files`

export const endpoints = [
  { identifier: PAYMENTS, name: 'Payments', tools: { builtIn: ['explain_authorization' as const] } },
  { identifier: FILES, acceptedAudiences: ['api://files'], tools: { builtIn: ['example' as const] } }
]

export const tokens = {
  'token-payments': activeToken({ aud: PAYMENTS }),
  'token-files': activeToken({ aud: ['api://files'] }),
  'token-both': activeToken({ aud: [PAYMENTS, RESOURCE] })
}

/** @param url the path of the endpoint */
export async function messageAt (
  { app }: Pick<Gateway, 'app'>, url: string, method: string, params: object, token?: string
): Promise<CallAnswer> {
  const built = message(method, params as Readonly<Record<string, unknown>>)
  return answerOf(await app.inject({
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...built.headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
    },
    payload: JSON.stringify(built.body)
  }))
}
