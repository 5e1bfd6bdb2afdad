// One HTTP request and its reply, within a time and a size, without redirects. The addresses are given: nothing is resolved here.
// An event stream counts as arrived with its first response; it may stay open for hours.

import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { createMessageWatch } from './message-watch.ts'
import type { NoReply, Outcome, Silence } from './outcome.ts'
import type { Address } from './route.ts'

export interface Probe {
  readonly method?: string
  readonly url: URL
  /** In the order in which they are sent; a name may occur twice. `host` replaces the one of the URL. */
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: string
}

export interface ExchangeSettings {
  readonly timeoutMs: number
  readonly agent: http.Agent
  /** Absent: whatever the name resolves to. */
  readonly addresses?: readonly Address[] | undefined
}

const MAX_BODY_BYTES = 256 * 1024
const USER_AGENT = 'mcp-resource-gateway-check'

/** Never rejects. */
export function exchange (probe: Probe, { timeoutMs, agent, addresses }: ExchangeSettings): Promise<Outcome> {
  const { method = 'GET', url, body } = probe
  return new Promise(resolve => {
    const { request } = url.protocol === 'https:' ? https : http
    let call: http.ClientRequest
    try {
      call = request(url, { method, headers: fieldsOf(probe), agent, ...(addresses === undefined ? {} : { lookup: lookupIn(addresses) }) })
    } catch {
      return resolve(none('unreachable'))
    }

    let reply: http.IncomingMessage | undefined
    const chunks: Buffer[] = []
    let size = 0
    const finish = (outcome: Outcome) => {
      clearTimeout(timer)
      resolve(outcome)
      call.destroy()
    }
    const arrived = (response: http.IncomingMessage) => {
      clearTimeout(timer)
      const status = response.statusCode ?? 0
      resolve({ kind: 'reply', status, headers: linesOf(response.rawHeaders), body: Buffer.concat(chunks).toString('utf8') })
    }
    // An open stream has sent its status and headers, and perhaps its message: that is enough.
    const cut = () => {
      if (reply === undefined) return finish(none('timeout'))
      arrived(reply)
      call.destroy()
    }
    const timer = setTimeout(cut, timeoutMs)

    call.on('error', failure => { finish(none(reasonOf(failure))) })
    call.on('upgrade', () => { finish(none('not-http')) })
    call.on('response', response => {
      reply = response
      const streams = /^\s*text\/event-stream/i.test(response.headers['content-type'] ?? '')
      // The reply to GET is a stream for messages of the server, and may be silent for hours.
      if (streams && method === 'GET') return cut()
      const isComplete = streams ? createMessageWatch() : () => false
      response.on('data', (chunk: Buffer) => {
        if (size > MAX_BODY_BYTES) return
        size += chunk.length
        chunks.push(chunk)
        if (isComplete(chunk) || size > MAX_BODY_BYTES) cut()
      })
      response.on('end', () => { arrived(response) })
      response.on('error', () => { arrived(response) })
    })
    call.end(body)
  })
}

export function none (reason: Silence): NoReply {
  return { kind: 'none', reason }
}

/** By error code only: messages can contain what the other side sent. */
export function reasonOf (failure: unknown): Silence {
  const code = failure instanceof Error && 'code' in failure ? String(failure.code) : ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unresolved'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'dropped'
  if (code === 'ETIMEDOUT') return 'timeout'
  if (code.startsWith('HPE_')) return 'not-http'
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code)) return 'tls'
  return 'unreachable'
}

/** Names and values in turn, as `http.request` sends them unchanged. */
function fieldsOf ({ url, headers = [], body }: Probe): string[] {
  const pairs = [['host', url.host], ['user-agent', USER_AGENT], ...headers] as ReadonlyArray<readonly [string, string]>
  const host = pairs.findLast(([name]) => name === 'host') ?? ['host', url.host]
  const length: ReadonlyArray<readonly [string, string]> = body === undefined ? [] : [['content-length', String(Buffer.byteLength(body))]]
  return [host, ...pairs.filter(([name]) => name !== 'host'), ...length].flat()
}

/** What `net.connect` asks for a name; it asks nothing for an address. */
function lookupIn (addresses: readonly Address[]): LookupFunction {
  return (_name, { all }, answer) => {
    const [first] = addresses
    if (all === true || first === undefined) answer(null, [...addresses])
    else answer(null, first.address, first.family)
  }
}

function linesOf (raw: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const lines = headers.get(name)
    if (lines === undefined) headers.set(name, [raw[index + 1] ?? ''])
    else lines.push(raw[index + 1] ?? '')
  }
  return headers
}
