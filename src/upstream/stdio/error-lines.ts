// Lines of a process's standard error for the log of the gateway: without the values that were handed to the process in its environment,
// since a program that starts with a wrong secret likes to print it, and without characters that move a terminal's cursor.

import type { StdioTransport } from '../upstream-port.ts'

/** A shorter value is part of ordinary words. */
const LEAST_CHARACTERS = 6
/** Control characters, and those that change the direction of text or are not shown. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** @returns what to call with each line; `undefined` where no one reads them */
export function errorLines (
  { env }: StdioTransport, onLine: ((line: string) => void) | undefined
): ((line: string) => void) | undefined {
  if (onLine === undefined) return undefined
  // The longest first: one value may be a part of another.
  const handed = Object.entries(env).filter(([, value]) => value.length >= LEAST_CHARACTERS)
    .sort(([, one], [, other]) => other.length - one.length)
  return line => {
    let shown = line.replace(UNSEEN, ' ').trimEnd()
    for (const [name, value] of handed) shown = shown.replaceAll(value, `[${name}]`)
    if (shown !== '') onLine(shown)
  }
}
