// Rules about credentials that are not valid: random tokens, malformed fields, other schemes, a token in the URL.

import { parseChallenges, tokenChallenge } from '../challenge-syntax.ts'
import { INJECTED, type MalformedProbe, type Observations } from '../observe.ts'
import { hasStatus, headerLines, show, showOutcome, statusOf, type Outcome } from '../outcome.ts'
import { judge, MCP, rfc, type Rule, type Verdict } from '../verdict.ts'

export const CREDENTIAL_RULES = {
  'credentials.invalid-token': {
    level: 'error',
    title: 'An invented token is answered 401',
    source: `${MCP}/authorization#token-handling`,
    remedy: 'Answer 401 for every invalid token: not 403, which clients treat as a missing permission, and not 500, which they treat as ' +
      'an outage.'
  },
  'credentials.invalid-token-error': {
    level: 'warning',
    title: 'That 401 says error="invalid_token"',
    source: rfc(6750, '3.1'),
    remedy: 'Add error="invalid_token": it tells a client to obtain a new token instead of giving up.'
  },
  'credentials.invalid-token-metadata': {
    level: 'warning',
    title: 'That 401 names resource_metadata too',
    source: rfc(9728, '5.1'),
    remedy: 'Send the same challenge parameters for a missing and an invalid token.'
  },
  'credentials.unsigned-jwt': {
    level: 'error',
    title: 'A JWT without signature is refused',
    source: rfc(8725, '3.2'),
    remedy: 'Verify signatures with a list of algorithms that does not contain "none".'
  },
  'credentials.scheme-case': {
    level: 'hint',
    title: 'The scheme is compared without regard to case',
    source: rfc(9110, '11.1'),
    remedy: 'Compare the scheme in lower case: "bearer" equals "Bearer".'
  },
  'credentials.basic': {
    level: 'error',
    title: 'Basic credentials are answered 401',
    source: rfc(6750, '3.1'),
    remedy: 'Treat another scheme as no token: 401 with the usual challenge.'
  },
  'credentials.malformed': {
    level: 'error',
    title: 'Malformed credentials are refused with 400 or 401',
    source: rfc(6750, '3.1'),
    remedy: 'Accept exactly one Authorization field, of the form Bearer, blanks, one token; answer everything else 400 (or 401), before ' +
      'the token is verified.'
  },
  'credentials.query-token': {
    level: 'error',
    title: 'A token in the URL is not used',
    source: `${MCP}/authorization#token-requirements`,
    remedy: 'Read tokens from the Authorization header only; URLs are stored in logs and histories.'
  },
  'credentials.reflected': {
    level: 'error',
    title: 'No answer repeats the token it was sent',
    source: rfc(6750, '5.2'),
    remedy: 'Keep tokens out of error messages and headers: those are stored in logs and shown in pages.'
  },
  'credentials.injection': {
    level: 'error',
    title: 'Text from a request does not get into the headers of the answer',
    source: rfc(9110, '5.5'),
    remedy: 'Write challenges from configuration, and escape what goes into quoted strings.'
  }
} as const satisfies Record<string, Rule>

type Id = keyof typeof CREDENTIAL_RULES
const MALFORMED: readonly MalformedProbe[] = ['no token', 'two tokens', 'a quoted token', 'two headers', 'two in one header', 'a very long token']

export function checkCredentials ({ credentials, junk }: Pick<Observations, 'credentials' | 'junk'>): Verdict<Id>[] {
  const { junk: answer, 'unsigned-jwt': unsigned, 'lower-case': lower, basic, 'in-query': inQuery, injection } = credentials
  const parameters = parametersOf(answer)
  const wrong = MALFORMED.filter(name => !hasStatus(credentials[name], name === 'a very long token' ? [400, 401, 413, 431] : [400, 401]))
  const repeated = Object.entries(credentials).filter(([, outcome]) => holds(outcome, junk))
  const error = parameters.get('error')
  return [
    judge('credentials.invalid-token', statusOf(answer) === 401, showOutcome(answer)),
    judge('credentials.invalid-token-error', error === 'invalid_token', error === undefined ? 'no error in the challenge' : `error="${show(error)}"`),
    judge('credentials.invalid-token-metadata', parameters.has('resource_metadata'), parameters.has('resource_metadata') ? 'named' : 'not named'),
    judge('credentials.unsigned-jwt', statusOf(unsigned) === 401, showOutcome(unsigned)),
    judge('credentials.scheme-case', statusOf(lower) === statusOf(answer) && parametersOf(lower).get('error') === error, showOutcome(lower)),
    judge('credentials.basic', statusOf(basic) === 401, showOutcome(basic)),
    judge('credentials.malformed', wrong.length === 0, wrong.length === 0 ? MALFORMED.join(', ') : wrong.map(name => `${name}: ${showOutcome(credentials[name])}`).join('; ')),
    judgeQuery(inQuery),
    judge('credentials.reflected', repeated.length === 0, repeated.length === 0 ? 'none does' : `the token came back: ${repeated.map(([name]) => name).join(', ')}`),
    judgeInjection(injection)
  ]
}

/** `invalid_token` without an Authorization header: the one in the URL was looked at. */
function judgeQuery (outcome: Outcome): Verdict<Id> {
  const looked = parametersOf(outcome).get('error') === 'invalid_token'
  return judge('credentials.query-token', hasStatus(outcome, [400, 401]) && !looked, `${showOutcome(outcome)}${looked ? ', error="invalid_token" although the header was absent' : ''}`)
}

function judgeInjection (outcome: Outcome): Verdict<Id> {
  const lines = headerLines(outcome, 'www-authenticate')
  const parsed = parseChallenges(lines)
  const injected = headerLines(outcome, INJECTED).length > 0 || (parsed.ok && parsed.value.some(({ parameters }) => parameters.has(INJECTED)))
  const broken = lines.length > 0 && !parsed.ok
  return judge('credentials.injection', !injected && !broken, injected ? 'a header or a parameter came from the request' : broken ? 'the challenge is no longer readable' : showOutcome(outcome))
}

function parametersOf (outcome: Outcome): ReadonlyMap<string, string> {
  return tokenChallenge(headerLines(outcome, 'www-authenticate'))?.parameters ?? new Map()
}

function holds (outcome: Outcome, text: string): boolean {
  return outcome.kind === 'reply' && (outcome.body.includes(text) || [...outcome.headers.values()].flat().some(line => line.includes(text)))
}
