// The listener of the console, apart from that for clients. On loopback `Host` must be loopback, so that a page in a browser cannot read
// along through a name that resolves to loopback (DNS rebinding); beyond loopback each request needs the secret. No CORS header anywhere.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isLoopbackHost } from '../kernel/loopback.ts'
import { startSideListener, type SideListener } from '../listener/side-listener.ts'
import { PAGE_FILES, PAGE_HEADERS, type PageFile } from './page-files.ts'
import type { Viewers } from './viewers.ts'

export interface ConsoleListenerOptions {
  readonly host: string
  readonly port: number
  /** The password of the page, for any user name (RFC 7617). Absent: on loopback alone. */
  readonly secret: string | undefined
  readonly viewers: Viewers
  /** JSON lines of what there is, its head first. */
  readonly session: () => string
  /** Default: the files that the build has written. */
  readonly files?: ReadonlyMap<string, PageFile>
}

/** @throws the error of `listen`, as a rejected promise */
export function startConsoleListener (
  { host, port, secret, viewers, session, files = PAGE_FILES }: ConsoleListenerOptions
): Promise<SideListener> {
  return startSideListener({ host, port }, (request, response) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value)
    const path = request.url?.split('?', 1)[0] ?? ''
    if (isLoopbackHost(host) && !isLoopbackHost(hostNameOf(request.headers.host))) return refuse(response, 403)
    if (isForeign(request)) return refuse(response, 403)
    if (secret !== undefined && !hasSecret(request, secret)) {
      response.setHeader('www-authenticate', 'Basic realm="gateway console", charset="UTF-8"')
      return refuse(response, 401)
    }
    if (request.method !== 'GET') return refuse(response, 405)
    if (path === '/stream') return stream(request, response)
    if (path === '/session.jsonl') return send(response, 'application/jsonl; charset=utf-8', session())
    const file = files.get(path)
    if (file === undefined) return refuse(response, 404)
    let text: string
    try {
      text = file.read()
    } catch {
      return refuse(response, 404)
    }
    send(response, file.contentType, text)
  })

  function stream (request: IncomingMessage, response: ServerResponse): void {
    const last = request.headers['last-event-id']
    if (viewers.add(response, typeof last === 'string' ? last : undefined)) return
    response.setHeader('retry-after', '10')
    refuse(response, 503)
  }
}

/** A page of another origin may open this one, and read or embed nothing of it. */
function isForeign ({ headers, url }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  return url !== '/' || headers['sec-fetch-mode'] !== 'navigate'
}

function hasSecret ({ headers: { authorization = '' } }: IncomingMessage, secret: string): boolean {
  const [, encoded = ''] = /^basic +([\w+/=-]+)$/i.exec(authorization) ?? []
  const given = Buffer.from(encoded, 'base64').toString('utf8').replace(/^[^:]*:/, '')
  return timingSafeEqual(digestOf(given), digestOf(secret))
}

function digestOf (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function send (response: ServerResponse, contentType: string, text: string): void {
  response.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }).end(text)
}

function refuse (response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end()
}

/** The Host header without its port; empty when it is malformed. */
function hostNameOf (host = ''): string {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d+)?$/i.exec(host)?.[1] ?? ''
}
