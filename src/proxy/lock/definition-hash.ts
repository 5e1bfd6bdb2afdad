// The hash of a tool's definition as a server lists it: everything a model or a client reads of it, so that a change of any of it is
// noticed. `_meta` is left out, because servers put into it what differs from answer to answer.

import { createHash } from 'node:crypto'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { JsonObject, JsonValue } from '../../kernel/json.ts'

const MAX_DEPTH = 64

/** The definition without `_meta`; members that are not text of the tool stay, because clients read them. */
export function reviewedDefinition ({ _meta: _, ...definition }: JsonObject): JsonObject {
  return definition
}

/** The same for an operation of a REST API, whose request is reviewed with its definition. */
export function lockedHash (definition: JsonObject, request: object | undefined): string | undefined {
  return definitionHash(request === undefined ? definition : { ...definition, request: request as JsonObject })
}

/** `sha256:` and 43 characters of base64url; `undefined` for a definition that is nested too deep to be read. */
export function definitionHash (definition: JsonObject): string | undefined {
  const reviewed = reviewedDefinition(definition)
  if (isDeeper(reviewed, MAX_DEPTH)) return undefined
  return `sha256:${createHash('sha256').update(canonicalJson(reviewed)).digest('base64url')}`
}

function isDeeper (value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values<JsonValue>(value as JsonObject).some(member => isDeeper(member, levels - 1))
}
