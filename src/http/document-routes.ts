// What can anyone read without a token? The protected resource metadata and the pages for people. Prepared once; the
// same bytes whatever `Host` says.

import type { FastifyInstance } from 'fastify'
import type { Addresses } from './addresses.ts'
import { createCorsHook, PUBLIC, ROUTE_CONFIG } from './cors.ts'
import { JSON_TYPE } from './http-answer.ts'

export interface Documents {
  /** Asked for each request, because times in it may change; prepared all the same. */
  readonly metadataJson: () => string
  readonly detailsTypesJson: string
  readonly docsHtml: string
  readonly policyHtml: () => string
}

export const PUBLIC_JSON = { 'content-type': JSON_TYPE, 'cache-control': 'public, max-age=3600' } as const
const PAGE = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'public, max-age=3600',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer'
} as const

const allowOrigins = createCorsHook(PUBLIC)

export function registerDocuments (instance: FastifyInstance, addresses: Addresses, documents: Documents): void {
  publishAtRootToo(instance, [addresses.metadataPath, addresses.rootMetadataPath], documents.metadataJson)
  publishAtRootToo(instance, [addresses.detailsTypesPath, addresses.rootDetailsTypesPath], () => documents.detailsTypesJson)
  publishDocument(instance, addresses.docsPath, PAGE, () => documents.docsHtml)
  publishDocument(instance, addresses.policyPath, PAGE, documents.policyHtml)
}

/** The root belongs to the first gateway of a host that has several. */
function publishAtRootToo (instance: FastifyInstance, paths: readonly string[], json: () => string): void {
  for (const url of paths) if (!instance.hasRoute({ method: 'GET', url })) publishDocument(instance, url, PUBLIC_JSON, json)
}

export function publishDocument (instance: FastifyInstance, url: string, headers: Record<string, string>, body: () => string): void {
  const options = { ...ROUTE_CONFIG, onRequest: allowOrigins }
  instance.get(url, options, (_request, reply) => reply.headers(headers).send(body()))
  instance.options(url, options, (_request, reply) => reply.code(204).header('allow', 'GET, HEAD, OPTIONS').send())
}
