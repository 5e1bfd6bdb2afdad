// Amounts in major units (12.50) as minor units (1250) of their currency. Computed on the digits as they are written: a product of
// floating-point numbers would be rounded, and an amount that would be rounded is refused (ISO 4217 says how many decimals there are).

import type { JsonValue } from '../../kernel/json.ts'
import { decimalsOf } from '../../kernel/money.ts'

const DECIMAL = /^(-?)(\d{1,16})(?:\.(\d{1,16}))?$/

/** @param currency an ISO 4217 code; `undefined` when an amount cannot be expressed exactly, or has no currency */
export function minorUnits (amount: JsonValue, currency: JsonValue | undefined): number | undefined {
  if (typeof currency !== 'string' || (typeof amount !== 'number' && typeof amount !== 'string')) return undefined
  const parts = DECIMAL.exec(String(amount))
  if (parts === null) return undefined
  const [, sign = '', units = '', written = ''] = parts
  const decimals = decimalsOf(currency)
  const fraction = written.replace(/0+$/, '')
  if (fraction.length > decimals) return undefined
  const minor = Number(`${sign}${units}${fraction.padEnd(decimals, '0')}`)
  return Number.isSafeInteger(minor) ? minor : undefined
}
