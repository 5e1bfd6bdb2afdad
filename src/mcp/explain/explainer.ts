// Explains what the token of a request allows, tool by tool. Uses the grant of that request alone: it runs no tool, asks no
// authorization server and spends no budget.

import type { Locale } from '../../kernel/locale.ts'
import type { VerifiedGrant } from '../../auth/grant.ts'
import type { Clock } from '../../kernel/clock.ts'
import { GatewayError } from '../../kernel/fault.ts'
import { readAuthorizationDetails } from '../../policy/authorization-details/read.ts'
import type { ExplainedRequirement, Explanation } from '../../policy/explain.ts'
import type { Policy } from '../../policy/policy.ts'
import {
  MAX_EXPLAINED_ELEMENTS, type ElementInWords, type ExplainQuestion, type TokenExplanation, type ToolExplanation
} from './explanation.ts'
import type { Registry } from '../registry.ts'
import type { RegisteredDetails, RegisteredTool } from '../registered-tool.ts'
import { detailsOf } from '../call-authorization.ts'
import { describeIssues } from '../tool-runner.ts'
import { leftInWords } from './left-in-words.ts'

const NO_ELEMENTS = { elements: [], moreElements: 0 }

export interface ExplainerOptions {
  readonly registry: Registry
  readonly policy: Policy
  readonly clock: Clock
  /** Whether a denial may include the details that would suffice. */
  readonly remedies: boolean
}

/** `undefined` for a tool that does not exist or that this token may not see: the two cannot be told apart. */
export type Explainer = (
  question: ExplainQuestion, grant: VerifiedGrant, receivedAtMonotonicMs: number
) => Promise<TokenExplanation | undefined>

/** The caller whose token is explained. */
interface Holder {
  readonly grant: VerifiedGrant
  readonly receivedAtMonotonicMs: number
}

export function createExplainer ({ registry, policy, clock, remedies }: ExplainerOptions): Explainer {
  function explain ({ grant, receivedAtMonotonicMs }: Holder, requirement: ExplainedRequirement): Explanation {
    return policy.explain(grant, requirement, { now: clock.now(), receivedAtMonotonicMs })
  }

  async function explainTool (tool: RegisteredTool, args: unknown, language: Locale, holder: Holder): Promise<ToolExplanation> {
    const { access } = tool
    const input = args === undefined && access.details !== undefined ? undefined : tool.input.parse(args ?? {})
    const requirement: ExplainedRequirement = {
      tool: tool.name,
      scopes: access.scopes,
      authentication: access.authentication,
      details: access.details === undefined ? undefined : 'depends-on-arguments',
      freshness: access.freshness
    }
    const general = explain(holder, requirement)
    // As in a call: details are looked up only for a caller whose scope suffices.
    const particular = access.details === undefined || input?.ok !== true || general.verdict === 'denial'
      ? general
      : await explainCall(access.details, input.value, requirement, holder)
    return {
      tool: tool.name,
      explanation: remedies ? particular : withoutRemedy(particular),
      ...await elementsInWords(tool, holder.grant, language),
      argumentsProblem: args === undefined || input?.ok !== false ? undefined : describeIssues(input.error)
    }
  }

  async function explainCall (
    details: RegisteredDetails, input: unknown, requirement: ExplainedRequirement, holder: Holder
  ): Promise<Explanation> {
    const needed = await detailsOf(details, input, holder.grant)
    if (needed instanceof GatewayError) return { ...explain(holder, requirement), verdict: 'denial', denial: 'undecidable' }
    return explain(holder, { ...requirement, details: needed })
  }

  return async (question, grant, receivedAtMonotonicMs) => {
    const found = question.tool === undefined ? undefined : registry.find(question.tool, grant)
    if (question.tool !== undefined && found === undefined) return undefined
    const tools = found === undefined ? registry.toolsFor(grant) : [found]
    const args = found === undefined ? undefined : question.arguments
    return {
      actsFor: grant.person.kind ?? 'person',
      clientId: grant.clientId,
      scopes: [...grant.scopes],
      expiresAt: grant.expiresAt,
      answerAgeMs: Math.max(0, receivedAtMonotonicMs - grant.askedAtMonotonicMs),
      tools: await Promise.all(tools.map(tool => explainTool(tool, args, question.language, { grant, receivedAtMonotonicMs })))
    }
  }
}

async function elementsInWords (
  { access: { details: needed } }: RegisteredTool, { authorizationDetails, person, clientId }: VerifiedGrant, language: Locale
): Promise<Pick<ToolExplanation, 'elements' | 'moreElements'>> {
  if (needed === undefined) return NO_ELEMENTS
  const details = readAuthorizationDetails(authorizationDetails)
  if (details.kind !== 'elements') return NO_ELEMENTS
  const ofType = details.elements.filter(({ type }) => type === needed.type.type)
  const elements = await Promise.all(ofType.slice(0, MAX_EXPLAINED_ELEMENTS).map(async ({ index, content }): Promise<ElementInWords> => {
    if (!content.ok) return { index, limits: [] }
    const limits = needed.type.describe(content.value, language)
    // Of an element that allows nothing, nothing is left.
    if (limits.length === 0 || needed.left === undefined) return { index, limits }
    return { index, limits: [...limits, ...leftInWords(await needed.left(content.value, { person, clientId }), language)] }
  }))
  return { elements, moreElements: ofType.length - elements.length }
}

function withoutRemedy (explanation: Explanation): Explanation {
  const checks = explanation.checks.map(check => check.check === 'authorization-details' ? { ...check, remedy: undefined } : check)
  return { ...explanation, checks }
}
