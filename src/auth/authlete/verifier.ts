// Who can say what a token of Authlete's is worth? Authlete, asked directly with the credentials of the service. The answer goes
// through the same reader and the same checks as any other.

import type { Dispatcher } from 'undici'
import type { Clock } from '../../kernel/clock.ts'
import { createExchanger } from '../server/exchange.ts'
import { explainFailure } from '../server/exchange-failure.ts'
import { readJsonBody } from '../server/json-body.ts'
import type { AskingVerifier } from '../verifier.ts'
import { createAuthleteClient } from './client.ts'
import { parseAuthleteReply } from './reply.ts'

export interface AuthleteVerifierSettings {
  /** Of the tokens: what Authlete calls the issuer identifier of the service. */
  readonly issuer: string
  readonly baseUrl: string
  readonly serviceId: string
  /** The service access token. */
  readonly accessToken: string
  /** For one whole introspection, connection and retry included. */
  readonly deadlineMs: number
  readonly clock: Clock
  /** Instead of connection pools of our own; stays open on `close`. */
  readonly dispatcher?: Dispatcher | undefined
}

/** @see https://docs.authlete.com/en/shared/latest#post-/api/auth/introspection */
export function createAuthleteVerifier ({ issuer, baseUrl, serviceId, accessToken, deadlineMs, clock, dispatcher }: AuthleteVerifierSettings): AskingVerifier {
  const exchanger = createExchanger(clock, dispatcher)
  const client = createAuthleteClient({ baseUrl, serviceId, accessToken, exchanger })
  return {
    identity: `authlete ${JSON.stringify([issuer, baseUrl, serviceId])}`,
    async verify (token) {
      const reply = await client.introspect(token, deadlineMs)
      if (reply.status !== 200) throw explainFailure(reply, clock.now())
      return parseAuthleteReply(readJsonBody(reply))
    },
    // Nothing is to be found out: the address is configured. Missing software is.
    ready: client.load,
    known: () => true,
    close: exchanger.close
  }
}
