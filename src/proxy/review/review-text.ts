// A review in words, for a terminal. Text of the other server is escaped and cut: it is read by a person before any model reads it.

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts'
import type { Difference } from './json-difference.ts'
import { isPending, type Review, type ReviewedTool } from './review.ts'
import { shownLines, shownName as shown, textsInside } from './shown-lines.ts'
import { shownText } from './shown-text.ts'

const MAX_DIFFERENCES = 30

/** @param whole nothing is cut, and a new tool is shown as its whole definition: what a model will read */
export function reviewLines (review: Review, address: string, warnings: readonly string[], whole = false): readonly string[] {
  const { upstream, revision, formerRevision, server, formerServer, tools, problems } = review
  const was = formerServer === undefined || formerServer.version === server.version ? '' : ` (was ${shown(formerServer.version)})`
  const width = Math.max(0, ...tools.map(({ name }) => Math.min(name.length, 40)))
  return [
    `${upstream}  ${address}  ${revision}  ${shown(server.name)} ${shown(server.version)}${was}`,
    ...(formerRevision === undefined || formerRevision === revision ? [] : [`  ! the protocol revision was ${formerRevision}`]),
    ...warnings.map(warning => `  ! ${warning}`),
    ...limited(problems, whole).map(problem => `  ! ${shownText(problem).replaceAll('\n', ' ')}`),
    ...moreThanShown(problems, whole, 'such lines'),
    '',
    ...tools.flatMap(tool => toolLines(tool, width, whole))
  ]
}

function toolLines (tool: ReviewedTool, width: number, whole: boolean): readonly string[] {
  const { name, listed, state, decision, added, differences, warnings } = tool
  const heldBack = (decision === 'decided' ? added : [])
    .map(pointer => `      ! new argument, refused until the decision names it (arguments.allow): ${shown(pointer)}`)
  const request = listed?.request === undefined ? [] : [`      ${listed.request.method} ${shown(listed.request.path)}`]
  const described = state === 'new' && listed !== undefined ? [...request, ...definitionLines(listed.definition, whole)] : []
  const shownDifferences = limited(differences, whole).flatMap(difference => differenceLines(difference, whole))
  const more = moreThanShown(differences, whole, 'differences')
  return [
    `  ${shown(name).padEnd(width)}  ${headline(tool)}`, ...described, ...shownDifferences, ...more, ...heldBack,
    ...warnings.map(warning => `      ! ${warning}`)
  ]
}

function headline ({ state, decision, name, listed, documentScopes }: ReviewedTool): string {
  switch (state) {
    case 'unchanged': return decision === 'undecided' ? 'unchanged, undecided: it does not exist for clients' : `unchanged, ${decision}`
    case 'changed': return `CHANGED, ${decision}${decision === 'decided' ? ': calls are refused until it is accepted' : ''}`
    case 'new':
      if (decision !== 'undecided') return `NEW, ${decision}`
      return `NEW, undecided. Add to "tools": ${proposal(name, listed?.definition['annotations'], documentScopes)}`
    case 'gone': return decision === 'decided' ? 'GONE, decided: calls are refused by the server; remove the decision' : `GONE, ${decision}`
  }
}

/**
 * A first decision, from the name and the hints of the server: both are its word, so a person decides.
 * @param scopes those of an OpenAPI document, where it has some
 */
export function proposal (name: string, annotations: JsonValue | undefined, scopes: readonly string[] = []): string {
  const hint = isJsonObject(annotations) ? annotations['readOnlyHint'] : undefined
  const reads = hint === true || (hint === undefined && /^(?:get|list|read|search|find|show|fetch|describe)/i.test(name))
  const needed = JSON.stringify(scopes.length === 0 ? ['…'] : scopes.map(shown)).replaceAll(',', ', ')
  return `${JSON.stringify(shown(name))}: { "effect": "${reads ? 'read' : 'change'}", "scopes": ${needed} }`
}

function definitionLines (definition: JsonObject, whole: boolean): readonly string[] {
  const { description } = definition
  const indented = (lines: readonly string[]) => lines.map(line => `      ${line}`)
  if (whole) return indented(shownLines(JSON.stringify(definition, null, 2), true))
  const inside = textsInside(definition)
  return [
    ...indented(typeof description === 'string' ? shownLines(description, false) : []),
    ...limited(inside, false).flatMap(({ pointer, text }) => [`      ${shown(pointer)}`, ...indented(indented(shownLines(text, false)))]),
    ...moreThanShown(inside, false, 'texts')
  ]
}

function differenceLines ({ pointer, before, after }: Difference, whole: boolean): readonly string[] {
  const line = (sign: string, value: JsonValue | undefined) => value === undefined
    ? []
    : shownLines(typeof value === 'string' ? value : JSON.stringify(value), whole)
      .map((text, index) => `        ${index === 0 ? sign : ' '} ${text}`)
  return [`      ${shown(pointer)}`, ...line('-', before), ...line('+', after)]
}

function limited<Item> (items: readonly Item[], whole: boolean): readonly Item[] {
  return whole ? items : items.slice(0, MAX_DIFFERENCES)
}

function moreThanShown (items: readonly unknown[], whole: boolean, what: string): readonly string[] {
  return whole || items.length <= MAX_DIFFERENCES ? [] : [`      … and ${items.length - MAX_DIFFERENCES} more ${what} (--full)`]
}

/** The names of what can be accepted. */
export function pendingNames ({ tools }: Review): readonly string[] {
  return tools.filter(isPending).map(({ name }) => name)
}
