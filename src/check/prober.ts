// The HTTP client of `check` and `doctor`: one request and one reply, within a time and a size, without redirects, four at a time.
// It can send what other clients do not: two Authorization fields, a foreign Host.

import http from 'node:http'
import https from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../kernel/clock.ts'
import { headerOf, type NoReply, type Outcome, type Silence } from './outcome.ts'

export interface Probe {
  readonly method?: string
  readonly url: URL
  /** In the order in which they are sent; a name may occur twice. `host` replaces the one of the URL. */
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: string
}

export interface Prober {
  /** Never rejects. */
  readonly send: (probe: Probe) => Promise<Outcome>
  /** Whether a request was not sent, or cut short, because of the deadline. */
  readonly ranOut: () => boolean
  readonly close: () => void
}

export interface ProberSettings {
  /** For each request. */
  readonly timeoutMs: number
  /** For all requests together, from now on. */
  readonly deadlineMs: number
  /** Accept any certificate, for requests whose answer is not trusted. Default: no. */
  readonly anyCertificate?: boolean
  readonly clock: Clock
}

const MAX_BODY_BYTES = 256 * 1024
const MAX_IN_FLIGHT = 4
/** The longest pause for a Retry-After of the server. */
const MAX_PAUSE_MS = 10_000
const USER_AGENT = 'mcp-resource-gateway-check'

export function createProber ({ timeoutMs, deadlineMs, anyCertificate = false, clock }: ProberSettings): Prober {
  const endAtMs = clock.monotonicMs() + deadlineMs
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true, rejectUnauthorized: !anyCertificate }) }
  const waiting: Array<() => void> = []
  let running = 0
  let late = false

  async function send (probe: Probe): Promise<Outcome> {
    if (running >= MAX_IN_FLIGHT) await new Promise<void>(resolve => { waiting.push(resolve) })
    else running += 1
    try {
      const first = await attempt(probe)
      // The server may have closed a kept-alive connection, and every request here can be repeated safely.
      if (first.kind === 'none') return first.reason === 'dropped' ? await attempt(probe) : first
      if (first.status !== 429) return first
      // A rate limit says nothing about the rule in question.
      await sleep(Math.max(0, Math.min(pauseMs(headerOf(first, 'retry-after')), endAtMs - clock.monotonicMs())))
      return await attempt(probe)
    } finally {
      // The place is passed to the next request directly, so that no other request can take it in between.
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  async function attempt (probe: Probe): Promise<Outcome> {
    const leftMs = Math.min(timeoutMs, endAtMs - clock.monotonicMs())
    if (leftMs <= 0) late = true
    return leftMs <= 0 ? none('no-time') : await exchange(probe, leftMs, probe.url.protocol === 'https:' ? agents['https:'] : agents['http:'])
  }

  return {
    send,
    ranOut: () => late || clock.monotonicMs() >= endAtMs,
    close () {
      agents['http:'].destroy()
      agents['https:'].destroy()
    }
  }
}

function pauseMs (retryAfter: string | undefined): number {
  return Math.min(/^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1000 : 1000, MAX_PAUSE_MS)
}

function exchange ({ method = 'GET', url, headers = [], body }: Probe, timeoutMs: number, agent: http.Agent): Promise<Outcome> {
  return new Promise(resolve => {
    const pairs = [['host', url.host], ['user-agent', USER_AGENT], ...headers] as ReadonlyArray<readonly [string, string]>
    const host = pairs.findLast(([name]) => name === 'host') ?? ['host', url.host]
    const length: ReadonlyArray<readonly [string, string]> = body === undefined ? [] : [['content-length', String(Buffer.byteLength(body))]]
    const lines = [host, ...pairs.filter(([name]) => name !== 'host'), ...length].flat()
    const { request } = url.protocol === 'https:' ? https : http
    let call: http.ClientRequest
    try {
      call = request(url, { method, headers: lines, agent })
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
      resolve({ kind: 'reply', status: response.statusCode ?? 0, headers: linesOf(response.rawHeaders), body: Buffer.concat(chunks).toString('utf8') })
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
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        const hasResult = streams && /"(?:result|error)"\s*:[\s\S]*\n\r?\n/.test(Buffer.concat(chunks).toString('utf8'))
        if (size > MAX_BODY_BYTES || hasResult) cut()
      })
      response.on('end', () => { arrived(response) })
      response.on('error', () => { arrived(response) })
    })
    call.end(body)
  })
}

function linesOf (raw: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    headers.set(name, [...headers.get(name) ?? [], raw[index + 1] ?? ''])
  }
  return headers
}

function none (reason: Silence): NoReply {
  return { kind: 'none', reason }
}

/** By error code only: messages can contain what the other side sent. */
function reasonOf (failure: Error): Silence {
  const code = 'code' in failure ? String(failure.code) : ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unresolved'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'dropped'
  if (code === 'ETIMEDOUT') return 'timeout'
  if (code.startsWith('HPE_')) return 'not-http'
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code)) return 'tls'
  return 'unreachable'
}
