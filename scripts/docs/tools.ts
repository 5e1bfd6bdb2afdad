// The tools, their arguments and requirements: docs/tools.md, from the table that the gateway publishes.

import { pino } from 'pino'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/kernel/json.ts'
import { ticketReservation } from '../../src/tickets/tools/ticket-reservation.ts'
import { replaceSection, table, type GeneratedFile } from './document.ts'

/** One entry of `GET /mcp/tools`, as far as it is needed here. */
interface PublishedTool {
  readonly name: string
  readonly description: string
  readonly scopes: readonly string[]
  readonly detailsType?: string
  readonly freshness: 'cached' | 'fresh'
  readonly inputSchema: JsonObject
  readonly outputSchema: JsonObject
}

/** Of a gateway with English texts. It does not listen, and sends no request. */
async function publishedTools (): Promise<readonly PublishedTool[]> {
  const config = parseConfig({
    resource: { identifier: 'http://localhost:3443/mcp' },
    authorizationServer: { issuer: 'http://localhost:9000', introspection: { clientId: 'mcp-server', clientSecret: 'mcp-server-secret' } },
    storage: { url: 'sqlite::memory:' }
  })
  const app = await createApp({
    settings: fixedSettings(config),
    logger: pino({ level: 'silent' }),
    version: '0.0.0',
    openService: openTicketService
  })
  try {
    const { tools } = (await app.inject('/mcp/tools')).json<{ tools: readonly PublishedTool[] }>()
    return tools
  } finally {
    await app.close()
  }
}

const tools = await publishedTools()

function overview (): string {
  return table(['tool', 'scopes', 'authorization details', 'token checked'], tools.map(tool => [
    `[\`${tool.name}\`](#${tool.name})`,
    tool.scopes.map(code).join(' ') || 'none',
    tool.detailsType === undefined ? 'none' : code(tool.detailsType),
    tool.freshness === 'fresh' ? 'live, for every call' : 'from the cache, when it is there'
  ]))
}

function sections (): string {
  return tools.map(tool => `### ${tool.name}\n\n${tool.description}\n\n${inputs(tool)}\n\nAnswers with ${answers(tool)}.`).join('\n\n')
}

function inputs ({ inputSchema }: PublishedTool): string {
  const properties = Object.entries(object(inputSchema['properties']))
  if (properties.length === 0) return 'Takes no argument.'
  const required = Array.isArray(inputSchema['required']) ? inputSchema['required'] as readonly JsonValue[] : []
  return table(['argument', 'values', 'default', 'meaning'], properties.map(([name, value]) => {
    const schema = object(value)
    const fallback = schema['default'] === undefined ? 'none' : code(JSON.stringify(schema['default']))
    return [code(name), values(schema), required.includes(name) ? '**required**' : fallback, words(schema['description'])]
  }))
}

function values (schema: JsonObject): string {
  if (schema['type'] === 'string') {
    const longest = Number(schema['maxLength'] ?? NaN)
    if (Number.isNaN(longest)) return 'text'
    return `text of ${schema['minLength'] === undefined ? 'at most' : `${Number(schema['minLength'])} to`} ${longest} characters`
  }
  if (schema['type'] !== 'integer') return words(schema['type'])
  const least = Number(schema['minimum'] ?? Number(schema['exclusiveMinimum'] ?? -1) + 1)
  const most = Number(schema['maximum'])
  return `integer, ${most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `${least} to ${most}`}`
}

function answers ({ outputSchema }: PublishedTool): string {
  const required = Array.isArray(outputSchema['required']) ? outputSchema['required'] as readonly JsonValue[] : []
  const names = Object.keys(object(outputSchema['properties']))
  return names.map(name => required.includes(name) ? code(name) : `${code(name)} (where it applies)`).join(', ')
}

function detailsMembers (): string {
  return table(['member', 'presence', 'meaning'], ticketReservation.memberTable('en').map(member => {
    return [code(member.name), member.required ? '**required**' : 'optional', member.description]
  }))
}

function object (value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function words (value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function code (text: string): string {
  return `\`${text}\``
}

export const toolFiles: readonly GeneratedFile[] = [{
  file: 'docs/tools.md',
  render: current => [['tools', overview()], ['tool-sections', sections()], ['details', detailsMembers()]]
    .reduce((page, [name = '', content = '']) => replaceSection(page, name, content), current ?? '')
}]
