// Which of the needed scopes does a grant lack? Scope values are opaque, case-sensitive strings (RFC 6749 §3.3).
// It does not know which operation needs which scope: the tools declare that.

/** A scope, and those it contains. `{ 'tickets:admin': ['tickets:write'] }`; what is implied may imply more. */
export type ScopeImplications = Readonly<Record<string, readonly string[]>>

const NONE: readonly string[] = []

/**
 * The needed scopes that are neither granted nor implied by one that is, in the order they are needed.
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#scope-challenge-handling
 */
export function missingScopes (granted: ReadonlySet<string>, needed: readonly string[], implications: ScopeImplications): readonly string[] {
  if (needed.every(scope => granted.has(scope))) return NONE
  const reached = reachableScopes(granted, implications)
  return needed.filter(scope => !reached.has(scope))
}

function reachableScopes (granted: ReadonlySet<string>, implications: ScopeImplications): ReadonlySet<string> {
  const reached = new Set(granted)
  // a Set's iteration also visits what is added meanwhile, so chains and circles both come to an end
  for (const scope of reached) {
    if (!Object.hasOwn(implications, scope)) continue
    for (const implied of implications[scope] ?? NONE) reached.add(implied)
  }
  return reached
}
