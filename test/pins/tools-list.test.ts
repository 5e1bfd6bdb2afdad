// What do clients see of the ticket tools? Frozen text, not computed: a change here is a change for every client.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { buildGateway, message, post, READ, WRITE } from '../support/gateway.ts'

const TICKET = {
  type: 'object',
  properties: {
    id: { type: 'integer', exclusiveMinimum: 0, maximum: 9007199254740991 },
    title: { type: 'string' },
    description: { type: 'string' },
    price: {
      type: 'integer',
      minimum: 0,
      maximum: 9007199254740991,
      description: 'Price of one seat, in minor units of the currency (JPY has none)'
    },
    currency: { type: 'string', description: 'ISO 4217' },
    available_seats: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
    total_seats: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
    event_date: { type: 'string', description: 'RFC 3339' },
    created_at: { type: 'string', description: 'RFC 3339' }
  },
  required: ['id', 'title', 'description', 'price', 'currency', 'available_seats', 'total_seats', 'event_date', 'created_at'],
  additionalProperties: false
}

const RESERVATION = {
  type: 'object',
  properties: {
    id: { type: 'integer', exclusiveMinimum: 0, maximum: 9007199254740991 },
    ticket_id: { type: 'integer', exclusiveMinimum: 0, maximum: 9007199254740991 },
    ticket_title: { type: 'string' },
    seats_reserved: { type: 'integer', exclusiveMinimum: 0, maximum: 9007199254740991 },
    amount: {
      type: 'integer',
      minimum: 0,
      maximum: 9007199254740991,
      description: 'Price of all seats when they were reserved, in minor units of the currency'
    },
    currency: { type: 'string', description: 'ISO 4217' },
    reservation_date: { type: 'string', description: 'RFC 3339' },
    status: { type: 'string', enum: ['active', 'cancelled'] }
  },
  required: ['id', 'ticket_id', 'ticket_title', 'seats_reserved', 'amount', 'currency', 'reservation_date', 'status'],
  additionalProperties: false
}

const BUDGET = {
  type: 'object',
  properties: {
    currency: { type: 'string' },
    max_total_amount: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
    spent: { type: 'integer', minimum: 0, maximum: 9007199254740991 },
    remaining: { type: 'integer', minimum: 0, maximum: 9007199254740991 }
  },
  required: ['currency', 'max_total_amount', 'spent', 'remaining'],
  additionalProperties: false
}

