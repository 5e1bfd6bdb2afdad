// A review in words, for a terminal. Text of the other server is escaped and cut: it is read by a person before any model reads it.

import { isJsonObject, type JsonValue } from '../../kernel/json.ts'
import type { Difference } from './json-difference.ts'
import { isPending, type Review, type ReviewedTool } from './review.ts'
import { shownText } from './shown-text.ts'

const MAX_DIFFERENCES = 30
/** Up to 96 characters, to the end of a word where there is one. */
const PIECES = /.{1,96}(?:\s|$)|.{1,96}/gu
const MAX_LINES = 12

export function reviewLines (review: Review, address: string, warnings: readonly string[]): readonly string[] {
  const { upstream, revision, formerRevision, server, formerServer, tools, problems } = review
  const was = formerServer === undefined || formerServer.version === server.version ? '' : ` (was ${shown(formerServer.version)})`
  const width = Math.max(0, ...tools.map(({ name }) => Math.min(name.length, 40)))
  return [
    `${upstream}  ${address}  ${revision}  ${shown(server.name)} ${shown(server.version)}${was}`,
    ...(formerRevision === undefined || formerRevision === revision ? [] : [`  ! the protocol revision was ${formerRevision}`]),
    ...[...warnings, ...problems].map(warning => `  ! ${warning}`),
    '',
    ...tools.flatMap(tool => toolLines(tool, width))
  ]
}

function toolLines (tool: ReviewedTool, width: number): readonly string[] {
  const { name, listed, state, decision, added, differences, warnings } = tool
  const heldBack = (decision === 'decided' ? added : [])
    .map(pointer => `      ! new argument, refused until the decision names it (arguments.allow): ${shown(pointer)}`)
  const described = state === 'new' ? descriptionLines(listed?.definition['description']) : []
  const shownDifferences = differences.slice(0, MAX_DIFFERENCES).flatMap(differenceLines)
  const more = differences.length > MAX_DIFFERENCES ? [`      … and ${differences.length - MAX_DIFFERENCES} more differences`] : []
  return [
    `  ${shown(name).padEnd(width)}  ${headline(tool)}`, ...described, ...shownDifferences, ...more, ...heldBack,
    ...warnings.map(warning => `      ! ${warning}`)
  ]
}

function headline ({ state, decision, name, listed }: ReviewedTool): string {
  switch (state) {
    case 'unchanged': return decision === 'undecided' ? 'unchanged, undecided: it does not exist for clients' : `unchanged, ${decision}`
    case 'changed': return `CHANGED, ${decision}${decision === 'decided' ? ': calls are refused until it is accepted' : ''}`
    case 'new':
      if (decision !== 'undecided') return `NEW, ${decision}`
      return `NEW, undecided. Add to "tools": ${proposal(name, listed?.definition['annotations'])}`
    case 'gone': return decision === 'decided' ? 'GONE, decided: calls are refused by the server; remove the decision' : `GONE, ${decision}`
  }
}

/** A first decision, from the name and the hints of the server: both are its word, so a person decides. */
export function proposal (name: string, annotations: JsonValue | undefined): string {
  const hint = isJsonObject(annotations) ? annotations['readOnlyHint'] : undefined
  const reads = hint === true || (hint === undefined && /^(?:get|list|read|search|find|show|fetch|describe)/i.test(name))
  return `${JSON.stringify(shown(name))}: { "effect": "${reads ? 'read' : 'change'}", "scopes": ["…"] }`
}

function descriptionLines (description: JsonValue | undefined): readonly string[] {
  return typeof description === 'string' ? cut(description).map(line => `      ${line}`) : []
}

function differenceLines ({ pointer, before, after }: Difference): readonly string[] {
  const line = (sign: string, value: JsonValue | undefined) => value === undefined
    ? []
    : cut(typeof value === 'string' ? value : JSON.stringify(value)).map((text, index) => `        ${index === 0 ? sign : ' '} ${text}`)
  return [`      ${shown(pointer)}`, ...line('-', before), ...line('+', after)]
}

function cut (text: string): readonly string[] {
  const lines = shownText(text).split('\n').flatMap(line => line.match(PIECES) ?? [''])
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more lines`] : lines
}

function shown (text: string): string {
  return shownText(text).replaceAll('\n', '\\n').slice(0, 128)
}

/** The names of what can be accepted. */
export function pendingNames ({ tools }: Review): readonly string[] {
  return tools.filter(isPending).map(({ name }) => name)
}
