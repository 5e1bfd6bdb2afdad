// Section 3.2.7 and a little further: the token opens the endpoint, tools run, and what the person did not allow is
// refused.

import { isJsonObject, type JsonObject, type JsonValue } from '../../src/kernel/json.ts'
import type { Authorized } from './authorization.ts'
import { jsonOf, type Answer } from './curl.ts'
import { FIRST_REQUEST, parameter, type Discovered } from './discovery.ts'
import { TutorialFailure } from './narrator.ts'
import type { Tools } from './tools.ts'

const PROTOCOL_VERSION = '2025-11-25'
const TOOL_NAMES = ['list_tickets', 'search_tickets', 'reserve_ticket', 'cancel_reservation', 'get_user_reservations']
const STANDARD_LIMIT = 10_000

export async function useTools (server: Discovered, { accessToken, isLimited }: Authorized, tools: Tools): Promise<void> {
  const { narrator, curl } = tools
  const bearer = ['-H', `Authorization: Bearer ${accessToken}`]

  narrator.heading('3.2.7', 'The first request again, with the token')
  const accepted = await curl.request(server.resource, ...bearer, ...FIRST_REQUEST)
  narrator.expect(accepted.status === 202, '202 Accepted', accepted.statusLine)

  let id = 0
  const post = async (method: string, params: JsonObject): Promise<Answer> => {
    id += 1
    return await curl.request(server.resource, '-X', 'POST', ...bearer, '-H', 'Accept: application/json, text/event-stream', '-H', 'Content-Type: application/json',
      '-H', `MCP-Protocol-Version: ${PROTOCOL_VERSION}`, '-d', JSON.stringify({ jsonrpc: '2.0', id, method, params }))
  }
  const ask = async (method: string, params: JsonObject): Promise<JsonObject> => {
    const answer = await post(method, params)
    narrator.expect(answer.status === 200, '200 OK', answer.statusLine)
    return resultOf(answer, id)
  }
  const call = async (name: string, args: JsonObject): Promise<JsonObject> => {
    const result = await ask('tools/call', { name, arguments: args })
    for (const block of objects(result['content'])) narrator.line(firstLine(inWords(block['text'])))
    narrator.expect(result['isError'] !== true, `${name} succeeded`, JSON.stringify(result['content']))
    return object(result['structuredContent'])
  }

  narrator.heading('Then', 'initialize')
  const hello = await ask('initialize', { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo: { name: 'tutorial', version: '1' } })
  narrator.expect(hello['protocolVersion'] === PROTOCOL_VERSION, `revision ${PROTOCOL_VERSION}`, JSON.stringify(hello['protocolVersion']))

  narrator.heading('Then', 'tools/list')
  const names = objects((await ask('tools/list', {}))['tools']).map(tool => inWords(tool['name']))
  narrator.line(names.join(', '))
  narrator.expect(TOOL_NAMES.every(name => names.includes(name)), 'the five ticket tools', names.join(', '))

  narrator.heading('Then', 'tools/call list_tickets')
  const tickets = objects((await call('list_tickets', {}))['tickets'])
  const ticket = tickets.find(({ price, available_seats: seats }) => Number(price) > 0 && Number(price) <= STANDARD_LIMIT && Number(seats) > 0)
  narrator.expect(ticket !== undefined, `a ticket with free seats for at most ¥${STANDARD_LIMIT}`, `${tickets.length} tickets`)
  const { id: ticketId, price, available_seats: seatsBefore } = object(ticket)

  narrator.heading('Then', 'tools/call reserve_ticket, within the limit')
  const receipt = await call('reserve_ticket', { ticket_id: Number(ticketId), seats: 1 })
  const { id: reservationId, amount } = object(receipt['reservation'])
  narrator.expect(amount === price, `a price of ¥${inWords(price)}`, JSON.stringify(amount))
  narrator.expect(receipt['available_seats'] === Number(seatsBefore) - 1, 'one seat fewer', JSON.stringify(receipt['available_seats']))

  if (isLimited) {
    const seats = Math.floor(STANDARD_LIMIT / Number(price)) + 1
    narrator.heading('Then', `tools/call reserve_ticket, ${seats} seats for ¥${seats * Number(price)}: beyond the limit`)
    const refused = await post('tools/call', { name: 'reserve_ticket', arguments: { ticket_id: Number(ticketId), seats } })
    checkRefusal(refused, tools)
  } else if (new URL(server.issuer).hostname === 'localhost') {
    throw new TutorialFailure('expected authorization_details in the reply of the practice authorization server; found none')
  } else {
    narrator.line('This authorization server granted no authorization_details, so nothing limits the amount: the refusal beyond it is left out.')
  }

  narrator.heading('Then', 'tools/call get_user_reservations')
  const statusOfReservation = async () => {
    const own = objects((await call('get_user_reservations', {}))['reservations'])
    return own.find(reservation => reservation['id'] === reservationId)?.['status']
  }
  const status = await statusOfReservation()
  narrator.expect(status === 'active', `reservation ${inWords(reservationId)} active`, JSON.stringify(status))

  narrator.heading('Then', 'tools/call cancel_reservation')
  await call('cancel_reservation', { reservation_id: Number(reservationId) })
  const statusAfter = await statusOfReservation()
  narrator.expect(statusAfter === 'cancelled', `reservation ${inWords(reservationId)} cancelled`, JSON.stringify(statusAfter))
}

function checkRefusal (refused: Answer, { narrator }: Tools): void {
  narrator.expect(refused.status === 403, '403 Forbidden', refused.statusLine)
  const challenge = refused.headers.get('www-authenticate') ?? ''
  narrator.line(`WWW-Authenticate: ${challenge}`)
  const code = parameter(challenge, 'error')
  narrator.expect(code === 'insufficient_authorization', 'error="insufficient_authorization"', code ?? 'none')
  const remediation = parameter(challenge, 'authorization_remediation')
  if (remediation !== undefined) narrator.line(`authorization_remediation says: ${Buffer.from(remediation, 'base64url').toString('utf8')}`)
}

function resultOf (answer: Answer, id: number): JsonObject {
  const message = jsonOf(answer)
  if (message['id'] !== id || !isJsonObject(message['result'])) throw new TutorialFailure(`expected a result for request ${id}; found ${JSON.stringify(message['error'])}`)
  return message['result']
}

function object (value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function objects (value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

function inWords (value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? 'nothing'
}

function firstLine (text: string): string {
  const [first = '', ...more] = text.split('\n')
  return more.length > 0 ? `${first} ...` : first
}
