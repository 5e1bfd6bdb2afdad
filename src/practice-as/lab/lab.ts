// The lab of the practice server: a page and a small JSON interface that turn its switches. It is absent unless asked for.

import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonValue } from '../../kernel/json.ts'
import type { Account } from '../accounts.ts'
import { METADATA_PATH } from '../endpoints.ts'
import { chooseLanguage } from '../../kernel/page-language.ts'
import { sendPage } from '../pages/send-page.ts'
import { readPostedForm } from '../posted-form.ts'
import { refuseAtLab } from './lab-guard.ts'
import { labHref, LAB_PATH, renderLabPage } from './lab-page.ts'
import { LAB_TEXTS } from './lab-texts.ts'
import { shownSwitch, type SwitchId, type Switches, type SwitchWish } from './switches.ts'
import { DURATIONS, switchNamed, wishFromForm, wishFromJson } from './wishes.ts'

interface LabParts {
  readonly issuer: string
  readonly switches: Switches
  readonly accounts: readonly Account[]
  /** Undefined on loopback. */
  readonly teacherSecret: string | undefined
  readonly replaceSigningKey: () => void
  readonly now: () => number
  /** Each change is one line. */
  readonly log: (line: string) => void
}

interface Lab {
  /** @returns false for another path */
  readonly answer: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>
}

const MAX_BODY_BYTES = 16 * 1024
const SWITCH_PATH = `${LAB_PATH}/switches`

export function createLab (parts: LabParts): Lab {
  const { issuer, switches, accounts, teacherSecret, now, log } = parts
  const formToken = randomBytes(24).toString('base64url')

  function turnOn (id: SwitchId, wish: SwitchWish): void {
    const whom = wish.subject === undefined ? 'all' : accounts.find(one => one.subject === wish.subject)?.loginId ?? wish.subject
    log(`lab: ${id} for ${whom}`)
    if (id === 'revoked') switches.revokeUntilNow(wish.subject)
    else if (id === 'new-key') parts.replaceSigningKey()
    else switches.on(id, wish)
  }

  function turnOff (id?: SwitchId): void {
    log(`lab: ${id ?? 'all'} off`)
    if (id === undefined) switches.allOff()
    else switches.off(id)
  }

  function reset (): void {
    turnOff()
    switches.revokeUntilNow(undefined)
    log('lab: every token issued until now is revoked')
  }

  function showPage (request: IncomingMessage, response: ServerResponse, url: URL, message?: { status: number, text: string }): void {
    const language = languageOf(request, url)
    const done = url.searchParams.has('done') ? { status: 200, text: LAB_TEXTS[language].done } : undefined
    sendPage(request, response, renderLabPage({
      language, accounts, active: switches.active(), now: now(), formToken, chosen: chosenIn(url.searchParams), message: message ?? done
    }))
  }

  async function takeForm (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const texts = LAB_TEXTS[languageOf(request, url)]
    const posted = await readPostedForm(request)
    if (!posted.ok) {
      response.writeHead(posted.error === 'too-large' ? 413 : 415, { Connection: 'close' }).end()
      return
    }
    const form = posted.value
    const chosen = chosenIn(form)
    if (form.get('formToken') !== formToken) return showPage(request, response, url, { status: 403, text: texts.oldForm })
    const [action = '', name = ''] = (form.get('do') ?? '').split(' ')
    const id = switchNamed(name)
    if (action === 'all-off') turnOff()
    else if (action === 'reset') reset()
    else if (action === 'off' && id !== undefined) turnOff(id)
    else if (action === 'on' && id !== undefined) {
      const wish = wishFromForm(id, chosen.person, chosen.duration, accounts)
      if (!wish.ok) {
        const { status, text } = wish.error
        return showPage(request, response, url, { status, text: status === 409 ? texts.allOnly : text })
      }
      turnOn(id, wish.value)
    }
    response.writeHead(303, { Location: `${labHref(languageOf(request, url), chosen)}&done`, 'Cache-Control': 'no-store' }).end()
  }

  async function changeByJson (request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    const id = switchNamed(pathname.slice(SWITCH_PATH.length + 1))
    if (request.method === 'DELETE' && (id !== undefined || pathname === SWITCH_PATH)) turnOff(id)
    else if (request.method === 'PUT' && id !== undefined) {
      const wish = wishFromJson(id, await readJson(request), accounts)
      if (!wish.ok) return sendJson(response, wish.error.status, { error: 'invalid_request', error_description: wish.error.text })
      turnOn(id, wish.value)
    } else return sendJson(response, 404, { error: 'not_found' })
    sendJson(response, 200, state())
  }

  function state (): JsonValue {
    return { switches: switches.active().map(one => shownSwitch(one, now())), accounts: accounts.map(({ loginId }) => loginId) }
  }

  return {
    async answer (request, response, url) {
      const { pathname } = url
      if (pathname !== LAB_PATH && !pathname.startsWith(`${LAB_PATH}/`)) return false
      const refusal = refuseAtLab(request, issuer, teacherSecret)
      if (refusal !== undefined) {
        if (refusal === 'teacher-only') response.setHeader('WWW-Authenticate', 'Basic realm="lab", charset="UTF-8"')
        const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }
        response.writeHead(refusal === 'teacher-only' ? 401 : 403, headers)
          .end(`${LAB_TEXTS[languageOf(request, url)].refusals[refusal]}\n`)
      } else if (pathname === LAB_PATH && request.method === 'POST') await takeForm(request, response, url)
      else if (pathname === LAB_PATH && (request.method === 'GET' || request.method === 'HEAD')) showPage(request, response, url)
      else if (pathname === `${LAB_PATH}/state` && request.method === 'GET') sendJson(response, 200, state())
      else await changeByJson(request, response, pathname)
      return true
    }
  }
}

/** Whether the server acts as if it were not there at all. */
export function isDown (switches: Switches, pathname: string): boolean {
  return pathname === METADATA_PATH && switches.active().some(one => one.id === 'down' && one.subject === undefined)
}

function languageOf (request: IncomingMessage, url: URL) {
  return chooseLanguage({ clicked: url.searchParams.get('lang'), acceptLanguage: request.headers['accept-language'] })
}

function chosenIn (fields: URLSearchParams) {
  const duration = DURATIONS.find(one => one === fields.get('duration')) ?? DURATIONS[0]
  return { person: (fields.get('person') ?? 'all').slice(0, 40), duration }
}

/** Undefined for a body that is no JSON, too large, or sent as another type, as forms of other sites are. */
async function readJson (request: IncomingMessage): Promise<JsonValue | undefined> {
  if (request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/json') return undefined
  let text = ''
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk
    if (text.length > MAX_BODY_BYTES) return undefined
  }
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

function sendJson (response: ServerResponse, status: number, body: JsonValue): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body))
}
