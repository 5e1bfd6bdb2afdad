// Judges the authorization details of a grant: which elements allow this call, or what would. It knows no details type: the requirement
// brings the judge of one element.

import type { JsonObject } from '../../kernel/json.ts'
import type { SufficientElement } from '../permit.ts'
import { readAuthorizationDetails, type ReadElement } from './read.ts'
import type { DetailsRequirement, ElementVerdict, JudgementContext } from './details-requirement.ts'

/** `none-granted`: an empty list. */
export type DetailsProblem = 'absent' | 'none-granted' | 'unreadable' | 'other-type' | 'insufficient'

/** What configuration says about tokens whose details say nothing about this gateway. */
export interface AbsentDetails {
  readonly whenAbsent: 'allow' | 'deny'
  /** Types that never say anything about tools: a token with details of these types alone counts as one without any. */
  readonly unrelatedTypes?: readonly string[] | undefined
}

export type DetailsJudgement =
  /** No details, and configuration allows that. */
  | { readonly kind: 'unrestricted' }
  /** Every element that allows the call, in the token's order; never empty. */
  | { readonly kind: 'sufficient', readonly elements: readonly SufficientElement[] }
  | {
    readonly kind: 'insufficient'
    readonly problem: DetailsProblem
    /** Of the last element judged; `undefined` when none was. */
    readonly member: string | undefined
    readonly remedy: readonly JsonObject[]
  }

const UNRESTRICTED: DetailsJudgement = { kind: 'unrestricted' }

/**
 * Elements are alternatives. Each is judged whole, in the token's order. The limits of two are never added or merged. An unreadable
 * element allows nothing and leaves the others valid. Elements of other types are skipped, but a token with only those is refused
 * even if `whenAbsent` is `allow`: its details were given on purpose, and may be limits that this gateway does not know. Only types that
 * configuration calls unrelated are an exception. An empty list is refused too: details were requested, and none was granted.
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2
 */
export function judgeDetails (
  received: unknown, needed: DetailsRequirement, context: JudgementContext, { whenAbsent, unrelatedTypes = [] }: AbsentDetails
): DetailsJudgement {
  const details = readAuthorizationDetails(received)
  const absent = (): DetailsJudgement => {
    return (needed.whenAbsent ?? whenAbsent) === 'allow' ? UNRESTRICTED : insufficient('absent', undefined, needed, context)
  }
  switch (details.kind) {
    case 'absent':
      return absent()
    case 'unreadable':
      return insufficient('unreadable', undefined, needed, context)
    case 'elements':
      if (details.elements.length === 0) return insufficient('none-granted', undefined, needed, context)
      if (details.elements.every(({ type }) => type !== needed.type && unrelatedTypes.includes(type))) return absent()
      return judgeElements(details.elements, needed, context)
  }
}

function judgeElements (elements: readonly ReadElement[], needed: DetailsRequirement, context: JudgementContext): DetailsJudgement {
  const sufficient: SufficientElement[] = []
  let problem: DetailsProblem = 'other-type'
  let member: string | undefined
  for (const element of elements) {
    if (element.type !== needed.type) continue
    const verdict = judgeElement(element, needed, context)
    if (verdict.kind !== 'sufficient') ({ kind: problem, member } = verdict)
    else if (element.content.ok) sufficient.push({ index: element.index, element: element.content.value })
  }
  if (sufficient.length > 0) return { kind: 'sufficient', elements: sufficient }
  const granted = elements.map(({ content }) => content.ok ? content.value : undefined).filter(element => element !== undefined)
  return insufficient(problem, member, needed, context, granted)
}

/** The element must be of the type that is needed. */
export function judgeElement ({ content }: ReadElement, needed: DetailsRequirement, context: JudgementContext): ElementVerdict {
  return content.ok ? needed.judge(content.value, context) : { kind: 'unreadable', member: content.error }
}

function insufficient (
  problem: DetailsProblem, member: string | undefined, needed: DetailsRequirement, context: JudgementContext,
  granted: readonly JsonObject[] = []
): DetailsJudgement {
  return { kind: 'insufficient', problem, member, remedy: [needed.smallest(context, granted)] }
}
