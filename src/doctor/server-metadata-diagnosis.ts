// Diagnoses the metadata and the clock of an authorization server. The metadata is read with the functions that the
// gateway uses, so that both come to the same result.

import { metadataLocations, parseServerMetadata, readEndpoint, type ServerMetadata } from '../auth/server/server-metadata.ts'
import { headerOf, jsonOf, show, showOutcome, statusOf, type Outcome } from '../check/outcome.ts'
import type { Prober } from '../check/prober.ts'
import { isLoopbackHost } from '../config/address-syntax.ts'
import type { ServerConfig } from '../config/authorization-servers.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { AuthorizationServerUnavailable } from '../kernel/fault.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { EpochMilliseconds } from '../kernel/units.ts'
import { good, problem, unknown, warning, type Diagnosis } from './diagnosis.ts'
import type { ServerPlace } from './server-place.ts'

export interface Published {
  readonly scopes: readonly string[]
  readonly detailsTypes: readonly string[]
}

export interface MetadataSeen {
  readonly tried: ReadonlyArray<{ readonly url: URL, readonly outcome: Outcome }>
  /** The first document that is about the configured issuer. */
  readonly metadata: ServerMetadata | undefined
  /** The answer with the metadata, or the first answer when there is none. */
  readonly outcome: Outcome | undefined
  /** When `outcome` arrived. */
  readonly receivedAt: EpochMilliseconds
}

/** With a larger difference a token may count as expired or not yet valid too early; `exp` has no tolerance. */
const SKEW_WARNING_MS = 5000
const SKEW_PROBLEM_MS = 60_000

/** @param origin sent as `Origin`, to see whether a page of it may read the answer */
export async function lookForMetadata (
  prober: Prober, issuer: string, origin: string | undefined, now: () => EpochMilliseconds
): Promise<MetadataSeen> {
  const tried: Array<{ url: URL, outcome: Outcome }> = []
  for (const url of metadataLocations(issuer)) {
    const outcome = await prober.send({
      url,
      headers: [['accept', 'application/json'], ...(origin === undefined ? [] : [['origin', origin] as const])]
    })
    tried.push({ url, outcome })
    const metadata = statusOf(outcome) === 200 ? readDocument(outcome, issuer) : undefined
    if (metadata !== undefined) return { tried, metadata, outcome, receivedAt: now() }
  }
  return { tried, metadata: undefined, outcome: tried.find(({ outcome }) => outcome.kind === 'reply')?.outcome, receivedAt: now() }
}

function readDocument (outcome: Outcome, issuer: string): ServerMetadata | undefined {
  try {
    return parseServerMetadata(jsonOf(outcome), issuer)
  } catch (failure) {
    if (failure instanceof AuthorizationServerUnavailable) return undefined
    throw failure
  }
}

export function diagnoseMetadata (place: ServerPlace, server: ServerConfig, seen: MetadataSeen): Diagnosis[] {
  const check = `${place.name}.metadata`
  const needed = needsMetadata(server)
  const say = needed ? problem : warning
  if (seen.metadata === undefined) {
    const other = seen.tried
      .map(({ outcome }) => jsonOf(outcome))
      .find(document => isJsonObject(document) && typeof document.issuer === 'string')
    if (isJsonObject(other) && typeof other.issuer === 'string') {
      return [say(check, `the metadata of ${show(server.issuer)} says that its issuer is ${show(other.issuer)}`,
        `Write the issuer exactly as the server states it into ${place.member('issuer')}` +
          `${differsInSlash(server.issuer, other.issuer) ? '; only a trailing slash differs' : ''}. ` +
          'If that is not the server you mean, the address is wrong.')]
    }
    const looked = seen.tried.map(({ url, outcome }) => `${show(url.href)}: ${showOutcome(outcome)}`).join('; ')
    return [say(check, looked, metadataRemedy(seen, needed))]
  }
  return [good(check, `found, and its issuer is ${show(server.issuer)}`), ...diagnoseEndpoints(place, server, seen.metadata)]
}

function metadataRemedy ({ tried }: MetadataSeen, needed: boolean): string {
  const reasons = new Set(tried.map(({ outcome }) => outcome.kind === 'none' ? outcome.reason : 'answered'))
  const otherwise = needed ? 'The gateway cannot verify tokens.' : 'The gateway works without it; clients cannot find out where to log in.'
  if (reasons.has('tls')) {
    return `${otherwise} Either the server speaks plain http there, and its issuer begins with http:, or its certificate is not trusted ` +
      'here: let Node.js trust its issuer with NODE_EXTRA_CA_CERTS, or replace the certificate.'
  }
  if (reasons.has('answered')) {
    return `${otherwise} A server answers there, but publishes no metadata: check the issuer identifier, path included.`
  }
  return `${otherwise} Check that the authorization server runs, that its host name resolves, and that this machine may connect to it.`
}

