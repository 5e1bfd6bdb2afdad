// Finds the scopes that a grant lacks. Scope values are opaque, case-sensitive strings (RFC 6749 §3.3); which operation needs which
// scope is declared by the tools.

/** A scope and the scopes that it implies: `{ 'invoices:admin': ['invoices:write'] }`. An implied scope may imply more. */
export type ScopeImplications = Readonly<Record<string, readonly string[]>>

const NONE: readonly string[] = []

/**
 * The needed scopes that are neither granted nor implied by one that is, in the order they are needed.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#scope-challenge-handling
 */
export function missingScopes (
  granted: ReadonlySet<string>, needed: readonly string[], implications: ScopeImplications
): readonly string[] {
  if (needed.every(scope => granted.has(scope))) return NONE
  const reached = reachableScopes(granted, implications)
  return needed.filter(scope => !reached.has(scope))
}

function reachableScopes (granted: ReadonlySet<string>, implications: ScopeImplications): ReadonlySet<string> {
  const reached = new Set(granted)
  // The iteration of a Set also visits values that are added during it, so chains are followed and circles end.
  for (const scope of reached) {
    if (!Object.hasOwn(implications, scope)) continue
    for (const implied of implications[scope] ?? NONE) reached.add(implied)
  }
  return reached
}
