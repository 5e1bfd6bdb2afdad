// What is said to a request that reaches no route: one that is no HTTP, is too large or too slow in its headers, or
// asks for what is not there? JSON in one shape, never that of a framework, and nothing of the request in it or in a log.

import type { FastifyInstance, FastifyReply } from 'fastify'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { NO_STORE } from '../answers/http-answer.ts'

const NOTHING_HERE = said('not_found', 'There is nothing here')
const BAD_TARGET = said('invalid_request', 'The request target cannot be read')

/** How long a refused connection is still read from, in milliseconds. */
const LINGER_MS = 1000

/**
 * `clientErrorHandler` of a server: the request never became one, so the answer is written by hand. What the client still
 * sends is read and dropped for a moment: a connection closed with unread bytes is reset, and the answer lost with it.
 */
export function answerClientError (error: NodeJS.ErrnoException, socket: Socket): void {
  // The parser complains again about whatever arrives after the answer.
  if (socket.writableEnded) return
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, description] = explain(error.code)
  const body = said('invalid_request', description)
  socket.end([
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(NO_STORE).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
    'connection: close',
    '',
    body
  ].join('\r\n'))
  const lingering = setTimeout(() => { socket.destroy() }, LINGER_MS)
  socket.once('close', () => { clearTimeout(lingering) })
}

/** `frameworkErrors` of a server: the router could not read the request target. */
export function answerBadTarget (_error: Error, _request: unknown, reply: FastifyReply): void {
  reply.code(400).headers(NO_STORE).send(BAD_TARGET)
}

export function useOwnNotFound (instance: FastifyInstance): void {
  instance.setNotFoundHandler((_request, reply) => reply.code(404).headers(NO_STORE).send(NOTHING_HERE))
}

function explain (code: string | undefined): [status: 400 | 408 | 431, description: string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'The request took too long to arrive']
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'The request headers are too large']
  return [400, 'The request is not HTTP']
}

function said (error: string, description: string): string {
  return JSON.stringify({ error, error_description: description })
}
