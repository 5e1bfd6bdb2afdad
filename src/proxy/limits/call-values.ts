// The values of one call, by the names that a declared details type gives them, and the kinds of values there are. A value that a
// call does not have is an empty list: limits are then not compared with it.

import type { ValueKind } from '../../config/upstream/details-type-schema.ts'
import { isAbsolutePath } from './absolute-path.ts'
import { hostOfUrl } from './url-host.ts'

export type Scalar = string | number | boolean

/** A list for each name of `values`; one item where the kind is singular. */
export type CallValues = Readonly<Record<string, readonly Scalar[]>>

interface KindOfValue {
  readonly type: 'string' | 'integer' | 'boolean'
  /** Several items are one value. */
  readonly many: boolean
  /** For a message: what an item must be. */
  readonly expected: string
  readonly accepts: (item: Scalar) => boolean
}

/** Remedies repeat the values of a call, so a call has a limited number of them. */
const MAX_ITEMS = 64
const MAX_TEXT = 1024

const TEXT = { type: 'string', expected: `a text of 1 to ${MAX_TEXT} characters without control characters`, accepts: isText } as const
const AMOUNT = { type: 'integer', expected: 'an integer from 0 to 2^53-1', accepts: isAmount } as const
const INTEGER = { type: 'integer', expected: 'an integer between -2^53 and 2^53', accepts: isInteger } as const
const PATH = {
  type: 'string',
  expected: 'an absolute path without "//", "/./", "/../", backslash, control characters and a "/" at its end',
  accepts: item => typeof item === 'string' && isAbsolutePath(item)
} as const satisfies Omit<KindOfValue, 'many'>
const URL_KIND = {
  type: 'string',
  expected: 'an http or https URL without a user name and in plain form',
  accepts: item => typeof item === 'string' && hostOfUrl(item) !== undefined
} as const satisfies Omit<KindOfValue, 'many'>

export const KINDS: Readonly<Record<ValueKind, KindOfValue>> = {
  word: { ...TEXT, many: false },
  text: { ...TEXT, many: false },
  texts: { ...TEXT, many: true },
  amount: { ...AMOUNT, many: false },
  amounts: { ...AMOUNT, many: true },
  integer: { ...INTEGER, many: false },
  integers: { ...INTEGER, many: true },
  currency: {
    type: 'string',
    many: false,
    expected: 'an ISO 4217 code such as EUR',
    accepts: item => typeof item === 'string' && /^[A-Z]{3}$/.test(item)
  },
  path: { ...PATH, many: false },
  paths: { ...PATH, many: true },
  url: { ...URL_KIND, many: false },
  urls: { ...URL_KIND, many: true },
  flag: { type: 'boolean', many: false, expected: 'true or false', accepts: item => typeof item === 'boolean' }
}

/** @returns what is wrong with the items, or `undefined` */
export function problemOfItems (kind: ValueKind, items: readonly Scalar[]): string | undefined {
  const { many, expected, accepts } = KINDS[kind]
  if (!items.every(accepts)) return `expected ${expected}`
  if (!many && items.length > 1) return 'expected one value'
  return items.length > MAX_ITEMS ? `expected at most ${MAX_ITEMS} values` : undefined
}

export function isText (value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT && !/[\p{Cc}\p{Cs}]/u.test(value)
}

function isAmount (item: Scalar): boolean {
  return Number.isSafeInteger(item) && Number(item) >= 0
}

function isInteger (item: Scalar): boolean {
  return Number.isSafeInteger(item)
}
