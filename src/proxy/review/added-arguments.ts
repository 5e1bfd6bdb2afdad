// The arguments that a changed schema has and the reviewed one had not. A decision was made about the former schema: what is new is held
// back until the decision names it, so that accepting a change never widens what a call can do.

import { isJsonObject, type JsonValue } from '../../kernel/json.ts'

const MAX_DEPTH = 16

/** JSON pointers into the arguments, `*` for each item of a list. Where an argument is new, those inside it are not listed besides. */
export function addedArguments (before: JsonValue | undefined, after: JsonValue | undefined, place = '', depth = 0): readonly string[] {
  if (!isJsonObject(after) || depth > MAX_DEPTH) return []
  const former = isJsonObject(before) ? before : {}
  const [known, named] = [membersOf(former['properties']), membersOf(after['properties'])]
  const added = Object.keys(named).flatMap(name => {
    const pointer = `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return Object.hasOwn(known, name) ? addedArguments(known[name], named[name], pointer, depth + 1) : [pointer]
  })
  return [...added, ...addedArguments(former['items'], after['items'], `${place}/*`, depth + 1)]
}

function membersOf (value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  return isJsonObject(value) ? value : {}
}
