// A small policy decision point for tests: AuthZEN evaluations over HTTP, as strict with the request as the specification allows
// (https://openid.net/specs/authorization-api-1_0.html#section-6). What it answers is decided by the test.

import type { JsonObject } from '../../src/kernel/json.ts'
import { answers, startStubAuthorizationServer, type Behaviour, type ReceivedRequest } from './stub-authorization-server.ts'

const PATH = '/access/v1/evaluation'

export interface AskedEvaluation {
  readonly subject: { readonly type: string, readonly id: string, readonly properties?: JsonObject }
  readonly action: { readonly name: string }
  readonly resource: { readonly type: string, readonly id: string, readonly properties?: JsonObject }
  readonly context?: JsonObject
}

type Decide = (evaluation: AskedEvaluation) => JsonObject | Behaviour

export interface DecisionPointServer {
  readonly url: string
  /** Each evaluation as it arrived. */
  readonly asked: readonly ReceivedRequest[]
  readonly evaluations: () => readonly AskedEvaluation[]
  decide: Decide
  readonly close: () => Promise<void>
}

/** Permits everything until the test says otherwise. */
export async function startDecisionPoint (bearerToken?: string): Promise<DecisionPointServer> {
  const server = await startStubAuthorizationServer()
  const point = {
    url: server.origin + PATH,
    asked: server.received,
    evaluations: () => server.received.map(({ body }) => JSON.parse(body) as AskedEvaluation),
    decide: (() => ({ decision: true })) as Decide,
    close: server.close
  }
  server.on(PATH, (request, response, socket) => {
    const wrong = problemOf(request, bearerToken)
    if (wrong !== undefined) return answers(...wrong)(request, response, socket)
    const decided = point.decide(JSON.parse(request.body) as AskedEvaluation)
    if (typeof decided === 'function') decided(request, response, socket)
    else answers(200, JSON.stringify(decided))(request, response, socket)
  })
  return point
}

/** A denial is a 200; these statuses speak about the request alone. */
function problemOf (
  { method, headers, body }: ReceivedRequest, bearerToken: string | undefined
): [status: number, text: string] | undefined {
  if (bearerToken !== undefined && headers.authorization !== `Bearer ${bearerToken}`) return [401, '"who are you?"']
  if (method !== 'POST' || headers['content-type'] !== 'application/json') return [400, '"an evaluation is JSON"']
  const { subject, action, resource } = JSON.parse(body) as Partial<AskedEvaluation>
  const texts = [subject?.type, subject?.id, action?.name, resource?.type, resource?.id]
  return texts.every(text => typeof text === 'string' && text !== '') ? undefined : [400, '"a required member is missing"']
}
