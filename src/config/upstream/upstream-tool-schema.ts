// The decision about one tool of another server: what a call needs, and what happens to its arguments. A tool without a decision does not
// exist; templates are decisions that others start from.

import { z } from 'zod'
import { choice, flag, group, list, text, wholeNumber } from '../members.ts'
import { isPrintable, isScopeToken } from '../text-syntax.ts'
import { isMemberName } from './details-type-schema.ts'

const isJsonPointer = (value: string) => /^(?:\/(?:[^~/]|~[01])*)+$/.test(value)
const POINTER = 'a JSON pointer (RFC 6901) such as /amount'
const pointer = text(POINTER, isJsonPointer)
const scalar = z.union([z.string(), z.number(), z.boolean()], { error: () => 'expected a text, a number, true or false' })

const binding = group({
  argument: z.union([pointer, list(POINTER, isJsonPointer)], { error: () => `expected ${POINTER}, or a list of them` }).exactOptional()
    .describe('Where the value is in the arguments; `*` stands for each item of a list. A list of pointers joins their values.'),
  const: scalar.exactOptional().describe('The value is always this one.'),
  join: list(POINTER, isJsonPointer).exactOptional().describe('The texts at these places, with `with` between them.'),
  with: text('a text', value => value !== '').exactOptional().describe('With `join`. A part that holds it is refused.'),
  optional: flag().default(false)
    .describe('A call without the argument is allowed, and limits of the value are then not compared. Only where its absence means less.'),
  unit: choice(['minor', 'major']).default('minor')
    .describe('`major`: a decimal number of units such as 12.50, judged in minor units of the currency; what would be rounded is refused.'),
  absent: flag().default(false).describe('This tool has no such value.')
})

const details = group({
  type: text('the name of a details type', isPrintable).describe('One of `detailsTypes`.'),
  values: z.record(text('the name of a value', isMemberName), binding).describe('Where each value of the type is in a call.')
})

const constant = group({
  const: z.json().exactOptional().describe('Always this value.'),
  from: choice(['subject', 'issuer', 'clientId']).exactOptional().describe('Of the access token.')
}).refine(value => (value.const === undefined) !== (value.from === undefined), 'expected either const or from')

const refusal = group({
  unlessOneOf: z.array(scalar, { error: () => 'expected a list of values' }).exactOptional().describe('Each value must be one of these.'),
  unlessAtMost: z.number({ error: () => 'expected a number' }).exactOptional().describe('Each value must be a number up to this one.'),
  unlessMatches: text('a regular expression without nested repetition', isPlainPattern).exactOptional()
    .describe('Each value must be a text of at most 1,000 characters that matches as a whole.')
}).refine(value => Object.keys(value).length === 1, 'expected one of unlessOneOf, unlessAtMost, unlessMatches')

const toolArguments = group({
  set: z.record(pointer, constant, { error: () => `expected an object whose keys are each ${POINTER}` }).default({})
    .describe('Put in by the gateway after the decision: removed from the published schema, refused when a client sends them.'),
  refuse: z.record(pointer, refusal, { error: () => `expected an object whose keys are each ${POINTER}` }).default({})
    .describe('What no token can allow.'),
  allow: z.array(pointer, { error: () => `expected a list of ${POINTER}` }).default([])
    .describe('Arguments that came with a change, and that clients may send all the same: a review records them as held back.'),
  unknown: choice(['refuse', 'accept']).default('refuse')
    .describe('An argument that the reviewed schema does not name, at the top and in each object that a pointer passes through.')
})

const spending = group({
  idempotencyKey: pointer.exactOptional()
    .describe('The argument with which the server recognises a repeated call. It belongs to the person, the client, the tool and the ' +
      'other arguments: a call that was made is not made again.'),
  toolError: choice(['unknown', 'not-executed']).default('unknown')
    .describe('What a result with `isError` says about a total: nothing, so that the debit stays, or that nothing was done.'),
  charged: pointer.exactOptional()
    .describe('Where a result says what was charged, such as `/structuredContent/charged`: an integer in minor units. Less than the ' +
      'amount gives back the rest; more stops the tool until an operator has looked.')
})

