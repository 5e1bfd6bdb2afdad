// What a hostile MCP server does when a tool is called, for every transport: the messages that it sends, and how it goes on. The name of
// the
// tool chooses; its arguments say how much.

type Json = Readonly<Record<string, unknown>>

export interface Reaction {
  /** Sent in this order, each a JSON-RPC message or a text that is none. */
  readonly messages: readonly (Json | string)[]
  /** `end`: nothing more, the default. The others replace or follow the last message. */
  readonly then?: 'hang' | 'crash' | 'half' | 'drip' | 'replies'
}

export interface HostileSession {
  calls: number
}

export interface CallMessage {
  readonly id: number
  readonly params: { readonly name: string, readonly arguments: Json, readonly _meta?: Json }
}

export const SERVER_INFO = { name: 'hostile', version: '1.0.0' }
/** What a server may ask a client; of these, the gateway knows `ping` alone. */
export const SERVER_REQUESTS = ['ping', 'sampling/createMessage', 'roots/list', 'elicitation/create'] as const

const numberOf = (value: unknown, otherwise: number): number => typeof value === 'number' ? value : otherwise
const text = (value: unknown): Json => ({ content: [{ type: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) }] })

export function reactionTo (
  { id, params: { name, arguments: args, _meta: meta } }: CallMessage, session: HostileSession, modern: boolean
): Reaction {
  const answer = (result: Json): Json => ({ jsonrpc: '2.0', id, result: modern ? { resultType: 'complete', ...result } : result })
  const notification = (method: string, params: Json = {}): Json => ({ jsonrpc: '2.0', method, params })
  const progress = (step: number): Json =>
    notification('notifications/progress', { progressToken: meta?.['progressToken'], progress: step, total: numberOf(args['steps'], 4), message: `step ${step}` })
  session.calls += 1
  switch (name) {
    case 'echo': return { messages: [answer({ ...text(args), structuredContent: { arguments: args, meta: meta ?? null } })] }
    case 'count': return { messages: [answer({ ...text(session.calls), structuredContent: { calls: session.calls } })] }
    case 'hang': return { messages: [], then: 'hang' }
    case 'crash': return { messages: [], then: 'crash' }
    case 'half': return { messages: [answer(text('half'))], then: 'half' }
    case 'drip': return { messages: [answer(text('drop by drop'))], then: 'drip' }
    case 'twice': return { messages: [answer(text('first')), answer(text('second'))] }
    case 'wrong-id': return { messages: [{ ...answer(text('of another')), id: id + 1000 }], then: 'hang' }
    case 'no-id': return { messages: [{ jsonrpc: '2.0', result: text('of nothing') }], then: 'hang' }
    case 'huge': return { messages: [answer(text('x'.repeat(numberOf(args['bytes'], 1000))))] }
    case 'progress': {
      const steps = Array.from({ length: numberOf(args['steps'], 4) }, (_, index) => progress(index + 1))
      return {
        messages: [...steps, notification('notifications/progress', { progressToken: 'of-another', progress: 1 }), answer(text('done'))]
      }
    }
    case 'fail': return { messages: [answer({ ...text('no'), isError: true })] }
    case 'refuse': return { messages: [{ jsonrpc: '2.0', id, error: { code: args['code'] ?? -32602, message: 'm'.repeat(5000) } }] }
    case 'asks':
      return { messages: SERVER_REQUESTS.map((method, index) => ({ jsonrpc: '2.0', id: `ask-${index}`, method, params: {} })), then: 'replies' }
    case 'changes': {
      const times = numberOf(args['times'], 1)
      return {
        messages: [...Array.from({ length: times }, () => notification('notifications/tools/list_changed')), answer(text('changed'))]
      }
    }
    case 'banner': return {
      messages: [...Array.from({ length: numberOf(args['lines'], 3) }, () => 'Welcome to the hostile server!'), answer(text('hello'))]
    }
    case 'result': return { messages: [{ jsonrpc: '2.0', id, result: args['result'] }] }
    default: return { messages: [{ jsonrpc: '2.0', id, error: { code: -32602, message: `Unknown tool ${name}` } }] }
  }
}

/** The answer that ends `asks`, with what the client said. */
export function answerWithReplies (id: number, replies: readonly Json[], modern: boolean): Json {
  return { jsonrpc: '2.0', id, result: { ...(modern && { resultType: 'complete' }), content: [], structuredContent: { replies } } }
}

export interface ListingScript {
  /** `endless`: each page has another cursor. `loop`: the second cursor comes again. Default: one page. */
  readonly pages?: 'endless' | 'loop' | number
  readonly toolsPerPage?: number
  readonly toolBytes?: number
}

/** One page of `tools/list`. */
export function pageOf (cursor: unknown, { pages = 1, toolsPerPage = 2, toolBytes = 10 }: ListingScript, modern: boolean): Json {
  const page = typeof cursor === 'string' ? Number(cursor) : 0
  const tools = Array.from({ length: toolsPerPage }, (_, index) => ({
    name: `tool-${page}-${index}`, description: 'd'.repeat(toolBytes), inputSchema: { type: 'object' }
  }))
  const more = pages === 'endless' || pages === 'loop' || page + 1 < pages
  const next = pages === 'loop' ? 1 : page + 1
  return {
    ...(modern && { resultType: 'complete', ttlMs: 0, cacheScope: 'public' }),
    tools,
    ...(more && { nextCursor: String(next) })
  }
}

export function handshakeResult (method: string, revision: string): Json {
  const said = { capabilities: { tools: { listChanged: true } }, instructions: 'i'.repeat(20_000) }
  return method === 'initialize'
    ? { protocolVersion: revision, serverInfo: SERVER_INFO, ...said }
    : {
        resultType: 'complete',
        supportedVersions: [revision],
        ttlMs: 0,
        cacheScope: 'public',
        _meta: { 'io.modelcontextprotocol/serverInfo': SERVER_INFO },
        ...said
      }
}
