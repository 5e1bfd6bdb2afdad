// Steps 7 to 12 of the tutorial: the token opens the endpoint, tools run, a call beyond the limit is refused, and its remedy obtained.

import { isJsonObject, type JsonObject, type JsonValue } from '../../src/kernel/json.ts'
import { authorizeDetails, type Authorized } from './authorization.ts'
import { jsonOf, type Answer } from './curl.ts'
import { FIRST_REQUEST, parameter, type Discovered } from './discovery.ts'
import { TutorialFailure } from './narrator.ts'
import type { Tools } from './tools.ts'

const PROTOCOL_VERSION = '2025-11-25'
const TOOL_NAMES = ['list_tickets', 'search_tickets', 'reserve_ticket', 'cancel_reservation', 'get_user_reservations']
const STANDARD_LIMIT = 10_000
const SEATS_BEYOND_LIMIT = 2

interface Calls {
  readonly post: (method: string, params: JsonObject) => Promise<Answer>
  readonly ask: (method: string, params: JsonObject) => Promise<JsonObject>
  /** The structured content of a tool that succeeds. */
  readonly tool: (name: string, args: JsonObject) => Promise<JsonObject>
}

export async function useTools (server: Discovered, authorized: Authorized, tools: Tools): Promise<void> {
  const { narrator, curl } = tools
  const calls = callsWith(server, authorized.accessToken, tools)

  narrator.heading(7, 'The first request again')
  const accepted = await curl.request(server.resource, ...bearer(authorized.accessToken), ...FIRST_REQUEST)
  narrator.expect(accepted.status === 202, '202 Accepted', accepted.statusLine)

  narrator.heading(8, 'Tickets')
  const tickets = objects((await calls.tool('list_tickets', {}))['tickets'])
  const ticket = tickets.find(({ price, available_seats: seats }) => {
    return Number(price) <= STANDARD_LIMIT && Number(price) * SEATS_BEYOND_LIMIT > STANDARD_LIMIT && Number(seats) >= SEATS_BEYOND_LIMIT
  })
  const wanted = `a ticket of which one costs at most ¥${STANDARD_LIMIT} and two cost more`
  narrator.expect(ticket !== undefined, wanted, `${tickets.length} tickets`)
  const { id: ticketId, price, available_seats: seatsBefore } = object(ticket)

  narrator.heading(9, 'A reservation')
  const receipt = await calls.tool('reserve_ticket', { ticket_id: Number(ticketId), seats: 1 })
  const { id: reservationId, amount } = object(receipt['reservation'])
  narrator.expect(amount === price, `a price of ¥${inWords(price)}`, JSON.stringify(amount))
  narrator.expect(receipt['available_seats'] === Number(seatsBefore) - 1, 'one seat fewer', JSON.stringify(receipt['available_seats']))

  narrator.heading(10, 'Beyond the limit')
  const wish = { ticket_id: Number(ticketId), seats: SEATS_BEYOND_LIMIT }
  const remedy = await refusedBeyondLimit(server, authorized, calls, wish, tools)

  narrator.heading(11, 'Cancellation')
  await cancel(reservationId, calls, tools)

  narrator.heading(12, 'The remedy')
  if (remedy === undefined) {
    narrator.line('Without a refusal there is no remedy.')
  } else {
    const larger = await authorizeDetails(server, authorized.clientId, remedy, tools)
    const withLarger = callsWith(server, larger.accessToken, tools)
    const bought = object((await withLarger.tool('reserve_ticket', wish))['reservation'])
    const wanted = Number(price) * SEATS_BEYOND_LIMIT
    narrator.expect(bought['amount'] === wanted, `a price of ¥${wanted}`, JSON.stringify(bought['amount']))
    const refused = await withLarger.post('tools/call', { name: 'cancel_reservation', arguments: { reservation_id: Number(bought['id']) } })
    narrator.expect(refused.status === 403, '403 Forbidden: the new token may book and nothing else', refused.statusLine)
    narrator.heading('+', 'The seats are given back, with the first token')
    await cancel(bought['id'], calls, tools)
  }

  narrator.heading('+', 'initialize and tools/list, which other clients begin with')
  const clientInfo = { name: 'tutorial', version: '1' }
  const hello = await calls.ask('initialize', { protocolVersion: PROTOCOL_VERSION, capabilities: {}, clientInfo })
  narrator.expect(hello['protocolVersion'] === PROTOCOL_VERSION, `revision ${PROTOCOL_VERSION}`, JSON.stringify(hello['protocolVersion']))
  const names = objects((await calls.ask('tools/list', {}))['tools']).map(tool => inWords(tool['name']))
  narrator.expect(TOOL_NAMES.every(name => names.includes(name)), 'the five ticket tools', names.join(', '))
}

