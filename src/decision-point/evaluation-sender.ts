// Sends evaluation requests to a policy decision point, with what this gateway authenticates with and within one deadline
// (https://openid.net/specs/authorization-api-1_0.html#section-10.1).

import { createExchanger, type ExchangeReply } from '../auth/server/exchange.ts'
import type { Clock } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'

export interface DecisionPointAccess {
  /** The evaluation endpoint. */
  readonly url: string
  /** Milliseconds for one whole evaluation, waiting for a connection and one retry included. */
  readonly deadlineMs: number
  /** What this gateway authenticates with; never a token of a client. */
  readonly bearerToken?: string | undefined
}

export interface EvaluationSender {
  /** @throws AuthorizationServerUnavailable (as a rejected promise) when no whole reply arrived; any HTTP status is a reply */
  readonly send: (question: JsonObject) => Promise<ExchangeReply>
  /** Waits for evaluations in flight. */
  readonly close: () => Promise<void>
}

export function createEvaluationSender ({ url, deadlineMs, bearerToken }: DecisionPointAccess, clock: Clock): EvaluationSender {
  const { origin, pathname, search } = new URL(url)
  const { exchange, close } = createExchanger(clock)
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    ...(bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` })
  }
  return {
    send: question => exchange({ origin, path: pathname + search, method: 'POST', headers, body: JSON.stringify(question) }, deadlineMs),
    close
  }
}
