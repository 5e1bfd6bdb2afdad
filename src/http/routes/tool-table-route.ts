// Who may read the table of tools, and which tools does it show? Everyone, where all tools are visible; otherwise the
// holder of a token, and only what that token permits: the table never says more than `tools/list`.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GatewayError } from '../../kernel/fault.ts'
import type { RegistryGenerations } from '../../mcp/registry-generations.ts'
import type { Addresses } from '../addresses.ts'
import { createAuthenticationHook, type AuthenticationHookOptions } from '../hooks/authentication-hook.ts'
import { callState } from '../hooks/call-state.ts'
import { PUBLIC, registerWithCors, type OriginSet } from '../hooks/cors.ts'
import { publishDecision } from '../decisions/decision-log.ts'
import { authenticatedRecord } from './authenticated-record.ts'
import { publishDocument, PUBLIC_JSON } from './document-routes.ts'
import { NO_STORE } from '../answers/http-answer.ts'
import { createOriginHook } from '../hooks/origin-hook.ts'
import type { LimitHooks } from '../hooks/request-hook.ts'

export interface ToolTableOptions extends Omit<AuthenticationHookOptions, 'url'> {
  readonly addresses: Addresses
  readonly registries: RegistryGenerations
  readonly allowedOrigins: OriginSet
  readonly limits: LimitHooks
}

export function registerToolTable (instance: FastifyInstance, options: ToolTableOptions): Promise<void> {
  const { addresses: { toolsPath }, registries, allowedOrigins, limits, clock } = options
  if (registries.current.visibility === 'all') {
    const body = registries.derive(({ published }) => JSON.stringify({ tools: published.descriptions }))
    return publishDocument(instance, toolsPath, PUBLIC_JSON, () => body.current)
  }
  const checkOrigin = createOriginHook(allowedOrigins)

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

  return registerWithCors(instance, toolsPath, { ...PUBLIC, origins: allowedOrigins }, ({ instance: scope, url, config }) => {
    const onRequest = [...limits.beforeAuthentication, checkOrigin, createAuthenticationHook({ ...options, url: options.addresses.toolsUrl }), ...limits.afterAuthentication]
    scope.get(url, { config, onRequest }, handle)
    scope.options(url, { config, onRequest: checkOrigin }, (_request, reply) => reply.code(204).send())
  })
}
