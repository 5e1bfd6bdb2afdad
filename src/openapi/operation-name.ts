// The names of operations and arguments as tools have them: letters, digits, _, - and ., because the interfaces of models accept nothing
// else. What is longer is cut and ends in a hash, so that a name does not depend on the other operations of the document.

import { createHash } from 'node:crypto'

/** With a prefix of up to 16 characters a name stays below the 64 that models accept. */
const LONGEST_NAME = 48
const LONGEST_ARGUMENT = 64
const MARK_CHARACTERS = 6

export function operationName (operationId: unknown, method: string, path: string): string {
  const stated = typeof operationId === 'string' ? plain(operationId) : ''
  const name = stated === '' ? plain(`${method.toLowerCase()}${path}`) : stated
  return name.length <= LONGEST_NAME ? name : marked(name, `${method} ${path}`)
}

/** The same name for two operations of a document: each gets its own mark. */
export function marked (name: string, place: string): string {
  const mark = createHash('sha256').update(place).digest('hex').slice(0, MARK_CHARACTERS)
  return `${name.slice(0, LONGEST_NAME - MARK_CHARACTERS - 1)}_${mark}`
}

/** `undefined` where nothing is left of it, or it is no name that an argument may have. */
export function argumentName (name: string): string | undefined {
  const made = plain(name).slice(0, LONGEST_ARGUMENT)
  return made === '' || FORBIDDEN.has(made) ? undefined : made
}

/** Members that every object in JavaScript has: the guard refuses arguments with these names. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

function plain (text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^_+|_+$/g, '')
}
