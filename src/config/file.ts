// Parses the configuration file, which is JSON without extensions. A mistake names line and column, never the text there: it may be a
// secret, and the messages of JSON.parse quote it.

import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { findSyntaxError } from './json-syntax.ts'
import type { ConfigMistake } from './mistake.ts'

/**
 * @param read throws what `fs.readFileSync` throws
 * @param noSuchFile what to say when there is none
 */
export function parseConfigText (file: string, read: () => string, noSuchFile: () => string): Result<JsonObject, ConfigMistake> {
  const mistake = (expected: string) => err({ path: file, source: undefined, expected })
  let text: string
  try {
    text = read().replace(/^\uFEFF/, '')
  } catch (error) {
    return mistake(unreadable(error, noSuchFile))
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const place = findSyntaxError(text)
    return mistake(place === undefined ? 'expected JSON' : `expected JSON; syntax error at line ${place.line}, column ${place.column}`)
  }
  return isJsonObject(value) ? ok(value) : mistake('expected a JSON object')
}

function unreadable (error: unknown, noSuchFile: () => string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT': return noSuchFile()
    case 'EACCES': return 'the file may not be read by this user'
    case 'EISDIR': return 'expected a file; it is a directory'
    default: return 'the file cannot be read'
  }
}
