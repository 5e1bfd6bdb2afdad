// Rules about requests with a valid token: the transport rules that a server without one hides behind the 401.

import { isJsonObject } from '../../kernel/json.ts'
import { alike } from '../baseline.ts'
import { challengesOf, tokenChallenge } from '../challenge-syntax.ts'
import type { Further, TokenObservations } from '../observe-with-token.ts'
import { hasStatus, headerLines, headerOf, isRefusal, messageOf, show, showOutcome, statusOf, type Outcome } from '../outcome.ts'
import { judge, MCP, rfc, skip, skipAll, type Rule, type Verdict } from '../verdict.ts'

const TRANSPORT = `${MCP}/transports/streamable-http`

export const TOKEN_RULES = {
  'token.accepted': {
    level: 'error',
    title: 'The given token is accepted',
    source: `${MCP}/authorization#access-token-usage`,
    remedy: 'Obtain a token for exactly this resource. If it is one, the server refuses its own clients: see the answer.'
  },
  'token.notification': {
    level: 'error',
    title: 'A notification is answered 202 without a body',
    source: `${TRANSPORT}#sending-messages`,
    remedy: 'Answer every notification that is accepted 202 with an empty body: some clients wait for a message after 200.'
  },
  'token.lists-tools': {
    level: 'warning',
    title: 'tools/list has a result',
    source: `${MCP}/transports/streamable-http#sending-messages`,
    remedy: 'Answer 200 with a JSON-RPC result; if a scope is missing, 403 with a challenge that names it.'
  },
  'token.bad-json': {
    level: 'error',
    title: 'A body that is not JSON is answered 400',
    source: `${TRANSPORT}#sending-messages`,
    remedy: 'Answer 400 with a JSON-RPC error (-32700), not with the page of a framework.'
  },
  'token.batch': {
    level: 'warning',
    title: 'An array of messages is refused as a whole',
    source: `${TRANSPORT}#sending-messages`,
    remedy: 'Answer 400: batches were removed in 2025-06-18, and a check per HTTP request does not see the messages inside.'
  },
  'token.unknown-method': {
    level: 'error',
    title: 'An unknown method is answered with -32601',
    source: `${TRANSPORT}#protocol-version-header`,
    remedy: 'Answer with the JSON-RPC error -32601: with 404 to modern clients, with 200 to legacy ones.'
  },
  'token.unknown-tool': {
    level: 'warning',
    title: 'An unknown tool is refused as unknown',
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools',
    remedy: 'Answer with the JSON-RPC error -32602 and without an exception.'
  },
  'token.media-type': {
    level: 'warning',
    title: 'A body with another content type than JSON is refused',
    source: `${TRANSPORT}#sending-messages`,
    remedy: 'Accept application/json only: any page may send text/plain across origins without a preflight.'
  },
  'token.get': {
    level: 'error',
    title: 'GET is answered 405, or with an event stream to legacy clients',
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#listening-for-messages-from-the-server',
    remedy: 'Answer 405 with Allow: POST.'
  },
  'token.twice': {
    level: 'warning',
    title: 'Two Authorization fields are refused, even when both are valid',
    source: rfc(6750, '3.1'),
    remedy: 'Count the fields as received; frameworks hide the second one, and a proxy may have used the other.'
  },
  'token.session-is-no-credential': {
    level: 'error',
    title: 'A session id without a token is refused',
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/security_best_practices#session-hijacking',
    remedy: 'Check the token of every request; a session id is not a credential.'
  },
  'token.header-mismatch': {
    level: 'error',
    title: 'Headers that contradict the body are refused with -32020',
    source: `${TRANSPORT}#server-validation`,
    remedy: 'Compare Mcp-Method, Mcp-Name and MCP-Protocol-Version with the body: a proxy may have used the header for a decision.'
  },
  'token.unsupported-version': {
    level: 'error',
    title: 'An unknown protocol version is refused with -32022',
    source: `${TRANSPORT}#protocol-version-header`,
    remedy: 'Answer 400 with the JSON-RPC error -32022 and the versions that are supported.'
  }
} as const satisfies Record<string, Rule>

type Id = keyof typeof TOKEN_RULES
const RULES = Object.keys(TOKEN_RULES) as Id[]
const BATCHES = '2025-03-26'

export function checkWithToken (observations: TokenObservations | undefined): Verdict<Id>[] {
  if (observations === undefined) return skipAll(RULES, 'needs --token-file')
  const { initialize, discover, eras, further } = observations
  if (further === undefined) return [judgeRefused(initialize, discover), ...skipAll(RULES.slice(1), 'the token was not accepted')]
  return [judge('token.accepted', true, `served: ${eras.join(' and ')} clients`), ...checkFurther(further, eras.includes('legacy'))]
}