function diagnoseEndpoints (
  { name, member: memberOf }: ServerPlace, { introspection, jwt }: ServerConfig, metadata: ServerMetadata
): Diagnosis[] {
  const endpoints: Diagnosis[] = []
  const look = (member: string, check: string, use: string, remedy: string) => {
    try {
      const { href, origin } = readEndpoint(metadata, member)
      endpoints.push(member === 'introspection_endpoint' && origin !== new URL(metadata.issuer).origin
        ? warning(`${name}.${check}`, `${show(href)}, whose origin is not that of the issuer`, ELSEWHERE)
        : good(`${name}.${check}`, show(href)))
    } catch (failure) {
      if (!(failure instanceof AuthorizationServerUnavailable)) throw failure
      endpoints.push(problem(`${name}.${check}`, `${failure.detail}: ${use}`, remedy))
    }
  }
  if (introspection !== undefined) {
    if (introspection.endpoint === undefined) {
      look(
        'introspection_endpoint',
        'introspection',
        'tokens cannot be introspected',
        `Name it in ${memberOf('introspection.endpoint')}, or have the server publish introspection_endpoint on https.`
      )
    } else endpoints.push(good(`${name}.introspection`, `${show(introspection.endpoint)}, as configured`))
  }
  if (jwt !== undefined && jwt.sharedSecret === undefined && jwt.jwksUri === undefined) {
    look(
      'jwks_uri',
      'keys-address',
      'signatures cannot be verified',
      `Name the key set in ${memberOf('jwt.jwksUri')}, or have the server publish jwks_uri on https.`
    )
  }
  return endpoints
}

const ELSEWHERE =
  'The metadata decides where tokens and the client secret are sent. Name the endpoint in introspection.endpoint if that is not wanted.'

/** Said of every server on this machine: which product it is cannot be seen. */
const PRACTICE = ' The practice server asks the gateway for them: start the gateway, and look again.'

/** What MCP clients need from the server, and the gateway does not. */
export function diagnoseForClients (
  name: string, { issuer, document }: ServerMetadata, published: Published, { policy, resource }: Pick<GatewayConfig, 'policy' | 'resource'>
): Diagnosis[] {
  const lacking = (member: string, wanted: readonly string[]) => {
    const stated = document[member]
    return Array.isArray(stated) ? wanted.filter(value => !stated.includes(value)) : undefined
  }
  const scopes = lacking('scopes_supported', published.scopes)
  const types = published.detailsTypes.length === 0
    ? []
    : lacking('authorization_details_types_supported', published.detailsTypes) ?? published.detailsTypes
  const deny = policy.authorizationDetailsWhenAbsent === 'deny'
  const methods = document.code_challenge_methods_supported
  const registers = document.client_id_metadata_document_supported === true || typeof document.registration_endpoint === 'string'
  const listed = document.protected_resources
  const learns = isLoopbackHost(new URL(issuer).hostname) ? PRACTICE : ''
  return [
    scopes === undefined
      ? unknown(`${name}.scopes`, 'the server does not state which scopes it has')
      : scopes.length === 0
        ? good(`${name}.scopes`, published.scopes.length === 0 ? 'no tool needs any' : published.scopes.join(' '))
        : warning(
          `${name}.scopes`,
          `the server does not have ${scopes.join(' ')}`,
          `Register the scopes there. Otherwise no token can have them, and the tools that need them cannot be used.${learns}`
        ),
    types.length === 0
      ? good(`${name}.details-types`, published.detailsTypes.join(' ') || 'no tool needs any')
      : (deny ? problem : warning)(`${name}.details-types`, `the server does not state that it supports ${types.join(' ')}`, deny
          ? 'Register the type there and enable it for the clients. Until then the tools that need it cannot be used, because ' +
            `policy.authorizationDetailsWhenAbsent is deny.${learns}`
          : 'Register the type there and enable it for the clients. Until then tokens come without authorization_details, and so ' +
            `without a limit, because policy.authorizationDetailsWhenAbsent is allow.${learns}`),
    Array.isArray(methods) && methods.includes('S256')
      ? good(`${name}.pkce`, 'S256')
      : warning(
        `${name}.pkce`,
        'the server does not state PKCE with S256',
        'Have it publish code_challenge_methods_supported with S256: MCP clients must refuse to continue without it.'
      ),
    registers
      ? good(`${name}.registration`, 'clients can register without an administrator')
      : warning(
        `${name}.registration`,
        'the server offers neither dynamic registration nor client ID metadata documents',
        'Register each client there by hand, or enable one of the two; MCP Inspector needs one.'
      ),
    ...(Array.isArray(listed) && !listed.includes(resource.identifier)
      ? [warning(
        `${name}.protected-resources`,
        'the server lists protected resources, and this gateway is not among them',
        `Register a resource server with exactly the URI ${resource.identifier}.`
        )]
      : [])
  ]
}

export function diagnoseClock (name: string, { outcome, receivedAt }: MetadataSeen): Diagnosis {
  const check = `${name}.clock`
  const stated = Date.parse(outcome === undefined ? '' : headerOf(outcome, 'date') ?? '')
  if (Number.isNaN(stated)) return unknown(check, outcome === undefined ? 'the server did not answer' : 'the server sent no Date header')
  const skewMs = receivedAt - stated
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  const found = `this machine is ${seconds} s ${skewMs < 0 ? 'behind' : 'ahead'}`
  const remedy =
    'Set the clocks of both machines with NTP. With a clock ahead, valid tokens count as expired; with a clock behind, expired tokens ' +
      'count as valid, and new ones as not valid yet.'
  if (Math.abs(skewMs) > SKEW_PROBLEM_MS) return problem(check, found, remedy)
  return Math.abs(skewMs) > SKEW_WARNING_MS ? warning(check, found, remedy) : good(check, 'the clocks agree to within 5 s')
}

function needsMetadata ({ introspection, jwt }: ServerConfig): boolean {
  return (introspection !== undefined && introspection.endpoint === undefined) ||
    (jwt !== undefined && jwt.sharedSecret === undefined && jwt.jwksUri === undefined)
}

function differsInSlash (one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '')
}