const TOOLS = [
  {
    name: 'list_tickets',
    title: 'List tickets',
    description: 'Lists the tickets on sale, in order of their event date.',
    inputSchema: {
      type: 'object',
      properties: {
        limit: { default: 10, description: 'How many tickets at most, 1 to 100', type: 'integer', minimum: 1, maximum: 100 }
      },
      additionalProperties: false
    },
    outputSchema: {
      type: 'object',
      properties: { tickets: { type: 'array', items: TICKET } },
      required: ['tickets'],
      additionalProperties: false
    },
    annotations: { title: 'List tickets', readOnlyHint: true, idempotentHint: true, openWorldHint: false }
  },
  {
    name: 'search_tickets',
    title: 'Search tickets',
    description: 'Searches tickets by title, highest price and seats left. All conditions given must hold.',
    inputSchema: {
      type: 'object',
      properties: {
        title: { description: 'Part of the title', type: 'string', maxLength: 200 },
        max_price: {
          description: 'Highest price of one seat, in minor units of the currency',
          type: 'integer',
          minimum: 0,
          maximum: 9007199254740991
        },
        min_available_seats: { description: 'Seats that must be left', type: 'integer', minimum: 1, maximum: 9007199254740991 }
      },
      additionalProperties: false
    },
    outputSchema: {
      type: 'object',
      properties: { tickets: { type: 'array', items: TICKET } },
      required: ['tickets'],
      additionalProperties: false
    },
    annotations: { title: 'Search tickets', readOnlyHint: true, idempotentHint: true, openWorldHint: false }
  },
  {
    name: 'reserve_ticket',
    title: 'Reserve a ticket',
    description: 'Reserves seats of a ticket. Their price must be within the limit that was allowed at authorization.',
    inputSchema: {
      type: 'object',
      properties: {
        ticket_id: { type: 'integer', exclusiveMinimum: 0, maximum: 9007199254740991, description: 'The id of a ticket' },
        seats: { type: 'integer', minimum: 1, maximum: 1000000, description: 'How many seats' },
        idempotency_key: {
          description: 'Choose one per wish and repeat it when you try again: the reservation is then made once',
          type: 'string',
          minLength: 1,
          maxLength: 128,
          pattern: '^[\\x21-\\x7e]+$'
        }
      },
      required: ['ticket_id', 'seats'],
      additionalProperties: false
    },
    outputSchema: {
      type: 'object',
      properties: {
        reservation: RESERVATION,
        available_seats: { type: 'integer', minimum: 0, maximum: 9007199254740991, description: 'Seats left on the ticket' },
        repeated: { type: 'boolean', description: 'True when the idempotency_key found the reservation made already' },
        authorization: {
          description: 'Absent when no authorization details limit this reservation',
          type: 'object',
          properties: {
            element: {
              type: 'integer',
              minimum: 0,
              maximum: 9007199254740991,
              description: 'Which element of the authorization details was used, from 0'
            },
            budget: { description: 'What remains of its total', ...BUDGET }
          },
          required: ['element'],
          additionalProperties: false
        }
      },
      required: ['reservation', 'available_seats', 'repeated'],
      additionalProperties: false
    },
    annotations: {
      title: 'Reserve a ticket',
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: false
    }
  },
  {
    name: 'cancel_reservation',
    title: 'Cancel a reservation',
    description: 'Cancels one of your reservations and gives its seats back.',
    inputSchema: {
      type: 'object',
      properties: {
        reservation_id: {
          type: 'integer',
          exclusiveMinimum: 0,
          maximum: 9007199254740991,
          description: 'The id of one of your reservations'
        }
      },
      required: ['reservation_id'],
      additionalProperties: false
    },
    outputSchema: {
      type: 'object',
      properties: {
        reservation: RESERVATION,
        available_seats: { type: 'integer', minimum: 0, maximum: 9007199254740991, description: 'Seats left on the ticket' },
        credited: {
          description: 'What was given back to the total of the authorization details',
          type: 'object',
          properties: { amount: { type: 'integer', minimum: 0, maximum: 9007199254740991 }, budget: { ...BUDGET } },
          required: ['amount', 'budget'],
          additionalProperties: false
        }
      },
      required: ['reservation', 'available_seats'],
      additionalProperties: false
    },
    annotations: {
      title: 'Cancel a reservation',
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: false
    }
  },
  {
    name: 'get_user_reservations',
    title: 'My reservations',
    description: 'Lists your reservations, newest first.',
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
    outputSchema: {
      type: 'object',
      properties: {
        reservations: { type: 'array', items: RESERVATION },
        more: { description: 'Present when there are older reservations that are not listed', type: 'boolean', const: true }
      },
      required: ['reservations'],
      additionalProperties: false
    },
    annotations: { title: 'My reservations', readOnlyHint: true, idempotentHint: true, openWorldHint: false }
  },
  {
    name: 'explain_authorization',
    title: 'Explain the authorization',
    description: 'Says what this access token allows and why, check by check. With the name of a tool and arguments: about that very call, which is not made.',
    inputSchema: {
      type: 'object',
      properties: {
        tool: {
          description: 'The name of a tool; absent: every tool that this token may see',
          type: 'string',
          minLength: 1,
          maxLength: 128
        },
        arguments: {
          description: 'The arguments of the call that is asked about; the call is not made',
          type: 'object',
          propertyNames: { type: 'string' },
          additionalProperties: true
        }
      },
      additionalProperties: false
    },
    outputSchema: {
      type: 'object',
      properties: {
        client_id: { type: 'string' },
        acts_for: { type: 'string', const: 'client', description: 'Present when the token acts for the client itself, not for a person' },
        scopes: { type: 'array', items: { type: 'string' }, description: 'What the token carries' },
        expires_at: { description: 'RFC 3339', type: 'string' },
        answer_age_seconds: { type: 'number', minimum: 0, description: 'How long ago the authorization server was asked about this token' },
        tools: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              tool: { type: 'string' },
              verdict: {
                type: 'string',
                enum: ['permit', 'denial', 'needs-fresh', 'depends-on-arguments'],
                description: 'needs-fresh: allowed as soon as a live answer of the authorization server says the same'
              },
              reason: { description: 'Why it is refused', type: 'string' },
              checks: {
                type: 'array',
                items: {
                  type: 'object',
                  properties: {
                    check: { type: 'string', enum: ['scope', 'authentication-level', 'authorization-details', 'freshness'] },
                    outcome: { type: 'string', enum: ['passed', 'failed', 'not-needed', 'not-reached', 'depends-on-arguments'] },
                    why: { type: 'string' }
                  },
                  required: ['check', 'outcome', 'why'],
                  additionalProperties: false
                },
                description: 'In the order in which they are made, up to the first that fails'
              },
              limits: {
                type: 'array',
                items: {
                  type: 'object',
                  properties: {
                    element: {
                      type: 'integer',
                      minimum: 0,
                      maximum: 9007199254740991,
                      description: 'Its place in the authorization details of the token, from 0'
                    },
                    says: {
                      type: 'array',
                      items: { type: 'string' },
                      description: 'Empty: it cannot be read, and allows nothing'
                    }
                  },
                  required: ['element', 'says'],
                  additionalProperties: false
                },
                description: 'What the token says about the authorization details type of this tool'
              },
              remedy: {
                description: 'The smallest authorization_details that would allow this call',
                type: 'array',
                items: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: true }
              },
              arguments_problem: { type: 'string' }
            },
            required: ['tool', 'verdict', 'checks', 'limits'],
            additionalProperties: false
          }
        }
      },
      required: ['scopes', 'answer_age_seconds', 'tools'],
      additionalProperties: false
    },
    annotations: { title: 'Explain the authorization', readOnlyHint: true, idempotentHint: true, openWorldHint: false }
  }
]

