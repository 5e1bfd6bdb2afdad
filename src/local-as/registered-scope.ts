// What does the `scope` of a registration mean here? The default for requests that name none, and no limit: clients
// register with the scope of the first challenge they met, and must be able to ask for more after a 403.

import type { Configuration } from 'oidc-provider'
import { TICKET_SCOPES } from './endpoints.ts'

/** Where the registered scope is kept; the one that the library enforces holds every ticket scope. */
const DEFAULT_SCOPE = 'default_scope'

/**
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1 a server may replace registered metadata, and says so in
 *   its answer; https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#step-up-authorization-flow
 */
export const REGISTERED_SCOPE_IS_A_DEFAULT: NonNullable<Configuration['extraClientMetadata']> = {
  properties: [DEFAULT_SCOPE],
  validator: (_ctx, _name, kept, metadata) => {
    const { scope } = metadata
    // What is no text, and names that nobody knows, are left for the library to refuse.
    if (typeof scope !== 'string' || scope === '') return
    if (kept === undefined) metadata[DEFAULT_SCOPE] = scope
    metadata.scope = [...new Set([...scope.split(' '), ...TICKET_SCOPES])].join(' ')
  }
}

/** The ticket scopes that a request without `scope` asks for (RFC 6749 §3.3): those registered, or all of them. */
export function defaultScopesOf (client: object | undefined): readonly string[] {
  const registered = client === undefined ? undefined : (client as Readonly<Record<string, unknown>>)[DEFAULT_SCOPE]
  if (typeof registered !== 'string') return TICKET_SCOPES
  const words = registered.split(' ')
  return TICKET_SCOPES.filter(scope => words.includes(scope))
}
