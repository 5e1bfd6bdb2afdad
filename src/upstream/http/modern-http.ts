// A modern upstream over HTTP: no session, and each request states everything. Closing the stream is the cancellation
// (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http).

import { ok } from '../../kernel/result.ts'
import type { Connection, Connector } from '../upstream-connection.ts'
import type { Question } from '../question.ts'
import type { HttpEndpoint } from './http-endpoint.ts'
import { encodeHeaderValue } from './header-value.ts'
import { answerOfReply } from './answer-of-reply.ts'

export function createModernHttp (endpoint: HttpEndpoint, revision: string): Connector {
  const connection: Connection = {
    description: undefined,
    async ask (question) {
      const reply = await endpoint.question(endpoint.nextId(), question, revision, headersOf(question, revision))
      return answerOfReply(reply, false)
    },
    end: () => Promise.resolve()
  }
  return {
    common: () => connection,
    open: () => Promise.resolve(ok(connection)),
    close: () => endpoint.close()
  }
}

function headersOf ({ method, name, mirroredHeaders }: Question, revision: string): string[] {
  const headers = ['mcp-protocol-version', revision, 'mcp-method', method]
  if (name !== undefined) headers.push('mcp-name', encodeHeaderValue(name))
  for (const [header, value] of Object.entries(mirroredHeaders ?? {})) headers.push(header, encodeHeaderValue(value))
  return headers
}
