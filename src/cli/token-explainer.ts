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
import { nearestName } from '../config/nearest-name.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { fixedSettings } from '../config/settings.ts'
import { systemClock } from '../kernel/clock.ts'
import { AuthorizationServerUnavailable, GatewayError } from '../kernel/fault.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { createExplainer } from '../mcp/explain/explainer.ts'
import type { TokenExplanation } from '../mcp/explain/explanation.ts'
import { createRegistry } from '../mcp/registry.ts'
import type { Lack } from '../policy/any-call.ts'
import { createPolicy } from '../policy/policy.ts'
import { uselessBecause } from '../doctor/token-diagnosis.ts'
import type { LoadedConfig } from '../config/load.ts'
import { declaredTools } from '../proxy/calls/declared-tools.ts'
import { compiled } from '../server/served-upstreams.ts'
import { openServiceFor, servedTools } from '../server/service.ts'
import { openTicketService } from '../tickets/ticket-service.ts'
import { explanationLines } from '../mcp/explain/explain-authorization.ts'
import { explanationTexts } from '../mcp/explain/explanation-texts.ts'
import { lacksOf, policyOptionsOf } from './tool-lacks.ts'

/** An error is a sentence for the operator. */
export const explainTokenAt: ExplainTokenAt = async (config, token, question, upstreams = []) => {
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
      if (!authentication.ok) return ok(assemble(checks, NO_TOOLS, { config, seen }, undefined))
      const explanation = await explainTools({ config, upstreams }, authentication.value, question, receivedAtMonotonicMs)
      if (!explanation.ok) return explanation
      return ok(assemble(checks, explanation.value, { config, seen }, authentication.value.missingScopeClaim))
    } finally {
      await close()
    }
  } catch (error) {
    return err(describeFault(error))
  }
}

async function explainTools (
  { config, upstreams }: Pick<LoadedConfig, 'config' | 'upstreams'>, grant: VerifiedGrant, question: TokenQuestion,
  receivedAtMonotonicMs: number
): Promise<Result<ExplainedTools, string>> {
  const { resource: { identifier: resource }, policy: { scopeImplications }, storage, tools } = config
  const options = policyOptionsOf(config)
  const open = openServiceFor(tools, openTicketService)
  const service = await open({ storage, locale: tools.locale, resource, clock: systemClock })
  try {
    // the operator may see every tool, and what would be enough
    const registry = createRegistry([...servedTools(service, tools), ...declaredTools(compiled(upstreams))], { scopeImplications })
    const explainer = createExplainer({ registry, policy: createPolicy(options), clock: systemClock, remedies: true })
    const explanation = await explainer({ ...question, language: 'en' }, grant, receivedAtMonotonicMs)
    if (explanation !== undefined) return ok({ ...explanation, lacks: lacksOf(registry.tools, grant, systemClock.now(), options) })
    const nearest = nearestName(question.tool ?? '', registry.tools.map(({ name }) => name))
    return err(nearest === undefined ? 'there is no such tool' : `there is no such tool; did you mean ${nearest}?`)
  } finally {
    await service.close()
  }
}

interface Looked { readonly config: GatewayConfig, readonly seen: SeenToken }

type ExplainedTools = Pick<TokenExplanation, 'actsFor' | 'tools'> & {
  /** Of all tools, also those that the question is not about. */
  readonly lacks: ReadonlyArray<Lack | undefined>
}

const NO_TOOLS: ExplainedTools = { actsFor: 'person', tools: [], lacks: [] }

function assemble (
  checks: readonly TokenCheck[], { actsFor, tools, lacks }: ExplainedTools, looked: Looked,
  missingScopeClaim: VerifiedGrant['missingScopeClaim']
): ExplainedToken {
  const good = checks.every(({ outcome }) => outcome === 'passed')
  const hints = [...hintsOf(checks, looked), ...(missingScopeClaim === undefined ? [] : [explainMissingScopeClaim(missingScopeClaim)])]
  const useless = uselessBecause(lacks)
  return {
    allowed: good && tools.every(({ explanation }) => explanation.verdict !== 'denial'),
    lines: [
      `the token: ${!good ? 'refused' : useless === undefined ? 'good here' : `accepted, but ${useless.found}`}`,
      ...checks.filter(({ outcome }) => outcome !== 'not-reached').map(({ check, outcome }) => `  [${outcome}] ${check}`),
      ...hints.map(hint => `  ${hint}`),
      ...explanationLines({ actsFor, tools }, explanationTexts('en'))
    ],
    report: { token: checks, hints, actsFor, tools }
  }
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
