// Checks of the declaration of a details type. Types may be written in JavaScript, so the types of TypeScript are not relied on: a wrong
// one is GW_TOOL_INVALID with its name and the member, and no TypeError of a page that shows it later.

import { GatewayError } from '../../kernel/fault.ts'
import { isJsonObject } from '../../kernel/json.ts'

const WORDING = 'expected { en: "…", ja?: "…" }'

/** @throws GatewayError GW_TOOL_INVALID, with all mistakes */
export function checkDetailsDeclaration (definition: unknown): void {
  const { type, title, description, members } = objectOf(definition)
  const mistakes = [
    ...(isText(type) ? [] : ['type: expected a text']),
    ...wordingMistakes('title', title),
    ...wordingMistakes('description', description),
    ...(isJsonObject(members) ? Object.entries(members).flatMap(memberMistakes) : ['members: expected an object of limits'])
  ]
  if (mistakes.length === 0) return
  throw new GatewayError('GW_TOOL_INVALID', `${isText(type) ? type : 'a details type'}: ${mistakes.join('; ')}`)
}

function memberMistakes ([name, member]: readonly [string, unknown]): readonly string[] {
  const { title, description, isWellFormed, suffices } = objectOf(member)
  if (typeof isWellFormed !== 'function' || typeof suffices !== 'function') {
    return [`members.${name}: expected what a function of limits returns`]
  }
  return [...wordingMistakes(`members.${name}.title`, title), ...wordingMistakes(`members.${name}.description`, description)]
}

function wordingMistakes (path: string, wording: unknown): readonly string[] {
  const { en, ja = 'absent' } = objectOf(wording)
  return isText(en) && isText(ja) ? [] : [`${path}: ${WORDING}`]
}

function objectOf (value: unknown): Readonly<Record<string, unknown>> {
  return isJsonObject(value) ? value : {}
}

function isText (value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