function callsWith (server: Discovered, accessToken: string, { narrator, curl }: Tools): Calls {
  let id = 0
  const post = async (method: string, params: JsonObject): Promise<Answer> => {
    id += 1
    return await curl.request(server.resource, '-X', 'POST', ...bearer(accessToken), '-H', 'Accept: application/json, text/event-stream',
      '-H', 'Content-Type: application/json', '-d', JSON.stringify({ jsonrpc: '2.0', id, method, params }))
  }
  const ask = async (method: string, params: JsonObject): Promise<JsonObject> => {
    const answer = await post(method, params)
    narrator.expect(answer.status === 200, '200 OK', answer.statusLine)
    return resultOf(answer, id)
  }
  return {
    post,
    ask,
    async tool (name, args) {
      const result = await ask('tools/call', { name, arguments: args })
      for (const block of objects(result['content'])) narrator.line(firstLine(inWords(block['text'])))
      narrator.expect(result['isError'] !== true, `${name} succeeded`, JSON.stringify(result['content']))
      return object(result['structuredContent'])
    }
  }
}

/** @returns the details that would be enough; `undefined` where the token has no limit */
async function refusedBeyondLimit (
  server: Discovered, { isLimited }: Authorized, { post }: Calls, wish: JsonObject, { narrator }: Tools
): Promise<JsonValue | undefined> {
  if (!isLimited && new URL(server.issuer).hostname === 'localhost') {
    throw new TutorialFailure('expected authorization_details in the reply of the practice authorization server; found none')
  }
  if (!isLimited) {
    narrator.line('This authorization server granted no authorization_details, so nothing limits the amount: the refusal is left out.')
    return undefined
  }
  const refused = await post('tools/call', { name: 'reserve_ticket', arguments: wish })
  narrator.expect(refused.status === 403, '403 Forbidden', refused.statusLine)
  const challenge = refused.headers.get('www-authenticate') ?? ''
  narrator.line(`WWW-Authenticate: ${challenge}`)
  const code = parameter(challenge, 'error')
  narrator.expect(code === 'insufficient_authorization', 'error="insufficient_authorization"', code ?? 'none')
  const remediation = Buffer.from(parameter(challenge, 'authorization_remediation') ?? '', 'base64url').toString('utf8')
  narrator.line(`authorization_remediation: ${remediation}`)
  const details = remediation === '' ? undefined : object(JSON.parse(remediation) as JsonValue)['authorization_details']
  narrator.expect(details !== undefined, 'authorization_details in authorization_remediation', remediation)
  return details
}

async function cancel (reservationId: JsonValue | undefined, { tool }: Calls, { narrator }: Tools): Promise<void> {
  await tool('cancel_reservation', { reservation_id: Number(reservationId) })
  const own = objects((await tool('get_user_reservations', {}))['reservations'])
  const status = own.find(({ id }) => id === reservationId)?.['status']
  narrator.expect(status === 'cancelled', `reservation ${inWords(reservationId)} cancelled`, JSON.stringify(status))
}

function bearer (accessToken: string): string[] {
  return ['-H', `Authorization: Bearer ${accessToken}`]
}

function resultOf (answer: Answer, id: number): JsonObject {
  const message = jsonOf(answer)
  if (message['id'] !== id || !isJsonObject(message['result'])) {
    throw new TutorialFailure(`expected a result for request ${id}; found ${JSON.stringify(message['error'])}`)
  }
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
