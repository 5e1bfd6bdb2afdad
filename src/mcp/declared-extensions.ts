// Extensions of MCP that an operator may declare in the capabilities of the server. A declaration informs clients and changes
// nothing that the gateway accepts.

/**
 * By the names of the configuration.
 * @see https://github.com/modelcontextprotocol/ext-auth
 */
const EXTENSION_IDS = {
  clientCredentials: 'io.modelcontextprotocol/oauth-client-credentials',
  enterpriseManagedAuthorization: 'io.modelcontextprotocol/enterprise-managed-authorization'
} as const

/** Which extensions are declared. */
export type DeclaredExtensions = Readonly<Record<keyof typeof EXTENSION_IDS, boolean>>

/** Declared by the shape of denials, not by a separate setting. MCP SEP-2643, text of 2026-08-21. */
export const DENIALS_EXTENSION = 'io.modelcontextprotocol/structured-authorization-denials'

/**
 * The member `extensions` of `capabilities`; no member where no extension is declared.
 * @param tellsDenials whether denials have the form of SEP-2643
 * @see https://modelcontextprotocol.io/seps/2133-extensions (also in the result of `initialize`)
 */
export function extensionsMember (
  declared: DeclaredExtensions | undefined, tellsDenials = false
): { readonly extensions?: Readonly<Record<string, object>> } {
  const names = (['clientCredentials', 'enterpriseManagedAuthorization'] as const).filter(name => declared?.[name] === true)
  const ids: readonly string[] = [...names.map(name => EXTENSION_IDS[name]), ...(tellsDenials ? [DENIALS_EXTENSION] : [])]
  return ids.length === 0 ? {} : { extensions: Object.fromEntries(ids.map(id => [id, {}])) }
}
