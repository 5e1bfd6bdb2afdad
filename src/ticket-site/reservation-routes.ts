// A person reserves, sees their reservations, and cancels. The person is that of the session, never of the form; a reservation of
// another person is as one that does not exist.

import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ReserveFailure } from '../tickets/ticket-service.ts'
import { wholeNumber } from './catalogue-routes.ts'
import { cancelPage, reservationsPage, type ClientNames } from './pages/reservation-pages.ts'
import type { ShopTexts } from './pages/shop-wording.ts'
import { ticketPage } from './pages/ticket-pages.ts'
import { visibleName } from '../kernel/foreign-text.ts'
import {
  fieldOf, formGuard, loggedInAt, queryOf, sendHtml, sendLoginNeeded, sendMessage, viewOf, type SiteContext
} from './site-context.ts'
import type { LoggedIn } from './session-store.ts'

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/
const MOST_SEATS = 1_000_000

type WithId = { Params: { id: string } }

export function registerReservations (app: FastifyInstance, context: SiteContext): void {
  const { desk, monotonicMs } = context
  const guarded = formGuard(app)

  app.get('/reservations', async (request, reply) => {
    const who = loggedInAt(request, monotonicMs)
    if (who === undefined) return sendLoginNeeded(context, request, reply)
    const query = queryOf(request)
    const [made, cancelled] = [wholeNumber(query.get('made')), wholeNumber(query.get('cancelled'))]
    const [reservations, names] = await Promise.all([desk.reservationsOf(who.person), namesOf(context, request, who)])
    const view = await viewOf(context, request, reply, '/reservations')
    const just = { ...(made !== undefined && { made }), ...(cancelled !== undefined && { cancelled }) }
    return sendHtml(reply, reservationsPage(view, reservations, names, just))
  })

  app.post('/reservations', guarded, async (request, reply) => {
    const who = loggedInAt(request, monotonicMs)
    if (who === undefined) return sendLoginNeeded(context, request, reply)
    const [id, seats, wish] = [wholeNumber(fieldOf(request, 'ticket')), wholeNumber(fieldOf(request, 'seats')), fieldOf(request, 'wish')]
    if (id === undefined || !UUID.test(wish)) return sendMessage(context, request, reply, 'notFound', 400)
    if (seats === undefined || seats > MOST_SEATS) return again(request, reply, id, 'seats', 400)
    const reserved = await desk.reserve(who.person, id, seats, wish)
    if (!reserved.ok) return again(request, reply, id, reserved.error, 409)
    return reply.redirect(`/reservations?made=${reserved.value.reservation.id}`, 303)
  })

  app.get<WithId>('/reservations/:id/cancel', async (request, reply) => {
    const who = loggedInAt(request, monotonicMs)
    if (who === undefined) return sendLoginNeeded(context, request, reply)
    const reservation = await find(who, request.params.id)
    if (reservation === undefined) return sendMessage(context, request, reply, 'notFound', 404)
    const view = await viewOf(context, request, reply)
    const problem = reservation.status === 'active' ? undefined : view.texts.failures['already-cancelled']
    return sendHtml(reply, cancelPage(view, reservation, problem))
  })

  app.post<WithId>('/reservations/:id/cancel', guarded, async (request, reply) => {
    const who = loggedInAt(request, monotonicMs)
    if (who === undefined) return sendLoginNeeded(context, request, reply)
    const reservation = await find(who, request.params.id)
    if (reservation === undefined) return sendMessage(context, request, reply, 'notFound', 404)
    const cancelled = await desk.cancel(who.person, reservation.id)
    if (cancelled.ok) return reply.redirect(`/reservations?cancelled=${reservation.id}`, 303)
    const view = await viewOf(context, request, reply, `/reservations/${reservation.id}/cancel`)
    return sendHtml(reply, cancelPage(view, reservation, view.texts.failures[cancelled.error.kind]), 409)
  })

  async function find (who: LoggedIn, text: string) {
    const id = wholeNumber(text)
    return id === undefined ? undefined : (await desk.reservationsOf(who.person)).find(reservation => reservation.id === id)
  }

  /** The ticket as it is now, with what was sent and why it was not done. */
  async function again (
    request: FastifyRequest, reply: FastifyReply, ticketId: number, failure: ReserveFailure | 'seats', status: number
  ): Promise<FastifyReply> {
    const ticket = await desk.find(ticketId)
    if (ticket === undefined) return sendMessage(context, request, reply, 'notFound', 404)
    const view = await viewOf(context, request, reply, `/tickets/${ticketId}`)
    const retry = { problem: problemText(failure, view.texts), seats: fieldOf(request, 'seats') }
    return sendHtml(reply, ticketPage(view, ticket, randomUUID(), retry), status)
  }
}

function problemText (failure: ReserveFailure | 'seats', { failures }: ShopTexts): string {
  if (failure === 'seats') return failures.seats
  return failure.kind === 'not-enough-seats' ? failures[failure.kind](failure.availableSeats) : failures[failure.kind]
}

/** What the clients call themselves. Names that were seen in this session are kept: a client that was revoked has none any more. */
export async function namesOf ({ applications }: SiteContext, request: FastifyRequest, who: LoggedIn): Promise<ClientNames> {
  const allowed = await applications.of(who)
  const known = request.session.clientNames ?? {}
  if (!allowed.ok) return known
  const named = allowed.value.list.map(({ clientId, name }) => [clientId, visibleName(name)] as const).filter(([, name]) => name !== '')
  const names = { ...known, ...Object.fromEntries(named) }
  request.session.clientNames = names
  return names
}
