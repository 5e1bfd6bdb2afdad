// What is stored of who made or cancelled a reservation. A text that cannot be stored exactly is left out: the record is for the person
// to read, and must not keep a reservation from being made.

import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Maker } from '../domain/reservation.ts'
import { isBindableText } from '../../storage/bind-guard.ts'

const LONGEST_CLIENT_ID = 512
const LONGEST_ELEMENT = 4096

/** The columns `made_through` and `client_id`, or those of the cancellation. */
export function makerColumns (by: Maker | undefined): readonly [through: string | null, clientId: string | null] {
  if (by === undefined) return [null, null]
  return [by.through, by.through === 'client' ? storable(by.clientId, LONGEST_CLIENT_ID) : null]
}

/** The column `element`. */
export function elementColumn (element: JsonObject | undefined): string | null {
  return element === undefined ? null : storable(canonicalJson(element), LONGEST_ELEMENT)
}

function storable (text: string | undefined, longest: number): string | null {
  return text !== undefined && text.length <= longest && isBindableText(text) ? text : null
}
