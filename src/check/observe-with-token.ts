// Requests with a valid token. Only harmless messages are sent, and no tool of the server is called. The token is sent to the
// endpoint only.

import { isJsonObject } from '../kernel/json.ts'
import { batch, initializeMessage, LEGACY, legacyMessage, modernMessage, MODERN, NO_SUCH, type Message } from './probe-messages.ts'
import { FOREIGN_ORIGIN } from './observe.ts'
import { headerOf, messageOf, type Outcome } from './outcome.ts'
import type { Prober } from './prober.ts'
import type { Target } from './target.ts'

export interface TokenObservations {
  readonly initialize: Outcome
  readonly discover: Outcome
  /** The token with the scheme DPoP and without a proof. */
  readonly dpop: Outcome
  /** The eras that are served: `initialize` (legacy) or `server/discover` (modern) had a result. */
  readonly eras: ReadonlyArray<'legacy' | 'modern'>
  /** The outcomes of the other requests; absent when neither era is served. */
  readonly further: Further | undefined
}

export type Further = Readonly<Record<
  'notification' | 'list' | 'bad-json' | 'batch' | 'unknown-method' | 'unknown-tool' | 'media-type' | 'get' | 'foreign' | 'null' | 'twice',
  Outcome>> & {
    /** With the session of a legacy client and no token. */
    readonly session: Outcome | undefined
    /** The protocol version that the requests named. */
    readonly version: string
    readonly modern: Readonly<Record<'header-mismatch' | 'version', Outcome>> | undefined
  }

export async function observeWithToken (prober: Prober, target: Target, token: string): Promise<TokenObservations> {
  const url = target.endpoint
  const credentials = ['authorization', `Bearer ${token}`] as const
  const bare = ({ headers, body }: Message, more: Message['headers'] = []) =>
    prober.send({ method: 'POST', url, headers: [...headers, ...more], body })
  const post = (message: Message, more: Message['headers'] = []) => bare(message, [credentials, ...more])

  const [initialize, discover, dpop] = await Promise.all([
    post(initializeMessage()),
    post(modernMessage('server/discover')),
    bare(initializeMessage(), [['authorization', `DPoP ${token}`]])
  ])
  const legacy = resultOf(initialize)
  const modern = resultOf(discover) !== undefined
  const eras = [...(legacy === undefined ? [] : ['legacy' as const]), ...(modern ? ['modern' as const] : [])]
  if (eras.length === 0) return { initialize, discover, dpop, eras, further: undefined }

  const session = headerOf(initialize, 'mcp-session-id')
  const version = typeof legacy?.protocolVersion === 'string' ? legacy.protocolVersion : LEGACY
  const message = (method: string, params?: object) => legacy === undefined
    ? modernMessage(method, params)
    : legacyMessage(method, params, { version, session })
  // A cancellation of a request that was never made changes nothing.
  const notification = await post(legacy === undefined
    ? modernMessage('notifications/cancelled', { requestId: NO_SUCH })
    : legacyMessage('notifications/initialized', {}, { version, session }))

  const list = message('tools/list')
  const versionHeader = ['mcp-protocol-version', legacy === undefined ? MODERN : version] as const
  const names = ['list', 'bad-json', 'batch', 'unknown-method', 'unknown-tool', 'media-type', 'get', 'foreign', 'null', 'twice'] as const
  const answers = await Promise.all([
    post(list),
    post({ ...list, body: '{"jsonrpc":' }),
    post({ ...list, body: batch() }),
    post(message(NO_SUCH)),
    post(message('tools/call', { name: NO_SUCH, arguments: {} })),
    post({ ...list, headers: list.headers.map(([name, value]) => [name, name === 'content-type' ? 'text/plain' : value]) }),
    prober.send({ url, headers: [credentials, ['accept', 'text/event-stream'], ...sessionOf(session), versionHeader] }),
    post(list, [['origin', FOREIGN_ORIGIN]]),
    post(list, [['origin', 'null']]),
    post(list, [credentials])
  ])
  const withoutToken = session === undefined ? undefined : await bare(list)
  const modernAnswers = modern
    ? {
        'header-mismatch': await post(modernMessage('tools/list', {}, { methodHeader: 'server/discover' })),
        version: await post(modernMessage('tools/list', {}, { version: '1900-01-01' }))
      }
    : undefined
  if (session !== undefined) await prober.send({ method: 'DELETE', url, headers: [credentials, ...sessionOf(session), versionHeader] })
  const further = Object.fromEntries(names.map((name, place) => [name, answers[place]])) as Record<(typeof names)[number], Outcome>
  const rest = { notification, session: withoutToken, version: versionHeader[1], modern: modernAnswers }
  return { initialize, discover, dpop, eras, further: { ...further, ...rest } }
}

function sessionOf (session: string | undefined): Message['headers'] {
  return session === undefined ? [] : [['mcp-session-id', session]]
}

function resultOf (outcome: Outcome) {
  const message = outcome.kind === 'reply' && outcome.status === 200 ? messageOf(outcome) : undefined
  return isJsonObject(message) && isJsonObject(message.result) ? message.result : undefined
}
