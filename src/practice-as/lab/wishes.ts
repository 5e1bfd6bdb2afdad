// Reads what a form or a JSON body wants of a switch: the wish, or a sentence that says what is wrong with it.

import { isJsonObject, type JsonValue } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Account } from '../accounts.ts'
import { FOR_ALL_ONLY, SWITCHES, VALUES, type SwitchId, type SwitchWish } from './switches.ts'

interface Problem { readonly status: 400 | 409, readonly text: string }

/** Choices of the page. */
export const DURATIONS = ['600', '60', 'once', 'open'] as const
const MAX_SECONDS = 24 * 3600

export function switchNamed (text: string): SwitchId | undefined {
  return SWITCHES.find(id => id === text)
}

/** `{ "for": "all" | { "person": "user07" }, "seconds": 600, "requests": 1, "value": 2000 }`; all of it may be left out. */
export function wishFromJson (id: SwitchId, body: JsonValue | undefined, accounts: readonly Account[]): Result<SwitchWish, Problem> {
  if (!isJsonObject(body)) return wrong('expected an object')
  const { for: target = 'all', seconds = 600, requests = null, value = null } = body
  const login = isJsonObject(target) ? target['person'] : undefined
  if (target !== 'all' && typeof login !== 'string') return wrong('for: expected "all" or { "person": "inga" }')
  if (!isCount(seconds, MAX_SECONDS)) return wrong(`seconds: expected null or a whole number from 1 to ${MAX_SECONDS}`)
  if (!isCount(requests, 1_000)) return wrong('requests: expected null or a whole number from 1 to 1000')
  const { max } = VALUES[id] ?? { max: 0 }
  if (!isCount(value, max)) return wrong(max === 0 ? 'value: this switch has none' : `value: expected a whole number from 1 to ${max}`)
  return wishFor(id, typeof login === 'string' ? login : 'all', accounts, {
    seconds: seconds ?? undefined, requests: requests ?? undefined, value: value ?? undefined
  })
}

/** @param login of a person, or `all` */
export function wishFromForm (
  id: SwitchId, login: string, duration: string, accounts: readonly Account[]
): Result<SwitchWish, Problem> {
  const seconds = duration === '60' || duration === '600' ? Number(duration) : undefined
  return wishFor(id, login, accounts, { seconds, requests: duration === 'once' ? 1 : undefined, value: undefined })
}

function wishFor (
  id: SwitchId, login: string, accounts: readonly Account[], rest: Omit<SwitchWish, 'subject'>
): Result<SwitchWish, Problem> {
  if (login === 'all') return ok({ ...rest, subject: undefined })
  const account = accounts.find(one => one.loginId === login)
  if (account === undefined) return wrong(`no account ${JSON.stringify(login.slice(0, 80))}`)
  if (FOR_ALL_ONLY.has(id)) return err({ status: 409, text: `${id} is for all only: it concerns the gateway, not a person` })
  return ok({ ...rest, subject: account.subject })
}

function isCount (value: JsonValue, max: number): value is number | null {
  return value === null || (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max)
}

function wrong (text: string): Result<never, Problem> {
  return err({ status: 400, text })
}
