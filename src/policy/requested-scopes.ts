// The names under which clients request scopes at the authorization server, where those are not the names of the tools: Cognito puts the
// identifier of a resource before each scope, Entra ID the address of an application. What a token grants is read in scope.ts.

/** For a scope of the tools the scopes to request in its place. */
export type ScopeNames = Readonly<Record<string, readonly string[]>>

/**
 * Each once, in the order of `scopes`.
 * @example requestedScopes(['orders:read'], { 'orders:read': ['https://shop.example/orders.read'] }) // ['https://shop.example/orders.read']
 */
export function requestedScopes (scopes: readonly string[], names: ScopeNames): readonly string[] {
  if (Object.keys(names).length === 0) return scopes
  const requested = scopes.flatMap(scope => Object.hasOwn(names, scope) ? names[scope] ?? [] : [scope])
  return [...new Set(requested)]
}
