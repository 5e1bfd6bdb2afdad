// What do the first process and its workers say to each other? Plain values, over the channel that Node.js opens between them.

export type EndSignal = 'SIGTERM' | 'SIGINT'

/** To a worker. */
export type Order =
  | { readonly kind: 'begin', readonly number: number, readonly handover: unknown }
  | { readonly kind: 'news', readonly news: unknown }
  | { readonly kind: 'question', readonly id: number }
  | { readonly kind: 'end', readonly signal: EndSignal }

/** From a worker. */
export type Report =
  /** What was said to it before is lost. */
  | { readonly kind: 'listens' }
  | { readonly kind: 'ready', readonly address: string }
  /** It cannot begin, and ends. */
  | { readonly kind: 'failed', readonly why: string }
  | { readonly kind: 'answer', readonly id: number, readonly text: string }
