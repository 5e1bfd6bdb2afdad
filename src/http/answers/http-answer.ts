// What goes over the wire? Status, headers, body: plain data that the routes send and tests compare.

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Bytes where they were encoded ahead. */
  readonly body: string | Buffer
}

export const JSON_TYPE = 'application/json; charset=utf-8'

/** Refusals and everything that depends on a token are nobody else's to keep. */
export const NO_STORE = { 'content-type': JSON_TYPE, 'cache-control': 'no-store' } as const
