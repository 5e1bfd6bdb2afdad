// Protects a route of the host by scope: the same tokens, checks and challenges as the endpoint, with OAuth JSON in the body.
// The token is one for the gateway's resource; the route's own path plays no part but in DPoP proofs (RFC 9449 section 4.2).

import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify'
import type { Authenticator } from '../../auth/authentication.ts'
import type { VerifiedGrant } from '../../auth/grant.ts'
import type { Rejection } from '../../auth/rejection.ts'
import { rejectionReason } from '../../auth/rejection-reason.ts'
import { GatewayError } from '../../kernel/fault.ts'
import type { Person } from '../../kernel/person.ts'
import type { Decision } from '../../policy/decision.ts'
import type { Policy } from '../../policy/policy.ts'
import type { AuthenticationRequirement, Requirement } from '../../policy/requirement.ts'
import type { Addresses } from '../addresses.ts'
import { routeDenialAnswer, type DenialAnswerOptions } from '../answers/denial-answer.ts'
import { faultAnswer } from '../answers/fault-answer.ts'
import type { HttpAnswer } from '../answers/http-answer.ts'
import type { RejectionAnswers } from '../answers/rejection-answer.ts'
import { sendAnswer } from '../answers/send.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { logFault } from '../decisions/fault-log.ts'
import { hintAtMissingScopes } from '../decisions/missing-scope-hint.ts'
import { watchArrival } from './arrival.ts'
import { createAuthenticationHook, type AuthenticationHookOptions } from './authentication-hook.ts'
import { callState, setCallState, type CallState } from './call-state.ts'
import { hasClearHeaders } from './header-fields.ts'
import { createLateRequestHook } from './late-request.ts'
import { createProofRedemption } from './proof-redemption.ts'
import type { RequestHook } from './request-hook.ts'
import { createTokenRefusals } from './token-refusals.ts'

/** What a request to the route needs. */
export interface RouteRequirement {
  /** All of them are needed (RFC 6749 section 3.3); an empty list asks for a good token alone. */
  readonly scopes: readonly string[]
  /** `fresh` asks the authorization server at every request. Default `cached`. */
  readonly freshness?: 'cached' | 'fresh'
  /** A recent or stronger login (RFC 9470). */
  readonly authentication?: AuthenticationRequirement
}

/** Whose token a request carried, and what it allows. */
export interface McpGrant {
  readonly person: Person
  readonly clientId: string | undefined
  readonly scopes: readonly string[]
  /** As the authorization server wrote it: not checked. `undefined`: absent. */
  readonly authorizationDetails: unknown
}

export interface HostRouteParts extends Omit<AuthenticationHookOptions, 'url'> {
  readonly addresses: Addresses
  readonly authenticator: Authenticator
  readonly policy: Policy
  readonly denials: DenialAnswerOptions
}

