// The catalogue for everyone, and a ticket with the form that reserves it.

import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { cataloguePage, ticketPage } from './pages/ticket-pages.ts'
import { queryOf, sendHtml, sendMessage, viewOf, type SiteContext } from './site-context.ts'

export function registerCatalogue (app: FastifyInstance, context: SiteContext): void {
  const { desk, openId } = context

  app.get('/', async (request, reply) => {
    const query = queryOf(request)
    const words = Array.from((query.get('q') ?? '').replace(/\0|\p{Surrogate}/gu, '').trim()).slice(0, 200).join('')
    const seats = wholeNumber(query.get('seats'))
    const search = { ...(words !== '' && { title: words }), ...(seats !== undefined && { minAvailableSeats: seats }) }
    const tickets = await desk.catalogue(search)
    const view = await viewOf(context, request, reply)
    const problem = view.person === undefined ? await openId.problem() : undefined
    const notice = problem === undefined ? undefined : problem === 'down' ? view.texts.serverDown : view.texts.noOpenId
    return sendHtml(reply, cataloguePage(view, tickets, { words, seats }, notice))
  })

  app.get<{ Params: { id: string } }>('/tickets/:id', async (request, reply) => {
    const id = wholeNumber(request.params.id)
    const ticket = id === undefined ? undefined : await desk.find(id)
    if (ticket === undefined) return sendMessage(context, request, reply, 'notFound', 404)
    return sendHtml(reply, ticketPage(await viewOf(context, request, reply), ticket, randomUUID()))
  })
}

/** An id or a number of seats: from 1, without sign and leading zero. */
export function wholeNumber (text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
}
