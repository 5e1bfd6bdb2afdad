// The messages between the primary and its workers, over the channel of node:child_process.

export type EndSignal = 'SIGTERM' | 'SIGINT'

/** From the primary to a worker. */
export type Order =
  | { readonly kind: 'begin', readonly number: number, readonly handover: unknown }
  /** With an id, the worker answers once it has taken the news. */
  | { readonly kind: 'news', readonly news: unknown, readonly id?: number }
  | { readonly kind: 'question', readonly id: number }
  | { readonly kind: 'end', readonly signal: EndSignal }

/** From a worker to the primary. */
export type Report =
  /** The worker listens; earlier messages to it are lost. */
  | { readonly kind: 'listens' }
  | { readonly kind: 'ready', readonly address: string }
  /** The worker cannot start, and ends. */
  | { readonly kind: 'failed', readonly why: string }
  | { readonly kind: 'answer', readonly id: number, readonly text: string }
  /** Something that the primary did not ask for. */
  | { readonly kind: 'told', readonly told: unknown }