/** A token that is bound to a key is refused rightly: a check has no key to prove possession with. */
function judgeRefused (initialize: Outcome, discover: Outcome): Verdict<Id> {
  const bound = challengesOf(headerLines(initialize, 'www-authenticate'), 'dpop').some(({ parameters }) => parameters.has('error'))
  if (bound && statusOf(initialize) === 401) {
    return skip('token.accepted', `${showAnswer(initialize)} in a DPoP challenge: a token that is bound to a key cannot be checked`)
  }
  return judge('token.accepted', false, `initialize: ${showAnswer(initialize)}; server/discover: ${showAnswer(discover)}`)
}

function checkFurther (further: Further, isLegacy: boolean): Verdict<Id>[] {
  const { list, batch, get, notification, twice, session, version, modern } = further
  const { 'unknown-method': unknownMethod, 'unknown-tool': unknownTool } = further
  const streams = statusOf(get) === 200 && headerOf(get, 'content-type')?.toLowerCase().startsWith('text/event-stream') === true
  const listed = messageOf(list)
  const tool = messageOf(unknownTool)
  // What is refused like tools/list says nothing about the oddity of the request: a scope is missing, or the server fails.
  const refusedAnyway = (outcome: Outcome) => statusOf(list) !== 200 && alike(outcome, list)
  const compare = (rule: Id, outcome: Outcome, followed: boolean) => followed || !refusedAnyway(outcome)
    ? judge(rule, followed, showAnswer(outcome))
    : skip(rule, 'answered like tools/list: see token.lists-tools')
  return [
    judge('token.notification', isAccepted(notification, isLegacy),
      showOutcome(notification) + (hasBody(notification) ? ' with a body' : '')),
    lacksScope(list)
      ? skip('token.lists-tools', `${showAnswer(list)}, which names what is missing`)
      : judge('token.lists-tools', statusOf(list) === 200 && isJsonObject(listed) && isJsonObject(listed.result), showAnswer(list)),
    compare('token.bad-json', further['bad-json'], statusOf(further['bad-json']) === 400),
    version === BATCHES
      ? skip('token.batch', `the server speaks ${BATCHES}, which has batches`)
      : compare('token.batch', batch, isRefusal(batch)),
    compare('token.unknown-method', unknownMethod, hasStatus(unknownMethod, [200, 404]) && codeOf(unknownMethod) === -32601),
    compare('token.unknown-tool', unknownTool, [-32601, -32602].includes(codeOf(unknownTool) ?? 0) || statusOf(unknownTool) === 403 ||
      (isJsonObject(tool) && isJsonObject(tool.result) && tool.result.isError === true)),
    compare('token.media-type', further['media-type'], hasStatus(further['media-type'], [400, 406, 415])),
    compare('token.get', get, statusOf(get) === 405 || streams),
    compare('token.twice', twice, hasStatus(twice, [400, 401])),
    session === undefined
      ? skip('token.session-is-no-credential', 'the server has no sessions')
      : judge('token.session-is-no-credential', isRefusal(session), showOutcome(session)),
    ...(modern === undefined
      ? skipAll<Id>(['token.header-mismatch', 'token.unsupported-version'], 'modern clients are not served')
      : [
          judgeCode('token.header-mismatch', modern['header-mismatch'], -32020),
          judgeCode('token.unsupported-version', modern.version, -32022)
        ])
  ]
}

/** A legacy client cannot go on when its `notifications/initialized` is refused; a modern one may be told that it was not accepted. */
function isAccepted (notification: Outcome, isLegacy: boolean): boolean {
  if (statusOf(notification) === 202) return !hasBody(notification)
  return !isLegacy && isRefusal(notification)
}

/** A token without the scope for the list is refused rightly, with the scope to request (RFC 6750 section 3.1). */
function lacksScope (outcome: Outcome): boolean {
  const parameters = tokenChallenge(headerLines(outcome, 'www-authenticate'))?.parameters
  return statusOf(outcome) === 403 && parameters?.get('error') === 'insufficient_scope' && parameters.has('scope')
}

function hasBody (outcome: Outcome): boolean {
  return outcome.kind === 'reply' && outcome.body !== ''
}

function judgeCode (rule: Id, outcome: Outcome, code: number): Verdict<Id> {
  return judge(rule, statusOf(outcome) === 400 && codeOf(outcome) === code, showAnswer(outcome))
}

function codeOf (outcome: Outcome): number | undefined {
  const message = messageOf(outcome)
  const error = isJsonObject(message) ? message.error : undefined
  return isJsonObject(error) && typeof error.code === 'number' ? error.code : undefined
}

function showAnswer (outcome: Outcome): string {
  const code = codeOf(outcome)
  const error = tokenChallenge(headerLines(outcome, 'www-authenticate'))?.parameters.get('error')
  return [
    showOutcome(outcome),
    ...code === undefined ? [] : [`JSON-RPC error ${code}`],
    ...error === undefined ? [] : [`error="${show(error)}"`]
  ].join(', ')
}
