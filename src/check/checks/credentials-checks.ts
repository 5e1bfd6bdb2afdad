// Rules about credentials that are not valid: random tokens, malformed fields, other schemes, a token in the URL.

import { alike } from '../baseline.ts'
import { parseChallenges, tokenChallenge } from '../challenge-syntax.ts'
import { INJECTED, type MalformedProbe, type Observations } from '../observe.ts'
import { hasStatus, headerLines, isFailure, show, showOutcome, statusOf, type Outcome } from '../outcome.ts'
import { judge, MCP, rfc, skip, skipAll, type Rule, type Verdict } from '../verdict.ts'

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
const MALFORMED: readonly MalformedProbe[] = [
  'no token', 'two tokens', 'a quoted token', 'two headers', 'two in one header', 'a very long token'
]
const LIKE_PLAIN = 'answered like a request without a token: see challenge.unauthorized'
const LIKE_INVENTED = 'answered like any invented token: see credentials.invalid-token'

export function checkCredentials (observations: Pick<Observations, 'credentials' | 'unauthenticated' | 'junk'>): Verdict<Id>[] {
  const { credentials, junk, unauthenticated: { 'tools/list': plain } } = observations
  const { junk: answer, 'unsigned-jwt': unsigned, 'lower-case': lower, basic } = credentials
  const repeated = Object.entries(credentials).filter(([, outcome]) => holds(outcome, junk))
  const refused = (rule: Id, outcome: Outcome) => statusOf(outcome) === 401
    ? judge(rule, true, showOutcome(outcome))
    : skipKnown(rule, outcome, plain, answer) ?? judge(rule, false, showOutcome(outcome))
  return [
    statusOf(answer) !== 401 && alike(answer, plain)
      ? skip('credentials.invalid-token', LIKE_PLAIN)
      : judge('credentials.invalid-token', statusOf(answer) === 401, showOutcome(answer)),
    ...judgeChallenge(answer, plain),
    refused('credentials.unsigned-jwt', unsigned),
    judge('credentials.scheme-case', alike(lower, answer), showOutcome(lower)),
    refused('credentials.basic', basic),
    judgeMalformed(credentials, plain),
    judgeQuery(credentials),
    judge('credentials.reflected', repeated.length === 0, repeated.length === 0
      ? 'none does'
      : `the token came back: ${repeated.map(([name]) => name).join(', ')}`),
    judgeInjection(credentials.injection, junk)
  ]
}

/** An answer that is wrong in the way in which another rule has found the server wrong already. */
function skipKnown (rule: Id, outcome: Outcome, plain: Outcome, invented: Outcome): Verdict<Id> | undefined {
  if (alike(outcome, plain) && statusOf(plain) !== 401) return skip(rule, LIKE_PLAIN)
  if (alike(outcome, invented) && statusOf(invented) !== 401) return skip(rule, LIKE_INVENTED)
  return isFailure(outcome) ? skip(rule, `${showOutcome(outcome)}: see surface.no-failures`) : undefined
}

/** What the 401 for an invented token says, where the 401 without a token shows that the server can say it. */
function judgeChallenge (answer: Outcome, plain: Outcome): Verdict<Id>[] {
  const rules = ['credentials.invalid-token-error', 'credentials.invalid-token-metadata'] as const
  if (statusOf(answer) !== 401) return skipAll<Id>(rules, 'an invented token is not answered 401')
  const lines = headerLines(answer, 'www-authenticate')
  if (lines.length === 0 && headerLines(plain, 'www-authenticate').length === 0) {
    return skipAll<Id>(rules, 'no 401 has a challenge: see challenge.present')
  }
  if (lines.length > 0 && !parseChallenges(lines).ok) return skipAll<Id>(rules, 'the challenge cannot be read: see challenge.syntax')
  const parameters = parametersOf(answer)
  const error = parameters.get('error')
  const named = parameters.has('resource_metadata')
  return [
    judge('credentials.invalid-token-error', error === 'invalid_token', error === undefined
      ? 'no error in the challenge'
      : `error="${show(error)}"`),
    !named && statusOf(plain) === 401 && !parametersOf(plain).has('resource_metadata')
      ? skip('credentials.invalid-token-metadata', 'named in no challenge: see challenge.resource-metadata')
      : judge('credentials.invalid-token-metadata', named, named ? 'named' : 'not named')
  ]
}

function judgeMalformed (credentials: Observations['credentials'], plain: Outcome): Verdict<Id> {
  const rule = 'credentials.malformed'
  const wrong = MALFORMED.filter(name => !hasStatus(credentials[name], name === 'a very long token' ? [400, 401, 413, 431] : [400, 401]))
  const known = wrong.map(name => skipKnown(rule, credentials[name], plain, credentials.junk))
  const unknown = wrong.filter((_name, place) => known[place] === undefined)
  if (unknown.length > 0) return judge(rule, false, unknown.map(name => `${name}: ${showOutcome(credentials[name])}`).join('; '))
  return known[0] ?? judge(rule, true, MALFORMED.join(', '))
}

/** Compared with a request that has another query: some servers say `invalid_token` even where no token was sent. */
function judgeQuery ({ 'in-query': inQuery, 'neutral-query': neutral }: Observations['credentials']): Verdict<Id> {
  const rule = 'credentials.query-token'
  if (alike(inQuery, neutral)) {
    return statusOf(neutral) === 401
      ? judge(rule, true, 'answered like another query')
      : skip(rule, 'a request with any query is not answered 401')
  }
  const looked = parametersOf(inQuery).get('error') === 'invalid_token'
  if (isFailure(inQuery)) return skip(rule, `${showOutcome(inQuery)}: see surface.no-failures`)
  const seen = `with another query ${showAnswer(neutral)}, with access_token ${showAnswer(inQuery)}`
  return judge(rule, hasStatus(inQuery, [400, 401, 403, 404]) && !looked, seen)
}

/** Only text that came from the request is an injection; a server may break its quoting with its own text (challenge.syntax). */
function judgeInjection (outcome: Outcome, junk: string): Verdict<Id> {
  const rule = 'credentials.injection'
  const lines = headerLines(outcome, 'www-authenticate')
  const parsed = parseChallenges(lines)
  if (headerLines(outcome, INJECTED).length > 0 || (parsed.ok && parsed.value.some(({ parameters }) => parameters.has(INJECTED)))) {
    return judge(rule, false, 'a header or a parameter came from the request')
  }
  const broken = lines.length > 0 && !parsed.ok && lines.some(line => line.toLowerCase().includes(INJECTED) || line.includes(junk))
  return judge(rule, !broken, broken ? 'text from the request makes the challenge unreadable' : showOutcome(outcome))
}

function showAnswer (outcome: Outcome): string {
  const error = parametersOf(outcome).get('error')
  return `${showOutcome(outcome)}${error === undefined ? '' : ` error="${show(error)}"`}`
}

function parametersOf (outcome: Outcome): ReadonlyMap<string, string> {
  return tokenChallenge(headerLines(outcome, 'www-authenticate'))?.parameters ?? new Map()
}

function holds (outcome: Outcome, text: string): boolean {
  return outcome.kind === 'reply' && (outcome.body.includes(text) || [...outcome.headers.values()].flat().some(line => line.includes(text)))
}
