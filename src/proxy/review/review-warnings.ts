// Warnings about a tool definition, for the person who reviews it. They never decide: a text that gives orders to a model may be harmless,
// and one without a warning may not be.

import type { UpstreamDeclaration } from '../../config/upstream/upstream-schema.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import { pointerParts, schemaAt, typesOf } from '../arguments/json-pointer.ts'
import { effectiveDecision, type EffectiveDecision } from '../tools/effective-decision.ts'
import { needsTasks } from '../lock/lock-file.ts'
import { hasHiddenText } from './shown-text.ts'

const LONG_NAME = 48
/** Words that speak to a model and not about the tool. */
const ORDERS = [
  /\bignore (?:all|any|previous|other)\b/i,
  /\b(?:do not (?:tell|mention|inform)|without telling)\b/i,
  /\b(?:always|first) call\b/i,
  /\bbefore (?:using|calling) (?:this|any|other)\b/i,
  /\binstead of (?:using )?(?:the|any) other\b/i,
  /\bsystem prompt\b/i
]
const MAX_DEPTH = 64

export function warningsAbout (definition: JsonObject, declaration: UpstreamDeclaration, names: readonly string[]): readonly string[] {
  const { name } = definition
  const texts = textsIn(definition, MAX_DEPTH)
  const own = typeof name === 'string' ? name : ''
  const decided = Object.hasOwn(declaration.tools, own) ? declaration.tools[own] : undefined
  const warnings: string[] = []
  const words = new Set(texts.flatMap(text => text.match(/[\w.-]*\w/g) ?? []))
  const others = names.filter(other => other !== own && other.length > 3 && words.has(other))
  if (texts.some(text => ORDERS.some(order => order.test(text)))) warnings.push('text that gives orders to a model')
  if (others.length > 0) warnings.push(`text that speaks about other tools: ${others.slice(0, 5).join(', ')}`)
  if (hiddenTextIn(definition)) warnings.push('characters that a terminal does not show: accept it with --accept-invisible')
  if (needsTasks(definition)) warnings.push('unusable: it needs tasks, which are not proxied; leave it hidden')
  if (own.length > LONG_NAME) warnings.push(`a name of ${own.length} characters: clients put a prefix of their own before it`)
  if (decided !== undefined && decided !== 'hidden') {
    const decision = effectiveDecision(decided, declaration.templates)
    if (decision.ok) warnings.push(...decisionWarnings(definition, decision.value))
  }
  return warnings
}

/** What a decision leaves open with this definition. */
function decisionWarnings ({ annotations, inputSchema }: JsonObject, { effect, details, arguments: args }: EffectiveDecision): string[] {
  const warnings: string[] = []
  const hint = isJsonObject(annotations) ? annotations['readOnlyHint'] : undefined
  if (effect === 'read' && hint === false) warnings.push('the decision says that it only reads; the server says that it does not')
  if (details === undefined) return warnings
  if (args?.unknown === 'accept') {
    warnings.push('the decision accepts arguments that the schema does not name: no limit judges what the server reads from them')
  }
  const schema = isJsonObject(inputSchema) ? inputSchema : {}
  const bound = Object.values(details.values).flatMap(({ argument = [], join = [] }) => [argument, join].flat())
  const untyped = bound.filter(pointer => {
    const found = schemaAt(schema, pointerParts(pointer))
    return found !== undefined && typesOf(found, schema).length === 0
  })
  if (untyped.length > 0) {
    warnings.push(`the schema has no type for ${untyped.join(', ')}: calls whose value has another type than the limit are refused`)
  }
  return warnings
}

export function hiddenTextIn (definition: JsonObject): boolean {
  return textsIn(definition, MAX_DEPTH).some(hasHiddenText)
}

/** Names of members are text too: a model reads the names of arguments. */
function textsIn (value: JsonValue, levels: number): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || levels === 0) return []
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(item => textsIn(item, levels - 1))
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsIn(member, levels - 1)])
}

/** What the way to the server leaves open: a program that is fetched again at each start is not the one that was reviewed. */
export function transportWarnings ({ transport: { stdio } }: UpstreamDeclaration): readonly string[] {
  if (stdio === undefined) return []
  const program = stdio.command.split('/').at(-1) ?? ''
  const named = stdio.args.filter(argument => !argument.startsWith('-'))[0] ?? ''
  const pinned = /@\d+\.\d+\.\d+/.test(named) || /==\d/.test(named) || /@sha256:/.test(stdio.args.join(' '))
  if (!['npx', 'uvx', 'bunx', 'pnpx', 'docker', 'podman'].includes(program) || pinned) return []
  return [`${program} fetches a program at each start: install it, or name its exact version`]
}
