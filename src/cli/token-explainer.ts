// Explains what a token allows at the gateway that a configuration describes. Built from the same verifiers, policy and tools
// as the server, so the explanation matches what a client gets. It runs no tool.

import { explainToken, type TokenCheck } from '../auth/explain-token.ts'
import type { VerifiedGrant } from '../auth/grant.ts'
import { seenToken, type SeenToken } from '../auth/hints/seen-token.ts'
import { explainInvalidToken, explainMissingScopeClaim, explainUnavailable } from '../auth/likely-cause.ts'
import { PresentedToken } from '../auth/presented-token.ts'
import { createAuthentication } from '../gateway/authenticators.ts'
import type { ExplainTokenAt, ExplainedToken, TokenQuestion } from './explain-command.ts'
import { hintContext } from '../config/hint-context.ts'
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
    const {
      authenticator, close
    } = createAuthentication({ settings: fixedSettings(config), clock: systemClock, dispatcher: undefined, observers: [] })
    try {
      const receivedAtMonotonicMs = systemClock.monotonicMs()
      const presented = new PresentedToken(token)
      const authentication = await authenticator.authenticateLive(presented)
      const checks = explainToken(authentication)
      const seen = seenToken(presented, systemClock.now())
      if (!authentication.ok) return ok(assemble(checks, { actsFor: 'person', tools: [] }, { config, seen }, undefined))
      const explanation = await explainTools(config, authentication.value, question, receivedAtMonotonicMs)
      if (explanation === undefined) return err('there is no such tool')
      return ok(assemble(checks, explanation, { config, seen }, authentication.value.missingScopeClaim))
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
  const { authorizationDetailsWhenAbsent: whenAbsent, unrelatedDetailsTypes: unrelatedTypes, scopeImplications } = policy
  const service = await openTicketService({ storage, locale, resource, clock: systemClock })
  try {
    // the operator may see every tool, and what would be enough
    const explainer = createExplainer({
      registry: createRegistry(servedTools(service, locale), { scopeImplications }),
      policy: createPolicy({ resource, whenAbsent, unrelatedTypes, scopeImplications }),
      clock: systemClock,
      remedies: true
    })
    return await explainer({ ...question, language: 'en' }, grant, receivedAtMonotonicMs)
  } finally {
    await service.close()
  }
}

interface Looked { readonly config: GatewayConfig, readonly seen: SeenToken }

function assemble (
  checks: readonly TokenCheck[], { actsFor, tools }: Pick<TokenExplanation, 'actsFor' | 'tools'>, looked: Looked,
  missingScopeClaim: VerifiedGrant['missingScopeClaim']
): ExplainedToken {
  const good = checks.every(({ outcome }) => outcome === 'passed')
  const hints = [...hintsOf(checks, looked), ...(missingScopeClaim === undefined ? [] : [explainMissingScopeClaim(missingScopeClaim)])]
  return {
    allowed: good && tools.every(({ explanation }) => explanation.verdict !== 'denial'),
    lines: [
      `the token: ${headline(good, tools)}`,
      ...checks.filter(({ outcome }) => outcome !== 'not-reached').map(({ check, outcome }) => `  [${outcome}] ${check}`),
      ...hints.map(hint => `  ${hint}`),
      ...explanationLines({ actsFor, tools }, explanationTexts('en'))
    ],
    report: { token: checks, hints, actsFor, tools }
  }
}

/** A token with which every call of a tool is refused is accepted, and good for nothing. */
function headline (good: boolean, tools: TokenExplanation['tools']): string {
  if (!good) return 'refused'
  const refused = tools.filter(({ explanation }) => explanation.denial === 'insufficient-scope')
  const needScopes = tools.filter(({ explanation }) =>
    explanation.checks.some(({ check, outcome }) => check === 'scope' && outcome !== 'not-needed'))
  if (needScopes.length > 0 && refused.length === needScopes.length) return 'accepted, but it has no scope that a tool needs'
  return 'good here'
}

function hintsOf (checks: readonly TokenCheck[], { config, seen }: Looked): readonly string[] {
  return checks.flatMap(({ problem }) => problem === undefined ? [] : [explainInvalidToken(problem, hintContext(config), seen)])
}

function describeFault (error: unknown): string {
  if (error instanceof AuthorizationServerUnavailable) {
    return `${error.code}: ${error.detail}. ${explainUnavailable(error.reason, error.circumstance)}`
  }
  return error instanceof GatewayError ? `${error.code}: ${error.detail}` : 'the explanation failed'
}
