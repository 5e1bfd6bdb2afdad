// The listener for notices of the authorization server: `POST /recheck` says that a grant of a person may have been withdrawn. A
// caller with the secret can cause questions to the authorization server and nothing else: no notice refuses or allows a call.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { startSideListener, type SideListener } from '../listener/side-listener.ts'

export interface RecheckNotice {
  /** Issuer identifier. */
  readonly issuer: string
  /** `sub` of the tokens. */
  readonly subject: string
  /** Absent: all clients of the person. */
  readonly clientId?: string | undefined
}

export interface NoticeListenerOptions {
  readonly host: string
  readonly port: number
  /** A bearer token (RFC 6750); read at each request, since it may be replaced. */
  readonly secret: () => string | undefined
  /** Of the authorization servers that may be named. */
  readonly issuers: readonly string[]
  /** Resolves with false where not every process has noted it. */
  readonly recheck: (notice: RecheckNotice) => Promise<boolean>
}

const MAX_BYTES = 8192
const noticeSchema = z.strictObject({
  issuer: z.string().min(1).max(2048),
  subject: z.string().min(1).max(1024),
  client_id: z.string().min(1).max(2048).optional()
})

/** @throws the error of `listen`, as a rejected promise */
export function startNoticeListener ({ host, port, secret, issuers, recheck }: NoticeListenerOptions): Promise<SideListener> {
  async function answer (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reading = readBody(request)
    if (request.url !== '/recheck') return refuse(response, 404, 'not_found')
    // An authorization server asks here. A page in a browser has neither reason nor right to.
    if (request.headers.origin !== undefined) return refuse(response, 403, 'access_denied')
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST')
      return refuse(response, 405, 'invalid_request')
    }
    if (!hasSecret(request, secret())) {
      response.setHeader('www-authenticate', 'Bearer')
      return refuse(response, 401, 'invalid_token')
    }
    const notice = noticeSchema.safeParse(await reading)
    if (!notice.success) return refuse(response, 400, 'invalid_request', 'expected a JSON object with issuer, subject and maybe client_id')
    const { issuer, subject, client_id: clientId } = notice.data
    if (!issuers.includes(issuer)) return refuse(response, 400, 'invalid_request', 'issuer is none of the authorization servers here')
    if (!await recheck({ issuer, subject, clientId })) return refuse(response, 503, 'temporarily_unavailable')
    response.writeHead(204).end()
  }

  return startSideListener({ host, port }, (request, response) => {
    response.setHeader('cache-control', 'no-store')
    answer(request, response).catch(() => { response.destroy() })
  })
}

function hasSecret ({ headers: { authorization = '' } }: IncomingMessage, secret: string | undefined): boolean {
  const given = /^bearer +(\S+)$/i.exec(authorization)?.[1]
  return given !== undefined && secret !== undefined && timingSafeEqual(digestOf(given), digestOf(secret))
}

function digestOf (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** `undefined` for what is too long or no JSON. */
async function readBody (request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  return await new Promise(resolve => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= MAX_BYTES) chunks.push(chunk)
    })
    request.once('error', () => { resolve(undefined) })
    request.once('end', () => {
      try {
        resolve(bytes > MAX_BYTES ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8')))
      } catch {
        resolve(undefined)
      }
    })
  })
}

function refuse (response: ServerResponse, status: number, error: string, description?: string): void {
  const body = JSON.stringify(description === undefined ? { error } : { error, error_description: description })
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
}
