// Upstream files of a REST API with the lock that a review of its document writes, for tests.

import type { ConfiguredUpstream } from '../../src/config/upstream/load-upstreams.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { openapiListing } from '../../src/openapi/openapi-listing.ts'
import { lockText, type Lock } from '../../src/proxy/lock/lock-file.ts'
import { acceptedLock, reviewListing, type Review } from '../../src/proxy/review/review.ts'
import { loadedFrom } from './upstream-files.ts'

const text = { type: 'string' } as const
const whole = { type: 'integer' } as const

/** Orders of a shop: flat and grouped arguments, nested bodies, a header for the person. */
export const ORDERS_DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Orders', version: '1' },
  security: [{ oauth: ['orders:read'] }],
  paths: {
    '/orders': {
      get: {
        operationId: 'listOrders',
        parameters: [{ name: 'limit', in: 'query', schema: whole }, { name: 'tags', in: 'query', schema: { type: 'array', items: text } }]
      },
      post: {
        operationId: 'createOrder',
        security: [{ oauth: ['orders:write'] }],
        parameters: [{ name: 'X-Customer', in: 'header', required: true, schema: text }],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  amount: whole,
                  currency: text,
                  lines: {
                    type: 'array',
                    items: { type: 'object', properties: { sku: text, quantity: whole } }
                  },
                  extra: { type: 'object' }
                },
                required: ['amount', 'currency']
              }
            }
          }
        }
      }
    },
    '/orders/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: whole }],
      get: { operationId: 'getOrder' },
      put: {
        operationId: 'replaceOrder',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { type: 'object', properties: { id: whole, note: text } } } }
        }
      }
    },
    '/orders/{id}/file': { put: { operationId: 'putFile', requestBody: { content: { 'application/pdf': {} } } } }
  }
} as const

const words = (title: string) => ({ title: { en: title }, description: { en: `${title}.` } })

export const ORDERS = {
  name: 'orders',
  transport: { openapi: { document: './orders.openapi.json', url: 'https://orders.example/v1' } },
  detailsTypes: {
    order: {
      ...words('Orders'),
      values: { amount: 'amount', currency: 'currency' },
      members: {
        maxAmount: { limit: 'max', of: 'amount', currency: 'currency', required: true, ...words('Highest') },
        currency: { limit: 'currency', of: 'currency', whenAbsent: 'JPY', ...words('Currency') }
      }
    }
  },
  tools: {
    listOrders: { effect: 'read', scopes: ['orders:read'] },
    getOrder: { effect: 'read', scopes: ['orders:read'] },
    createOrder: {
      effect: 'change',
      scopes: ['orders:write'],
      details: { type: 'order', values: { amount: { argument: '/amount' }, currency: { argument: '/currency' } } },
      arguments: { set: { '/X-Customer': { from: 'subject' } } }
    },
    replaceOrder: { effect: 'change', scopes: ['orders:write'] }
  }
} as const

/** The review of a document with what its file decides; `lock`: the former one. */
export async function reviewOf (file: object, document: object, lock?: Lock): Promise<{
  readonly review: Review,
  readonly lock: Lock,
  readonly text: string
}> {
  const { declaration, transport } = upstreamOf(file)
  const ownHeaders = transport.kind === 'stdio' ? [] : Object.keys(transport.headers).map(name => name.toLowerCase())
  const listing = await openapiListing(JSON.stringify(document), { ownHeaders })
  if (!listing.ok) throw new Error(listing.error)
  const review = reviewListing(declaration, lock, listing.value)
  const accepted = acceptedLock(review, lock, () => true, '2026-11-28T00:00:00Z')
  return { review, lock: accepted, text: lockText(accepted) }
}

function upstreamOf (file: object): ConfiguredUpstream {
  const loaded = loadedFrom({ 'orders.json': file })
  const [upstream] = loaded.ok ? loaded.value : []
  if (upstream === undefined) throw new Error(JSON.stringify(loaded))
  return upstream
}

export async function restFiles (file: object = ORDERS, document: object = ORDERS_DOCUMENT): Promise<Readonly<Record<string, unknown>>> {
  return { 'orders.json': file, 'orders.lock.json': (await reviewOf(file, document)).text }
}

/** A copy with one member changed, at any depth. */
export function withMember (value: JsonObject, path: readonly string[], member: unknown): JsonObject {
  const [name = '', ...rest] = path
  return { ...value, [name]: rest.length === 0 ? member : withMember((value[name] ?? {}) as JsonObject, rest, member) } as JsonObject
}
