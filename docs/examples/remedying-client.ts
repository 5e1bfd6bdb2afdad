// A client that finds its own way out of a refusal: the challenge says which authorization details would be enough, the
// client asks the authorization server for exactly these, the person agrees or not, and the call is made again.
// It understands no details type, and it never tries the same thing twice.

import { randomUUID } from 'node:crypto'
import {
  Client, StreamableHTTPClientTransport, checkResourceAllowed, discoverOAuthServerInfo, exchangeAuthorization, extractWWWAuthenticateParams,
  registerClient, startAuthorization, withDpop, type DpopSession, type FetchLike
} from '@modelcontextprotocol/client'

export interface RemedyingClientOptions {
  readonly serverUrl: URL
  /** Shows this page to the person, and resolves with the address it came back to. */
  readonly askPerson: (authorizationUrl: URL) => Promise<URL>
  readonly redirectUrl: string
  /** Binds each token to a key (RFC 9449). Absent: bearer tokens. */
  readonly dpop?: DpopSession
}

interface Remediation {
  readonly details: unknown
  /** Opaque: only ever compared. Absent when the token would be for one use. */
  readonly reference: string | undefined
}

/** A token that a remedy led to. It may serve for smaller calls too, which have other references. */
interface Held {
  readonly token: string
  readonly reference: string
  /** The types of its details, in one order. */
  readonly types: string
  /** References for which the server has refused it. */
  readonly refusedFor: Set<string>
}

/** One for a first token, one for more scope, two with tokens already there, one with a fresh one. */
const MAX_RETRIES = 5
const MAX_HELD_TRIED = 2
/** Older ones are forgotten. */
const MAX_HELD = 20

