// The results that the gateway sends, against the types and the schemas of the official SDK: a shape of ours that leaves the protocol
// does not compile here, or is refused by the schema.

import {
  CallToolResultSchema, type ContentBlockSchema, DiscoverResultSchema, InitializeResultSchema, ListToolsResultSchema,
  type ToolAnnotationsSchema
} from '@modelcontextprotocol/core'
import t from 'tap'
import { z } from 'zod'
import { defineTool, type ContentBlock } from '../../src/index.ts'
import type { ToolAnnotations } from '../../src/mcp/tool.ts'
import { createTestGateway } from '../../src/testing/testing.ts'

type CallToolResult = z.input<typeof CallToolResultSchema>
type ProtocolContentBlock = z.input<typeof ContentBlockSchema>
type ProtocolToolAnnotations = z.input<typeof ToolAnnotationsSchema>

const asProtocolBlock = (block: ContentBlock) => block satisfies ProtocolContentBlock
const asProtocolAnnotations = (annotations: ToolAnnotations) => annotations satisfies ProtocolToolAnnotations
const asProtocolResult = (content: ContentBlock[], structuredContent: Record<string, unknown>) =>
  ({ content, structuredContent, isError: false }) satisfies CallToolResult

const BLOCKS: readonly ContentBlock[] = [
  { type: 'text', text: 'a' },
  { type: 'image', data: 'AA==', mimeType: 'image/png' },
  { type: 'audio', data: 'AA==', mimeType: 'audio/wav' },
  { type: 'resource', resource: { uri: 'file:///a', text: 'a' } },
  { type: 'resource', resource: { uri: 'file:///b', blob: 'AA==' } },
  { type: 'resource_link', uri: 'file:///c', name: 'c' }
]
const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const

const show = defineTool({
  name: 'show',
  title: 'Show',
  description: 'Shows one block of each kind.',
  annotations: asProtocolAnnotations(annotations),
  input: z.strictObject({ fail: z.boolean().optional() }),
  output: z.strictObject({ blocks: z.int() }),
  access: { scopes: [] },
  async run (_permit, { fail = false }) {
    if (fail) return { kind: 'failed', code: 'on-purpose', text: 'It failed.' }
    return { kind: 'completed', text: '', structured: { blocks: BLOCKS.length }, content: BLOCKS.map(asProtocolBlock) }
  }
})

t.test('shapes — what is declared with the types of the gateway is of the protocol', async t => {
  t.doesNotThrow(() => CallToolResultSchema.parse(asProtocolResult([...BLOCKS], { blocks: BLOCKS.length })))
})

for (const era of ['legacy', 'modern'] as const) {
  t.test(`shapes — the results on the wire are what the schemas of the SDK describe (${era})`, async t => {
    const gateway = await createTestGateway({ tools: [show] })
    t.teardown(gateway.close)
    const client = gateway.connect({}, era)
    const begun = (await client.initialize()).result
    const results = [
      (era === 'legacy' ? InitializeResultSchema : DiscoverResultSchema).safeParse(begun),
      ListToolsResultSchema.safeParse((await client.listTools()).result),
      CallToolResultSchema.safeParse((await client.callTool('show')).result),
      CallToolResultSchema.safeParse((await client.callTool('show', { fail: true })).result)
    ]
    t.strictSame(results.map(({ error }) => error?.message), [undefined, undefined, undefined, undefined])
    const { content } = CallToolResultSchema.parse((await client.callTool('show')).result)
    t.strictSame(content.map(({ type }) => type), BLOCKS.map(({ type }) => type))
  })
}
