// The applications that may act for the person, and the button that revokes one.

import type { FastifyInstance } from 'fastify'
import { moneyText } from '../kernel/money.ts'
import type { OwnReservation } from '../tickets/ticket-service.ts'
import { applicationsPage, revokePage, withoutListPage } from './pages/application-pages.ts'
import { namesOf } from './reservation-routes.ts'
import {
  fieldOf, formGuard, languageOf, loggedInAt, queryOf, sendHtml, sendLoginNeeded, sendMessage, viewOf, type SiteContext
} from './site-context.ts'
import type { Locale } from '../kernel/locale.ts'

const PATH = '/applications'

export function registerApplications (app: FastifyInstance, context: SiteContext): void {
  const { applications, desk, settings, monotonicMs, log } = context

  app.get(PATH, async (request, reply) => {
    const who = loggedInAt(request, monotonicMs)
    if (who === undefined) return sendLoginNeeded(context, request, reply)
    const [allowed, reservations, names] = await Promise.all([
      applications.of(who), desk.reservationsOf(who.person), namesOf(context, request, who)
    ])
    const view = await viewOf(context, request, reply, PATH)
    const makers = [...new Set(reservations.map(clientOf).filter(clientId => clientId !== undefined))]
    if (!allowed.ok) {
      const named = makers.map(clientId => names[clientId] ?? clientId)
      return sendHtml(reply, withoutListPage(view, allowed.error, named, settings.issuer), allowed.error === 'down' ? 503 : 200)
    }
    const revoked = queryOf(request).get('revoked')
    return sendHtml(reply, applicationsPage(view, allowed.value.list, {
      revoked: revoked === 'yes' || revoked === 'late' ? revoked : undefined,
      gatewaysAreTold: allowed.value.gatewaysAreTold,
      readsEndAfterSeconds: settings.readsEndAfterSeconds,
      usedBy: usedBy(reservations, languageOf(request))
    }))
  })

  app.get(`${PATH}/revoke`, async (request, reply) => {
    const who = loggedInAt(request, monotonicMs)
    if (who === undefined) return sendLoginNeeded(context, request, reply)
    const allowed = await applications.of(who)
    const application = allowed.ok ? allowed.value.list.find(({ clientId }) => clientId === queryOf(request).get('client')) : undefined
    if (application === undefined) return sendMessage(context, request, reply, 'notFound', allowed.ok ? 404 : 503)
    return sendHtml(reply, revokePage(await viewOf(context, request, reply), application))
  })

  app.post(`${PATH}/revoke`, formGuard(app), async (request, reply) => {
    const who = loggedInAt(request, monotonicMs)
    if (who === undefined) return sendLoginNeeded(context, request, reply)
    const clientId = fieldOf(request, 'client')
    if (clientId === '') return sendMessage(context, request, reply, 'notFound', 400)
    await namesOf(context, request, who)
    const withdrawn = await applications.withdraw(who, clientId)
    log(withdrawn.ok ? 'a person has revoked an application' : `an application was not revoked: ${withdrawn.error}`)
    if (withdrawn.ok) return reply.redirect(`${PATH}?revoked=${withdrawn.value.gatewaysTold ? 'yes' : 'late'}`, 303)
    const view = await viewOf(context, request, reply, PATH)
    return sendHtml(reply, withoutListPage(view, withdrawn.error, [], settings.issuer), 503)
  })
}

function clientOf ({ madeBy }: OwnReservation): string | undefined {
  return madeBy?.through === 'client' ? madeBy.clientId : undefined
}

/** Of the active reservations of each client, one sum for each currency. */
function usedBy (reservations: readonly OwnReservation[], language: Locale): ReadonlyMap<string, string> {
  const sums = new Map<string, Map<string, number>>()
  for (const reservation of reservations) {
    const clientId = clientOf(reservation)
    if (clientId === undefined || reservation.status !== 'active') continue
    const ofClient = sums.get(clientId) ?? new Map<string, number>()
    ofClient.set(reservation.currency, (ofClient.get(reservation.currency) ?? 0) + reservation.amount)
    sums.set(clientId, ofClient)
  }
  return new Map([...sums].map(([clientId, amounts]) =>
    [clientId, [...amounts].map(([currency, amount]) => moneyText(language)(amount, currency)).join(' + ')]))
}
