// Names that another program may take for the name of an argument that the gateway judges. Go's decoder folds case, so that `Amount` is
// `amount` there (CVE-2026-27896): where unknown arguments are accepted, those alike a judged one are refused all the same.

import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import { valuesAt, type PointerParts } from './json-pointer.ts'

export interface JudgedNames {
  /** Where the object is. */
  readonly parts: PointerParts
  readonly names: ReadonlySet<string>
  /** The same, folded. */
  readonly folded: ReadonlySet<string>
}

/** @param pointers of every argument that is read, set, refused or held back */
export function judgedNames (pointers: readonly PointerParts[]): readonly JudgedNames[] {
  const places = new Map<string, { readonly parts: PointerParts, readonly names: Set<string> }>()
  for (const pointer of pointers) {
    for (const [index, name] of pointer.entries()) {
      if (name === '*') continue
      const parts = pointer.slice(0, index)
      const key = JSON.stringify(parts)
      const place = places.get(key) ?? { parts, names: new Set() }
      place.names.add(name)
      places.set(key, place)
    }
  }
  return [...places.values()].map(({ parts, names }) => ({ parts, names, folded: new Set([...names].map(fold)) }))
}

export interface AlikeName {
  readonly parts: PointerParts
  readonly name: string
}

/** The first name in the arguments that is alike a judged one, and not it. */
export function alikeName (args: JsonObject, judged: readonly JudgedNames[]): AlikeName | undefined {
  for (const { parts, names, folded } of judged) {
    for (const object of valuesAt(args, parts).values) {
      const name = isJsonObject(object) ? Object.keys(object).find(each => !names.has(each) && folded.has(fold(each))) : undefined
      if (name !== undefined) return { parts, name }
    }
  }
  return undefined
}

/** Without case, compatibility forms (`ſ` is `s`), and characters that end a text in some languages or are not shown. */
function fold (name: string): string {
  return name.normalize('NFKC').replace(/[\p{Cc}\p{Cf}]/gu, '').toLowerCase()
}
