// The schema of a details type that is declared in an upstream file: what a call is (`values`), and which limits an element of
// authorization_details may set (`members`). Which members a limit takes is checked in proxy/limits/declared-type.ts.

import { z } from 'zod'
import { choice, flag, group, list, text } from '../members.ts'
import { isPrintable } from '../text-syntax.ts'

const LIMIT_WORDS = [
  'max', 'min', 'oneOf', 'equals', 'currency', 'prefix', 'host', 'total', 'validUntil', 'notBefore', 'locations', 'label'
] as const

const VALUE_KINDS = [
  'word', 'text', 'texts', 'amount', 'amounts', 'integer', 'integers', 'currency', 'path', 'paths', 'url', 'urls', 'flag'
] as const

/** A name of this file; texts that name a member of every object in JavaScript are none. */
export const isMemberName = (value: string) => /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(value) && !(value in Object.prototype)
const MEMBER_NAME = 'a name of letters, digits, _ and -'

const words = group({
  en: text('a text', isPrintable).describe('English.'),
  ja: text('a text', isPrintable).exactOptional().describe('Japanese. Absent: the English text is shown.')
})

const ofValue = z.union([
  text('the name of a value', isMemberName),
  group({ count: text('the name of a value', isMemberName).describe('How many there are.') }),
  group({ sum: text('the name of a value', isMemberName).describe('All of them together.') }),
  group({ length: text('the name of a value', isMemberName).describe('Characters of the longest.') }),
  group({ const: z.literal(1).describe('The number of calls.') })
], {
  error: ({ input }) => `${input === undefined ? 'missing; ' : ''}expected the name of a value, or { count }, { sum } or { length } of one`
})

const member = group({
  limit: choice(LIMIT_WORDS).describe('What the member limits, and how it is compared.'),
  of: ofValue.exactOptional().describe('The value of the call that it is compared with.'),
  words: list('a word', isPrintable).exactOptional()
    .describe('With `oneOf`: all words there are. An element with another one allows nothing.'),
  currency: text('the name of a member', isMemberName).exactOptional()
    .describe('With `max`, `min` and `total`: the member that names the currency, for texts.'),
  required: flag().default(false)
    .describe('An element without this member allows nothing. Absent otherwise means: no such limit.'),
  remedy: flag().default(true)
    .describe('`false`: the remedy of a refused call leaves this limit out, for limits that would make a consent needlessly narrow.'),
  whenAbsent: text('an ISO 4217 code', value => /^[A-Z]{3}$/.test(value)).exactOptional()
    .describe('With `currency`: the code that an element without the member means.'),
  budget: text('the name of a member', isMemberName).exactOptional()
    .describe('With `total`: the `label` that names what is counted.'),
  per: choice(['ever', 'day', 'month']).exactOptional().describe('With `total`: how long is counted, in UTC.'),
  title: words.describe('A few words, for pages.'),
  description: words.describe('One sentence: what it limits, and what its absence means.')
})

export const detailsType = group({
  version: text('a text', isPrintable).exactOptional().describe('Changes when the meaning of an element does.'),
  title: words.describe('A few words, for pages.'),
  description: words.describe('One sentence: what it lets a client do.'),
  whenAbsent: choice(['deny', 'inherit']).default('deny')
    .describe('What a token without any details may do: nothing, or (`inherit`) what `policy.authorizationDetailsWhenAbsent` says.'),
  values: z.record(text(MEMBER_NAME, isMemberName), choice(VALUE_KINDS))
    .describe('What a call is. Each tool that needs the type binds each of these values.'),
  members: z.record(text(MEMBER_NAME, isMemberName), member).describe('The limits of an element, in the order in which they are shown.'),
  examples: z.array(z.record(z.string(), z.json()), { error: () => 'expected a list of elements' }).exactOptional()
    .describe('Elements, checked when the file is read.')
})

export type DetailsTypeDeclaration = z.output<typeof detailsType>
export type MemberDeclaration = DetailsTypeDeclaration['members'][string]
export type ValueKind = typeof VALUE_KINDS[number]
export type LimitWord = typeof LIMIT_WORDS[number]
