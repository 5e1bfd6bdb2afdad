// A ticket shop with its practice server and its storage, and people who use it as a browser without script does.

import type { Test } from 'tap'
import { systemClock } from '../../src/kernel/clock.ts'
import { createPracticeServer, type PracticeServer } from '../../src/practice-as/practice-server.ts'
import { createSite } from '../../src/ticket-site/site.ts'
import { readSiteSettings } from '../../src/ticket-site/site-settings.ts'
import { openTicketService, type TicketDesk, type TicketService } from '../../src/tickets/ticket-service.ts'
import { CookieJar } from './cookie-jar.ts'
import { openPage, submitAndReturn } from './practice-client.ts'
import { freePorts } from './processes.ts'

export interface Shop {
  readonly origin: string
  readonly practice: PracticeServer
  readonly service: TicketService
  readonly lines: readonly string[]
}

interface ShopOptions {
  /** In place of the practice server that is started beside it. */
  readonly issuer?: string
  readonly storage?: string
  readonly desk?: (desk: TicketDesk) => TicketDesk
  readonly monotonicMs?: () => number
  readonly readsEndAfter?: number
}

export async function openShop (t: Test, options: ShopOptions = {}): Promise<Shop> {
  const { issuer, storage = 'sqlite::memory:', desk = own => own, monotonicMs, readsEndAfter } = options
  const [port = 0] = await freePorts(1)
  const origin = `http://localhost:${port}`
  const practice = await createPracticeServer({ shop: origin })
  const settings = readSiteSettings({
    SITE_PORT: String(port), SITE_ISSUER: issuer ?? practice.issuer, SITE_STORAGE: storage, SITE_READS_END_AFTER: readsEndAfter?.toString()
  })
  if (!settings.ok) throw new Error(settings.error)
  const service = await openTicketService({ storage: { url: storage }, locale: 'en', resource: origin, clock: systemClock })
  const lines: string[] = []
  const app = await createSite({
    settings: settings.value,
    desk: desk(service.desk),
    storageAnswers: async () => service.readiness[0]?.check(),
    log: line => { lines.push(line) },
    ...(monotonicMs !== undefined && { monotonicMs })
  })
  await app.listen({ host: 'localhost', port })
  t.teardown(async () => {
    await app.close()
    await service.close()
    await practice.close()
  })
  return { origin, practice, service, lines }
}

export interface Shown {
  readonly status: number
  readonly html: string
  readonly location: string | null
  readonly headers: Headers
}

export class Visitor {
  readonly jar = new CookieJar()
  /** Everything that was shown. */
  readonly seen: string[] = []
  readonly origin: string

  constructor (origin: string) {
    this.origin = origin
  }

  async get (path: string, headers: Record<string, string> = {}): Promise<Shown> {
    return this.#show(await this.jar.fetch(new URL(path, this.origin), { headers }))
  }

  async post (path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Shown> {
    return this.#show(await this.jar.fetch(new URL(path, this.origin), { method: 'POST', headers, body: new URLSearchParams(form) }))
  }

  /** Sends the form of a page with the values that stand in it. */
  async submit (page: string, action: string, values: Record<string, string> = {}): Promise<Shown> {
    return this.post(action, { ...hiddenFields((await this.get(page)).html, action), ...values })
  }

  async logIn (loginId: string, to = '/'): Promise<Shown> {
    const started = await this.get(`/login?to=${encodeURIComponent(to)}`)
    const page = await openPage(started.location ?? '')
    const back = await submitAndReturn(page, { loginId, password: loginId, authorized: 'Authorize' })
    return this.get(back.pathname + back.search)
  }

  async #show (response: Response): Promise<Shown> {
    const html = await response.text()
    this.seen.push(html, JSON.stringify([...response.headers]))
    return { status: response.status, html, location: response.headers.get('location'), headers: response.headers }
  }
}

/** Names and values of the hidden fields of the form with this action. */
export function hiddenFields (html: string, action: string): Record<string, string> {
  const form = html.split('<form').find(part => part.includes(`action="${action}"`)) ?? ''
  return Object.fromEntries([...form.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]))
}
