// Helpers for the members of the configuration schema. Each describes in words what it expects, so that a mistake is reported as
// "expected …" without the value.

import { z } from 'zod'
import { nearestName } from './nearest-name.ts'

export interface WholeNumber {
  readonly from: number
  readonly to: number
  /** What is counted, in the plural; absent for a number without a unit. */
  readonly unit?: string
  readonly byDefault: number
}

/** The messages for a wrong value and for a missing one. */
function expecting (what: string): { error: (issue: { input: unknown }) => string } {
  return { error: issue => issue.input === undefined ? `missing; expected ${what}` : `expected ${what}` }
}

export function wholeNumber ({ from, to, unit, byDefault }: WholeNumber) {
  const expected = expecting(`a whole number from ${from} to ${to}${unit === undefined ? '' : ` (${unit})`}`)
  return z.int(expected).min(from, expected).max(to, expected).default(byDefault)
}

export function text (what: string, accepts: (value: string) => boolean) {
  const expected = expecting(what)
  return z.string(expected).refine(accepts, expected)
}

export function choice<const Options extends readonly [string | number, ...Array<string | number>]> (options: Options) {
  const { error } = expecting(`one of ${options.join(', ')}`)
  return z.literal(options, {
    error (issue: { input: unknown }) {
      const nearest = typeof issue.input === 'string' ? nearestName(issue.input, options.map(String)) : undefined
      return nearest === undefined ? error(issue) : `${error(issue)}; did you mean ${nearest}?`
    }
  })
}

export function flag () {
  return z.boolean(expecting('true or false'))
}

export function list (what: string, accepts: (value: string) => boolean) {
  return z.array(text(what, accepts), expecting(`a list, each item ${what}`))
}

export function record (what: string, accepts: (value: string) => boolean) {
  const expected = expecting(`an object whose keys are each ${what}, and whose values are lists of them`)
  return z.record(text(what, accepts), list(what, accepts), expected)
}

/** A group of members; an unknown one is a mistake. */
export function group<Shape extends z.core.$ZodLooseShape> (shape: Shape) {
  return z.strictObject(shape, expecting('an object'))
}
