// The endpoint for transaction challenges: a client sends one, a person decides on a page, and the client polls here for its token. It
// is no grant type and not the token endpoint (section 5.1 of draft-rosomakho-oauth-txn-challenge-00).

import { timingSafeEqual, createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Client, Provider } from 'oidc-provider'
import { visibleName } from '../../kernel/foreign-text.ts'
import type { SingleUse } from '../enterprise/single-use.ts'
import { TRANSACTION_PAGE_PATH, TRANSACTION_PATH } from '../endpoints.ts'
import { readPostedForm } from '../posted-form.ts'
import type { TokenMint } from '../token-mint.ts'
import type { PendingTransaction, PendingTransactions } from './pending-transactions.ts'
import { verifyChallenge, type ChallengeContext } from './signed-challenge.ts'

export interface TransactionEndpointParts {
  readonly provider: () => Provider
  readonly context: () => ChallengeContext
  readonly pending: PendingTransactions
  /** Challenges are taken once: a second page for the same call would be a second token. */
  readonly singleUse: SingleUse
  readonly mint: TokenMint['mint']
  readonly tokenTtlSeconds: number
  readonly log: (line: string) => void
}

/** @returns false for another path */
export type AnswerTransaction = (request: IncomingMessage, response: ServerResponse, pathname: string) => Promise<boolean>

export function createTransactionEndpoint (parts: TransactionEndpointParts): AnswerTransaction {
  const { provider, context, pending, singleUse, log } = parts

  async function begin (challenge: string, client: Client, response: ServerResponse): Promise<true> {
    const verified = await verifyChallenge(challenge, context())
    if (!verified.ok) {
      log(`transaction refused: ${verified.error.description}`)
      return send(response, 400, { error: verified.error.error, error_description: verified.error.description })
    }
    const { value } = verified
    if (!singleUse.use(`${value.resource} ${value.id}`, value.expiresAtSeconds)) {
      return send(response, 400, { error: 'invalid_request', error_description: 'transaction_challenge: used before' })
    }
    const name = visibleName(client.clientName ?? '') || client.clientId
    const transaction = pending.add(value, { id: client.clientId, name })
    if (transaction === undefined) return send(response, 503, { error: 'temporarily_unavailable' })
    log(`transaction: client ${client.clientId} asks for one call at ${value.resource}`)
    return send(response, 200, {
      transaction_authorization_id: transaction.id,
      expires_in: value.expiresAtSeconds - context().nowSeconds(),
      interval: transaction.intervalSeconds,
      authorization_uri: `${context().issuer}${TRANSACTION_PAGE_PATH}${transaction.pageId}`
    })
  }

  async function poll (id: string, client: Client, response: ServerResponse): Promise<true> {
    const polled = pending.poll(id, client.clientId)
    if (polled.kind !== 'approved') return send(response, 400, { error: polled.kind })
    return send(response, 200, await issue(polled.transaction, polled.subject))
  }

  async function issue ({ challenge, clientId }: PendingTransaction, subject: string): Promise<object> {
    const { resource, transaction, details, scope, expiresAtSeconds } = challenge
    // Short: it is for one call.
    const expiresIn = Math.max(1, Math.min(parts.tokenTtlSeconds, expiresAtSeconds - context().nowSeconds()))
    const token = await parts.mint({
      subject, clientId, scope, resource, authorizationDetails: details, ttlSeconds: expiresIn, extraClaims: { txn: transaction }
    })
    log(`token issued: one transaction for client ${clientId}`)
    return {
      access_token: token,
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(scope === '' ? {} : { scope }),
      authorization_details: details
    }
  }

  return async (request, response, pathname) => {
    if (pathname !== TRANSACTION_PATH) return false
    response.setHeader('Access-Control-Allow-Origin', '*')
    if (request.method === 'OPTIONS') {
      const headers = 'authorization, content-type'
      response.writeHead(204, { 'Access-Control-Allow-Methods': 'POST', 'Access-Control-Allow-Headers': headers }).end()
      return true
    }
    if (request.method !== 'POST') {
      response.writeHead(405, { Allow: 'POST, OPTIONS' }).end()
      return true
    }
    const form = await readPostedForm(request)
    if (!form.ok) return send(response, 400, { error: 'invalid_request', error_description: form.error })
    const client = await clientOf(provider(), form.value, request.headers.authorization)
    if (client === undefined) return send(response, 401, { error: 'invalid_client' })
    const challenge = one(form.value, 'transaction_challenge')
    const id = one(form.value, 'transaction_authorization_id')
    if (challenge !== undefined && id === undefined) return begin(challenge, client, response)
    if (id !== undefined && challenge === undefined) return poll(id, client, response)
    const text = 'expected transaction_challenge or transaction_authorization_id, once'
    return send(response, 400, { error: 'invalid_request', error_description: text })
  }
}

/** As at the token endpoint, but for assertions of clients, which this practice server takes there alone. */
async function clientOf (provider: Provider, form: URLSearchParams, authorization: string | undefined): Promise<Client | undefined> {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1]
  const [basicId, basicSecret] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':', 2)
  const id = basicId ?? one(form, 'client_id')
  if (id === undefined) return undefined
  const client = await provider.Client.find(id).catch(() => undefined)
  if (client === undefined) return undefined
  const { tokenEndpointAuthMethod: method } = client
  const isAuthenticated = method === 'none'
    ? authorization === undefined
    : (method === 'client_secret_basic' && isSecretOf(client, basicSecret)) ||
      (method === 'client_secret_post' && isSecretOf(client, one(form, 'client_secret')))
  return isAuthenticated ? client : undefined
}

function isSecretOf ({ clientSecret }: Client, given: string | undefined): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return clientSecret !== undefined && given !== undefined && timingSafeEqual(digest(clientSecret), digest(given))
}

function one (form: URLSearchParams, name: string): string | undefined {
  const [value, second] = form.getAll(name)
  return second === undefined ? value : undefined
}

function send (response: ServerResponse, status: number, body: object): true {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body))
  return true
}
