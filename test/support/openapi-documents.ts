// OpenAPI documents with one operation, and what a review makes of them.

import type { JsonObject } from '../../src/kernel/json.ts'
import { openapiListing } from '../../src/openapi/openapi-listing.ts'

export const text = { type: 'string' } as const
export const documentOf = (paths: object, more: object = {}) => {
  return JSON.stringify({ openapi: '3.1.0', info: { title: 'Shop', version: '2' }, paths, ...more })
}

export async function listed (document: string, ownHeaders: readonly string[] = []) {
  const listing = await openapiListing(document, { ownHeaders })
  if (!listing.ok) throw new Error(listing.error)
  return listing.value
}

/** The only operation of a document with this one. */
export async function only (operation: object, { path = '/a', method = 'get', more = {}, item = {} } = {}) {
  const listing = await listed(documentOf({ [path]: { [method]: { operationId: 'op', ...operation }, ...item } }, more))
  const [tool] = listing.tools
  return { ...listing, tool, request: listing.requests.get('op'), schema: tool?.['inputSchema'] as JsonObject | undefined }
}

export const inQuery = (name: string, more: object = {}) => ({ name, in: 'query', schema: text, ...more })
export const json = (schema: object, more: object = {}) => ({ requestBody: { content: { 'application/json': { schema } }, ...more } })