/** One person, one server: tokens are never shared with another session. */
export async function connectRemedyingClient (options: RemedyingClientOptions): Promise<Client> {
  // Whoever declares the extension gets 401 in place of 403; this client understands both.
  const capabilities = { extensions: { 'io.modelcontextprotocol/structured-authorization-denials': {} } }
  const client = new Client({ name: 'remedying-client', version: '1.0.0' }, { capabilities, versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(options.serverUrl, { fetch: createRemedyingFetch(options) }))
  return client
}

// #region remedy
/** A `fetch` that brings its own tokens. */
export function createRemedyingFetch (options: RemedyingClientOptions): FetchLike {
  const obtainToken = createAuthorization(options)
  /** Newest first. */
  let held: readonly Held[] = []
  let general: string | undefined

  /** The one with this reference, else one with details of the same types: its limits may be larger. */
  function findHeld ({ details, reference }: Remediation, tried: ReadonlySet<string>): Held | undefined {
    if (reference === undefined || tried.size >= MAX_HELD_TRIED) return undefined
    const fitting = held.filter(one => one.types === typesOf(details) && !one.refusedFor.has(reference) && !tried.has(one.token))
    return fitting.find(one => one.reference === reference) ?? fitting[0]
  }

  return async function fetchWithRemedy (url, init) {
    const remedied = new Set<string>()
    const tried = new Set<string>()
    let token = general
    let answer = await send(url, init, token, options.dpop)
    for (let retries = 0; retries < MAX_RETRIES; retries += 1) {
      const remediation = readRemediation(answer)
      const { error, scope } = extractWWWAuthenticateParams(answer)
      if (remediation === undefined && answer.status !== 401 && error !== 'insufficient_scope') return answer

      const reference = remediation?.reference
      if (reference !== undefined) held.find(one => one.token === token)?.refusedFor.add(reference)
      const known = remediation === undefined ? undefined : findHeld(remediation, tried)
      if (known !== undefined) {
        tried.add(known.token)
        const attempt = await send(url, withContextId(init, reference), known.token, options.dpop)
        // Refused for another reason, such as a scope that it lacks: the question stays what it was.
        if (isRefusal(attempt) && readRemediation(attempt) === undefined) continue
        token = known.token
        answer = attempt
        continue
      }
      // The same refusal again, although what it asked for was granted: asking once more would go on for ever.
      const refusal = JSON.stringify([error, scope, reference])
      if (remedied.has(refusal)) return answer
      remedied.add(refusal)
      token = await obtainToken(answer, remediation?.details)
      if (remediation === undefined) general = token
      else if (reference !== undefined) {
        const fresh: Held = { token, reference, types: typesOf(remediation.details), refusedFor: new Set() }
        held = [fresh, ...held.filter(one => one.reference !== reference)].slice(0, MAX_HELD)
      }
      answer = await send(url, withContextId(init, reference), token, options.dpop)
    }
    return answer
  }
}
// #endregion

function createAuthorization ({ serverUrl, askPerson, redirectUrl, dpop }: RemedyingClientOptions) {
  /** Asked for together: a token with more scope should not have less of another. */
  const scopes = new Set<string>()
  /** By issuer: what one authorization server knows of this client is nothing to another. */
  const registered = new Map<string, ReturnType<typeof registerClient>>()

  /** Again with each refusal: the server may have moved to another authorization server. */
  async function discover (resourceMetadataUrl: URL | undefined) {
    const { authorizationServerUrl, authorizationServerMetadata: metadata, resourceMetadata } =
      await discoverOAuthServerInfo(serverUrl, resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl })
    if (metadata === undefined || resourceMetadata === undefined) throw new Error('the server names no authorization server')
    const { resource, scopes_supported: supported = [] } = resourceMetadata
    const isOurs = checkResourceAllowed({ requestedResource: serverUrl, configuredResource: resource })
    if (!isOurs) throw new Error('the metadata are of another resource')
    return { authorizationServerUrl, metadata, resource, supported }
  }

  function register (authorizationServerUrl: string | URL, metadata: Awaited<ReturnType<typeof discover>>['metadata']) {
    const known = registered.get(metadata.issuer)
    if (known !== undefined) return known
    const clientMetadata = {
      client_name: 'Remedying client', redirect_uris: [redirectUrl], token_endpoint_auth_method: 'none', application_type: 'native'
    }
    const fresh = registerClient(authorizationServerUrl, { metadata, clientMetadata })
    registered.set(metadata.issuer, fresh)
    return fresh
  }

  return async function obtainToken (challenge: Response, details: unknown): Promise<string> {
    const { resourceMetadataUrl, scope = '' } = extractWWWAuthenticateParams(challenge)
    const { authorizationServerUrl, metadata, resource, supported } = await discover(resourceMetadataUrl)
    for (const one of scope.split(' ')) if (one !== '') scopes.add(one)
    // A challenge that names no scope leaves the choice to the metadata.
    if (scopes.size === 0) for (const one of supported) scopes.add(one)
    const clientInformation = await register(authorizationServerUrl, metadata)
    const state = randomUUID()
    const { authorizationUrl, codeVerifier } = await startAuthorization(authorizationServerUrl,
      { metadata, clientInformation, redirectUrl, resource, state, ...(scopes.size === 0 ? {} : { scope: [...scopes].join(' ') }) })
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
      ...(dpop === undefined ? {} : { dpop }),
      ...(typeof iss === 'string'
        ? { iss }
        : {})
    })
    return token
  }
}

async function send (
  url: string | URL, init: RequestInit | undefined, token: string | undefined, dpop: DpopSession | undefined
): Promise<Response> {
  if (token !== undefined && dpop !== undefined) return withDpop(dpop, () => token)(fetch)(url, init)
  const headers = new Headers(init?.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  return fetch(url, { ...init, headers })
}

function isRefusal ({ status }: Response): boolean {
  return status === 401 || status === 403
}

/** Everything else in details is for the authorization server alone. */
function typesOf (details: unknown): string {
  const types = Array.isArray(details) ? (details as ReadonlyArray<{ readonly type?: unknown } | null>).map(one => String(one?.type)) : []
  return JSON.stringify([...new Set(types)].sort())
}

/** @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation-00#section-7.1 */
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
