// What TypeScript says about a declaration of a tool: nothing about a right one, a last line that names the mistake about a wrong one.

import t from 'tap'
import { checkDeclarations } from '../support/type-errors.ts'

const PRELUDE = `
import { z } from 'zod'
import { defineDetailsType, defineTool, limits, withJsonSchema, type StandardSchema } from '../../src/index.ts'
const words = { en: 'Payments', ja: '支払い' }
const payment = defineDetailsType<{ amount: number, kind: 'card' | 'cash' }>({
  type: 'payment', title: words, description: words,
  members: { maxAmount: limits.upper({ of: ({ amount }) => amount, required: true, title: words, description: words }) }
})
const named = { name: 'pay', title: 'Pay', description: 'Pays.' } as const
`

const tool = (rest: string): string => `${PRELUDE}
export const tool = defineTool({ ...named, ${rest} })
void z; void payment; void withJsonSchema; void ({} as StandardSchema)
`
const words = "title: 'Pay', description: 'Pays.'"
const plain = "input: z.strictObject({}), access: { scopes: [] }, run: async () => ({ kind: 'completed', text: '' })"
const whole = (members: string): string => `${PRELUDE}
export const tool = defineTool({ ${members} })
void z; void payment; void named; void withJsonSchema; void ({} as StandardSchema)
`

const RIGHT: Readonly<Record<string, string>> = {
  zod: tool(`
    input: z.strictObject({ amount: z.int(), note: z.string().default('') }),
    output: z.strictObject({ paid: z.int() }),
    access: { scopes: [], details: { type: payment, call: ({ amount }, { person }) => ({ amount, kind: person.subject === '' ? 'card' : 'cash' }) } },
    async run ({ person }, { amount, note }) {
      if (person.subject === note.trim()) return { kind: 'failed', code: 'own-account', text: 'no' }
      return { kind: 'completed', structured: { paid: amount } }
    }`),
  asynchronousDetails: tool(`
    input: z.strictObject({ id: z.string() }),
    access: { scopes: [], details: { type: payment, call: async ({ id }) => ({ amount: id.length, kind: 'card' }) } },
    run: async () => ({ kind: 'completed', text: 'done' })`),
  plainJsonSchema: tool(`
    input: { type: 'object', properties: { amount: { type: 'integer' } }, additionalProperties: false },
    output: { type: 'object' },
    access: { scopes: [], details: { type: payment, call: ({ amount }) => ({ amount: Number(amount), kind: 'cash' }) } },
    run: async (_permit, input) => ({ kind: 'completed', structured: { given: input['amount'] } })`),
  otherLibrary: `${tool(`
    input: withJsonSchema(library, { type: 'object' }),
    access: { scopes: [] },
    run: async (_permit, { id }) => ({ kind: 'completed', text: id.toUpperCase() })`)}
    declare const library: StandardSchema<{ id: string }, { id: string, at: Date }>`,
  importedJson: `${tool(`
    input: { ...imported, type: 'object' },
    access: { scopes: [] },
    run: async () => ({ kind: 'completed', text: '' })`)}
    declare const imported: { type: string, properties: object, additionalProperties: boolean }`,
  relayed: tool(`
    input: z.strictObject({}),
    access: { scopes: [] },
    run: async () => ({ kind: 'relayed', result: { content: [{ type: 'anything', at: 1 }], isError: true } })`)
}

const WRONG: Readonly<Record<string, readonly [source: string, lastLine: string]>> = {
  structuredOfWrongType: [tool(`
    input: z.strictObject({ amount: z.int() }), output: z.strictObject({ paid: z.int() }), access: { scopes: [] },
    run: async (_permit, { amount }) => ({ kind: 'completed', structured: { paid: String(amount) } })`),
  "Type 'string' is not assignable to type 'number'."],
  structuredMissing: [tool(`
    input: z.strictObject({}), output: z.strictObject({ paid: z.int() }), access: { scopes: [] },
    run: async () => ({ kind: 'completed', text: 'paid' })`),
  "Property 'structured' is missing in type {…} but required in type 'StructuredOutcome<{ paid: number; }>'."],
  structuredWithoutOutput: [tool(`
    input: z.strictObject({}), access: { scopes: [] },
    run: async () => ({ kind: 'completed', text: 'paid', structured: { paid: 1 } })`),
  "Type {…} is not assignable to type 'undefined'."],
  unknownArgument: [tool(`
    input: z.strictObject({ amount: z.int() }), access: { scopes: [] },
    run: async (_permit, { amonut }) => ({ kind: 'completed', text: String(amonut) })`),
  "Property 'amonut' does not exist on type {…}."],
  detailsOfWrongType: [tool(`
    input: z.strictObject({ amount: z.string() }),
    access: { scopes: [], details: { type: payment, call: ({ amount }) => ({ amount, kind: 'card' }) } },
    run: async () => ({ kind: 'completed', text: '' })`),
  "Type 'string' is not assignable to type 'number'."],
  detailsWithoutType: [tool(`
    input: z.strictObject({}), access: { scopes: [], details: () => payment.requires({ amount: 1, kind: 'card' }) },
    run: async () => ({ kind: 'completed', text: '' })`),
  "Type '() => DetailsRequirement' is not assignable to type 'CallDetails<Record<string, never>, unknown>'."],
  inputThatIsNoObject: [tool(`
    input: z.string(), access: { scopes: [] }, run: async () => ({ kind: 'completed', text: '' })`),
  'Type \'"string"\' is not assignable to type \'"object"\'.'],
  scopesMissing: [tool(`
    input: z.strictObject({}), access: {}, run: async () => ({ kind: 'completed', text: '' })`),
  "Property 'scopes' is missing in type {…} but required in type 'ToolAccess<Record<string, never>, unknown>'."],
  scopesAsText: [whole(`name: 'pay', ${words}, ${plain.replace('[]', "'payments:write'")}`),
    "Type 'string' is not assignable to type 'readonly string[]'."],
  titleMissing: [whole(`name: 'pay', description: 'Pays.', ${plain}`),
    "Property 'title' is missing in type {…} but required in type 'ToolDefinition<ZodObject<{}, $strict>, undefined, unknown>'."],
  unknownMember: [whole(`name: 'pay', ${words}, acess: {}, ${plain}`), "Object literal may only specify known properties, but 'acess' " +
    "does not exist in type 'ToolDefinition<ZodObject<{}, $strict>, undefined, unknown>'. Did you mean to write 'access'?"],
  unknownHint: [whole(`name: 'pay', ${words}, annotations: { readonlyHint: true }, ${plain}`), 'Object literal may only specify known ' +
    "properties, but 'readonlyHint' does not exist in type 'ToolAnnotations'. Did you mean to write 'readOnlyHint'?"],
  unknownOutcome: [whole(`name: 'pay', ${words}, ${plain.replace('completed', 'done')}`),
    "Type '\"done\"' is not assignable to type '\"completed\"'."],
  unknownFreshness: [whole(`name: 'pay', ${words}, ${plain.replace('[]', "[], freshness: 'live'")}`),
    "Type '\"live\"' is not assignable to type '\"cached\" | \"fresh\"'."]
}

t.test('types — a right declaration compiles, and a wrong one says what is wrong in its last line', async t => {
  checkDeclarations(t, RIGHT, WRONG)
})
