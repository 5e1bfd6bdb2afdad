// Log lines about faults and circuits, for the operator. They hold the detail and the cause of a fault, and neither a token, a claim nor
// a text of an authorization server: the message of a foreign error may quote anything, so only its name and stack frames are logged.

import type { FastifyBaseLogger } from 'fastify'
import { explainSelfTest, explainUnavailable } from '../../auth/likely-cause.ts'
import type { CircuitEvent, DoubtEvent, SelfTestEvent, ServerEvent } from '../../auth/observation.ts'
import { AuthorizationServerUnavailable, type GatewayError } from '../../kernel/fault.ts'

const MAX_FRAMES = 8

export function logFault (log: FastifyBaseLogger, fault: GatewayError): void {
  const unavailable = fault instanceof AuthorizationServerUnavailable ? fault : undefined
  const hint = unavailable === undefined ? undefined : explainUnavailable(unavailable.reason, unavailable.circumstance)
  const line = { event: 'fault', code: fault.code, detail: fault.detail, hint, cause: describeCause(fault.cause) }
  // Debug level: the cause is already logged, and these two repeat for each request.
  if (unavailable?.reason === 'circuit-open' || unavailable?.reason === 'overloaded') log.debug(line, fault.publicMessage)
  else log.error(line, fault.publicMessage)
}

/** The address is text of a server, and is not logged. */
const FOREIGN_ENDPOINT = 'The introspection endpoint in the metadata of the authorization server is not on the origin of the issuer: ' +
  'tokens and the client secret are sent there. "mcp-resource-gateway doctor" shows the address. ' +
  'If it is right, set introspection.endpoint to it.'

/** One line for each change that the gateway notices about an authorization server, with what to do about it. */
export function logServerEvent (log: FastifyBaseLogger, event: ServerEvent): void {
  switch (event.kind) {
    case 'circuit': return logCircuit(log, event)
    case 'doubt': return logDoubt(log, event)
    case 'self-test': return logSelfTest(log, event)
    case 'foreign-endpoint':
      return log.warn({ event: event.kind, issuer: event.issuer, hint: FOREIGN_ENDPOINT }, 'an endpoint is elsewhere')
  }
}

/** One line when the circuit of an authorization server opens, one a minute while requests meet it open, and one when it closes. */
function logCircuit (log: FastifyBaseLogger, { issuer, state, reason }: CircuitEvent): void {
  const line = { event: 'circuit', issuer, state }
  if (state === 'closed') return log.info(line, 'the authorization server answers again')
  if (state !== 'open') return
  const hint = reason === 'defect' ? undefined : explainUnavailable(reason)
  log.error({ ...line, reason, hint }, 'the authorization server is not asked for a while')
}

function logDoubt (log: FastifyBaseLogger, { issuer, doubted }: DoubtEvent): void {
  const line = { event: 'doubt', issuer, doubted }
  if (!doubted) return log.info(line, 'what the authorization server says of inactive tokens is believed again')
  const hint = explainUnavailable('doubtful-answer')
  log.error({ ...line, hint }, 'the authorization server calls good tokens inactive, and is not believed')
}

function logSelfTest (log: FastifyBaseLogger, { issuer, outcome, reason, circumstance }: SelfTestEvent): void {
  const line = { event: 'self-test', issuer, outcome, reason, hint: explainSelfTest(outcome, reason, circumstance) }
  switch (outcome) {
    case 'accepted': return log.info(line, 'the authorization server accepts the credentials of this gateway')
    case 'indistinct': return log.warn(line, 'the authorization server answers wrong credentials as it answers those of this gateway')
    case 'unavailable': return log.warn(line, 'whether the authorization server accepts the credentials of this gateway is not known yet')
    case 'rejected': return log.error(line, 'the authorization server rejects the credentials of this gateway')
    case 'vouches-for-anything': return log.error(line, 'the authorization server calls a made-up token active')
  }
}

function describeCause (cause: unknown): object | undefined {
  if (!(cause instanceof Error)) return undefined
  const code = (cause as { code?: unknown }).code
  // The stack begins with the message, and a message may look like a frame.
  const { stack = '', message } = cause
  const afterMessage = stack.slice(stack.indexOf(message) + message.length)
  const frames = afterMessage.split('\n').filter(line => /^\s+at /.test(line)).slice(0, MAX_FRAMES).map(line => line.trim())
  return { name: cause.name, ...(typeof code === 'string' ? { code } : {}), frames }
}
