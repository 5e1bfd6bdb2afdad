// What TypeScript says about authorization details types and the tools that use them: nothing about right ones, a line that names the
// mistake about wrong ones.

import t from 'tap'
import { checkDeclarations } from '../support/type-errors.ts'

const PRELUDE = `
import { z } from 'zod'
import { defineDetailsType, defineTool, limits, type DetailsType } from '../../src/index.ts'
interface Payment { amount: number, account: string }
const title = { en: 'Payments' }
const description = { en: 'Lets a client pay, up to a limit.' }
const words = { title, description }
void z; void defineTool; void limits; void words
`

const details = (members: string): string => `${PRELUDE}\nexport const type = defineDetailsType<Payment>({ type: 'payment', ${members} })`
const withLimit = (limit: string): string => details(`...words, members: { limit: limits.${limit} }`)
const tool = (declared: string): string => `${PRELUDE}
declare const payment: DetailsType<Payment>
void payment
export const pay = defineTool({
  name: 'pay', title: 'Pay', description: 'Pays.', input: z.strictObject({ amount: z.int(), to: z.string() }),
  access: { scopes: [], details: ${declared} },
  run: async () => ({ kind: 'completed', text: 'paid' })
})`

const RIGHT: Readonly<Record<string, string>> = {
  japaneseIsOptional: withLimit('upper({ ...words, of: ({ amount }) => amount })'),
  japaneseForSome: details("title: { en: 'Payments', ja: '支払い' }, description, members: {}"),
  everyKind: details(`...words, members: {
    maxAmount: limits.upper({ ...words, of: ({ amount }) => amount, required: true, currencyMember: 'currency' }),
    maxTotal: limits.total(words),
    currency: limits.currency({ ...words, of: () => 'JPY', whenAbsent: 'JPY' }),
    accounts: limits.textIdentifiers({ ...words, of: ({ account }) => account }),
    kinds: limits.words({ ...words, of: () => 'card', values: ['card', 'cash'] }),
    shops: limits.integerIdentifiers({ ...words, of: () => undefined }),
    locations: limits.locations(words),
    notAfter: limits.notAfter(words),
    label: limits.label(words)
  }`),
  callThatFits: tool('{ type: payment, call: ({ amount, to }) => ({ amount, account: to }) }')
}

const WRONG: Readonly<Record<string, readonly [source: string, lastLine: string]>> = {
  titleMissing: [details('description, members: {}'),
    "Property 'title' is missing in type {…} but required in type 'DetailsTypeDefinition<Payment>'."],
  titleAsText: [details("title: 'Payments', description, members: {}"), "Type 'string' is not assignable to type 'Wording'."],
  englishMissing: [details("title: { ja: '支払い' }, description, members: {}"),
    "Property 'en' is missing in type {…} but required in type 'Wording'."],
  unknownLanguage: [details("title: { en: 'Payments', fr: 'Paiements' }, description, members: {}"),
    "Object literal may only specify known properties, and 'fr' does not exist in type 'Wording'."],
  membersMissing: [details('...words'), "Property 'members' is missing in type {…} but required in type 'DetailsTypeDefinition<Payment>'."],
  memberThatIsNoLimit: [details('...words, members: { maxAmount: 100 }'), "Type 'number' is not assignable to type 'Member<Payment>'."],
  unknownLimit: [withLimit('lower(words)'), "Property 'lower' does not exist on type {…}."],
  limitOfText: [withLimit('upper({ ...words, of: ({ account }) => account })'), "Type 'string' is not assignable to type 'number'."],
  identifiersOfNumbers: [withLimit('textIdentifiers({ ...words, of: ({ amount }) => amount })'),
    "Type 'number' is not assignable to type 'string'."],
  limitOfUnknownValue: [withLimit('upper({ ...words, of: ({ amonut }) => amonut })'),
    "Property 'amonut' does not exist on type 'Payment'."],
  limitOfNothing: [withLimit('upper(words)'), "Property 'of' is missing in type {…} but required in type 'UpperLimit<Payment>'."],
  limitWithoutTitle: [withLimit('upper({ description, of: ({ amount }) => amount })'),
    "Property 'title' is missing in type {…} but required in type 'UpperLimit<Payment>'."],
  wordsWithoutValues: [withLimit('words({ ...words, of: ({ account }) => account })'),
    "Property 'values' is missing in type {…} but required in type 'WordsLimit<Payment>'."],
  callWithoutValue: [tool('{ type: payment, call: ({ amount }) => ({ amount }) }'),
    "Property 'account' is missing in type {…} but required in type 'Payment'."],
  callWithWrongValue: [tool('{ type: payment, call: ({ amount }) => ({ amount, account: 7 }) }'),
    "Type 'number' is not assignable to type 'string'."],
  callOfUnknownArgument: [tool('{ type: payment, call: ({ amonut, to }) => ({ amount: amonut, account: to }) }'),
    "Property 'amonut' does not exist on type {…}."],
  callMissing: [tool('{ type: payment }'),
    "Property 'call' is missing in type {…} but required in type 'CallDetails<{ amount: number; to: string; }, Payment>'."],
  typeMissing: [tool('{ call: ({ amount, to }) => ({ amount, account: to }) }'),
    "Property 'type' is missing in type {…} but required in type 'CallDetails<{ amount: number; to: string; }, unknown>'."],
  typeNotDeclared: [tool("{ type: 'payment', call: () => ({}) }"), "Type 'string' is not assignable to type 'DetailsType<unknown>'."]
}

t.test('types — a right details type compiles, and a wrong one says what is wrong in its last line', async t => {
  checkDeclarations(t, RIGHT, WRONG)
})