const decisionMembers = {
  like: text('the name of a template', isMemberName).exactOptional().describe('A template; members here take the place of those there.'),
  note: text('a text', isPrintable).exactOptional().describe('A remark, which the review shows.'),
  as: text('a name of letters, digits, _, - and .', value => /^[A-Za-z0-9_.-]{1,64}$/.test(value)).exactOptional()
    .describe('The whole name under which clients know the tool. Default: `prefix` and the name of the tool.'),
  title: text('a text', isPrintable).exactOptional().describe('In place of the reviewed one.'),
  description: z.string().min(1).exactOptional().describe('In place of the reviewed one.'),
  effect: choice(['read', 'change']).exactOptional()
    .describe('Required. Whether a call changes something: the word of the operator, whatever the server says of its tool. `change` asks ' +
      'the authorization server about the token for each call, and is never repeated.'),
  scopes: list('a scope', isScopeToken).exactOptional()
    .describe('Required. All of them are needed. An empty list only together with `everyone`.'),
  everyone: flag().exactOptional().describe('`true`: every valid token may call it.'),
  upstreamScopes: list('a scope', isScopeToken).exactOptional()
    .describe('With `tokenExchange`: the scopes of the exchanged token for this tool, in place of `tokenExchange.scopes`.'),
  authentication: group({
    acrValues: list('an acr value', isPrintable).exactOptional().describe('Acceptable values; one of them suffices.'),
    maxAgeSeconds: wholeNumber({ from: 0, to: 31_536_000, unit: 'seconds', byDefault: 0 }).removeDefault().exactOptional()
      .describe('Seconds since the person last authenticated.')
  }).exactOptional().describe('How the person must have authenticated (RFC 9470).'),
  freshness: choice(['cached', 'fresh']).exactOptional()
    .describe('`fresh`: the authorization server is asked for each call. Default: `fresh` for `change`, else `cached`.'),
  details: details.exactOptional().describe('The authorization details that a call needs (RFC 9396).'),
  arguments: toolArguments.exactOptional().describe('What happens to arguments.'),
  spending: spending.exactOptional()
    .describe('How calls count against the totals of the details type, and what a repeated call is.'),
  idempotent: flag().exactOptional().describe('The same call twice has the effect of one; published as a hint.'),
  limits: group({
    timeoutMs: wholeNumber({ from: 100, to: 3_600_000, unit: 'milliseconds', byDefault: 0 }).removeDefault().exactOptional()
      .describe('In place of that of the upstream.'),
    maxResultBytes: wholeNumber({ from: 1024, to: 67_108_864, unit: 'bytes', byDefault: 0 }).removeDefault().exactOptional()
      .describe('Bytes of the largest result of this tool; at most that of the upstream.'),
    concurrent: wholeNumber({ from: 1, to: 10_000, unit: 'calls', byDefault: 0 }).removeDefault().exactOptional()
      .describe('Calls of this tool at a time, within those of the upstream; one more gets 503.')
  }).exactOptional().describe('Limits of this tool.')
}

export const decision = group(decisionMembers)

export const tool = z.union([choice(['hidden']), decision], { error: () => 'expected "hidden" or a decision about the tool' })

export type Decision = z.output<typeof decision>
export type SpendingDeclaration = z.output<typeof spending>
export type BindingDeclaration = z.output<typeof binding>
export type ToolArgumentsDeclaration = z.output<typeof toolArguments>

/** A group that is repeated and contains a repetition may take time without end: such patterns are refused. */
function isPlainPattern (pattern: string): boolean {
  if (/\)(?:[*+?]|\{)/.test(pattern) || /\\[1-9]/.test(pattern)) return false
  try {
    RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}