/** For `onRequest`. The request is judged once more when its body is complete, by `whenComplete` of its state. */
export function createHostRouteHook (
  parts: HostRouteParts, { scopes, freshness = 'cached', authentication }: RouteRequirement
): RequestHook {
  const { addresses, authenticator, policy, denials, warnOperator, clock } = parts
  // A client without a token learns the scopes of this route, not those to begin with at the endpoint.
  const rejections: RejectionAnswers = { answer: (rejection, _scopes, used) => parts.rejections.answer(rejection, scopes, used) }
  const authenticate = createAuthenticationHook({
    ...parts, rejections, url: ({ url }) => `${addresses.origin}${addresses.strippedPrefix}${url.split('?', 1)[0] ?? ''}`
  })

  const refusals = createTokenRefusals({ rejections, warnOperator, clock })
  const dpop = parts.senderProofs?.dpop
  const redeem = dpop === undefined ? undefined : createProofRedemption({ dpop, refusals, clock })
  const judgeLate = createLateRequestHook({ authenticator, clock, refusals })

  return function protectRoute (request, reply, done) {
    if (!hasClearHeaders(request, reply)) return
    const next = (): void => { authorize(request, reply, done) }
    authenticate(request, reply, redeem === undefined ? next : () => { redeem(request, reply, next) })
  }

  /** A route that asks for a live answer asks once more, where the body was not complete at the first question. */
  function whenComplete (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    judgeLate(request, reply, () => { authorize(request, reply, done) })
  }

  function authorize (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    const state = callState(request)
    if (state === undefined) throw new GatewayError('GW_INTERNAL', 'a route of the host was reached without authentication')
    const receivedMs = state.wholeSinceMs ?? clock.monotonicMs()
    const decision = decide(request, receivedMs, state.grant)
    if (decision.kind !== 'needs-fresh') {
      if (state.whenComplete === undefined) setCallState(request, { ...state, whenComplete })
      return act(request, reply, done, state, decision)
    }
    const arrival = watchArrival(request, receivedMs)
    authenticator.authenticateLive(state.token, state.possession).then(live => {
      if (!live.ok) return reject(request, reply, state, live.error)
      setCallState(request, { ...state, grant: live.value, wholeSinceMs: arrival.wholeSinceMs, whenComplete })
      act(request, reply, done, state, decide(request, receivedMs, live.value))
    }).catch((error: unknown) => {
      const fault = error instanceof GatewayError ? error : new GatewayError('GW_INTERNAL', 'authentication failed', { cause: error })
      act(request, reply, done, state, { kind: 'fault', fault })
    })
  }

  function decide (request: FastifyRequest, receivedAtMonotonicMs: number, grant: VerifiedGrant): Decision {
    const tool = `${request.method} ${request.routeOptions.url ?? ''}`
    const requirement: Requirement = { tool, scopes, authentication, details: undefined, freshness }
    return policy.decide(grant, requirement, { now: clock.now(), receivedAtMonotonicMs })
  }

  function act (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction, state: CallState, decision: Decision): void {
    switch (decision.kind) {
      case 'permit': return done()
      case 'denial': {
        const { denial } = decision
        hintAtMissingScopes(warnOperator, request, callState(request)?.grant, denial)
        return refuse(request, reply, state, denial.kind, routeDenialAnswer(denial, denials, state.possession?.scheme))
      }
      case 'needs-fresh': {
        const fault = new GatewayError('GW_INTERNAL', 'a live answer that is older than the request')
        return act(request, reply, done, state, { kind: 'fault', fault })
      }
      case 'fault': {
        logFault(request.log, decision.fault)
        return refuse(request, reply, state, 'fault', faultAnswer(decision.fault, undefined))
      }
    }
  }

  function reject (request: FastifyRequest, reply: FastifyReply, state: CallState, rejection: Rejection): void {
    if (rejection.kind === 'invalid-token') warnOperator(request.log, rejection.problem, state.token)
    refuse(request, reply, state, rejectionReason(rejection), rejections.answer(rejection, scopes, state.possession?.scheme))
  }

  function refuse (
    request: FastifyRequest, reply: FastifyReply, { grant, startedMs }: CallState, reason: string, answer: HttpAnswer
  ): void {
    publishRefusal(request, { reason, grant, status: answer.status, durationMs: clock.monotonicMs() - startedMs })
    sendAnswer(reply, answer)
  }
}

/** A `preValidation` hook for every route of a host; it looks at those alone that a hook of this file has let through. */
export function judgeWhenComplete (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  const whenComplete = callState(request)?.whenComplete
  if (whenComplete === undefined) done()
  else whenComplete(request, reply, done)
}

/** @throws GatewayError `GW_INTERNAL` where no hook of this file has accepted the request */
export function grantOf (request: FastifyRequest): McpGrant {
  const grant = callState(request)?.grant
  if (grant === undefined) {
    throw new GatewayError('GW_INTERNAL', 'request.mcpGrant was read on a route without the hook of app.mcpGateway.authenticate()')
  }
  const { person, clientId, scopes, authorizationDetails } = grant
  return { person, clientId, scopes: [...scopes], authorizationDetails }
}
