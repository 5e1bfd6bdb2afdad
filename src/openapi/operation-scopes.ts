// The scopes that a document says an operation needs, as a proposal for the decision: the first way to authenticate that names any
// (https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object).

import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts'
import { isScopeToken } from '../kernel/scope-syntax.ts'
import type { OpenapiDocument } from './openapi-document.ts'

export function documentScopes (operation: JsonObject, { root }: OpenapiDocument): readonly string[] {
  const security = operation['security'] ?? root['security']
  for (const requirement of Array.isArray(security) ? security as readonly JsonValue[] : []) {
    if (!isJsonObject(requirement)) continue
    const scopes = Object.values(requirement).flatMap(list => Array.isArray(list) ? list as readonly JsonValue[] : [])
    const named = scopes.filter(scope => typeof scope === 'string').filter(isScopeToken)
    if (named.length > 0) return [...new Set(named)]
  }
  return []
}
