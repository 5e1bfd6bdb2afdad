// What can anyone read without a token? The protected resource metadata and the pages for people. Prepared once; the
// same bytes whatever `Host` says.

import type { FastifyInstance } from 'fastify'
import type { Addresses } from '../addresses.ts'
import { PUBLIC, registerWithCors } from '../hooks/cors.ts'
import { JSON_TYPE } from '../answers/http-answer.ts'

export interface Documents {
  /** Read at each request: a prepared text, replaced when the configuration or the tools change. */
  readonly metadataJson: () => string
  readonly detailsTypesJson: () => string
  readonly docsHtml: () => string
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

export async function registerDocuments (instance: FastifyInstance, addresses: Addresses, documents: Documents): Promise<void> {
  await publishAtRootToo(instance, [addresses.metadataPath, addresses.rootMetadataPath], documents.metadataJson)
  await publishAtRootToo(instance, [addresses.detailsTypesPath, addresses.rootDetailsTypesPath], documents.detailsTypesJson)
  await publishDocument(instance, addresses.docsPath, PAGE, documents.docsHtml)
  await publishDocument(instance, addresses.policyPath, PAGE, documents.policyHtml)
}

/** The root belongs to the first gateway of a host that has several. */
async function publishAtRootToo (instance: FastifyInstance, paths: readonly string[], json: () => string): Promise<void> {
  for (const url of paths) if (!instance.hasRoute({ method: 'GET', url })) await publishDocument(instance, url, PUBLIC_JSON, json)
}

export function publishDocument (instance: FastifyInstance, address: string, headers: Record<string, string>, body: () => string): Promise<void> {
  return registerWithCors(instance, address, PUBLIC, ({ instance: scope, url, config }) => {
    scope.get(url, { config }, (_request, reply) => reply.headers(headers).send(body()))
    scope.options(url, { config }, (_request, reply) => reply.code(204).send())
  })
}
