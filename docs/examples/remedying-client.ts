// A client that finds its own way out of a refusal: the challenge says which authorization details would be enough, the
// client asks the authorization server for exactly these, the person agrees or not, and the call is made again.
// It understands no details type, and it never tries the same thing twice.

import { randomUUID } from 'node:crypto'
import {
  Client, StreamableHTTPClientTransport, discoverOAuthServerInfo, exchangeAuthorization, extractWWWAuthenticateParams, registerClient,
  startAuthorization, type FetchLike
} from '@modelcontextprotocol/client'

export interface RemedyingClientOptions {
  readonly serverUrl: URL
  /** Shows this page to the person, and resolves with the address it came back to. */
  readonly askPerson: (authorizationUrl: URL) => Promise<URL>
  readonly redirectUrl: string
}

interface Remediation {
  readonly details: unknown
  /** Opaque: only ever compared. Absent when the token would be for one use. */
  readonly reference: string | undefined
}

/** One for a first token, one for more scope, one with a token already there, one with a fresh one. */
const MAX_RETRIES = 4

/** One person, one server: tokens are never shared with another session. */
export async function connectRemedyingClient (options: RemedyingClientOptions): Promise<Client> {
  const client = new Client({ name: 'remedying-client', version: '1.0.0' })
  await client.connect(new StreamableHTTPClientTransport(options.serverUrl, { fetch: createRemedyingFetch(options) }))
  return client
}

// #region remedy
/** A `fetch` that brings its own tokens. */
export function createRemedyingFetch (options: RemedyingClientOptions): FetchLike {
  const obtainToken = createAuthorization(options)
  const byReference = new Map<string, string>()
  let general: string | undefined

  return async function fetchWithRemedy (url, init) {
    const remedied = new Set<string>()
    let token = general
    let answer = await send(url, init, token)
    for (let retries = 0; retries < MAX_RETRIES; retries += 1) {
      const remediation = readRemediation(answer)
      const { error, scope } = extractWWWAuthenticateParams(answer)
      if (remediation === undefined && answer.status !== 401 && error !== 'insufficient_scope') return answer

      const known = remediation?.reference === undefined ? undefined : byReference.get(remediation.reference)
      if (known !== undefined && known !== token) {
        token = known
      } else {
        // The same refusal again, although what it asked for was granted: asking once more would go on for ever.
        const refusal = JSON.stringify([error, scope, remediation?.reference])
        if (remedied.has(refusal)) return answer
        remedied.add(refusal)
        token = await obtainToken(answer, remediation?.details)
        if (remediation === undefined) general = token
        else if (remediation.reference !== undefined) byReference.set(remediation.reference, token)
      }
      answer = await send(url, withContextId(init, remediation?.reference), token)
    }
    return answer
  }
}
// #endregion

function createAuthorization ({ serverUrl, askPerson, redirectUrl }: RemedyingClientOptions) {
  /** Asked for together: a token with more scope should not have less of another. */
  const scopes = new Set<string>()
  let registered: ReturnType<typeof register> | undefined

  async function register (resourceMetadataUrl: URL | undefined) {
    const { authorizationServerUrl, authorizationServerMetadata: metadata, resourceMetadata } =
      await discoverOAuthServerInfo(serverUrl, resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl })
    if (metadata === undefined || resourceMetadata === undefined) throw new Error('the server names no authorization server')
    const clientMetadata = { client_name: 'Remedying client', redirect_uris: [redirectUrl], token_endpoint_auth_method: 'none' }
    const clientInformation = await registerClient(authorizationServerUrl, { metadata, clientMetadata })
    return { authorizationServerUrl, metadata, clientInformation, resource: resourceMetadata.resource }
  }

  return async function obtainToken (challenge: Response, details: unknown): Promise<string> {
    const { resourceMetadataUrl, scope = '' } = extractWWWAuthenticateParams(challenge)
    for (const one of scope.split(' ')) if (one !== '') scopes.add(one)
    registered ??= register(resourceMetadataUrl)
    const { authorizationServerUrl, metadata, clientInformation, resource } = await registered
    const state = randomUUID()
    const { authorizationUrl, codeVerifier } = await startAuthorization(authorizationServerUrl,
      { metadata, clientInformation, redirectUrl, resource, state, scope: [...scopes].join(' ') })
    if (details !== undefined) authorizationUrl.searchParams.set('authorization_details', JSON.stringify(details))

    const { searchParams } = await askPerson(authorizationUrl)
    const [code, iss, error] = ['code', 'iss', 'error'].map(name => searchParams.get(name))
    if (searchParams.get('state') !== state) throw new Error('the answer belongs to another question')
    if (typeof code !== 'string') throw new Error(`not authorized: ${error ?? 'no code'}`)
    const { access_token: token } = await exchangeAuthorization(authorizationServerUrl, {
      metadata,
      clientInformation,
      authorizationCode: code,
      codeVerifier,
      redirectUri: redirectUrl,
      resource,
      ...(typeof iss === 'string'
        ? { iss }
        : {})
    })
    return token
  }
}

function send (url: string | URL, init: RequestInit | undefined, token: string | undefined): Promise<Response> {
  const headers = new Headers(init?.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  return fetch(url, { ...init, headers })
}

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation */
function readRemediation (answer: Response): Remediation | undefined {
  const challenge = answer.headers.get('www-authenticate') ?? ''
  const encoded = /\bauthorization_remediation="?([A-Za-z0-9_-]+)/.exec(challenge)?.[1]
  if (encoded === undefined || extractWWWAuthenticateParams(answer).error !== 'insufficient_authorization') return undefined
  const { authorization_details: details, authorization_reference: reference } =
    JSON.parse(Buffer.from(encoded, 'base64url').toString()) as Record<string, unknown>
  if (!Array.isArray(details)) return undefined
  return { details, reference: typeof reference === 'string' ? reference : undefined }
}

/** So that the server's log shows what became of the refusal; a challenge has no handle of its own, and its reference serves. */
function withContextId (init: RequestInit | undefined, contextId: string | undefined): RequestInit | undefined {
  if (contextId === undefined || typeof init?.body !== 'string') return init
  const message = JSON.parse(init.body) as { params?: { _meta?: object } }
  const meta = { ...message.params?._meta, 'io.modelcontextprotocol/authorization-context-id': contextId }
  return { ...init, body: JSON.stringify({ ...message, params: { ...message.params, _meta: meta } }) }
}
