// The reference of upstream files: config/upstream.schema.json and the tables of docs/upstreams.md, from the schema of the gateway.

import { z } from 'zod'
import { upstreamSchema } from '../../src/config/upstream/upstream-schema.ts'
import { replaceSection, table, type GeneratedFile } from './document.ts'

type Node = z.core.JSONSchema.JSONSchema
/** Each has a table of its own. */
const PARTS: ReadonlyArray<readonly [section: string, path: readonly string[]]> = [
  ['upstream-members', []],
  ['decision-members', ['tools', '*']],
  ['binding-members', ['tools', '*', 'details', 'values', '*']],
  ['details-type-members', ['detailsTypes', '*']]
]

function schemaOf (): Node {
  return { ...z.toJSONSchema(upstreamSchema, { io: 'input', target: 'draft-7' }), title: 'mcp-resource-gateway upstream file' }
}

function asNode (node: unknown): Node {
  return typeof node === 'object' && node !== null ? node as Node : {}
}

/** Of several forms, the one with members. */
function withMembers (node: Node): Node {
  return node.anyOf?.map(asNode).find(form => form.properties !== undefined) ?? node
}

function nodeAt (path: readonly string[]): Node {
  return path.reduce((node, name) => withMembers(asNode(name === '*' ? node.additionalProperties : node.properties?.[name])), schemaOf())
}

function rows (node: Node, path: readonly string[], stops: ReadonlySet<string>): string[][] {
  const required = new Set(node.required)
  return Object.entries(node.properties ?? {}).flatMap(([name, value]) => {
    const member = asNode(value)
    const here = [...path, name]
    const inner = withMembers(member)
    const values = withMembers(asNode(inner.additionalProperties))
    const described = inner.properties === undefined || member.anyOf !== undefined || member.description !== undefined
    const presence = required.has(name) ? '**required**' : defaultOf(member)
    const own = described ? [[code(here.join('.')), form(member), presence, member.description ?? '']] : []
    if (stops.has(here.join('.'))) return own
    if (inner.properties !== undefined) return [...own, ...rows(inner, here, stops)]
    return values.properties === undefined ? own : [...own, ...rows(values, [...here, '*'], stops)]
  })
}

function form (member: Node): string {
  const options = member.enum ?? (member.const === undefined ? undefined : [member.const])
  if (options !== undefined) return options.map(option => code(String(option))).join(' or ')
  if (member.anyOf !== undefined) return [...new Set(member.anyOf.map(option => form(asNode(option))))].join(' or ')
  if (member.type === 'integer') return member.maximum === undefined ? 'whole number' : `${member.minimum ?? ''} to ${member.maximum}`
  if (member.type === 'array') return `list of ${asNode(member.items).properties === undefined ? 'texts' : 'objects'}`
  if (member.type === 'boolean') return '`true` or `false`'
  return { object: 'object', number: 'number', string: 'text' }[String(member.type)] ?? 'any'
}

function defaultOf (member: Node): string {
  const { default: value } = member
  return value === undefined || (typeof value === 'object' && !Array.isArray(value)) ? 'none' : code(JSON.stringify(value))
}

function code (text: string): string {
  return `\`${text}\``
}

const STOPS: ReadonlySet<string> = new Set(['tools', 'templates', 'detailsTypes', 'details.values', 'members.*.of'])

export const upstreamFiles: readonly GeneratedFile[] = [
  { file: 'config/upstream.schema.json', render: () => `${JSON.stringify(schemaOf(), null, 2)}\n` },
  {
    file: 'docs/upstreams.md',
    render: current => PARTS.reduce((page, [section, path]) => {
      return replaceSection(page, section, table(['member', 'values', 'default', 'meaning'], rows(nodeAt(path), [], STOPS)))
    }, current ?? '')
  }
]
