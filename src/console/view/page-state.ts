// The state of the page and what changes it: requests, the open one, filters, pause, replay. Pure: the page is drawn from it, and the tests
// of the page need no more than what a browser shows.

import type { SessionHead, ShownRequest } from '../shown-request.ts'

export interface Numbered {
  readonly number: number
  readonly request: ShownRequest
}

export type FilterName = 'person' | 'client' | 'tool' | 'outcome'
type Filters = Readonly<Record<FilterName, string>>
export type Outcome = 'allowed' | 'refused' | 'undecided' | 'running'

export interface PageState {
  readonly head: SessionHead | undefined
  readonly connected: boolean
  readonly requests: ReadonlyMap<number, ShownRequest>
  /** What came while the page was paused. */
  readonly waiting: ReadonlyMap<number, ShownRequest>
  readonly paused: boolean
  readonly open: number | undefined
  readonly filters: Filters
  readonly dropped: number
  /** A saved session in place of the stream. */
  readonly replayed: boolean
  /** The line of a file that was no saved session. */
  readonly badLine: number | undefined
}

export type PageEvent =
  | { readonly kind: 'hello', readonly head: SessionHead, readonly restarted: boolean }
  | { readonly kind: 'connection', readonly connected: boolean }
  | { readonly kind: 'requests', readonly requests: readonly Numbered[] }
  | { readonly kind: 'dropped', readonly count: number }
  | { readonly kind: 'pause' }
  | { readonly kind: 'open', readonly number: number | undefined }
  | { readonly kind: 'filter', readonly name: FilterName, readonly value: string }
  | { readonly kind: 'replay', readonly head: SessionHead, readonly requests: readonly Numbered[] }
  | { readonly kind: 'bad-file', readonly line: number }

const MAX_REQUESTS = 2000

export const initialState: PageState = {
  head: undefined,
  connected: false,
  requests: new Map(),
  waiting: new Map(),
  paused: false,
  open: undefined,
  filters: { person: '', client: '', tool: '', outcome: '' },
  dropped: 0,
  replayed: false,
  badLine: undefined
}

export function changed (state: PageState, event: PageEvent): PageState {
  switch (event.kind) {
    case 'hello': {
      const { head, restarted } = event
      return restarted ? { ...initialState, filters: state.filters, head, connected: true } : { ...state, head, connected: true }
    }
    case 'connection': return { ...state, connected: event.connected }
    case 'requests': return state.paused
      ? { ...state, waiting: merged(state.waiting, event.requests) }
      : { ...state, requests: merged(state.requests, event.requests) }
    case 'dropped': return { ...state, dropped: state.dropped + event.count }
    case 'pause': {
      const waiting = [...state.waiting].map(([number, request]) => ({ number, request }))
      return state.paused
        ? { ...state, paused: false, requests: merged(state.requests, waiting), waiting: new Map() }
        : { ...state, paused: true }
    }
    case 'open': return { ...state, open: event.number }
    case 'filter': return { ...state, filters: { ...state.filters, [event.name]: event.value } }
    case 'replay': return { ...initialState, head: event.head, replayed: true, requests: merged(new Map(), event.requests) }
    case 'bad-file': return { ...state, badLine: event.line }
  }
}

/** A newer revision takes the place of an older one. */
function merged (known: ReadonlyMap<number, ShownRequest>, more: readonly Numbered[]): ReadonlyMap<number, ShownRequest> {
  const next = new Map(known)
  for (const { number, request } of more) if (request.rev >= (next.get(number)?.rev ?? 0)) next.set(number, request)
  const numbers = [...next.keys()].sort((one, other) => one - other)
  for (const number of numbers.slice(0, Math.max(0, numbers.length - MAX_REQUESTS))) next.delete(number)
  return next
}

export function outcomeOf ({ state, granted, reason, status = 0 }: ShownRequest): Outcome {
  if (state === 'running' && granted === undefined) return 'running'
  if (reason === 'fault' || reason === 'overloaded' || status >= 500 || granted === undefined) return 'undecided'
  return granted ? 'allowed' : 'refused'
}

export function valueOf (name: FilterName, request: ShownRequest): string | undefined {
  switch (name) {
    case 'person': return request.person?.subject
    case 'client': return request.clientId
    case 'tool': return request.tool
    case 'outcome': return outcomeOf(request)
  }
}

/** Newest first. */
export function listed ({ requests, filters }: PageState): readonly Numbered[] {
  const names = Object.keys(filters) as FilterName[]
  return [...requests].map(([number, request]) => ({ number, request }))
    .filter(({ request }) => names.every(name => filters[name] === '' || valueOf(name, request) === filters[name]))
    .sort((one, other) => other.number - one.number)
}

export interface Related {
  readonly number: number
  /** The retry names the refusal; otherwise it is likely. */
  readonly said: boolean
}

const RETRY_WITHIN_MS = 900_000

/** The refusal that this request tries again after. */
export function retriedBy (requests: ReadonlyMap<number, ShownRequest>, number: number): Related | undefined {
  const request = requests.get(number)
  if (request?.tool === undefined) return undefined
  for (const [other, refused] of [...requests].sort(([one], [two]) => two - one)) {
    if (other >= number || refused.contextId === undefined) continue
    if (request.retryOf === refused.contextId) return { number: other, said: true }
    if (request.retryOf === undefined && isLikelyRetry(request, refused)) return { number: other, said: false }
  }
  return undefined
}

function isLikelyRetry (request: ShownRequest, refused: ShownRequest): boolean {
  return request.tool === refused.tool && request.person !== undefined && request.person.subject === refused.person?.subject &&
    request.clientId === refused.clientId && request.tokenHash !== refused.tokenHash &&
    Date.parse(request.at) - Date.parse(refused.at) < RETRY_WITHIN_MS
}
