// `<endpoint>/tools/*`: tools over plain HTTP, for clients without MCP. The operation is found by method and path after the token was
// accepted, so that a caller without one learns nothing about what exists.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Delegation } from '../../auth/delegation/delegation.ts'
import { GatewayError } from '../../kernel/fault.ts'
import type { BeforeChange } from '../../mcp/coming-change.ts'
import type { Dispatcher } from '../../mcp/dispatcher.ts'
import type { OperationCall } from '../../mcp/operation-calls.ts'
import { createOperationTable, type FindOperation } from '../../mcp/operation-table.ts'
import type { RegistryGenerations } from '../../mcp/registry-generations.ts'
import type { Addresses } from '../addresses.ts'
import type { DenialAnswerOptions } from '../answers/denial-answer.ts'
import { StreamingChannel } from '../answers/event-stream.ts'
import { operationAnswer, plainError, withPlainBody } from '../answers/plain-answer.ts'
import { sendAnswer } from '../answers/send.ts'
import { publishRefusal } from '../decisions/decision-log.ts'
import { notesOf } from '../decisions/request-notes.ts'
import { callState, type CallState } from '../hooks/call-state.ts'
import { useCors, type OriginSet } from '../hooks/cors.ts'
import { createGuard, type GuardOptions } from '../hooks/guard.ts'
import { inOperationSpan } from '../hooks/request-span.ts'
import { authenticatedRecord } from './authenticated-record.ts'
import { concludeCall } from './concluded-call.ts'
import { answerErrors } from './error-handler.ts'

export interface OperationRouteOptions extends Omit<GuardOptions, 'url'> {
  readonly addresses: Addresses
  readonly registries: RegistryGenerations
  readonly dispatcher: Dispatcher
  readonly denials: DenialAnswerOptions
  readonly delegation: Pick<Delegation, 'delegate'>
  readonly allowedOrigins: OriginSet
  readonly bodyLimitBytes: number
  readonly beforeChange: BeforeChange | undefined
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const ALLOW = [...METHODS, 'OPTIONS'].join(', ')

/** Registers nothing where no tool is offered over plain HTTP when the gateway starts. */
export async function registerOperations (instance: FastifyInstance, options: OperationRouteOptions): Promise<void> {
  const { addresses: { toolsPath, origin, strippedPrefix }, registries, allowedOrigins, bodyLimitBytes, clock } = options
  if (!registries.current.tools.some(({ http }) => http !== undefined)) return
  const find = registries.derive(({ tools }) => createOperationTable(tools))
  await instance.register(async scope => {
    const config = await useCors(scope, { origins: allowedOrigins, methods: METHODS, allow: ALLOW })
    answerErrors(scope, clock, withPlainBody)
    const url = (request: FastifyRequest) => `${origin}${strippedPrefix}${pathOf(request)}`
    const guard = createGuard(scope, { ...options, url })
    scope.route({
      method: [...METHODS],
      url: '*',
      config,
      bodyLimit: bodyLimitBytes,
      exposeHeadRoute: false,
      ...guard,
      handler: (request, reply) => {
        const found = find.current(request.method, pathOf(request).slice(toolsPath.length))
        const state = callState(request)
        if (state === undefined) throw new GatewayError('GW_INTERNAL', 'an operation was reached without authentication')
        // A tool that this token may not see does not exist for it.
        const seen = found.kind === 'found' && registries.current.find(found.tool.name, state.grant) === undefined ? NOT_FOUND : found
        if (seen.kind === 'found') return call(options, { request, reply, state, found: seen })
        if (seen.kind === 'other-methods') reply.header('allow', seen.methods.join(', '))
        const answer = seen.kind === 'none'
          ? plainError(404, 'not_found', 'There is no such operation')
          : plainError(405, 'method_not_allowed', 'The operation has other methods')
        const reason = seen.kind === 'none' ? 'unknown-tool' : 'method-not-allowed'
        publishRefusal(request, { reason, grant: state.grant, status: answer.status, durationMs: clock.monotonicMs() - state.startedMs })
        return sendAnswer(reply, answer)
      }
    })
    // With the slash, since the route that @fastify/cors adds for the table of tools is there without it.
  }, { prefix: `${toolsPath}/` })
}

const NOT_FOUND = { kind: 'none' } as const

/** As it came: what is encoded in it stays so until the operation is found. */
function pathOf ({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? ''
}

interface FoundCall {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly state: CallState
  readonly found: Extract<ReturnType<FindOperation>, { readonly kind: 'found' }>
}

async function call (options: OperationRouteOptions, { request, reply, state, found }: FoundCall): Promise<FastifyReply> {
  const { authenticator, delegation, dispatcher, beforeChange, tracing, clock } = options
  const { token, possession } = state
  const record = authenticatedRecord(state)
  record.notes = notesOf(request)
  record.notes?.step('authenticated')
  const channel = new StreamingChannel(request, reply)
  const reauthenticate = () => authenticator.authenticateLive(token, possession)
  const { headers, url } = request
  const operation: OperationCall = {
    tool: found.tool,
    args: found.operation.argumentsOf({
      values: found.values,
      query: url.includes('?') ? url.slice(url.indexOf('?') + 1) : '',
      header (name) {
        const value = headers[name]
        return Array.isArray(value) ? value.join(', ') : value
      },
      body: request.body ?? undefined
    }),
    grant: state.grant,
    receivedAtMonotonicMs: state.wholeSinceMs ?? clock.monotonicMs(),
    reauthenticate,
    delegate: (target, grant) => delegation.delegate({ token, grant, reauthenticate }, target),
    beforeChange,
    record,
    channel
  }
  const operate = () => dispatcher.operate(operation)
  const outcome = await (tracing === undefined ? operate() : inOperationSpan({ tracing, request, record }, operate))
  const answer = operationAnswer(outcome, options, possession?.scheme)
  concludeCall({
    request,
    state,
    record,
    status: answer.status,
    fault: outcome.kind === 'failure' ? outcome.fault : undefined,
    rejection: outcome.kind === 'rejection' ? outcome.rejection : undefined
  }, options)
  channel.close()
  return sendAnswer(reply, answer)
}
