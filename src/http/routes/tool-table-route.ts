// GET /mcp/tools, the table of tools. It never shows more than `tools/list`: where tools are visible only to those who may use them,
// it needs a token and shows what that token permits.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GatewayError } from '../../kernel/fault.ts'
import type { RegistryGenerations } from '../../mcp/registry-generations.ts'
import type { Addresses } from '../addresses.ts'
import { callState } from '../hooks/call-state.ts'
import { answerOptions, PUBLIC, useCors } from '../hooks/cors.ts'
import { createGuard, type GuardOptions } from '../hooks/guard.ts'
import { publishDecision } from '../decisions/decision-log.ts'
import { authenticatedRecord } from './authenticated-record.ts'
import { publishDocument, PUBLIC_JSON } from './document-routes.ts'
import { NO_STORE } from '../answers/http-answer.ts'
import { createOriginHook } from '../hooks/origin-hook.ts'

export interface ToolTableOptions extends Omit<GuardOptions, 'url'> {
  readonly addresses: Addresses
  readonly registries: RegistryGenerations
}

export async function registerToolTable (instance: FastifyInstance, options: ToolTableOptions): Promise<void> {
  const { addresses: { toolsPath, toolsUrl }, registries, clock } = options
  if (registries.current.visibility === 'all') {
    const body = registries.derive(({ published }) => JSON.stringify({ tools: published.descriptions }))
    return publishDocument(instance, toolsPath, PUBLIC_JSON, () => body.current)
  }

  function handle (request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const state = callState(request)
    if (state === undefined) throw new GatewayError('GW_INTERNAL', 'the tool table was reached without authentication')
    const { grant } = state
    const record = authenticatedRecord(state)
    record.method = 'tools/list'
    record.status = 200
    record.durationMs = clock.monotonicMs() - state.startedMs
    record.conclude(true, 'authenticated')
    publishDecision(request, record)
    return reply.headers(NO_STORE).send(JSON.stringify({ tools: registries.current.descriptionsFor(grant) }))
  }

  await instance.register(async scope => {
    const config = await useCors(scope, { ...PUBLIC, origins: options.allowedOrigins })
    const guard = createGuard(scope, { ...options, url: toolsUrl, tracing: undefined, watch: undefined })
    scope.get('', { config, ...guard }, handle)
    const onRequest = [createOriginHook(options.allowedOrigins), answerOptions]
    scope.options('', { config, onRequest }, (_request, reply) => reply.code(204).send())
  }, { prefix: toolsPath })
}
