// The tools that the official conformance suite calls by name, declared as any developer would declare a tool. They need
// one scope, so that every scenario passes through the whole gateway.

import { z } from 'zod'
import { defineTool, type ContentBlock, type Tool } from '../../src/index.ts'

export const CONFORMANCE_SCOPE = 'mcp:tickets:read'

const access = { scopes: [CONFORMANCE_SCOPE] }
const nothing = z.strictObject({})

/** One red dot. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC'
/** The header of a sound without a sample. */
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA='

const image: ContentBlock = { type: 'image', data: PNG, mimeType: 'image/png' }
const audio: ContentBlock = { type: 'audio', data: WAV, mimeType: 'audio/wav' }

export const conformanceTools: readonly Tool[] = [
  answering('test_simple_text', [{ type: 'text', text: 'This is a simple text response for testing.' }]),
  answering('test_image_content', [image]),
  answering('test_audio_content', [audio]),
  answering('test_embedded_resource', [{
    type: 'resource',
    resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This is an embedded resource content.' }
  }]),
  answering('test_multiple_content_types', [
    { type: 'text', text: 'Multiple content types test:' },
    image,
    { type: 'resource', resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"test":"data","value":123}' } }
  ]),
  defineTool({
    name: 'test_error_handling',
    title: 'An error',
    description: 'Always fails',
    input: nothing,
    output: nothing,
    access,
    run: async () => ({ kind: 'failed', code: 'always-fails', text: 'This tool intentionally returns an error for testing' })
  }),
  streaming('test_tool_with_progress'),
  // Named after what other servers do on a stream; the scenario looks for what must not be there.
  streaming('test_streaming_elicitation'),
  answering('test_logging_tool', [{ type: 'text', text: 'Nothing is logged to the client.' }]),
  defineTool({
    name: 'test_x_mcp_header',
    title: 'A mirrored parameter',
    description: 'Has a parameter that clients repeat in a header',
    input: z.strictObject({ region: z.string().meta({ 'x-mcp-header': 'Region' }).optional() }),
    output: nothing,
    access,
    run: async (_permit, { region = 'nowhere' }) => ({ kind: 'completed', text: region, structured: {} })
  }),
  defineTool({
    name: 'json_schema_2020_12_tool',
    title: 'JSON Schema 2020-12',
    description: 'Tool with JSON Schema 2020-12 features',
    input: z.strictObject({
      name: z.string().optional(),
      address: z.looseObject({}).meta({ $ref: '#/$defs/address' }).optional(),
      contactMethod: z.enum(['phone', 'email']).optional(),
      phone: z.string().optional(),
      email: z.string().optional()
    }).meta({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $defs: { address: { $anchor: 'addressDef', type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      then: { required: ['phone'] },
      else: { required: ['email'] }
    }),
    output: nothing,
    access,
    run: async () => ({ kind: 'completed', text: 'Done', structured: {} })
  })
]

function answering (name: string, content: readonly ContentBlock[]): Tool {
  return defineTool({
    name,
    title: name,
    description: `Answers as the scenario for ${name} expects`,
    annotations: { readOnlyHint: true },
    input: nothing,
    output: nothing,
    access,
    run: async () => ({ kind: 'completed', text: '', structured: {}, content })
  })
}

function streaming (name: string): Tool {
  return defineTool({
    name,
    title: name,
    description: 'Tells three times how far it is',
    input: nothing,
    output: nothing,
    access,
    async run (_permit, _input, { progress }) {
      for (const done of [0, 50, 100]) progress(done, 100)
      return { kind: 'completed', text: 'Done', structured: {} }
    }
  })
}
