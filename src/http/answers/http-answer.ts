// An HTTP answer as plain data: status, headers and body, which the routes send and tests compare.

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A Buffer where the answer was encoded in advance. */
  readonly body: string | Buffer
}

export const JSON_TYPE = 'application/json; charset=utf-8'

/** For refusals and answers that depend on a token: no cache may store them (RFC 9111 §5.2.2.5). */
export const NO_STORE = { 'content-type': JSON_TYPE, 'cache-control': 'no-store' } as const
