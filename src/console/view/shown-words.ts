// From the codes of a request to sentences: verdict, next step, values. Amounts and times are written as the language writes them.

import type { ShownCheck, ShownComparison, ShownRequest, ShownValue } from '../shown-request.ts'
import { decodeChallenge } from './decoded-challenge.ts'
import { outcomeOf, type Outcome } from './page-state.ts'
import type { Words } from './words.ts'

export type Language = 'en' | 'ja'

export const SYMBOLS: Readonly<Record<Outcome, string>> = { allowed: '✓', refused: '✕', undecided: '!', running: '…' }

export function verdictOf (request: ShownRequest, words: Words, language: Language): string {
  const { reason, remark, state, phase } = request
  if (reason === undefined) {
    if (state !== 'running') return words.verdicts['left'] ?? ''
    return `${words.verdicts['running'] ?? ''}: ${words.phases[phase ?? ''] ?? phase ?? ''}`
  }
  const comparison = decisive(request)
  const text = (isOutside(request, comparison) ? words.verdicts['outside'] : undefined) ?? textFor(words.verdicts, request) ??
    (outcomeOf(request) === 'allowed' ? `${words.verdicts['permitted'] ?? ''} (${reason})` : words.otherRefusal)
  return filled(text, {
    reason: remark === undefined ? reason : `${reason}: ${remark}`,
    needed: comparison === undefined ? remark ?? '' : valueText(comparison.needed, comparison.member, currencyOf(request), language, words),
    found: comparison?.found === undefined ? '' : valueText(comparison.found, comparison.member, currencyOf(request), language, words)
  })
}

/** A limit that is no number cannot be exceeded: a folder, an action. */
function isOutside ({ reason, remark = '' }: ShownRequest, comparison: ShownComparison | undefined): boolean {
  return reason === 'insufficient-authorization' && remark.startsWith('insufficient') && comparison !== undefined &&
    typeof comparison.needed !== 'number' && typeof comparison.found !== 'number'
}

/** What the client, or the person, can do next; for a call that was allowed, where the answer about its token came from. */
export function nextStepOf (request: ShownRequest, words: Words, language: Language): string {
  const { reason, resource, person, challenge, reply } = request
  const next = reason === undefined || request.granted === true ? undefined : textFor(words.next, request)
  if (next !== undefined) {
    const scope = challenge === undefined ? undefined : decodeChallenge(challenge).members.find(([name]) => name === 'scope')?.[1]
    return filled(next, { resource: resource ?? '', person: person?.subject ?? words.unknownPerson, scope: scope ?? '' })
  }
  if (reply === undefined) return ''
  const ms = reply.ms === undefined ? '' : millisecondsText(reply.ms, language)
  if (reply.source === 'kept' && reply.ageMs !== undefined) {
    return filled(words.reply.keptAged, { age: millisecondsText(reply.ageMs, language) })
  }
  return filled(words.reply[reply.source], { ms })
}

/** The most exact text: for reason and remark, for the problem that the remark of a denial begins with, for the reason. */
function textFor (texts: Readonly<Record<string, string>>, { reason = '', remark = '' }: ShownRequest): string | undefined {
  const problem = reason === 'insufficient-authorization' ? texts[remark.split(':', 1)[0] ?? ''] : undefined
  return texts[`${reason}:${remark}`] ?? problem ?? texts[reason] ?? texts[reason.split(':', 1)[0] ?? '']
}

/** The comparison because of which a call was refused. */
export function decisive ({ checks, remark }: ShownRequest): ShownComparison | undefined {
  const failed = checks.find(({ outcome }) => outcome === 'failed')
  const compared = failed?.compared ?? []
  return compared.find(({ member }) => member === remark?.split(':').at(-1)) ?? compared.find(({ found }) => found === null) ?? compared[0]
}

export function currencyOf ({ told, challenge }: ShownRequest): string | undefined {
  const ofToken = told?.details.map(element => element['currency']).find(currency => typeof currency === 'string')
  if (typeof ofToken === 'string') return ofToken
  const remedy = challenge === undefined ? undefined : decodeChallenge(challenge).remedy
  const elements = Array.isArray(remedy) ? remedy as Array<Readonly<Record<string, unknown>>> : []
  const currency = elements[0]?.['currency']
  return typeof currency === 'string' ? currency : undefined
}

/** Amounts are whole numbers of minor units; only a member that names an amount is one. */
export function valueText (value: ShownValue, member: string, currency: string | undefined, language: Language, words: Words): string {
  if (value === null) return words.nothing
  if (typeof value === 'number' && /amount/i.test(member) && currency !== undefined && /^[A-Z]{3}$/.test(currency)) {
    const format = new Intl.NumberFormat(language, { style: 'currency', currency })
    return format.format(value / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0)).replace('\uffe5', '¥')
  }
  if (typeof value === 'number' && member === 'exp') return new Date(value * 1000).toLocaleTimeString(language)
  return Array.isArray(value) ? value.join(', ') : String(value)
}

export function millisecondsText (milliseconds: number, language: Language): string {
  const [value, unit] = milliseconds < 1000 ? [milliseconds, 'millisecond'] as const : [milliseconds / 1000, 'second'] as const
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value)
}

export function timeText (at: string, language: Language): string {
  const two = '2-digit'
  return new Date(at).toLocaleTimeString(language, { hour12: false, fractionalSecondDigits: 2, hour: two, minute: two, second: two })
}

export function outcomeText (outcome: string, words: Words): string {
  return words.outcomes[outcome] ?? words.verdicts[outcome] ?? outcome
}

export function symbolOf ({ outcome }: Pick<ShownCheck, 'outcome'>): string {
  return outcome === 'passed' ? '✓' : outcome === 'failed' ? '✕' : '–'
}

function filled (text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}
