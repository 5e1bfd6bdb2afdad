// Replies of token exchanges as lax and as hostile servers send them, to show that a gateway uses none of them.

import { setTimeout as delay } from 'node:timers/promises'
import type { JsonObject } from '../../kernel/json.ts'

/** @param reply as this server would send it */
export type ReplyVariant = (reply: JsonObject, subjectToken: string) => JsonObject | Promise<JsonObject>

const SLOW_MS = 30_000

export const REPLY_VARIANTS = {
  /** Gives the token of the client back: a gateway that uses it passes that token through. */
  sameToken: (reply, subjectToken) => ({ ...reply, access_token: subjectToken }),
  /** Does not know authorization details, and leaves them out. */
  ignoresDetails: ({ authorization_details: _, ...reply }) => reply,
  widerScope: reply => ({ ...reply, scope: 'everything' }),
  widerDetails: reply => ({ ...reply, authorization_details: [{ type: 'everything' }] }),
  otherTokenType: reply => ({ ...reply, token_type: 'DPoP' }),
  notAnAccessToken: reply => ({ ...reply, issued_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }),
  neverUsable: reply => ({ ...reply, expires_in: 0 }),
  oddCharacters: reply => ({ ...reply, access_token: 'a\r\nx-injected: 1' }),
  huge: reply => ({ ...reply, access_token: 'a'.repeat(1_000_000) }),
  nothing: () => ({}),
  slow: async reply => {
    await delay(SLOW_MS, undefined, { ref: false })
    return reply
  }
} satisfies Readonly<Record<string, ReplyVariant>>
