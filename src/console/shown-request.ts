// What the console shows of one request: the shape that is sent to viewers and saved in files. Codes and values only, because the
// sentences in both languages are in the view. It holds no token, no secret and no argument that no limit was compared with.

export type Lane = 'client' | 'gateway' | 'authorization-server' | 'tool' | 'upstream'

export type ShownValue = string | number | ReadonlyArray<string | number> | null

export interface ShownStep {
  /** Milliseconds since the arrival, in hundredths. */
  readonly at: number
  readonly from: Lane
  /** The same as `from` for what a lane does for itself. */
  readonly to: Lane
  readonly step: 'arrived' | 'cache' | 'asked' | 'answered' | 'decided' | 'tool-started' | 'tool-ended' | 'answer'
  /** How it ended: a status of a token, a reason, a number of milliseconds. */
  readonly outcome?: string
  readonly value?: ShownValue
}

export interface ShownComparison {
  readonly member: string
  readonly needed: ShownValue
  /** Absent: it was compared, and is not shown. */
  readonly found?: ShownValue
  /** The place of the element in the token's `authorization_details`, from 0. */
  readonly element?: number
}

export interface ShownCheck {
  /** A name of `explainToken` or `Policy.explain`. */
  readonly check: string
  readonly outcome: 'passed' | 'failed' | 'not-needed' | 'not-reached' | 'depends-on-arguments'
  readonly problem?: string
  readonly compared?: readonly ShownComparison[]
}

/** What the authorization server said about the token, as far as it is shown. */
export interface ShownReply {
  readonly issuer: string
  readonly subject: string
  readonly clientId?: string
  readonly scopes: readonly string[]
  /** Seconds since 1970. */
  readonly expiresAt?: number
  readonly authenticationContext?: string
  /** The declared members of elements that were compared. */
  readonly details: ReadonlyArray<Readonly<Record<string, ShownValue>>>
  /** Elements and members that are not shown. */
  readonly hidden: number
}

/** Where the answer about the token came from: kept, asked for this request, or asked for another one at the same time. */
type ReplySource = 'kept' | 'asked' | 'joined' | 'live'

interface ShownTotal {
  readonly currency: string
  readonly total?: number
  readonly before: number
  readonly after: number
  /** Which total it was, where a type of details has several. */
  readonly member?: string
  /** `after` is what was left with the call held: what it has used is not known, or not yet. */
  readonly held?: boolean
}

export interface ShownRequest {
  /** `<worker>-<number>`, unique in one life of the process. */
  readonly id: string
  /** Grows; the newest one counts. */
  readonly rev: number
  /** RFC 3339, with milliseconds. */
  readonly at: string
  /** `left`: the caller went away before the answer. */
  readonly state: 'running' | 'ended' | 'left'
  readonly phase?: string
  readonly resource?: string
  readonly person?: { readonly issuer: string, readonly subject: string }
  readonly clientId?: string
  readonly method?: string
  readonly tool?: string
  readonly version?: string
  /** The first ten characters of a digest of the token. */
  readonly tokenHash?: string
  readonly granted?: boolean
  /** As in the log: docs/errors.md. */
  readonly reason?: string
  readonly remark?: string
  readonly status?: number
  readonly ms?: number
  readonly reply?: { readonly source: ReplySource, readonly ageMs?: number, readonly ms?: number, readonly outcome?: string }
  /** What was left of a total, in minor units of its currency. A refused call left it as it was. */
  readonly used?: ShownTotal
  readonly steps: readonly ShownStep[]
  readonly checks: readonly ShownCheck[]
  readonly told?: ShownReply
  /** `WWW-Authenticate` as it was sent. */
  readonly challenge?: string
  /** The first eight characters of the identifiers by which a retry names its denial. */
  readonly contextId?: string
  readonly retryOf?: string
}

/** The first line of a saved session, and the first event of a stream. */
export interface SessionHead {
  readonly format: 'mcp-gateway-session/1'
  readonly version: string
  readonly resource: string
  readonly workers: number
  /** RFC 3339. */
  readonly at: string
}
