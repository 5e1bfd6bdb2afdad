// Assertions of a loop that count as one: `end` fails once and shows each that failed, with its name and its difference.

import type { Test } from 'tap'
import { match, same, strict } from 'tcompare'

export interface Collected {
  readonly ok: (value: unknown, name?: string) => void
  readonly notOk: (value: unknown, name?: string) => void
  readonly equal: (found: unknown, wanted: unknown, name?: string) => void
  readonly not: (found: unknown, unwanted: unknown, name?: string) => void
  readonly same: (found: unknown, wanted: unknown, name?: string) => void
  readonly strictSame: (found: unknown, wanted: unknown, name?: string) => void
  readonly match: (found: unknown, pattern: unknown, name?: string) => void
  readonly notMatch: (found: unknown, pattern: unknown, name?: string) => void
  /** The one assertion. A loop that asserted nothing fails too. */
  readonly end: () => void
}

/** For a helper that asserts once, alone or in a loop: a test, or what `collected` returned. */
export type Asserting = Pick<Test, 'strictSame'> | Pick<Collected, 'strictSame'>

/**
 * @example
 * const each = collected(t)
 * for (const [text, wanted] of cases) each.equal(parse(text), wanted, text)
 * each.end()
 */
export function collected (t: Test): Collected {
  let count = 0
  let failures: string[] = []
  const check = (passed: boolean, name: string | undefined, why: () => string) => {
    count += 1
    if (!passed) failures.push(`${name ?? `assertion ${count}`}: ${why()}`)
  }
  const compare = (compared: { match: boolean, diff: string }, name: string | undefined) => { check(compared.match, name, () => `\n${compared.diff}`) }
  return {
    ok: (value, name) => { check(Boolean(value), name, () => `found ${String(value)}`) },
    notOk: (value, name) => { check(!value, name, () => `found ${String(value)}`) },
    equal: (found, wanted, name) => { check(Object.is(found, wanted), name, () => `found ${String(found)}, wanted ${String(wanted)}`) },
    not: (found, unwanted, name) => { check(!Object.is(found, unwanted), name, () => `found ${String(found)}`) },
    same: (found, wanted, name) => { compare(same(found, wanted), name) },
    strictSame: (found, wanted, name) => { compare(strict(found, wanted), name) },
    match: (found, pattern, name) => { compare(match(found, pattern), name) },
    notMatch: (found, pattern, name) => { check(!match(found, pattern).match, name, () => `${String(found)} matches ${String(pattern)}`) },
    end: () => {
      if (count === 0) failures.push('nothing was asserted')
      t.strictSame(failures, [], `${count} assertions of a loop`)
      count = 0
      failures = []
    }
  }
}
