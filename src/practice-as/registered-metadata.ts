// Adjusts the metadata that clients register. Where a client asks for more than this server has, it registers what it has and
// returns that, as RFC 7591 section 3.2.1 allows, instead of refusing the client.

import type { ClientMetadata, Configuration } from 'oidc-provider'
import { isLoopbackHost } from '../kernel/loopback.ts'
import type { Knowledge } from './gateways/known-resources.ts'
import type { ProviderModule } from './load-provider.ts'

/** Where the registered scope is kept; the one that the library enforces holds every scope. */
const DEFAULT_SCOPE = 'default_scope'
const GRANT_TYPES: ReadonlySet<string> = new Set(['authorization_code', 'refresh_token'])

type Metadata = NonNullable<Configuration['extraClientMetadata']>

/**
 * @param errors of the library
 * @param asks whether gateways are asked for their scopes: one that this server does not know yet is no mistake of a client then
 */
export function registeredMetadata (errors: ProviderModule['errors'], knowledge: Knowledge, asks: boolean): Metadata {
  return {
    properties: [DEFAULT_SCOPE],
    // What is of a wrong type or makes no sense is left as it is, for the library to refuse.
    validator: (ctx, _name, _kept, metadata) => {
      scopeIsNoLimit(metadata, knowledge.scopes, asks)
      // A client may use what the gateways have now, and not what they had when it registered.
      if (asks) metadata.authorization_details_types = knowledge.typesAt([]).map(({ type }) => type)
      otherGrantTypesAreDropped(metadata)
      ownSchemeMeansNative(metadata)
      // Anyone can register. A client that needs no person for its tokens is one that the server knew beforehand.
      const other = textsIn(metadata.grant_types).find(type => !GRANT_TYPES.has(type))
      if (ctx?.oidc.route === 'registration' && other !== undefined) {
        throw new errors.InvalidClientMetadata('grant_types: only authorization_code and refresh_token can be registered')
      }
      if ((ctx?.oidc.route === 'registration' || isPublished(metadata)) && returnsInClearText(metadata)) {
        throw new errors.InvalidClientMetadata('redirect_uris: http is for localhost alone; expected https elsewhere')
      }
    }
  }
}

/**
 * Clients register with the scope of the first challenge they met, and must be able to ask for more after a 403.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#step-up-authorization-flow
 */
function scopeIsNoLimit (metadata: ClientMetadata, scopes: readonly string[], asks: boolean): void {
  const { scope } = metadata
  if (typeof scope !== 'string' || scope === '') return
  metadata[DEFAULT_SCOPE] ??= scope
  const registered = scope.split(' ').filter(one => !asks || one === 'openid' || scopes.includes(one))
  const all = [...new Set([...registered, ...scopes])].join(' ')
  if (all === '') delete metadata.scope
  else metadata.scope = all
}

/** VS Code would also like the device flow. */
function otherGrantTypesAreDropped (metadata: ClientMetadata): void {
  const wished = textsIn(metadata.grant_types)
  if (wished.includes('authorization_code')) metadata.grant_types = wished.filter(type => GRANT_TYPES.has(type))
}

/** Cursor returns to cursor://… and does not say that this makes it a native application. */
function ownSchemeMeansNative (metadata: ClientMetadata): void {
  const schemes = textsIn(metadata.redirect_uris).filter(uri => URL.canParse(uri)).map(uri => new URL(uri).protocol)
  if (schemes.some(scheme => scheme !== 'http:' && scheme !== 'https:')) metadata.application_type = 'native'
}

/** Identified by the address of its metadata document: anyone can write one, as anyone can register. */
function isPublished ({ client_id: clientId }: ClientMetadata): boolean {
  return typeof clientId === 'string' && clientId.startsWith('https://')
}

/**
 * The library refuses such an address to native applications only, and the code in it would cross a network in clear.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/security-considerations#communication-security
 */
function returnsInClearText ({ redirect_uris: uris }: ClientMetadata): boolean {
  return textsIn(uris).filter(uri => URL.canParse(uri)).map(uri => new URL(uri))
    .some(({ protocol, hostname }) => protocol === 'http:' && !isLoopbackHost(hostname))
}

function textsIn (list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter(item => typeof item === 'string') : []
}

/** Those of `scopes` that a request without `scope` asks for (RFC 6749 §3.3): those registered, or all of them. */
export function defaultScopesOf (client: object | undefined, scopes: readonly string[]): readonly string[] {
  const registered = client === undefined ? undefined : (client as Readonly<Record<string, unknown>>)[DEFAULT_SCOPE]
  if (typeof registered !== 'string') return scopes
  const words = registered.split(' ')
  return scopes.filter(scope => words.includes(scope))
}
