// The configuration reference: config/schema.json and the tables of docs/configuration.md, from the schema and the environment
// variables that the gateway uses.

import { z } from 'zod'
import {
  CONFIG_FILE_VARIABLE, DEFAULT_CONFIG_FILE, ENVIRONMENT_VARIABLES, fileVariableOf, variableFor
} from '../../src/config/environment.ts'
import { gatewayConfigSchema } from '../../src/config/schema.ts'
import { replaceSection, table, type GeneratedFile } from './document.ts'

type Node = z.core.JSONSchema.JSONSchema

function configurationSchema (): Node {
  const schema = z.toJSONSchema(gatewayConfigSchema, { io: 'input', target: 'draft-7' })
  return { ...withoutSupplied(schema, []), title: 'mcp-resource-gateway configuration' }
}

/** A member that the environment can supply may be missing from the file, and a group of nothing else too. */
function withoutSupplied (node: Node, path: readonly string[]): Node {
  if (node.properties === undefined) return node
  const members = Object.entries(node.properties)
  const properties = Object.fromEntries(members.map(([name, member]) => [name, withoutSupplied(asNode(member), [...path, name])]))
  const required = (node.required ?? []).filter(name => {
    const group = properties[name]?.properties !== undefined
    return group ? (properties[name]?.required ?? []).length > 0 : variableFor([...path, name]) === undefined
  })
  const { required: _, ...rest } = node
  return { ...rest, properties, ...(required.length > 0 && { required }) }
}

function asNode (member: Node | boolean): Node {
  return typeof member === 'boolean' ? {} : member
}

function memberRows (node: Node, path: readonly string[]): string[][] {
  const required = new Set(node.required)
  return Object.entries(node.properties ?? {}).flatMap(([name, value]) => {
    const member = asNode(value)
    const here = [...path, name]
    if (member.properties !== undefined) return memberRows(member, here)
    const variable = variableFor(here)
    // The members of a further authorization server are those of the first.
    const items = name === 'furtherAuthorizationServers' || typeof member.items !== 'object' || Array.isArray(member.items)
      ? []
      : memberRows(member.items, [...path, `${name}[]`])
    return [[
      code(here.join('.')),
      form(member),
      required.has(name) ? '**required**' : defaultOf(member),
      `${member.description ?? ''}${variable === undefined ? '' : ` Variable: ${code(variable.name)}.`}`
    ], ...items]
  })
}

function form (member: Node): string {
  const options = member.enum ?? (member.const === undefined ? undefined : [member.const])
  if (options !== undefined) return options.map(option => code(String(option))).join(' or ')
  if (member.type === 'integer') return `${member.minimum ?? ''} to ${member.maximum ?? ''}`
  if (member.type === 'array') return typeof member.items === 'object' && 'properties' in member.items ? 'list of objects' : 'list of texts'
  if (member.type === 'boolean') return '`true` or `false`'
  return member.type === 'object' ? 'object' : 'text'
}

function defaultOf (member: Node): string {
  return member.default === undefined ? 'none' : code(JSON.stringify(member.default))
}

function code (text: string): string {
  return `\`${text}\``
}

function environmentTable (): string {
  const rows = ENVIRONMENT_VARIABLES.map(variable => {
    const { name, path, form, secret } = variable
    return [code(name), code(path.join('.')), secret === true ? `${form}, or a file in ${code(fileVariableOf(variable))}` : form]
  })
  const file = [code(CONFIG_FILE_VARIABLE), `which file is read (default ${code(DEFAULT_CONFIG_FILE)})`, 'path']
  return table(['variable', 'overrides', 'form'], [file, ...rows])
}

function memberTable (): string {
  const schema = z.toJSONSchema(gatewayConfigSchema, { io: 'input' })
  return table(['member', 'values', 'default', 'meaning'], memberRows(schema, []))
}

export const configurationFiles: readonly GeneratedFile[] = [
  { file: 'config/schema.json', render: () => `${JSON.stringify(configurationSchema(), null, 2)}\n` },
  {
    file: 'docs/configuration.md',
    render: current => replaceSection(replaceSection(current ?? '', 'environment', environmentTable()), 'members', memberTable())
  }
]
