// What does this caller's token allow here, and why? Answers for tools that the token may see, out of the grant of the
// request in hand and nothing else. It runs no tool, asks no authorization server and spends nothing.

import type { VerifiedGrant } from '../../auth/grant.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { readAuthorizationDetails } from '../../policy/authorization-details/read.ts'
import type { Language } from '../../policy/authorization-details/wording.ts'
import type { ExplainedRequirement, Explanation } from '../../policy/explain.ts'
import type { ElementInWords, ExplainQuestion, TokenExplanation, ToolExplanation } from './explanation.ts'
import type { Registry } from '../registry.ts'
import type { Tool } from '../tool.ts'
import { describeIssues, detailsOf } from '../tool-runner.ts'

/** policy's explainDecision(), with everything that configuration says already bound. */
export type Explain = (grant: VerifiedGrant, requirement: ExplainedRequirement, receivedAtMonotonicMs: number) => Explanation

export interface ExplainerOptions {
  readonly registry: Registry
  readonly explain: Explain
  /** Whether a refusal may say which details would be enough. */
  readonly remedies: boolean
}

export type Explainer = (question: ExplainQuestion, grant: VerifiedGrant, receivedAtMonotonicMs: number) => Promise<TokenExplanation | undefined>

/** `undefined` for a tool that does not exist, or that this token may not see: the two look alike. */
export function createExplainer ({ registry, explain, remedies }: ExplainerOptions): Explainer {
  async function explainTool (tool: Tool, args: unknown, language: Language, grant: VerifiedGrant, receivedAtMonotonicMs: number): Promise<ToolExplanation> {
    const { access } = tool
    const input = args === undefined && access.details !== undefined ? undefined : tool.input.safeParse(args ?? {})
    const requirement: ExplainedRequirement = {
      tool: tool.name,
      scopes: access.scopes,
      authentication: access.authentication,
      details: access.details === undefined ? undefined : 'depends-on-arguments',
      freshness: access.freshness ?? 'cached'
    }
    const general = explain(grant, requirement, receivedAtMonotonicMs)
    // What arguments lead to is looked up for those alone who have the scope: the others would be refused before it.
    const particular = access.details === undefined || input?.success !== true || general.verdict === 'denial'
      ? general
      : await explainCall(access.details, input.data, requirement, grant, receivedAtMonotonicMs)
    return {
      tool: tool.name,
      explanation: remedies ? particular : withoutRemedy(particular),
      elements: elementsInWords(tool, grant, language),
      argumentsProblem: args === undefined || input?.success !== false ? undefined : describeIssues(input.error.issues)
    }
  }

  async function explainCall (
    details: NonNullable<Tool['access']['details']>, input: unknown, requirement: ExplainedRequirement, grant: VerifiedGrant, receivedAtMonotonicMs: number
  ): Promise<Explanation> {
    const needed = await detailsOf(details, input, grant)
    if (needed instanceof GatewayError) return { ...explain(grant, requirement, receivedAtMonotonicMs), verdict: 'denial', denial: 'undecidable' }
    return explain(grant, { ...requirement, details: needed }, receivedAtMonotonicMs)
  }

  return async (question, grant, receivedAtMonotonicMs) => {
    const found = question.tool === undefined ? undefined : registry.find(question.tool, grant)
    if (question.tool !== undefined && found === undefined) return undefined
    const tools = found === undefined ? registry.toolsFor(grant) : [found.tool]
    const args = found === undefined ? undefined : question.arguments
    return {
      clientId: grant.clientId,
      scopes: [...grant.scopes],
      expiresAt: grant.expiresAt,
      answerAgeMs: Math.max(0, receivedAtMonotonicMs - grant.askedAtMonotonicMs),
      tools: await Promise.all(tools.map(tool => explainTool(tool, args, question.language, grant, receivedAtMonotonicMs)))
    }
  }
}

function elementsInWords ({ access: { detailsType } }: Tool, { authorizationDetails }: VerifiedGrant, language: Language): readonly ElementInWords[] {
  if (detailsType === undefined) return []
  const details = readAuthorizationDetails(authorizationDetails)
  if (details.kind !== 'elements') return []
  return details.elements.filter(({ type }) => type === detailsType.type).map(({ index, content }) => {
    return { index, limits: content.ok ? detailsType.describe(content.value, language) : [] }
  })
}

function withoutRemedy (explanation: Explanation): Explanation {
  return { ...explanation, checks: explanation.checks.map(check => check.check === 'authorization-details' ? { ...check, remedy: undefined } : check) }
}
