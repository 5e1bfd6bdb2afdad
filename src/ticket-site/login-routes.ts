// Login and logout. A login that has begun is kept in the session by its `state`, for ten minutes, and is used once.

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { messagePage } from './pages/shop-page.ts'
import { formGuard, languageOf, queryOf, sendHtml, sendMessage, viewOf, type SiteContext } from './site-context.ts'
import type { PendingLogin } from './session-store.ts'

export const CALLBACK_PATH = '/login/callback'
const LONGEST_LOGIN_MS = 600_000
/** Tabs of one browser in which a login has begun. */
const MAX_PENDING = 5

/** A path of the shop, or its first page: never an address on another host. */
export function ownPath (to: string | null): string {
  return to !== null && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(to) && !to.startsWith('/login') ? to : '/'
}

export function registerLogin (app: FastifyInstance, context: SiteContext): void {
  const { openId, settings, monotonicMs, log } = context

  app.get('/login', async (request, reply) => {
    const language = languageOf(request)
    const to = ownPath(queryOf(request).get('to'))
    const started = await openId.start(language)
    if (!started.ok) {
      const view = await viewOf(context, request, reply)
      const text = started.error === 'down' ? view.texts.serverDown : view.texts.noOpenId
      const { title } = view.texts.loginFailed
      const page = messagePage(view, { title, text, ways: [{ href: to, label: view.texts.back }] })
      return sendHtml(reply, page, started.error === 'down' ? 503 : 501)
    }
    const { url, state, nonce, verifier } = started.value
    const others = Object.entries(request.session.pending ?? {}).slice(1 - MAX_PENDING)
    const pending: PendingLogin = { nonce, verifier, to, language, startedAtMs: monotonicMs() }
    request.session.pending = { ...Object.fromEntries(others), [state]: pending }
    return reply.redirect(url.href, 303)
  })

  app.get(CALLBACK_PATH, async (request, reply) => {
    const answer = new URL(request.url, settings.origin)
    const state = answer.searchParams.get('state') ?? ''
    const pending = takePending(request, state)
    if (pending === undefined || monotonicMs() - pending.startedAtMs > LONGEST_LOGIN_MS) {
      return sendMessage(context, request, reply, 'loginFailed', 400)
    }
    const finished = await openId.finish(answer, { state, nonce: pending.nonce, verifier: pending.verifier })
    if (!finished.ok) {
      log(`login not completed: ${finished.error}`)
      return sendMessage(context, request, reply, 'loginFailed', finished.error === 'down' ? 503 : 400)
    }
    const { issuer, subject, name, accessToken } = finished.value
    // A session that another person put into this browser must not become that of the person (session fixation).
    await request.session.regenerate()
    request.session.loggedIn = { person: { issuer, subject }, name, accessToken, loggedInAtMs: monotonicMs() }
    log('a person has logged in')
    return reply.redirect(pending.to, 303)
  })

  app.post('/logout', formGuard(app), async (request, reply) => {
    await request.session.destroy()
    return reply.redirect('/', 303)
  })
}

function takePending (request: FastifyRequest, state: string): PendingLogin | undefined {
  const { pending } = request.session
  if (pending === undefined || !Object.hasOwn(pending, state)) return undefined
  const { [state]: found, ...others } = pending
  request.session.pending = others
  return found
}
