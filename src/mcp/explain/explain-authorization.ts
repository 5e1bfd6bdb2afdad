// The tool explain_authorization: what the caller's token allows, and why. It needs a valid token and no scope, and reveals no more than
// the call in question would: it stops at the check where the decision stops.

import { z } from 'zod'
import { isJsonObject } from '../../kernel/json.ts'
import type { Locale } from '../../kernel/locale.ts'
import type { TokenExplanation, ToolExplanation } from './explanation.ts'
import { defineTool, type Tool } from '../tool.ts'
import { explanationTexts, type ExplanationTexts } from './explanation-texts.ts'

const ARGUMENTS: Readonly<Record<Locale, Readonly<Record<'tool' | 'arguments', string>>>> = {
  en: {
    tool: 'The name of a tool; absent: every tool that this token may see',
    arguments: 'The arguments of the call that is asked about; the call is not made'
  },
  ja: {
    tool: 'ツールの名前。省略すると、このトークンで見えるすべてのツール',
    arguments: '説明を求める呼び出しの引数。呼び出しは行いません'
  }
}

const inputIn = (locale: Locale) => z.strictObject({
  tool: z.string().min(1).max(128).optional().describe(ARGUMENTS[locale].tool),
  // Not z.record, which copies: the time for thousands of members would be twice that of reading them.
  arguments: z.unknown().refine(isJsonObject, 'expected an object').optional()
    .meta({ type: 'object', propertyNames: { type: 'string' }, additionalProperties: true })
    .describe(ARGUMENTS[locale].arguments)
})

const output = z.strictObject({
  client_id: z.string().optional(),
  acts_for: z.literal('client').optional().describe('Present when the token acts for the client itself, not for a person'),
  scopes: z.array(z.string()).describe('What the token carries'),
  expires_at: z.string().optional().describe('RFC 3339'),
  answer_age_seconds: z.number().min(0).describe('How long ago the authorization server was asked about this token'),
  tools: z.array(z.strictObject({
    tool: z.string(),
    verdict: z.enum(['permit', 'denial', 'needs-fresh', 'depends-on-arguments'])
      .describe('needs-fresh: allowed as soon as a live answer of the authorization server says the same'),
    reason: z.string().optional().describe('Why it is refused'),
    checks: z.array(z.strictObject({
      check: z.enum(['scope', 'authentication-level', 'authorization-details', 'freshness']),
      outcome: z.enum(['passed', 'failed', 'not-needed', 'not-reached', 'depends-on-arguments']),
      why: z.string()
    })).describe('In the order in which they are made, up to the first that fails'),
    limits: z.array(z.strictObject({
      element: z.int().min(0).describe('Its place in the authorization details of the token, from 0'),
      says: z.array(z.string()).describe('Empty: it cannot be read, and allows nothing')
    })).describe('What the token says about the authorization details type of this tool'),
    remedy: z.array(z.record(z.string(), z.unknown()).meta({ additionalProperties: true })).optional()
      .describe('The smallest authorization_details that would allow this call'),
    arguments_problem: z.string().optional()
  }))
})

type Explained = z.input<typeof output>

const DESCRIPTION: Readonly<Record<Locale, string>> = {
  en: 'Says what this access token allows and why, check by check. ' +
    'With the name of a tool and arguments: about that very call, which is not made.',
  ja: 'このトークンで何ができるか、できない場合はなぜかを、確認項目ごとに説明します。' +
    'ツール名と引数を指定すると、その呼び出しについて答えます。呼び出しは行いません。'
}

export interface ExplainAuthorizationOptions {
  readonly locale: Locale
}

export function explainAuthorization ({ locale }: ExplainAuthorizationOptions): Tool {
  const texts = explanationTexts(locale)
  return defineTool({
    name: 'explain_authorization',
    title: locale === 'ja' ? '認可の説明' : 'Explain the authorization',
    description: DESCRIPTION[locale],
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    input: inputIn(locale),
    output,
    access: { scopes: [] },
    async run (_permit, { tool, arguments: args }, { explain }) {
      const explanation = await explain({ tool, arguments: args, language: locale })
      if (explanation === undefined) return { kind: 'failed', code: 'unknown-tool', text: texts.unknownTool }
      return { kind: 'completed', text: explanationLines(explanation, texts).join('\n'), structured: explanationJson(explanation, texts) }
    }
  })
}

/** Lines of text, for a text block or a terminal. */
export function explanationLines (
  { actsFor, tools }: Pick<TokenExplanation, 'actsFor' | 'tools'>, texts: ExplanationTexts
): readonly string[] {
  const lines = tools.flatMap(({ tool, explanation, elements, moreElements, argumentsProblem }) => [
    `${tool}: ${texts.verdict(explanation)}`,
    ...explanation.checks.filter(({ outcome }) => outcome !== 'not-reached').map(check => `  [${check.outcome}] ${texts.check(check)}`),
    ...elements.map(({ index, limits }) => `  #${index} ${limits.length === 0 ? '-' : limits.join('; ')}`),
    ...(moreElements === 0 ? [] : [`  … (+${moreElements})`]),
    ...(argumentsProblem === undefined ? [] : [`  ${argumentsProblem}`]),
    ...remedyOf(explanation).map(remedy => `  -> authorization_details=${JSON.stringify(remedy)}`)
  ])
  return actsFor === 'client' ? [texts.actsForClient, ...lines] : lines
}

function explanationJson (
  { actsFor, clientId, scopes, expiresAt, answerAgeMs, tools }: TokenExplanation, texts: ExplanationTexts
): Explained {
  return {
    ...(clientId === undefined ? {} : { client_id: clientId }),
    ...(actsFor === 'client' ? { acts_for: actsFor } : {}),
    scopes: [...scopes],
    ...(expiresAt === undefined ? {} : { expires_at: new Date(expiresAt * 1000).toISOString() }),
    answer_age_seconds: Math.round(answerAgeMs) / 1000,
    tools: tools.map(explained => toolJson(explained, texts))
  }
}

function toolJson (explained: ToolExplanation, texts: ExplanationTexts): Explained['tools'][number] {
  const { tool, explanation, elements, argumentsProblem } = explained
  const { verdict, denial, checks } = explanation
  const [remedy] = remedyOf(explanation)
  return {
    tool,
    verdict,
    ...(denial === undefined ? {} : { reason: denial }),
    checks: checks.map(check => ({ check: check.check, outcome: check.outcome, why: texts.check(check) })),
    limits: elements.map(({ index, limits }) => ({ element: index, says: [...limits] })),
    ...(remedy === undefined ? {} : { remedy: remedy.map(element => ({ ...element })) }),
    ...(argumentsProblem === undefined ? {} : { arguments_problem: argumentsProblem })
  }
}

/** At most one. */
function remedyOf ({ checks }: ToolExplanation['explanation']) {
  return checks.flatMap(check => check.check === 'authorization-details' && check.remedy !== undefined ? [check.remedy] : [])
}