/** Which scopes and details each tool asks for, as `GET /mcp/tools` says. */
const NEEDS = {
  list_tickets: { scopes: [READ], freshness: 'cached', readOnly: true },
  search_tickets: { scopes: [READ], freshness: 'cached', readOnly: true },
  reserve_ticket: { scopes: [WRITE], detailsType: 'ticket-reservation', freshness: 'fresh', readOnly: false },
  cancel_reservation: { scopes: [WRITE], detailsType: 'ticket-reservation', freshness: 'fresh', readOnly: false },
  get_user_reservations: { scopes: [READ], freshness: 'cached', readOnly: true },
  explain_authorization: { scopes: [], freshness: 'cached', readOnly: true }
}

t.test('tools/list — names, titles, schemas and annotations are what clients know, in a fixed order', async t => {
  covers('tools.list-stable')
  const gateway = await buildGateway(t)
  const authorization = 'Bearer token-full'
  const legacy = await post(gateway, message('tools/list', {}).body, { authorization })
  t.strictSame(legacy.body.result, { tools: TOOLS })
  const { body, headers } = message('tools/list', {}, { era: 'modern' })
  const modern = await post(gateway, body, { authorization, ...headers })
  t.strictSame(modern.body.result?.tools, TOOLS)
})

t.test('GET /mcp/tools — says what each tool needs, with the schemas of tools/list', async t => {
  const { app } = await buildGateway(t)
  const { tools } = (await app.inject('/mcp/tools')).json<{ tools: Array<Record<string, unknown>> }>()
  t.strictSame(tools, TOOLS.map(({ annotations: _hints, ...tool }) => ({ ...tool, ...NEEDS[tool.name as keyof typeof NEEDS] })))
})

t.test('tools/list — the Japanese tools differ in words only', async t => {
  const gateway = await buildGateway(t, { config: { tools: { locale: 'ja' } } })
  const { body } = await post(gateway, message('tools/list', {}).body, { authorization: 'Bearer token-full' })
  t.strictSame(body.result?.tools?.map(({ name, title }) => [name, title]), [
    ['list_tickets', 'チケット一覧'],
    ['search_tickets', 'チケット検索'],
    ['reserve_ticket', 'チケット予約'],
    ['cancel_reservation', '予約の取り消し'],
    ['get_user_reservations', '自分の予約'],
    ['explain_authorization', '認可の説明']
  ])
  const shapes = (tools: ReadonlyArray<Readonly<Record<string, unknown>>> = []) => tools.map(({ inputSchema, outputSchema }) => ({
    inputSchema: JSON.parse(JSON.stringify(inputSchema, (name, value: unknown) => name === 'description' ? undefined : value)) as unknown,
    outputSchema
  }))
  t.strictSame(shapes(body.result?.tools), shapes(TOOLS))
  const described = (body.result?.tools ?? []).flatMap(({ inputSchema }) =>
    Object.values((inputSchema as { properties: Record<string, { description?: string }> }).properties).map(({ description = '' }) => description))
  t.equal(described.length, 10)
  t.strictSame(described.filter(text => !/[\u3040-\u30ff\u4e00-\u9fff]/.test(text)), [], 'each argument is described in Japanese')
})
