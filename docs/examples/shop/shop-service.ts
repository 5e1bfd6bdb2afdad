// The example shop: a REST API with bookings, products, orders and forms, as openapi.json beside it describes them. It trusts the gateway in
// front of it, which shows a secret and names the customer; it knows nothing of access tokens.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { openShopStore, type Row, type ShopStore } from './shop-store.ts'

interface Asked {
  readonly store: ShopStore
  readonly customer: string
  readonly id: number
  readonly query: URLSearchParams
  readonly body: Row
}

interface Answered { readonly status: number, readonly body: unknown }
type Handler = (asked: Asked) => Answered

const NONE: Answered = { status: 404, body: { error: 'not_found' } }
const ok = (row: Row | undefined): Answered => row === undefined ? NONE : { status: 200, body: row }
const created = (row: Row): Answered => ({ status: 201, body: row })
const wrong = (what: string): Answered => ({ status: 422, body: { error: what } })
const limitOf = (query: URLSearchParams) => Math.min(Math.max(Number(query.get('limit') ?? 20) || 20, 1), 100)
/** Only these members of a body are kept. */
const pick = (
  body: Row, ...names: readonly string[]
): Row => Object.fromEntries(names.flatMap(name => name in body ? [[name, body[name]]] : []))
/** `format: date` in the document: RFC 3339, a day that exists. */
const isDay = (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) &&
  new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value) === true
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /booking': ({ store, customer, query }) => {
    const status = query.get('status')
    return ok({ items: store.list('booking', { customer, ...(status === null ? {} : { status }) }, limitOf(query)) })
  },
  'POST /booking': ({ store, customer, body: { date, people, note = '' } }) => isDay(date) && Number.isInteger(people)
    ? created(store.add('booking', { customer, date, people, note, status: 'booked' }))
    : wrong('a date such as 2026-12-24 and people are needed'),
  'GET /booking/{id}': ({ store, customer, id }) => ok(store.get('booking', { customer, id })),
  'PATCH /booking/{id}': ({ store, customer, id, body }) => 'date' in body && !isDay(body['date'])
    ? wrong('a date such as 2026-12-24 is needed')
    : ok(store.change('booking', { customer, id }, pick(body, 'date', 'people', 'note'))),
  'DELETE /booking/{id}': ({ store, customer, id }) => ok(store.change('booking', { customer, id }, { status: 'cancelled' })),

  'GET /product': ({ store, query }) => {
    const [words, tags] = [(query.get('search') ?? '').toLowerCase(), (query.get('tags') ?? '').split(',').filter(tag => tag !== '')]
    const items = store.list('product', {}, 100).filter(({ name, tags: own }) => {
      return String(name).toLowerCase().includes(words) && tags.every(tag => isList(own) && own.includes(tag))
    })
    return ok({ items: items.slice(0, limitOf(query)) })
  },
  'POST /product': ({ store, body: { name, price, tags = [] } }) => typeof name === 'string' && Number.isInteger(price)
    ? created(store.add('product', { name, price, tags }))
    : wrong('name and price are needed'),
  'GET /product/{id}': ({ store, id }) => ok(store.get('product', { id })),
  'PATCH /product/{id}': ({ store, id, body }) => ok(store.change('product', { id }, pick(body, 'name', 'price', 'tags'))),
  'DELETE /product/{id}': ({ store, id }) => {
    const row = store.get('product', { id })
    store.remove('product', { id })
    return ok(row)
  },

  'GET /order': ({ store, customer, query }) => ok({ items: store.list('orders', { customer }, limitOf(query)) }),
  'POST /order': ({ store, customer, body: { items } }) => {
    const lines = (isList(items) ? items as readonly Row[] : []).map(line => {
      const product = store.get('product', { id: Number(line['product_id']) })
      return product === undefined ? undefined : { ...pick(line, 'product_id', 'quantity'), price: product['price'] }
    })
    if (lines.length === 0 || lines.includes(undefined)) return wrong('products that exist are needed')
    const total = lines.reduce((sum, line) => sum + Number(line?.price) * Number((line as Row)['quantity']), 0)
    return created(store.add('orders', { customer, status: 'ordered', total, items: lines }))
  },
  'GET /order/{id}': ({ store, customer, id }) => ok(store.get('orders', { customer, id })),
  'PATCH /order/{id}': ({ store, customer, id, body }) => ok(store.change('orders', { customer, id }, pick(body, 'status'))),

  'GET /form': ({ store, query }) => ok({ items: store.list('form', {}, limitOf(query)) }),
  'POST /form': ({ store, body: { title, questions } }) => typeof title === 'string' && isList(questions)
    ? created(store.add('form', { title, questions }))
    : wrong('title and questions are needed'),
  'GET /form/{id}': ({ store, id }) => ok(store.get('form', { id })),
  'POST /form/{id}/submission': ({ store, customer, id, body: { answers } }) => {
    const questions = store.get('form', { id })?.['questions']
    if (!isList(questions)) return NONE
    const fits = isList(answers) && answers.length === questions.length
    return fits ? created(store.add('submission', { customer, form_id: id, answers })) : wrong('one answer for each question is needed')
  }
}

/** @param secret that the gateway shows as a bearer token */
export function createShop (store: ShopStore, secret: string): Server {
  return createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${secret}`) return send(response, { status: 401, body: { error: 'not the gateway' } })
    readBody(request).then(
      body => { send(response, answer(request, body, store)) }, () => { send(response, wrong('the body is no JSON')) }
    )
  })
}

function answer ({ method = '', url = '', headers }: IncomingMessage, body: Row, store: ShopStore): Answered {
  const { pathname, searchParams } = new URL(url, 'http://shop')
  const [, family = '', id, ...more] = pathname.split('/')
  const handler = HANDLERS[`${method} /${[family, ...(id === undefined ? [] : ['{id}']), ...more].join('/')}`]
  const number = Number(id ?? 0)
  if (handler === undefined || !Number.isInteger(number)) return NONE
  const { 'x-customer': customer = '' } = headers
  return handler({ store, customer: String(customer), id: number, query: searchParams, body })
}

async function readBody (request: IncomingMessage): Promise<Row> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString()) as Row
}

function send (response: ServerResponse, { status, body }: Answered): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** As a program: `node shop-service.js`, with SHOP_SERVICE_TOKEN, and SHOP_PORT and SHOP_DATABASE where the defaults do not fit. */
export function runShop (environment: NodeJS.ProcessEnv): void {
  const { SHOP_SERVICE_TOKEN: secret = '', SHOP_PORT: port = '3100', SHOP_DATABASE: file = ':memory:' } = environment
  if (secret === '') throw new Error('SHOP_SERVICE_TOKEN is not set')
  const server = createShop(openShopStore(file), secret)
  server.listen(Number(port), '127.0.0.1', () => { console.log(`shop service ready: http://127.0.0.1:${port}`) })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { server.close(() => { process.exit(0) }) })
}
