// The routes of the exercises: pages, style sheet, script, shell functions, a stream that says when to look again, and the reset. Nothing
// is typed in anywhere, so no request but the reset changes anything.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { chooseLanguage } from '../kernel/page-language.ts'
import { renderAttendee, renderNames } from './attendee-page.ts'
import type { ClassBook } from './class-book.ts'
import { refuseInClass } from './class-guard.ts'
import { renderClass, renderMissing, renderReset } from './class-page.ts'
import type { ClassView } from './exercise-page.ts'
import { EXERCISE_SCRIPT, EXERCISE_STYLE } from './exercise-style.ts'
import { EXERCISE_TEXTS } from './exercise-texts.ts'
import type { ExercisesSettings } from './exercises-settings.ts'
import { workshopScript } from './workshop-script.ts'

export interface ClassPagesOptions {
  readonly settings: Pick<ExercisesSettings, 'origin' | 'addresses' | 'teacherSecret'>
  readonly book: ClassBook
  readonly connected: () => boolean
  readonly missed: () => number
  readonly now: () => number
  readonly reset: () => Promise<Parameters<typeof renderReset>[1]>
}

export interface ClassPages {
  readonly server: Server
  /** Tells those who look what has changed. */
  readonly tell: () => void
  readonly close: () => void
}

const HEADERS = {
  'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store'
}
const HTML = 'text/html; charset=utf-8'
const HEARTBEAT_MS = 15_000
/** Attendees, the teacher and a projector, with some tabs each. */
const MAX_VIEWERS = 400

export function createClassPages ({ settings, book, connected, missed, now, reset }: ClassPagesOptions): ClassPages {
  const { origin, addresses, teacherSecret } = settings
  const viewers = new Map<ServerResponse, string>()

  function view (request: IncomingMessage, url: URL): ClassView {
    const language = chooseLanguage({ clicked: url.searchParams.get('lang'), acceptLanguage: request.headers['accept-language'] })
    return { book, addresses, origin, language, connected: connected(), missed: missed(), now: now() }
  }

  function answer (request: IncomingMessage, response: ServerResponse): void {
    request.resume()
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const target = origin + (request.url ?? '/')
    // A target that is no path would name another host (RFC 9112 section 3.2).
    if (request.url?.startsWith('/') !== true || !URL.canParse(target)) return send(response, 400, 'text/plain', '')
    const url = new URL(target)
    const { pathname } = url
    const own = view(request, url)
    const { refusedHere } = EXERCISE_TEXTS[own.language]
    const refusal = refuseInClass(request, origin, teacherSecret)
    if (refusal !== undefined) {
      if (refusal === 'teacher-only') response.setHeader('WWW-Authenticate', 'Basic realm="class", charset="UTF-8"')
      return send(response, refusal === 'teacher-only' ? 401 : 403, 'text/plain; charset=utf-8', `${refusedHere[refusal]}\n`)
    }
    if (request.method === 'POST' && pathname === '/class/reset') {
      reset().then(outcome => {
        send(response, Object.values(outcome).every(Boolean) ? 200 : 500, HTML, renderReset(own, outcome))
      }, () => { response.destroy() })
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'text/plain', '')
    const login = /^\/people\/(\w{1,20})$/.exec(pathname)?.[1]
    const attendee = login === undefined ? undefined : book.attendee(login)
    if (pathname === '/') send(response, 200, HTML, renderNames(own))
    else if (pathname === '/class') send(response, 200, HTML, renderClass(own))
    else if (attendee !== undefined) send(response, 200, HTML, renderAttendee(own, attendee))
    else if (pathname === '/changes') follow(response, url.searchParams.get('of') ?? '')
    else if (pathname === '/exercises.css') send(response, 200, 'text/css; charset=utf-8', EXERCISE_STYLE)
    else if (pathname === '/exercises.js') send(response, 200, 'text/javascript; charset=utf-8', EXERCISE_SCRIPT)
    else if (pathname === '/workshop.sh') send(response, 200, 'text/plain; charset=utf-8', workshopScript(addresses, own.language))
    else send(response, 404, HTML, renderMissing(own))
  }

  /** The number says only that something changed, so that a slow viewer misses nothing but a number. */
  function numberFor (of: string): string {
    return `${of === 'class' ? book.revision() : book.attendee(of)?.revision ?? 0}-${connected()}-${missed()}`
  }

  function follow (response: ServerResponse, of: string): void {
    if (viewers.size >= MAX_VIEWERS) return send(response, 503, 'text/plain', '')
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
    response.write(`retry: 2000\nevent: changed\ndata: ${numberFor(of)}\n\n`)
    viewers.set(response, of)
    response.once('close', () => { viewers.delete(response) })
  }

  const server = createServer(answer)
  const heartbeat = setInterval(() => { for (const response of viewers.keys()) response.write(': still here\n\n') }, HEARTBEAT_MS).unref()
  return {
    server,
    tell () {
      for (const [response, of] of viewers) {
        if (!response.writableNeedDrain) response.write(`event: changed\ndata: ${numberFor(of)}\n\n`)
      }
    },
    close () {
      clearInterval(heartbeat)
      for (const response of viewers.keys()) response.end()
    }
  }
}

function send (response: ServerResponse, status: number, contentType: string, text: string): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text) })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}
