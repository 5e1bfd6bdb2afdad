// A REST API as an upstream: the connector fills the template of the tool, sends one request and reads the reply. There are no
// sessions, and nothing is listed: the tools are those of the lock.

import type { Pool } from 'undici'
import type { Clock } from '../../kernel/clock.ts'
import { isJsonObject } from '../../kernel/json.ts'
import { ok } from '../../kernel/result.ts'
import { withCredential } from '../http/bearer-header.ts'
import { openHttpPool } from '../http/http-settings.ts'
import type { Answer, Question } from '../question.ts'
import type { Connection, Connector } from '../upstream-connection.ts'
import type { RestTransport } from '../upstream-port.ts'
import { answerOfRestReply } from './answer-of-rest-reply.ts'
import { createRequestFiller, type RequestFiller } from './filled-request.ts'
import { exchangeRest } from './rest-exchange.ts'

export interface RestConnectorOptions {
  readonly transport: RestTransport
  readonly concurrent: number
  readonly clock: Clock
}

const UNSENDABLE: Answer = { kind: 'not-executed', reason: 'unsendable' }

export function createRestConnector ({ transport, concurrent, clock }: RestConnectorOptions): Connector {
  const basePath = new URL(transport.url).pathname.replace(/\/+$/, '')
  const fillers = new Map<string, RequestFiller>(Object.entries(transport.operations).map(([tool, template]) => {
    return [tool, createRequestFiller(template, basePath)]
  }))
  const fixed = [
    ...Object.entries(transport.headers).flat(),
    'accept', 'application/json, */*;q=0.1', 'accept-encoding', 'identity', 'user-agent', 'mcp-resource-gateway'
  ]
  let pool: Pool | undefined
  let opening: Promise<Pool> | undefined

  async function open (): Promise<Pool> {
    opening ??= openHttpPool(transport, concurrent)
    pool = await opening
    return pool
  }

  async function ask ({ name, params, credential, trace, endsAtMs, maxBytes, signal }: Question): Promise<Answer> {
    const filler = name === undefined ? undefined : fillers.get(name)
    const args = params['arguments']
    const filled = filler?.fill(isJsonObject(args) ? args : {})
    if (filled?.ok !== true) return UNSENDABLE
    const { method, path, headers, body } = filled.value
    const reply = await exchangeRest(pool ?? await open(), {
      method,
      path,
      headers: [...withCredential([...fixed, ...headers], credential), ...Object.entries(trace ?? {}).flat()],
      body,
      maxBytes,
      signal,
      timeoutMs: endsAtMs - clock.monotonicMs()
    })
    return answerOfRestReply(reply, method)
  }

  const connection: Connection = { description: undefined, ask, end: () => Promise.resolve() }
  return {
    common: () => connection,
    open: () => Promise.resolve(ok(connection)),
    async close () { await pool?.destroy() }
  }
}
