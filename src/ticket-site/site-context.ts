// What every route of the shop needs: its parts, the view of a page for this request, the person, and answers as pages.

import type { FastifyInstance, FastifyReply, FastifyRequest, preHandlerHookHandler } from 'fastify'
import type { Locale } from '../kernel/locale.ts'
import { chooseLanguage } from '../kernel/page-language.ts'
import type { TicketDesk } from '../tickets/ticket-service.ts'
import type { OpenId } from './openid.ts'
import { messagePage, type View } from './pages/shop-page.ts'
import { SHOP_TEXTS } from './pages/shop-texts.ts'
import { LONGEST_MS, type LoggedIn } from './session-store.ts'
import type { SiteSettings } from './site-settings.ts'
import type { Applications } from './withdrawals.ts'

export interface SiteContext {
  readonly settings: SiteSettings
  readonly desk: TicketDesk
  readonly openId: OpenId
  readonly applications: Applications
  readonly monotonicMs: () => number
  readonly log: (line: string) => void
}

export const LANGUAGE_COOKIE = 'shop_language'

/** The link wins, then what was chosen before, then what the browser prefers. */
export function languageOf (request: FastifyRequest): Locale {
  return chooseLanguage({
    clicked: queryOf(request).get('lang'),
    uiLocales: request.cookies[LANGUAGE_COOKIE],
    acceptLanguage: request.headers['accept-language']
  })
}

export function queryOf (request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://shop.invalid').searchParams
}

/** A field of a posted form; empty when it is missing or was sent twice. */
export function fieldOf (request: FastifyRequest, name: string): string {
  const { body } = request
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return ''
  const value: unknown = (body as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' ? value : ''
}

export function loggedInAt (request: FastifyRequest, monotonicMs: () => number): LoggedIn | undefined {
  const { loggedIn } = request.session
  return loggedIn !== undefined && monotonicMs() - loggedIn.loggedInAtMs < LONGEST_MS ? loggedIn : undefined
}

/** @param here another page than that of the request, for the language link and the way back after a login */
export async function viewOf (context: SiteContext, request: FastifyRequest, reply: FastifyReply, here?: string): Promise<View> {
  const language = languageOf(request)
  const who = loggedInAt(request, context.monotonicMs)
  return {
    language,
    texts: SHOP_TEXTS[language],
    here: here ?? (request.method === 'GET' ? pathOf(request) : '/'),
    person: who && { name: who.name, csrf: reply.generateCsrf() },
    loginMissing: who === undefined && await context.openId.problem() === 'no-openid'
  }
}

/** For a route that takes a form: refuses one without the token of its session. */
export function formGuard (app: FastifyInstance): { readonly preHandler: preHandlerHookHandler } {
  return { preHandler: (request, reply, done) => { app.csrfProtection(request, reply, done) } }
}

/** Path and query without the language. */
function pathOf (request: FastifyRequest): string {
  const url = new URL(request.url, 'http://shop.invalid')
  url.searchParams.delete('lang')
  return url.pathname + url.search
}

export function sendHtml (reply: FastifyReply, page: string, status = 200): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(page)
}

type MessageName = 'loginFailed' | 'tooOld' | 'foreign' | 'notFound' | 'storageDown' | 'failed'

export async function sendMessage (
  context: SiteContext, request: FastifyRequest, reply: FastifyReply, name: MessageName, status: number
): Promise<FastifyReply> {
  const view = await viewOf(context, request, reply, '/')
  const { title, text } = view.texts[name]
  return sendHtml(reply, messagePage(view, { title, text, ways: [{ href: '/', label: view.texts.places.tickets }] }), status)
}

/** For a page of one person, without a login. A link, because a redirect out of a posted form would be blocked. */
export async function sendLoginNeeded (context: SiteContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const view = await viewOf(context, request, reply)
  const { title, text } = view.texts.loginNeeded
  const ways = view.loginMissing ? [] : [{ href: `/login?to=${encodeURIComponent(view.here)}`, label: view.texts.logIn }]
  return sendHtml(reply, messagePage(view, { title, text: view.loginMissing ? view.texts.noOpenId : text, ways }), 401)
}
