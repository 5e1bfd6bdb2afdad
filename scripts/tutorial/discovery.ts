// Steps 1 to 3 of the tutorial: from a refusal to the endpoints of the authorization server, by following the metadata.

import { isJsonObject, type JsonObject, type JsonValue } from '../../src/kernel/json.ts'
import { jsonOf, type Answer } from './curl.ts'
import { TutorialFailure } from './narrator.ts'
import type { Tools } from './tools.ts'

export interface Discovered {
  readonly resource: string
  readonly scope: string
  readonly issuer: string
  readonly registrationEndpoint: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
}

export const FIRST_REQUEST = [
  '-X', 'POST',
  '-H', 'Accept: application/json, text/event-stream',
  '-H', 'Content-Type: application/json',
  '-d', '{"method":"notifications/initialized","jsonrpc":"2.0"}'
]

export async function discover (gateway: string, { narrator, curl }: Tools): Promise<Discovered> {
  const { origin, pathname } = new URL(gateway)

  narrator.heading(1, 'A request without a token')
  const refused = await curl.request(gateway, ...FIRST_REQUEST)
  narrator.expect(refused.status === 401, '401 Unauthorized', refused.statusLine)
  const challenge = refused.headers.get('www-authenticate') ?? ''
  narrator.line(`WWW-Authenticate: ${challenge}`)
  const realm = challenge.startsWith('Bearer ') ? parameter(challenge, 'realm') : undefined
  narrator.expect(realm === origin, `a Bearer challenge of the realm ${origin}`, challenge)
  const metadataUrl = parameter(challenge, 'resource_metadata') ?? ''
  const expectedUrl = `${origin}/.well-known/oauth-protected-resource${pathname}`
  narrator.expect(metadataUrl === expectedUrl, `resource_metadata="${expectedUrl}"`, metadataUrl)

  narrator.heading(2, 'The metadata of the resource')
  const metadata = await document(metadataUrl, curl.request)
  show(metadata, ['resource', 'authorization_servers', 'scopes_supported'], narrator.line)
  narrator.expect(metadata['resource'] === gateway, `"resource": "${gateway}"`, JSON.stringify(metadata['resource']))
  const [issuer] = texts(metadata['authorization_servers'])
  if (issuer === undefined) throw new TutorialFailure('expected an authorization server in "authorization_servers"; found none')
  const scopes = texts(metadata['scopes_supported'])
  const bothThere = ['mcp:tickets:read', 'mcp:tickets:write'].every(scope => scopes.includes(scope))
  narrator.expect(bothThere, 'both ticket scopes in "scopes_supported"', scopes.join(' '))

  narrator.heading(3, 'The metadata of the authorization server')
  const server = await authorizationServerMetadata(issuer, curl.request)
  show(server, ['issuer', 'authorization_endpoint', 'token_endpoint', 'registration_endpoint'], narrator.line)
  narrator.expect(server['issuer'] === issuer, `"issuer": "${issuer}"`, JSON.stringify(server['issuer']))
  const methods = texts(server['code_challenge_methods_supported'])
  narrator.expect(methods.includes('S256'), 'PKCE with S256', methods.join(' '))
  return {
    resource: gateway,
    scope: scopes.join(' '),
    issuer,
    registrationEndpoint: endpoint(server, 'registration_endpoint'),
    authorizationEndpoint: endpoint(server, 'authorization_endpoint'),
    tokenEndpoint: endpoint(server, 'token_endpoint')
  }
}

/**
 * The addresses to try, in order.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#authorization-server-metadata-discovery
 */
function metadataAddresses (issuer: string): string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const addresses = [`${origin}/.well-known/oauth-authorization-server${path}`, `${origin}/.well-known/openid-configuration${path}`]
  return path === '' ? addresses : [...addresses, `${origin}${path}/.well-known/openid-configuration`]
}

async function authorizationServerMetadata (issuer: string, get: (url: string) => Promise<Answer>): Promise<JsonObject> {
  for (const address of metadataAddresses(issuer)) {
    const answer = await get(address)
    if (answer.status === 200) return jsonOf(answer)
  }
  throw new TutorialFailure(`the authorization server ${issuer} publishes no metadata at any well-known address`)
}

async function document (url: string, get: (url: string) => Promise<Answer>): Promise<JsonObject> {
  const answer = await get(url)
  if (answer.status !== 200) throw new TutorialFailure(`expected 200 OK from ${url}; found ${answer.statusLine}`)
  return jsonOf(answer)
}

/** A parameter of a challenge (RFC 9110 §11.2), unquoted. */
export function parameter (challenge: string, name: string): string | undefined {
  const match = new RegExp(`[ ,]${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(challenge)
  return match?.[1]?.replaceAll(/\\(.)/g, '$1')
}

function endpoint (metadata: JsonObject, name: string): string {
  const value = metadata[name]
  if (typeof value !== 'string' || !URL.canParse(value)) {
    throw new TutorialFailure(`expected an address in "${name}" of the authorization server's metadata`)
  }
  return value
}

function texts (value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

function show (document: JsonObject, members: readonly string[], line: (text: string) => void): void {
  for (const name of members) if (isJsonObject(document)) line(`"${name}": ${JSON.stringify(document[name])}`)
}
