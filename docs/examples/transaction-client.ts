// A client that asks for one call at a time: the refusal is a signed challenge, a person agrees to exactly that at the authorization
// server, and the token that comes back is for this call alone (draft-rosomakho-oauth-txn-challenge-00, experimental).

import { createRemoteJWKSet, jwtVerify } from 'jose'

export interface TransactionClientOptions {
  /** The resource identifier, which is the address of the MCP endpoint. */
  readonly serverUrl: URL
  readonly clientId: string
  /** A token for everything that needs no permission for a single call. */
  readonly generalToken: string
  /** Shows the page to the person. Every word of `reason` was signed by the resource server. */
  readonly askPerson: (page: URL, reason: string) => Promise<void>
}

// #region transaction
type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/** A `fetch` that obtains a permission for one call where the server wants one, and tries once more. */
export function createTransactionFetch (options: TransactionClientOptions): Fetch {
  return async (url, init) => {
    const answer = await send(url, init, options.generalToken)
    const challenge = /\btransaction_challenge="([\w.-]+)"/.exec(answer.headers.get('www-authenticate') ?? '')?.[1]
    if (answer.status !== 401 || challenge === undefined) return answer
    const { endpoint, reason } = await validated(challenge, options.serverUrl)
    const started = await post(endpoint, { transaction_challenge: challenge, client_id: options.clientId })
    const { transaction_authorization_id: id, authorization_uri: page, interval = 5 } = started.body
    if (started.status !== 200 || id === undefined || page === undefined) throw new Error('the authorization server takes no challenge')
    await options.askPerson(new URL(page), reason)
    const token = await poll(endpoint, { transaction_authorization_id: id, client_id: options.clientId }, interval)
    return token === undefined ? answer : send(url, init, token)
  }
}

function send (url: string | URL, init: RequestInit | undefined, token: string): Promise<Response> {
  const headers = new Headers(init?.headers)
  headers.set('authorization', `Bearer ${token}`)
  headers.set('accept-txn-challenge', '?1')
  return fetch(url, { ...init, headers })
}

/** Section 4.5: nothing is sent and nothing is shown before signature, issuer, audience and time are good. */
async function validated (challenge: string, serverUrl: URL) {
  const resource = serverUrl.href
  const metadata = await document(new URL(`/.well-known/oauth-protected-resource${serverUrl.pathname}`, serverUrl))
  const { authorization_servers: servers, txn_challenge_jwks_uri: keys } = metadata
  if (metadata['resource'] !== resource || typeof keys !== 'string' || !Array.isArray(servers)) throw new Error('no keys for challenges')
  const { payload: { aud, reason } } = await jwtVerify(challenge, createRemoteJWKSet(new URL(keys)), {
    typ: 'txn-authz-challenge+jwt', issuer: resource, requiredClaims: ['aud', 'exp', 'jti', 'txn', 'reason']
  })
  if (typeof aud !== 'string' || !servers.includes(aud) || typeof reason !== 'string') throw new Error('a challenge for another server')
  const server = await document(new URL('/.well-known/oauth-authorization-server', aud))
  const { issuer, transaction_authorization_endpoint: endpoint } = server
  if (issuer !== aud || typeof endpoint !== 'string') throw new Error('the authorization server takes no challenges')
  return { endpoint, reason }
}

/** @returns `undefined` when the person refuses, or does not decide in time */
async function poll (endpoint: string, form: Record<string, string>, interval: number): Promise<string | undefined> {
  let seconds = interval
  for (;;) {
    const { body } = await post(endpoint, form)
    if (body.access_token !== undefined) return body.access_token
    if (body.error === 'slow_down') seconds += 5
    else if (body.error !== 'authorization_pending') return undefined
    await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  }
}
// #endregion

interface Answer {
  readonly transaction_authorization_id?: string
  readonly authorization_uri?: string
  readonly interval?: number
  readonly access_token?: string
  readonly error?: string
}

async function post (endpoint: string, form: Record<string, string>): Promise<{ status: number, body: Answer }> {
  const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form), redirect: 'error' })
  return { status: answer.status, body: await answer.json() as Answer }
}

async function document (url: URL): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { redirect: 'error' })
  if (!answer.ok) throw new Error(`${url.href}: HTTP status ${answer.status}`)
  return await answer.json() as Record<string, unknown>
}
