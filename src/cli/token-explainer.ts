// Explains what a token allows at the gateway that a configuration describes. Built from the same verifiers, policy and tools
// as the server, so the explanation matches what a client gets. It runs no tool.

import { explainToken, type TokenCheck } from '../auth/explain-token.ts'
import type { VerifiedGrant } from '../auth/grant.ts'
import { explainInvalidToken, explainMissingScopeClaim, explainUnavailable } from '../auth/likely-cause.ts'
import { PresentedToken } from '../auth/presented-token.ts'
import { createAuthentication } from '../gateway/authenticators.ts'
import type { ExplainTokenAt, ExplainedToken, TokenQuestion } from './explain-command.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { fixedSettings } from '../config/settings.ts'
import { systemClock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable, GatewayError } from '../kernel/fault.ts'
import { err, ok } from '../kernel/result.ts'
import { createExplainer } from '../mcp/explain/explainer.ts'
import type { TokenExplanation } from '../mcp/explain/explanation.ts'
import { createRegistry } from '../mcp/registry.ts'
import { createPolicy } from '../policy/policy.ts'
import { servedTools } from '../server/service.ts'
import { openTicketService } from '../tickets/ticket-service.ts'
import { explanationLines } from '../mcp/explain/explain-authorization.ts'
import { explanationTexts } from '../mcp/explain/explanation-texts.ts'

/** An error is a sentence for the operator. */
export const explainTokenAt: ExplainTokenAt = async (config, token, question) => {
  try {
    const { authenticator, close } = createAuthentication({ settings: fixedSettings(config), clock: systemClock, dispatcher: undefined, observers: [] })
    try {
      const receivedAtMonotonicMs = systemClock.monotonicMs()
      const authentication = await authenticator.authenticateLive(new PresentedToken(token))
      const checks = explainToken(authentication)
      if (!authentication.ok) return ok(assemble(checks, { actsFor: 'person', tools: [] }, config, undefined))
      const explanation = await explainTools(config, authentication.value, question, receivedAtMonotonicMs)
      return explanation === undefined ? err('there is no such tool') : ok(assemble(checks, explanation, config, authentication.value.missingScopeClaim))
    } finally {
      await close()
    }
  } catch (error) {
    return err(describeFault(error))
  }
}

async function explainTools (
  { resource: { identifier: resource }, policy, storage, tools: { locale } }: GatewayConfig,
  grant: VerifiedGrant, question: TokenQuestion, receivedAtMonotonicMs: number
): Promise<TokenExplanation | undefined> {
  const { authorizationDetailsWhenAbsent: whenAbsent, scopeImplications } = policy
  const service = await openTicketService({ storage, locale, resource, clock: systemClock })
  try {
    // the operator may see every tool, and what would be enough
    const explainer = createExplainer({
      registry: createRegistry(servedTools(service, locale), { scopeImplications }),
      policy: createPolicy({ resource, whenAbsent, scopeImplications }),
      clock: systemClock,
      remedies: true
    })
    return await explainer({ ...question, language: 'en' }, grant, receivedAtMonotonicMs)
  } finally {
    await service.close()
  }
}

function assemble (
  checks: readonly TokenCheck[], { actsFor, tools }: Pick<TokenExplanation, 'actsFor' | 'tools'>, config: GatewayConfig,
  missingScopeClaim: VerifiedGrant['missingScopeClaim']
): ExplainedToken {
  const good = checks.every(({ outcome }) => outcome === 'passed')
  return {
    allowed: good && tools.every(({ explanation }) => explanation.verdict !== 'denial'),
    lines: [
      ...tokenLines(checks, good, config),
      ...(missingScopeClaim === undefined ? [] : [`  ${explainMissingScopeClaim(missingScopeClaim)}`]),
      ...explanationLines({ actsFor, tools }, explanationTexts('en'))
    ],
    report: { token: checks, actsFor, tools }
  }
}

function tokenLines (checks: readonly TokenCheck[], good: boolean, { resource, authorizationServer }: GatewayConfig): readonly string[] {
  const context = { resource: resource.identifier, issuer: authorizationServer.issuer }
  return [
    `the token: ${good ? 'good here' : 'refused'}`,
    ...checks.filter(({ outcome }) => outcome !== 'not-reached').flatMap(({ check, outcome, problem }) => [
      `  [${outcome}] ${check}`,
      ...(problem === undefined ? [] : [`  ${explainInvalidToken(problem, context)}`])
    ])
  ]
}

function describeFault (error: unknown): string {
  if (error instanceof AuthorizationServerUnavailable) return `${error.code}: ${error.detail}. ${explainUnavailable(error.reason)}`
  return error instanceof GatewayError ? `${error.code}: ${error.detail}` : 'the explanation failed'
}
