// The differences between two JSON values, each with its place. For people: a schema that changed is read as a few lines, and not as two
// documents.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'

export interface Difference {
  /** A JSON pointer from the root of both values. */
  readonly pointer: string
  /** `undefined`: it was not there. */
  readonly before: JsonValue | undefined
  /** `undefined`: it is not there any more. */
  readonly after: JsonValue | undefined
}

const MAX_DEPTH = 64

/** Lists are compared item by item. */
export function differencesOf (before: JsonValue | undefined, after: JsonValue | undefined, pointer = ''): readonly Difference[] {
  if (before === after) return []
  const [old, young] = [membersOf(before), membersOf(after)]
  if (old === undefined || young === undefined || Array.isArray(before) !== Array.isArray(after) || depthOf(pointer) > MAX_DEPTH) {
    return [{ pointer, before, after }]
  }
  const names = [...new Set([...Object.keys(old), ...Object.keys(young)])]
  return names.flatMap(name => {
    return differencesOf(own(old, name), own(young, name), `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
  })
}

function membersOf (value: JsonValue | undefined): JsonObject | undefined {
  if (Array.isArray(value)) return { ...value as readonly JsonValue[] } as unknown as JsonObject
  return isJsonObject(value) ? value : undefined
}

function own (object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function depthOf (pointer: string): number {
  return pointer.split('/').length
}
