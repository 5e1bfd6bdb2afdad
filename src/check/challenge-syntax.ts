// Strict parser of WWW-Authenticate fields (RFC 9110 §11.6.1): a list of challenges, each with a scheme and parameters or one token68.
// Independent of the code that writes our own challenges, so that both cannot share a mistake.

import { err, ok, type Result } from '../kernel/result.ts'

export interface Challenge {
  /** In lower case. */
  readonly scheme: string
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const QUOTED = /"((?:[\t \x21\x23-\x5b\x5d-\x7e]|\\[\t \x21-\x7e])*)"/y
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y
const BLANKS = /[ \t]*/y
const COMMAS = /[ \t]*(?:,[ \t]*)+/y

/**
 * @returns an error that names the position where the syntax is violated
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 */
export function parseChallenges (lines: readonly string[]): Result<readonly Challenge[], string> {
  const challenges: Challenge[] = []
  for (const line of lines) {
    const found = parseLine(line)
    if (!found.ok) return found
    challenges.push(...found.value)
  }
  return ok(challenges)
}

function parseLine (line: string): Result<readonly Challenge[], string> {
  const challenges: Array<{ scheme: string, parameters: Map<string, string> }> = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(line)
    if (match === null) return undefined
    at = pattern.lastIndex
    return match
  }
  const fail = (what: string) => err(`${what} at character ${at + 1}`)

  take(COMMAS)
  while (at < line.length) {
    const name = take(TOKEN)?.[0]
    if (name === undefined) return fail('expected a scheme or a parameter')
    const current = challenges.at(-1)
    const beforeBlanks = at
    take(BLANKS)
    if (line[at] === '=' && current !== undefined) {
      at += 1
      take(BLANKS)
      const value = take(QUOTED)?.[1]?.replace(/\\(.)/g, '$1') ?? take(TOKEN)?.[0]
      if (value === undefined) return fail('expected a token or a quoted string of ASCII')
      if (current.parameters.has(name.toLowerCase())) return fail('a parameter occurs twice in one challenge')
      current.parameters.set(name.toLowerCase(), value)
    } else {
      const parameters = new Map<string, string>()
      challenges.push({ scheme: name.toLowerCase(), parameters })
      if (at < line.length && line[at] !== ',') {
        if (at === beforeBlanks) return fail('expected a blank after the scheme')
        if (take(TOKEN68) === undefined) continue
      }
    }
    if (at < line.length && take(COMMAS) === undefined && !/^[ \t]*$/.test(line.slice(at))) return fail('expected a comma')
    take(BLANKS)
  }
  return challenges.length === 0 ? err('it is empty') : ok(challenges)
}

/** Every challenge of one scheme, which is in lower case. */
export function challengesOf (lines: readonly string[], scheme: string): readonly Challenge[] {
  const parsed = parseChallenges(lines)
  return parsed.ok ? parsed.value.filter(challenge => challenge.scheme === scheme) : []
}

/** The first challenge with the scheme Bearer or DPoP. */
export function tokenChallenge (lines: readonly string[]): Challenge | undefined {
  const parsed = parseChallenges(lines)
  return parsed.ok ? parsed.value.find(({ scheme }) => scheme === 'bearer' || scheme === 'dpop') : undefined
}
