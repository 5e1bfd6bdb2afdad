// What the tools of the conformance suite answer, by their names: the same whether they are tools of the gateway or of another server.

import type { ContentBlock } from '../../src/index.ts'

/** One red dot. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC'
/** The header of a sound without a sample. */
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA='

const image: ContentBlock = { type: 'image', data: PNG, mimeType: 'image/png' }
const audio: ContentBlock = { type: 'audio', data: WAV, mimeType: 'audio/wav' }

export const ANSWERS = {
  test_simple_text: [{ type: 'text', text: 'This is a simple text response for testing.' }],
  test_image_content: [image],
  test_audio_content: [audio],
  test_embedded_resource: [{
    type: 'resource',
    resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This is an embedded resource content.' }
  }],
  test_multiple_content_types: [
    { type: 'text', text: 'Multiple content types test:' },
    image,
    {
      type: 'resource',
      resource: { uri: 'test://mixed-content-resource', mimeType: 'application/json', text: '{"test":"data","value":123}' }
    }
  ],
  test_logging_tool: [{ type: 'text', text: 'Nothing is logged to the client.' }]
} as const satisfies Readonly<Record<string, readonly ContentBlock[]>>

/** The second is named after what other servers do on a stream; the scenario looks for what must not be there. */
export const STREAMING = ['test_tool_with_progress', 'test_streaming_elicitation'] as const
export const STEPS = [0, 50, 100] as const
export const ERROR_TEXT = 'This tool intentionally returns an error for testing'

/** Members of the input of json_schema_2020_12_tool that are more than names and types. */
export const SCHEMA_2020_12 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $defs: { address: { $anchor: 'addressDef', type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] }
} as const
