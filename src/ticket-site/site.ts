// The ticket shop as a Fastify instance: sessions, forms, headers, routes, errors. The program beside it opens the port.
// Nothing of the product imports it, and it knows tickets as one object: docs/ticket-site.md.

import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import csrfProtection from '@fastify/csrf-protection'
import formbody from '@fastify/formbody'
import session from '@fastify/session'
import Fastify, { type FastifyInstance } from 'fastify'
import { StorageUnavailable } from '../kernel/fault.ts'
import { LOCALES } from '../kernel/locale.ts'
import type { TicketDesk } from '../tickets/ticket-service.ts'
import { registerApplications } from './application-routes.ts'
import { registerCatalogue } from './catalogue-routes.ts'
import { CALLBACK_PATH, registerLogin } from './login-routes.ts'
import { createOpenId } from './openid.ts'
import { SHOP_STYLE } from './pages/shop-style.ts'
import { registerReservations } from './reservation-routes.ts'
import { createSessionStore } from './session-store.ts'
import { fieldOf, LANGUAGE_COOKIE, queryOf, sendMessage, type SiteContext } from './site-context.ts'
import type { SiteSettings } from './site-settings.ts'
import { createApplications } from './withdrawals.ts'

export interface SiteOptions {
  readonly settings: SiteSettings
  readonly desk: TicketDesk
  /** Rejects while the storage does not answer. */
  readonly storageAnswers: () => Promise<void>
  readonly monotonicMs?: () => number
  /** One line for an operator. Never a token, a name or an address of a person. */
  readonly log?: (line: string) => void
}

const MAX_BODY_BYTES = 16 * 1024

const HEADERS = {
  // `form-action` holds for redirects of a form too: no form of the shop leads elsewhere, a login is a link.
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  // With no-referrer browsers would send `Origin: null` with our own forms.
  'Referrer-Policy': 'same-origin',
  'Cache-Control': 'no-store'
}

export async function createSite (options: SiteOptions): Promise<FastifyInstance> {
  const { settings, desk, storageAnswers, monotonicMs = () => performance.now(), log = () => {} } = options
  const { issuer, clientId, clientSecret } = settings
  const openId = createOpenId({ issuer, clientId, clientSecret, redirectUri: settings.origin + CALLBACK_PATH }, monotonicMs)
  const context: SiteContext = { settings, desk, openId, applications: createApplications(openId), monotonicMs, log }
  const { host } = new URL(settings.origin)
  const app = Fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true })

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS)
    // Another name for this machine is not the shop: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20
    if (request.headers.host !== host) await reply.code(421).type('text/plain').send(`The shop is at ${settings.origin}\n`)
  })
  await app.register(cookie)
  await app.register(session, {
    secret: randomBytes(32).toString('base64url'),
    // Cookies know no ports: another server on this host must not find ours under the usual name.
    cookieName: 'shop_session',
    saveUninitialized: false,
    rolling: false,
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: settings.origin.startsWith('https:') },
    store: createSessionStore(monotonicMs)
  })
  await app.register(formbody)
  await app.register(csrfProtection, { sessionPlugin: '@fastify/session', getToken: request => fieldOf(request, '_csrf') })

  app.addHook('preHandler', async (request, reply) => {
    const clicked = queryOf(request).get('lang')
    const language = LOCALES.find(known => known === clicked)
    if (language !== undefined) reply.setCookie(LANGUAGE_COOKIE, language, { path: '/', httpOnly: true, sameSite: 'lax' })
    const { origin } = request.headers
    if (request.method === 'POST' && origin !== undefined && origin !== settings.origin) {
      return sendMessage(context, request, reply, 'foreign', 403)
    }
  })

  app.get('/style.css', (_request, reply) => reply.header('Cache-Control', 'public, max-age=300').type('text/css').send(SHOP_STYLE))
  app.get('/health', (_request, reply) => reply.send({ status: 'ok' }))
  app.get('/ready', async (_request, reply) => {
    const ready = await storageAnswers().then(() => true, () => false)
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'storage does not answer' })
  })
  registerCatalogue(app, context)
  registerLogin(app, context)
  registerReservations(app, context)
  registerApplications(app, context)

  app.setNotFoundHandler((request, reply) => sendMessage(context, request, reply, 'notFound', 404))
  app.setErrorHandler((error, request, reply) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code.startsWith('FST_CSRF')) return sendMessage(context, request, reply, 'tooOld', 403)
    if (error instanceof StorageUnavailable) {
      log('the storage does not answer')
      return sendMessage(context, request, reply.header('Retry-After', error.retryAfterSeconds), 'storageDown', 503)
    }
    const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
    if (status >= 500) log(`failed: ${error instanceof Error ? error.name : 'unknown'} ${code}`)
    return sendMessage(context, request, reply, 'failed', status)
  })
  return app
}
