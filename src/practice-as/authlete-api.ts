// Authlete's introspection API over the tokens of the practice server, the one call that a resource server needs. It has
// Authlete's own shapes: milliseconds, null for absent members, members of a details type in `otherFields`, and a
// `responseContent` that looks like an error even for a valid token.

import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AccessToken, AuthorizationDetail, Provider } from 'oidc-provider'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'

/** Published, like the secret of the introspection client: no secret at all. */
export const AUTHLETE_SERVICE = { id: '715948317', accessToken: 'practice-service-access-token' } as const
export const AUTHLETE_INTROSPECTION_PATH = `/api/${AUTHLETE_SERVICE.id}/auth/introspection`

const MAX_BODY_BYTES = 16 * 1024
/** Members that the elements of every type have; the others go into `otherFields`. */
const COMMON_MEMBERS = ['locations', 'actions', 'dataTypes', 'identifier', 'privileges'] as const

/** @see https://docs.authlete.com/en/shared/latest#post-/api/auth/introspection */
export async function answerAuthleteIntrospection (provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    return send(response, 405, { resultCode: 'A001101', resultMessage: '[A001101] The method is not allowed.' })
  }
  if (!isOurService(request.headers.authorization)) {
    return send(response, 401, { resultCode: 'A001201', resultMessage: '[A001201] The service access token is wrong.' })
  }
  const body = await readJson(request)
  const token = isJsonObject(body) ? body['token'] : undefined
  if (typeof token !== 'string' || token === '') {
    return send(response, 200, refusal('A057301', 'BAD_REQUEST', 'The access token is missing.'))
  }
  send(response, 200, await describe(provider, token))
}

async function describe (provider: Provider, text: string): Promise<JsonObject> {
  const token = await provider.AccessToken.find(text)
  const grant = token?.grantId === undefined ? undefined : await provider.Grant.find(token.grantId)
  // Authlete wants to see the proof for a token that is bound to a key, and judges it itself.
  if (token === undefined || grant === undefined || token.isSenderConstrained()) {
    return refusal('A057303', 'UNAUTHORIZED', 'The access token does not exist, has expired or is bound to a key.')
  }
  const { extra = {} } = token
  return {
    type: 'introspectionResponse',
    resultCode: 'A056001',
    resultMessage: '[A056001] The access token is valid.',
    action: 'OK',
    responseContent: 'Bearer error="invalid_request"',
    clientId: numberFor(token.clientId),
    clientIdAlias: token.clientId ?? null,
    clientIdAliasUsed: true,
    subject: token.accountId,
    scopes: [...token.scopes],
    existent: true,
    usable: true,
    sufficient: true,
    refreshable: false,
    expiresAt: (token.exp ?? 0) * 1000,
    certificateThumbprint: null,
    resources: null,
    accessTokenResources: audienceOf(token),
    authorizationDetails: detailsOf(token),
    properties: null,
    acr: typeof extra['acr'] === 'string' ? extra['acr'] : null,
    authTime: typeof extra['auth_time'] === 'number' ? extra['auth_time'] : 0,
    grantType: 'AUTHORIZATION_CODE'
  }
}

function refusal (resultCode: string, action: string, text: string): JsonObject {
  return {
    type: 'introspectionResponse',
    resultCode,
    resultMessage: `[${resultCode}] ${text}`,
    action,
    responseContent: `Bearer error="${action === 'BAD_REQUEST' ? 'invalid_request' : 'invalid_token'}",` +
      `error_description="[${resultCode}] ${text}"`,
    clientId: 0,
    subject: null,
    scopes: null,
    existent: false,
    usable: false,
    sufficient: false,
    expiresAt: 0,
    accessTokenResources: null,
    authorizationDetails: null
  }
}

function audienceOf ({ aud }: AccessToken): readonly string[] | null {
  if (aud === undefined) return null
  return Array.isArray(aud) ? aud : [String(aud)]
}

function detailsOf (token: AccessToken): JsonObject | null {
  const details = 'rar' in token ? token.rar as readonly AuthorizationDetail[] | undefined : undefined
  // As the other way of asking says it: an empty list is none.
  if (details === undefined || details.length === 0) return null
  return { elements: details.map(element => elementOf(element as unknown as JsonObject)) }
}

function elementOf ({ type, ...members }: JsonObject): JsonObject {
  const common = Object.fromEntries(COMMON_MEMBERS.map(name => [name, members[name] ?? null]))
  const others = Object.fromEntries(Object.entries(members).filter(([name]) => !COMMON_MEMBERS.some(common => common === name)))
  return { type: type ?? null, ...common, otherFields: JSON.stringify(others) }
}

/** Authlete's client ids are numbers; ours are texts, and stand beside them as aliases. */
function numberFor (clientId: string | undefined): number {
  return parseInt(hash('sha256', clientId ?? '').slice(0, 12), 16)
}

function isOurService (authorization: string | undefined): boolean {
  const given = Buffer.from(authorization ?? '')
  const wanted = Buffer.from(`Bearer ${AUTHLETE_SERVICE.accessToken}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function readJson (request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return undefined
  }
}

function send (response: ServerResponse, status: number, body: JsonObject): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body))
}
