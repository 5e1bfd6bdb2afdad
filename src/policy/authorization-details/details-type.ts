// An authorization details type (RFC 9396 §2): one declaration gives strict reading, judgement, the remedy, the published JSON
// Schema and the texts of pages. Totals over several calls are not enforced here: see `total` in amount-limits.ts.

import type { Locale } from '../../kernel/locale.ts'
import { GatewayError } from '../../kernel/fault.ts'
import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import { checkDetailsDeclaration } from './details-declaration.ts'
import { flattenElement } from './element.ts'
import type { Member } from './member.ts'
import type { DetailsRequirement, ElementVerdict, JudgementContext } from './details-requirement.ts'
import { labelled, textIn, type Wording } from './wording.ts'

export interface DetailsTypeDefinition<Call> {
  /** The value of `type`. */
  readonly type: string
  /** Of the declaration, not of the gateway; changes when the meaning of an element does. */
  readonly version?: string
  readonly title: Wording
  readonly description: Wording
  /** In the order in which they are described. */
  readonly members: Readonly<Record<string, Member<Call>>>
  /** Checked against the declaration when the gateway starts. */
  readonly examples?: readonly JsonObject[]
  /** `deny`: a token without details is refused whatever `policy.authorizationDetailsWhenAbsent` says. Default: as that says. */
  readonly whenAbsent?: 'deny'
}

/** One row of a table about a type. */
interface MemberDescription {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly required: boolean
}

export interface DetailsType<Call> {
  readonly type: string
  readonly title: Wording
  readonly description: Wording
  /**
   * What a call with these values needs.
   * @throws GatewayError GW_TOOL_INVALID when a value could not be compared; a caller treats that as a denial
   */
  readonly requires: (call: Call) => DetailsRequirement
  /** The well-formed element with absent members filled in, or `undefined`. */
  readonly read: (element: JsonObject) => JsonObject | undefined
  /** As `read`, lists in one order: equal for elements that say the same in different ways. */
  readonly canonical: (element: JsonObject) => JsonObject | undefined
  /** One line a limit, in the order of declaration; empty when the element is not well formed. */
  readonly describe: (element: JsonObject, language: Locale) => readonly string[]
  readonly memberTable: (language: Locale) => readonly MemberDescription[]
  readonly metadata: DetailsTypeMetadata
}

/** The part of a type that metadata and pages show; it judges nothing. */
export type PublishedDetailsType = Pick<DetailsType<never>, 'type' | 'title' | 'description' | 'describe' | 'memberTable' | 'metadata'>

/**
 * One entry of the authorization details types metadata. Its Japanese texts have the names that RFC 9728 section 2.1 gives such
 * members, and stand beside the schema: inside it they would be keywords that a validator does not know.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation-00#section-5
 */
export interface DetailsTypeMetadata {
  readonly version?: string
  readonly description: string
  readonly 'description#ja'?: string
  readonly documentation_uri?: string
  /** JSON Schema, draft 2020-12. */
  readonly schema: JsonObject
  /** The same schema with Japanese titles and descriptions. */
  readonly 'schema#ja'?: JsonObject
  readonly examples?: readonly JsonObject[]
}

interface Finding { readonly unreadable: string | undefined }

const SUFFICIENT: ElementVerdict = { kind: 'sufficient' }
/** Takes the place of an undeclared name: text of an authorization server must not reach a log. */
const UNDECLARED = '(undeclared)'

