// Reads a token from a file or from standard input. A token is never an argument, because arguments are in the history of the
// shell and in the list of processes.

import { readFileSync } from 'node:fs'
import { err, ok, type Result } from '../kernel/result.ts'
import { MAX_TOKEN_CHARACTERS } from '../kernel/token-length.ts'

const STANDARD_INPUT = 0
const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/

/**
 * @param name of a file, or `-` for standard input
 * @returns the token, or a sentence that does not repeat the content of the file
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function readTokenFile (
  name: string, read: (source: string | number) => string = source => readFileSync(source, 'utf8')
): Result<string, string> {
  if (B64TOKEN.test(name) && name.length > 30 && !/[./]/.test(name)) {
    return err('--token-file: expected the name of a file, or - for standard input; ' +
      'this looks like a token, which is now in the history of your shell')
  }
  let text: string
  try {
    text = read(name === '-' ? STANDARD_INPUT : name)
  } catch {
    return err(name === '-' ? '--token-file: standard input cannot be read' : '--token-file: the file cannot be read')
  }
  const token = text.replace(/^\uFEFF/, '').trim()
  if (token === '') return err('--token-file: the file holds no token')
  if (token.length > MAX_TOKEN_CHARACTERS) return err(tooLong(MAX_TOKEN_CHARACTERS, 'the highest value of limits.tokenCharacters'))
  return B64TOKEN.test(token)
    ? ok(token)
    : err('--token-file: expected one access token and nothing else (no "Bearer", no JSON)')
}

/** What is wrong with a token that the gateway with this limit refuses for its length; `undefined` when it accepts it. */
export function lengthProblem (token: string, tokenCharacters: number): string | undefined {
  return token.length > tokenCharacters ? tooLong(tokenCharacters, 'limits.tokenCharacters') : undefined
}

function tooLong (most: number, limit: string): string {
  return `--token-file: the token has more than ${most} characters, ${limit}`
}
