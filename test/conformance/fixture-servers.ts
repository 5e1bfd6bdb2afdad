// The tools of the conformance suite on servers of the official SDK, either line of it: what stands behind the gateway as another project's
// server. Nothing of them is ours but the answers.

import { Server } from '@modelcontextprotocol/server'
import { Server as ServerV1 } from '@modelcontextprotocol/sdk/server/index.js'
import {
  CallToolRequestSchema, ListToolsRequestSchema, type CallToolResult
} from '@modelcontextprotocol/sdk/types.js'
import type { JsonObject } from '../../src/kernel/json.ts'
import { ANSWERS, ERROR_TEXT, SCHEMA_2020_12, STEPS, STREAMING } from './fixture-content.ts'

const text = { type: 'string' }
const open = { type: 'object', properties: {} }
const INFO = { name: 'conformance-fixtures', version: '1.0.0' }

/** As long as a name may be: the interfaces of models take no more than 64 characters. */
export const LONGEST_NAME = 'test_of_a_name_with_as_many_characters_as_models_take_at_the_most'.slice(0, 64)

const DEFINITIONS: readonly JsonObject[] = [
  ...[...Object.keys(ANSWERS), ...STREAMING, LONGEST_NAME, 'test_error_handling'].map(name => (
    { name, description: `Answers as the scenario for ${name} expects`, inputSchema: open }
  )),
  {
    name: 'test_x_mcp_header',
    description: 'Has a parameter that clients repeat in a header',
    inputSchema: { type: 'object', properties: { region: { ...text, 'x-mcp-header': 'Region' } } }
  },
  {
    name: 'json_schema_2020_12_tool',
    description: 'Tool with JSON Schema 2020-12 features',
    inputSchema: {
      ...SCHEMA_2020_12,
      type: 'object',
      properties: {
        name: text, address: { $ref: '#/$defs/address' }, contactMethod: { enum: ['phone', 'email'] }, phone: text, email: text
      },
      additionalProperties: false
    }
  }
]

type Notify = (notification: { readonly method: 'notifications/progress', readonly params: JsonObject }) => Promise<void>

interface Called {
  readonly name: string
  readonly arguments?: Readonly<Record<string, unknown>> | undefined
  readonly _meta?: { readonly progressToken?: string | number | undefined } | undefined
}

async function answer ({ name, arguments: args, _meta: meta }: Called, notify: Notify): Promise<JsonObject> {
  if (name === 'test_error_handling') return { content: [{ type: 'text', text: ERROR_TEXT }], isError: true }
  if (name === 'test_x_mcp_header') {
    const region = args?.['region']
    return { content: [{ type: 'text', text: typeof region === 'string' ? region : 'nowhere' }] }
  }
  const progressToken = meta?.progressToken
  if ((STREAMING as readonly string[]).includes(name) && progressToken !== undefined) {
    for (const progress of STEPS) await notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } })
  }
  return { content: (ANSWERS as Readonly<Record<string, JsonObject['content']>>)[name] ?? [{ type: 'text', text: 'Done' }] }
}

/** Speaks the revisions with `initialize`. */
export function createServerV1 (): ServerV1 {
  const server = new ServerV1(INFO, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: DEFINITIONS as never }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { sendNotification }) =>
    await answer(params, notification => sendNotification(notification)) as CallToolResult)
  return server
}

/** Speaks 2026-07-28 when it is served as such. */
export function createServerV2 (): Server {
  const server = new Server(INFO, { capabilities: { tools: {} } })
  server.setRequestHandler('tools/list', () => ({ tools: DEFINITIONS as never }))
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) =>
    await answer(params as Called, notification => mcpReq.notify(notification)) as never)
  return server
}
