// Reads the stream of a console as a viewer does (server-sent events), for as long as this program runs. A console that is not there is
// tried again; one that was started again begins from its first request.
// https://html.spec.whatwg.org/multipage/server-sent-events.html

import { request, type IncomingMessage } from 'node:http'
import type { ShownRequest } from '../console/shown-request.ts'
import { seenCall, type SeenCall } from './seen-call.ts'

export interface ConsoleFeedOptions {
  /** `http://localhost:3444`. */
  readonly origin: string
  /** The gateway of the class, and not one that an attendee has written. */
  readonly home: boolean
  readonly see: (call: SeenCall) => void
  /** Requests that the console could not show. */
  readonly missed: (count: number) => void
  readonly connected: (connected: boolean) => void
}

export interface ConsoleFeed { readonly close: () => void }

const AGAIN_AFTER_MS = 1000
/** The console sends a comment every 15 seconds. */
const SILENCE_MS = 45_000
const MAX_BUFFERED = 16 * 1024 * 1024
const MAX_KNOWN = 10_000

export function followConsole ({ origin, home, see, missed, connected }: ConsoleFeedOptions): ConsoleFeed {
  let lastEventId: string | undefined
  let ended = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let current: ReturnType<typeof request> | undefined

  function take (event: string, data: string): void {
    if (event === 'hello') {
      if ((JSON.parse(data) as { readonly restarted: boolean }).restarted) ended = new Set()
    } else if (event === 'drops') missed((JSON.parse(data) as { readonly count: number }).count)
    else if (event === 'request') {
      const { number, request: shown } = JSON.parse(data) as { readonly number: number, readonly request: ShownRequest }
      const call = seenCall(number, shown, home)
      if (call === undefined || ended.has(shown.id)) return
      if (ended.size >= MAX_KNOWN) ended = new Set([...ended].slice(-MAX_KNOWN / 2))
      ended.add(shown.id)
      see(call)
    }
  }

  function read (response: IncomingMessage): void {
    if (response.statusCode !== 200) {
      response.resume().once('close', again)
      return
    }
    connected(true)
    let text = ''
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      if (text.length > MAX_BUFFERED) response.destroy()
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
        try {
          take(fields.get('event') ?? '', fields.get('data') ?? '')
        } catch {
          // Not of a console: a program of an attendee may listen there.
          response.destroy()
          return
        }
        lastEventId = fields.get('id') ?? lastEventId
      }
    }).on('error', () => {}).once('close', again)
  }

  function again (): void {
    if (closed) return
    connected(false)
    timer = setTimeout(connect, AGAIN_AFTER_MS)
  }

  function connect (): void {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    current = request(new URL('/stream', origin), { headers, agent: false }, read)
    current.setTimeout(SILENCE_MS, () => current?.destroy())
    let answered = false
    current.once('response', () => { answered = true })
    current.on('error', () => { if (!answered) again() }).end()
  }

  connect()
  return {
    close () {
      closed = true
      clearTimeout(timer)
      current?.destroy()
    }
  }
}
