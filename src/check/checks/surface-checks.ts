// Rules about everything else that is reachable without a token: other methods, bodies that are not messages, and what answers reveal
// about the implementation.

import { alike } from '../baseline.ts'
import type { Observations } from '../observe.ts'
import { hasStatus, headerOf, isFailure, isHtml, showOutcome, statusOf, type Outcome } from '../outcome.ts'
import { judge, MCP, rfc, skip, type Rule, type Verdict } from '../verdict.ts'

export const SURFACE_RULES = {
  'surface.get': {
    level: 'error',
    title: 'GET without a token is answered 401 or 405',
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#listening-for-messages-from-the-server',
    remedy: 'Answer 405, or, where legacy clients may open a stream, 401 until they send a token. Not 404: that means a server of the ' +
      'old transport.'
  },
  'surface.delete': {
    level: 'error',
    title: 'DELETE without a token ends no session',
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management',
    remedy: 'Answer 405, or 401 until a token is sent.'
  },
  'surface.other-methods': {
    level: 'error',
    title: 'Other methods are refused',
    source: rfc(9110, '15.5.6'),
    remedy: 'Route only POST to the endpoint, and answer every other method 405.'
  },
  'surface.allow': {
    level: 'warning',
    title: 'A 405 names the allowed methods',
    source: rfc(9110, '15.5.6'),
    remedy: 'Send Allow with every 405.'
  },
  'surface.bodies': {
    level: 'error',
    title: 'Bodies that are not messages are refused without a token',
    source: `${MCP}/transports/streamable-http#sending-messages`,
    remedy: 'Check the token before the body is parsed, and answer an unreadable body with a 4xx status.'
  },
  'surface.no-html': {
    level: 'hint',
    title: 'No answer of the endpoint is an HTML page',
    source: `${MCP}/transports/streamable-http#sending-messages`,
    remedy: 'Answer errors as JSON: clients cannot read a page, and it reveals the framework.'
  },
  'surface.no-internals': {
    level: 'error',
    title: 'No answer contains a stack trace or a file path',
    source: 'https://cwe.mitre.org/data/definitions/209.html',
    remedy: 'Replace the error handler of the framework; log the details and send a fixed sentence.'
  },
  'surface.no-failures': {
    level: 'error',
    title: 'No request made the server fail',
    source: rfc(9110, '15.6'),
    remedy: 'Find the exception in the log of the server. A wrong request is a fault of the client: answer it with a 4xx status.'
  }
} as const satisfies Record<string, Rule>

type Id = keyof typeof SURFACE_RULES
/** Each part is bounded, and so is the text: the cost grows with its length alone. */
const STACK_TRACE = new RegExp([
  String.raw`\n[ \t]+at [^\n]{1,300}:\d{1,9}:\d{1,9}`,
  String.raw`Traceback \(most recent call last\)`,
  String.raw`\bat [\w.$<> ]{1,200} \((?:file:\/\/|\/|[A-Z]:\\)`,
  String.raw`[/\\]node_modules[/\\]`,
  String.raw`\.(?:java|py|cs|go|rb|php):\d`
].join('|'))
const MAX_LOOKED_AT = 16 * 1024

type Seen = Pick<Observations, 'methods' | 'bodies' | 'credentials' | 'unauthenticated' | 'browser'>

export function checkSurface (observations: Seen): Verdict<Id>[] {
  const { methods: { GET, DELETE, PUT, PATCH }, bodies, credentials, unauthenticated, browser } = observations
  const all: ReadonlyArray<readonly [string, Outcome]> = [
    ...Object.entries<Outcome>(unauthenticated), ...Object.entries<Outcome>(credentials), ...Object.entries<Outcome>(observations.methods),
    ...Object.entries<Outcome>(bodies), ...Object.entries<Outcome>(browser)
  ]
  const notAllowed = Object.entries<Outcome>(observations.methods).filter(([, outcome]) => statusOf(outcome) === 405)
  return [
    judgeAll('surface.get', { GET }, [400, 401, 405, 406]),
    judgeAll('surface.delete', { DELETE }, [400, 401, 404, 405]),
    judgeAll('surface.other-methods', { PUT, PATCH }, [400, 401, 403, 404, 405, 501]),
    notAllowed.length === 0
      ? skip('surface.allow', 'no 405 was seen')
      : judgeNone('surface.allow', notAllowed.filter(([, outcome]) => headerOf(outcome, 'allow') === undefined), 'sent'),
    judgeAll('surface.bodies', bodies, [400, 401, 405, 406, 411, 413, 415, 422]),
    judgeNone('surface.no-html', all.filter(([, outcome]) => isHtml(outcome) && !holdsInternals(outcome)), 'none'),
    judgeNone('surface.no-internals', all.filter(([, outcome]) => holdsInternals(outcome)), 'none'),
    judgeNone('surface.no-failures', all.filter(([name, outcome]) => isFailure(outcome) && !isKnown(name, outcome, observations)), 'none')
  ]
}

function holdsInternals (outcome: Outcome): boolean {
  return outcome.kind === 'reply' && STACK_TRACE.test(outcome.body.slice(0, MAX_LOOKED_AT))
}

/** What fails for every request, or for every invented token, is one fault of the server, and another rule has found it. */
function isKnown (name: string, outcome: Outcome, { unauthenticated, credentials: { junk } }: Seen): boolean {
  return name in unauthenticated || name === 'junk' || alike(outcome, unauthenticated['tools/list']) || alike(outcome, junk)
}

/** Failures are left to `surface.no-failures`. */
function judgeAll (rule: Id, outcomes: Readonly<Record<string, Outcome>>, good: readonly number[]): Verdict<Id> {
  const entries = Object.entries(outcomes)
  const offending = entries.filter(([, outcome]) => !hasStatus(outcome, good))
  const judged = offending.filter(([, outcome]) => !isFailure(outcome))
  if (judged.length === 0 && offending.length > 0) return skip(rule, `${showAll(offending)}: see surface.no-failures`)
  return judge(rule, judged.length === 0, showAll(judged.length === 0 ? entries : judged))
}

function judgeNone (rule: Id, offending: ReadonlyArray<readonly [string, Outcome]>, whenNone: string): Verdict<Id> {
  return judge(rule, offending.length === 0, offending.length === 0 ? whenNone : showAll(offending))
}

function showAll (outcomes: ReadonlyArray<readonly [string, Outcome]>): string {
  return outcomes.map(([name, outcome]) => `${name}: ${showOutcome(outcome)}`).join('; ')
}
