// Rules about requests with a valid token: the transport rules that a server without one hides behind the 401.

import { isJsonObject } from '../../kernel/json.ts'
import { tokenChallenge } from '../challenge-syntax.ts'
import type { Further, TokenObservations } from '../observe-with-token.ts'
import { hasStatus, headerLines, headerOf, messageOf, show, showOutcome, statusOf, type Outcome } from '../outcome.ts'
import { judge, MCP, skip, skipAll, type Rule, type Verdict } from '../verdict.ts'

const TRANSPORT = `${MCP}/transports/streamable-http`

export const TOKEN_RULES = {
  'token.accepted': {
    level: 'error',
    title: 'The given token is accepted',
    source: `${MCP}/authorization#access-token-usage`,
    remedy: 'Obtain a token for exactly this resource. If it is one, the server refuses its own clients: see the answer.'
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
    level: 'error',
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
    level: 'error',
    title: 'Two Authorization fields are refused, even when both are valid',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-5.3',
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

export function checkWithToken (observations: TokenObservations | undefined): Verdict<Id>[] {
  if (observations === undefined) return skipAll(RULES, 'needs --token-file')
  const { initialize, discover, eras, further } = observations
  if (further === undefined) return [judge('token.accepted', false, `initialize: ${showAnswer(initialize)}; server/discover: ${showAnswer(discover)}`), ...skipAll(RULES.slice(1), 'the token was not accepted')]
  return [judge('token.accepted', true, `served: ${eras.join(' and ')} clients`), ...checkFurther(further)]
}

function checkFurther (further: Further): Verdict<Id>[] {
  const { list, batch, get, twice, session, modern } = further
  const streams = statusOf(get) === 200 && headerOf(get, 'content-type')?.toLowerCase().startsWith('text/event-stream') === true
  const listed = messageOf(list)
  const tool = messageOf(further['unknown-tool'])
  return [
    judge('token.lists-tools', statusOf(list) === 200 && isJsonObject(listed) && isJsonObject(listed.result), showAnswer(list)),
    judge('token.bad-json', statusOf(further['bad-json']) === 400, showAnswer(further['bad-json'])),
    judge('token.batch', batch.kind === 'reply' && batch.status >= 400 && batch.status < 500, showAnswer(batch)),
    judge('token.unknown-method', hasStatus(further['unknown-method'], [200, 404]) && codeOf(further['unknown-method']) === -32601, showAnswer(further['unknown-method'])),
    judge('token.unknown-tool', codeOf(further['unknown-tool']) === -32602 || statusOf(further['unknown-tool']) === 403 ||
      (isJsonObject(tool) && isJsonObject(tool.result) && tool.result.isError === true), showAnswer(further['unknown-tool'])),
    judge('token.media-type', hasStatus(further['media-type'], [400, 406, 415]), showAnswer(further['media-type'])),
    judge('token.get', statusOf(get) === 405 || streams, showOutcome(get)),
    judge('token.twice', hasStatus(twice, [400, 401]), showOutcome(twice)),
    session === undefined ? skip('token.session-is-no-credential', 'the server has no sessions') : judge('token.session-is-no-credential', statusOf(session) === 401, showOutcome(session)),
    ...(modern === undefined
      ? skipAll<Id>(['token.header-mismatch', 'token.unsupported-version'], 'modern clients are not served')
      : [
          judge<Id>('token.header-mismatch', statusOf(modern['header-mismatch']) === 400 && codeOf(modern['header-mismatch']) === -32020, showAnswer(modern['header-mismatch'])),
          judge<Id>('token.unsupported-version', statusOf(modern.version) === 400 && codeOf(modern.version) === -32022, showAnswer(modern.version))
        ])
  ]
}

function codeOf (outcome: Outcome): number | undefined {
  const message = messageOf(outcome)
  const error = isJsonObject(message) ? message.error : undefined
  return isJsonObject(error) && typeof error.code === 'number' ? error.code : undefined
}

function showAnswer (outcome: Outcome): string {
  const code = codeOf(outcome)
  const error = tokenChallenge(headerLines(outcome, 'www-authenticate'))?.parameters.get('error')
  return `${showOutcome(outcome)}${code === undefined ? '' : `, JSON-RPC error ${code}`}${error === undefined ? '' : `, error="${show(error)}"`}`
}
