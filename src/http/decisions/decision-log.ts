// What is written down about a decision? One line each: who, which tool, what was decided and why, how long it took.
// No token, no argument, no claim beyond subject-free identifiers.

import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { VerifiedGrant } from '../../auth/grant.ts'
import { explainUnavailable } from '../../auth/likely-cause.ts'
import type { InvalidTokenProblem, Rejection } from '../../auth/rejection.ts'
import type { CircuitEvent } from '../../auth/observation.ts'
import { AuthorizationServerUnavailable, type GatewayError } from '../../kernel/fault.ts'
import type { DecisionRecord } from '../../mcp/message-reply.ts'
import { traceContextOf } from '../../mcp/trace-context.ts'
import { decisionLine } from './decision-line.ts'
import { watchOf } from './decision-watch.ts'

/** @param contextId under which a refused client may say that it tries again */
export function logDecision (
  request: FastifyRequest, record: DecisionRecord, contextId: string | undefined, grant: VerifiedGrant,
  status: number, authenticationMs: number, durationMs: number
): void {
  const line = decisionLine({
    granted: record.granted,
    reason: record.reason,
    remark: record.remark,
    method: record.method,
    tool: record.tool,
    version: record.version,
    decision: record.decision,
    contextId,
    retryOf: record.retryOf,
    clientId: grant.clientId,
    tokenHash: grant.tokenFingerprint,
    status,
    authenticationMs: round(authenticationMs),
    durationMs: round(durationMs),
    // The caller did not wait for the answer: a reply that streamed was cancelled.
    callerLeft: request.raw.socket.destroyed ? true : undefined
  }, traceContextOf(request.body, request.headers))
  request.log.info(line, 'decision')
  watchOf(request)?.({
    granted: record.granted,
    reason: record.reason,
    remark: record.remark,
    method: record.method,
    tool: record.tool,
    person: grant.person,
    clientId: grant.clientId,
    tokenHash: grant.tokenFingerprint,
    permit: record.permit,
    contextId,
    retryOf: record.retryOf,
    status,
    durationMs
  })
}

/** What was refused before a message was read. */
export interface EarlyRefusal {
  readonly reason: string
  readonly remark?: string
  readonly clientId?: string | undefined
  readonly tokenHash?: string | undefined
  readonly status: number
  readonly durationMs: number
}

export function logRefusal (request: FastifyRequest, refusal: EarlyRefusal): void {
  const { reason, remark, clientId, tokenHash, status, durationMs } = refusal
  const line = decisionLine({ granted: false, reason, remark, clientId, tokenHash, status, durationMs: round(durationMs) }, traceContextOf(undefined, request.headers))
  request.log.info(line, 'decision')
  watchOf(request)?.({
    granted: false,
    reason,
    remark,
    clientId,
    tokenHash,
    status,
    durationMs,
    method: undefined,
    tool: undefined,
    person: undefined,
    permit: undefined,
    contextId: undefined,
    retryOf: undefined
  })
}

/** The detail and the cause go to the operator; neither holds a token, a claim or what an upstream wrote. */
export function logFault (log: FastifyBaseLogger, fault: GatewayError): void {
  const unavailable = fault instanceof AuthorizationServerUnavailable ? fault : undefined
  const hint = unavailable === undefined ? undefined : explainUnavailable(unavailable.reason)
  const line = { event: 'fault', code: fault.code, detail: fault.detail, hint, cause: describeCause(fault.cause) }
  // Nothing new: what led to it has its lines, and a crowd would fill the log with this one.
  if (unavailable?.reason === 'circuit-open' || unavailable?.reason === 'overloaded') log.debug(line, fault.message)
  else log.error(line, fault.message)
}

/** One line when an authorization server is left alone, and one when it is asked again. */
export function logCircuit (log: FastifyBaseLogger, { issuer, state }: CircuitEvent): void {
  const line = { event: 'circuit', issuer, state }
  if (state === 'closed') log.info(line, 'the authorization server answers again')
  else if (state === 'open') log.error(line, 'the authorization server is not asked for a while')
}

export function reasonOf (rejection: Rejection): string {
  switch (rejection.kind) {
    case 'missing-token': return rejection.kind
    case 'malformed-credentials': return `${rejection.kind}:${rejection.problem}`
    case 'invalid-proof': return `${rejection.kind}:${rejection.problem}`
    case 'nonce-required': return rejection.kind
    case 'invalid-token': return invalidTokenReason(rejection.problem)
  }
}

function invalidTokenReason (problem: InvalidTokenProblem): string {
  if ('claim' in problem) return `${problem.kind}:${problem.claim}`
  return 'problem' in problem ? `${problem.kind}:${problem.problem}` : problem.kind
}

/** Names and code frames only: the message of a foreign error may quote anything. */
function describeCause (cause: unknown): object | undefined {
  if (!(cause instanceof Error)) return undefined
  const code = (cause as { code?: unknown }).code
  // The stack begins with the message, and a message may look like a frame.
  const { stack = '', message } = cause
  const traced = stack.slice(stack.indexOf(message) + message.length)
  const frames = traced.split('\n').filter(line => /^\s+at /.test(line)).slice(0, 8).map(line => line.trim())
  return { name: cause.name, ...(typeof code === 'string' ? { code } : {}), frames }
}

/** Hundredths: the last digit of more would be noise, and each number of its own has to be written digit by digit. */
function round (milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}