/** @throws GatewayError GW_TOOL_INVALID for a wrong declaration, such as an example that is not well formed */
export function defineDetailsType<Call> (definition: DetailsTypeDefinition<Call>): DetailsType<Call> {
  checkDetailsDeclaration(definition)
  const { type, title, description, whenAbsent } = definition
  const members = Object.entries(definition.members)
  const memberOf = new Map(members)
  const required = members.filter(([, member]) => member.required).map(([name]) => name)
  /** Per element of a cached grant: what does not depend on the call is computed once. */
  const findings = new WeakMap<JsonObject, Finding>()
  if (memberOf.has('type') || memberOf.has('otherFields')) {
    throw new GatewayError('GW_TOOL_INVALID', `${type}: type and otherFields cannot be declared`)
  }

  function unreadableMember (element: JsonObject): string | undefined {
    let finding = findings.get(element)
    if (finding === undefined) {
      finding = { unreadable: findUnreadableMember(element) }
      findings.set(element, finding)
    }
    return finding.unreadable
  }

  function findUnreadableMember (element: JsonObject): string | undefined {
    for (const name of Object.keys(element)) {
      if (name === 'type') continue
      const member = memberOf.get(name)
      if (member === undefined) return UNDECLARED
      const value = element[name]
      if (value === undefined || !member.isWellFormed(value)) return name
    }
    return required.find(name => !Object.hasOwn(element, name))
  }

  function judge (element: JsonObject, call: Call, context: JudgementContext): ElementVerdict {
    const unreadable = unreadableMember(element)
    if (unreadable !== undefined) return { kind: 'unreadable', member: unreadable }
    for (const [name, member] of members) {
      if (!member.suffices(own(element, name), call, context)) return { kind: 'insufficient', member: name }
    }
    return SUFFICIENT
  }

  function requires (call: Call): DetailsRequirement {
    for (const [name, member] of members) {
      const problem = member.problemOf(call)
      if (problem !== undefined) throw new GatewayError('GW_TOOL_INVALID', `${type}: the call's value for ${name} ${problem}`)
    }
    return {
      type,
      ...(whenAbsent === undefined ? {} : { whenAbsent }),
      judge: (element, context) => judge(element, call, context),
      smallest: (_context, granted = []) => {
        const smallest: Record<string, JsonValue> = { type }
        for (const [name, member] of members) {
          const value = member.smallest(call) ?? (isLimited(granted, name) ? member.smallestTotal?.(call) : undefined)
          if (value !== undefined) smallest[name] = value
        }
        return smallest
      }
    }
  }

  /** Whether one of the elements has the member. */
  function isLimited (granted: readonly JsonObject[], name: string): boolean {
    return granted.some(element => element['type'] === type && Object.hasOwn(element, name))
  }

  function read (element: JsonObject): JsonObject | undefined {
    const flat = flattenElement(element)
    if (!flat.ok || own(flat.value, 'type') !== type || unreadableMember(flat.value) !== undefined) return undefined
    const filled: Record<string, JsonValue> = { type }
    for (const [name, member] of members) {
      const value = own(flat.value, name) ?? member.whenAbsent
      if (value !== undefined) filled[name] = value
    }
    return filled
  }

  function canonical (element: JsonObject): JsonObject | undefined {
    const filled = read(element)
    if (filled === undefined) return undefined
    return Object.fromEntries(Object.entries(filled).map(([name, value]) => {
      return [name, memberOf.get(name)?.canonical?.(value) ?? value]
    }))
  }

  function describe (element: JsonObject, language: Locale): readonly string[] {
    const filled = read(element)
    if (filled === undefined) return []
    return members.flatMap(([name, member]) => {
      const value = filled[name]
      return value === undefined ? [] : [labelled(member.title, member.text(value, filled, language), language)]
    })
  }

  function memberTable (language: Locale): readonly MemberDescription[] {
    return members.map(([name, member]) => {
      return { name, title: textIn(member.title, language), description: textIn(member.description, language), required: member.required }
    })
  }

  for (const example of definition.examples ?? []) {
    if (read(example) === undefined) throw new GatewayError('GW_TOOL_INVALID', `${type}: an example is not well formed`)
  }
  return { type, title, description, requires, read, canonical, describe, memberTable, metadata: metadataOf(definition) }
}

function own (element: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(element, name) ? element[name] : undefined
}

function metadataOf<Call> (definition: DetailsTypeDefinition<Call>): DetailsTypeMetadata {
  const { version, title, description, members, examples } = definition
  const wordings = [title, description, ...Object.values(members).flatMap(member => [member.title, member.description])]
  const japanese = wordings.some(({ ja }) => ja !== undefined)
  return {
    ...(version === undefined ? {} : { version }),
    description: description.en,
    ...(description.ja === undefined ? {} : { 'description#ja': description.ja }),
    schema: schemaIn('en', definition),
    ...(japanese ? { 'schema#ja': schemaIn('ja', definition) } : {}),
    ...(examples === undefined ? {} : { examples })
  }
}

function schemaIn<Call> (language: Locale, { type, title, description, members }: DetailsTypeDefinition<Call>): JsonObject {
  const declared = Object.entries(members)
  const properties = declared.map(([name, member]) => {
    return [name, { title: textIn(member.title, language), description: textIn(member.description, language), ...member.schema }] as const
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: textIn(title, language),
    description: textIn(description, language),
    type: 'object',
    properties: { type: { const: type }, ...Object.fromEntries(properties) },
    required: ['type', ...declared.filter(([, member]) => member.required).map(([name]) => name)],
    additionalProperties: false
  }
}
