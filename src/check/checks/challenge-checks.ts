// Rules about status and challenge of requests without credentials.

import { parseChallenges, tokenChallenge } from '../challenge-syntax.ts'
import { INJECTED, type Observations } from '../observe.ts'
import { headerLines, show, showOutcome, statusOf, type Outcome } from '../outcome.ts'
import { mayFollow, type Target } from '../target.ts'
import { judge, MCP, rfc, skip, skipAll, type Rule, type Verdict } from '../verdict.ts'

export const CHALLENGE_RULES = {
  'challenge.unauthorized': {
    level: 'error',
    title: 'Every message without a token is answered 401',
    source: `${MCP}/authorization#error-handling`,
    remedy: 'Check the token before anything else, for every method: initialize, notifications and tools/list included.'
  },
  'challenge.present': {
    level: 'error',
    title: 'The 401 carries WWW-Authenticate',
    source: rfc(6750, '3'),
    remedy: 'Send WWW-Authenticate with the 401: a client begins with it.'
  },
  'challenge.syntax': {
    level: 'error',
    title: 'WWW-Authenticate is a list of challenges in ASCII',
    source: rfc(9110, '11.6.1'),
    remedy: 'Write scheme, blank, and name="value" pairs separated by commas, each name once; escape quotes and backslashes, and ' +
      'keep to ASCII.'
  },
  'challenge.bearer': {
    level: 'error',
    title: 'A challenge names the scheme Bearer or DPoP',
    source: rfc(6750, '3'),
    remedy: 'Begin the challenge with Bearer (or DPoP): clients look for that word.'
  },
  'challenge.resource-metadata': {
    level: 'warning',
    title: 'The challenge names resource_metadata',
    source: rfc(9728, '5.1'),
    remedy: 'Add resource_metadata with the absolute URL of the RFC 9728 document, so that clients need not guess it.'
  },
  'challenge.resource-metadata-url': {
    level: 'error',
    title: 'resource_metadata is an absolute URL that a client may follow',
    source: rfc(9728, '5.1'),
    remedy: 'Give an absolute https URL (http only on loopback). Behind a proxy, configure the public address; do not derive it from ' +
      'the request.'
  },
  'challenge.scope': {
    level: 'warning',
    title: 'The challenge names the scopes to request',
    source: `${MCP}/authorization#scope-selection-strategy`,
    remedy: 'Add scope with what this operation needs, separated by single blanks; leave offline_access to the client.'
  },
  'challenge.realm': {
    level: 'hint',
    title: 'The challenge names a realm',
    source: rfc(9110, '11.5'),
    remedy: 'Add realm, so that people and clients with several servers can tell them apart.'
  },
  'challenge.no-error-without-token': {
    level: 'warning',
    title: 'A request without credentials gets a challenge without error',
    source: rfc(6750, '3.1'),
    remedy: 'Omit error and error_description where no token was sent; some clients treat them as a failed attempt.'
  }
} as const satisfies Record<string, Rule>

type Id = keyof typeof CHALLENGE_RULES
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/

type Seen = Pick<Observations, 'target' | 'unauthenticated' | 'credentials'>

export function checkChallenge ({ target, unauthenticated, credentials }: Seen): Verdict<Id>[] {
  const others = Object.entries(unauthenticated).filter(([, outcome]) => statusOf(outcome) !== 401)
  const status = judge<Id>('challenge.unauthorized', others.length === 0, others.length === 0
    ? `HTTP 401 for ${Object.keys(unauthenticated).join(', ')}`
    : others.map(([method, outcome]) => `${method}: ${showOutcome(outcome)}`).join('; '))

  const refused = Object.values(unauthenticated).find(outcome => statusOf(outcome) === 401)
  if (refused === undefined) return [status, ...skipAll<Id>(REST, 'no 401 was seen')]
  const lines = headerLines(refused, 'www-authenticate')
  const present = judge<Id>('challenge.present', lines.length > 0, lines.length === 0 ? 'a 401 without it' : show(lines.join(', ')))
  if (lines.length === 0) return [status, present, ...skipAll<Id>(REST.slice(1), 'there is no challenge')]

  const parsed = parseChallenges(lines)
  const syntax = judgeSyntax({ 'a request without a token': refused, ...credentials })
  const challenge = tokenChallenge(lines)
  if (!parsed.ok || challenge === undefined) {
    const bearer = parsed.ok
      ? [judge<Id>('challenge.bearer', false, parsed.value.map(({ scheme }) => scheme).join(', '))]
      : skipAll<Id>(['challenge.bearer'], 'the challenge cannot be read')
    return [status, present, syntax, ...bearer, ...skipAll<Id>(REST.slice(3), 'there is no bearer challenge to check')]
  }
  return [status, present, syntax, judge('challenge.bearer', true, challenge.scheme), ...judgeParameters(target, challenge.parameters)]
}

const REST = (Object.keys(CHALLENGE_RULES) as Id[]).slice(1)

/** Of every answer: some servers write another challenge for a token than for none. Text from the request is `credentials.injection`. */
function judgeSyntax (outcomes: Readonly<Record<string, Outcome>>): Verdict<Id> {
  const unreadable = Object.entries(outcomes).flatMap(([name, outcome]) => {
    const lines = headerLines(outcome, 'www-authenticate')
    const parsed = parseChallenges(lines)
    return lines.length === 0 || parsed.ok || lines.some(line => line.toLowerCase().includes(INJECTED)) ? [] : [`${name}: ${parsed.error}`]
  })
  return judge('challenge.syntax', unreadable.length === 0, unreadable.length === 0 ? 'readable in every answer' : unreadable.join('; '))
}

function judgeParameters (target: Target, parameters: ReadonlyMap<string, string>): Verdict<Id>[] {
  const url = parameters.get('resource_metadata')
  const scope = parameters.get('scope')
  const realm = parameters.get('realm')
  const error = parameters.get('error')
  const scopeIsGood = scope !== undefined && SCOPE.test(scope) && !scope.split(' ').includes('offline_access')
  return [
    judge('challenge.resource-metadata', url !== undefined, url === undefined ? 'not named' : show(url)),
    url === undefined
      ? skip('challenge.resource-metadata-url', 'resource_metadata is not named')
      : judge('challenge.resource-metadata-url', URL.canParse(url) && mayFollow(target, new URL(url)), show(url)),
    judge('challenge.scope', scopeIsGood, scope === undefined ? 'not named' : `scope="${show(scope)}"`),
    judge('challenge.realm', realm !== undefined, realm === undefined ? 'not named' : show(realm)),
    judge('challenge.no-error-without-token', error === undefined, error === undefined ? 'none' : `error="${show(error)}"`)
  ]
}
