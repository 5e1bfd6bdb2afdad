// The documents that anyone can read without a token: the protected resource metadata (RFC 9728) and the pages for people. Their
// text is prepared once and does not depend on `Host`.

import type { FastifyInstance } from 'fastify'
import type { Addresses } from '../addresses.ts'
import type { AddressHints } from '../decisions/address-hints.ts'
import { answerOptions, PUBLIC, useCors } from '../hooks/cors.ts'
import { clickedLanguage } from '../answers/page-answer.ts'
import { JSON_TYPE } from '../answers/http-answer.ts'
import { PAGE_HEADERS } from '../pages/html.ts'

/** A document that is absent is not served. */
export interface Documents {
  /** Read at each request: a prepared text, replaced when the configuration or the tools change. */
  readonly metadataJson: () => string
  readonly detailsTypesJson: (() => string) | undefined
  /** @param language the one that was clicked */
  readonly docsHtml: ((language: string | null) => string) | undefined
  readonly policyHtml: ((language: string | null) => string) | undefined
  readonly transactionKeysJson: (() => string) | undefined
}

export const PUBLIC_JSON = { 'content-type': JSON_TYPE, 'cache-control': 'public, max-age=3600' } as const
// A changed configuration is seen after minutes.
const PAGE = { ...PAGE_HEADERS, 'cache-control': 'public, max-age=300' } as const

/** @param hints called for each request for a JSON document */
export async function registerDocuments (
  instance: FastifyInstance, addresses: Addresses, documents: Documents, hints: AddressHints
): Promise<void> {
  const { metadataJson, detailsTypesJson, docsHtml, policyHtml, transactionKeysJson } = documents
  const { metadataPath, identifierMetadataPath, rootMetadataPath } = addresses
  await publishAtRootToo(instance, [metadataPath, identifierMetadataPath, rootMetadataPath], metadataJson, hints)
  if (detailsTypesJson !== undefined) {
    await publishAtRootToo(instance, [addresses.detailsTypesPath, addresses.rootDetailsTypesPath], detailsTypesJson, hints)
  }
  if (transactionKeysJson !== undefined) await publishDocument(instance, addresses.transactionKeysPath, PUBLIC_JSON, transactionKeysJson)
  if (docsHtml !== undefined) await publishPage(instance, addresses.docsPath, docsHtml)
  if (policyHtml !== undefined) await publishPage(instance, addresses.policyPath, policyHtml)
}

async function publishPage (instance: FastifyInstance, address: string, html: (language: string | null) => string): Promise<void> {
  await publishDocument(instance, address, PAGE, url => html(clickedLanguage(url)))
}

/** In a host with several gateways the root belongs to the first one. */
async function publishAtRootToo (
  instance: FastifyInstance, paths: readonly string[], json: () => string, hints: AddressHints
): Promise<void> {
  for (const url of paths) if (!instance.hasRoute({ method: 'GET', url })) await publishDocument(instance, url, PUBLIC_JSON, json, hints)
}

export async function publishDocument (
  instance: FastifyInstance, address: string, headers: Record<string, string>, body: (url: string) => string, hints?: AddressHints
): Promise<void> {
  await instance.register(async scope => {
    const config = await useCors(scope, PUBLIC)
    scope.get('', { config }, (request, reply) => {
      hints?.documentRead(request.log, request.host)
      return reply.headers(headers).send(body(request.url))
    })
    scope.options('', { config, onRequest: answerOptions }, (_request, reply) => reply.code(204).send())
  }, { prefix: address })
}
