// The answers to requests that reach no route: malformed HTTP, headers that are too large or too slow, unknown paths. JSON, or a page
// for a browser, never in the shape of Node.js or Fastify; nothing of the request is repeated in it or logged.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { iconMarkup } from '../../kernel/page-style.ts'
import { createAddressHints } from '../decisions/address-hints.ts'
import { NO_STORE } from '../answers/http-answer.ts'
import { languageOfPage, sendPage, wantsPage } from '../answers/page-answer.ts'
import { frontPage, type FrontEndpoint } from '../pages/front-page.ts'
import { PAGE_HEADERS } from '../pages/html.ts'

const BAD_TARGET = errorJson('invalid_request', 'The request target cannot be read')

const ICON = { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=86400', 'x-content-type-options': 'nosniff' } as const

/** Browsers and crawlers ask for these by themselves: no client has a wrong address. */
const UNASKED_PATHS: ReadonlySet<string> = new Set([
  '/robots.txt', '/apple-touch-icon.png', '/apple-touch-icon-precomposed.png', '/.well-known/appspecific/com.chrome.devtools.json'
])

/** How long a refused connection is still read, in milliseconds. */
const LINGER_MS = 1000

/**
 * `clientErrorHandler` of a server. Node.js has no response object here, so the answer is written to the socket. Further bytes of the
 * client are read and dropped for a moment: closing a connection with unread bytes resets it, and the client would lose the answer.
 */
export function answerClientError (error: NodeJS.ErrnoException, socket: Socket): void {
  // The parser reports an error again for bytes that arrive after the answer.
  if (socket.writableEnded) return
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, description] = statusOf(error.code)
  const body = errorJson('invalid_request', description)
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

/**
 * The answer names the endpoints, which the metadata publishes anyway. It is given before a body is read: Fastify would parse the body
 * of a request without a route, and a megabyte of JSON takes half a second.
 */
export function useOwnNotFound (
  instance: FastifyInstance, endpoints: readonly [FrontEndpoint, ...FrontEndpoint[]], clock: Clock
): void {
  const [first, ...others] = endpoints.map(({ addresses }) => addresses)
  if (first === undefined) throw new GatewayError('GW_INTERNAL', 'a server without an endpoint')
  const urls = [first, ...others].map(({ endpointUrl }) => endpointUrl)
  const nothingHere = errorJson('not_found', urls.length === 1
    ? `There is nothing here; the MCP endpoint is ${first.endpointUrl}`
    : `There is nothing here; the MCP endpoints are ${urls.join(', ')}`)
  const hints = createAddressHints(first, clock, others)
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = request.url.split('?', 1)[0] ?? ''
    if (path === '/favicon.ico' && (request.method === 'GET' || request.method === 'HEAD')) return reply.headers(ICON).send(iconMarkup())
    // A person reads the addresses on the page, so the operator need not tell them.
    if (wantsPage(request)) {
      const [kind, status] = path === '/' ? ['first', 200] as const : ['not-found', 404] as const
      return sendPage(reply, status, PAGE_HEADERS, frontPage(kind, endpoints, languageOfPage(request), kind === 'first' ? '/' : ''))
    }
    if (!UNASKED_PATHS.has(path)) hints.unknownPath(request.log, path)
    return reply.code(404).headers(NO_STORE).send(nothingHere)
  }
  instance.addHook('onRequest', function answerUnknownPath (request, reply, done) {
    if (request.is404) answer(request, reply)
    else done()
  })
  instance.setNotFoundHandler(answer)
}

function statusOf (code: string | undefined): [status: 400 | 408 | 431, description: string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'The request took too long to arrive']
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'The request headers are too large']
  return [400, 'The request is not HTTP']
}

function errorJson (error: string, description: string): string {
  return JSON.stringify({ error, error_description: description })
}
