// The tools that the official conformance suite calls by name, declared as any developer would declare a tool. They need
// one scope, so that every scenario passes through the whole gateway.

import { z } from 'zod'
import { defineTool, type ContentBlock, type Tool } from '../../src/index.ts'
import { ANSWERS, ERROR_TEXT, SCHEMA_2020_12, STEPS, STREAMING } from './fixture-content.ts'

export const CONFORMANCE_SCOPE = 'mcp:tickets:read'

const access = { scopes: [CONFORMANCE_SCOPE] }
const nothing = z.strictObject({})

export const conformanceTools: readonly Tool[] = [
  ...Object.entries(ANSWERS).map(([name, content]) => answering(name, content)),
  defineTool({
    name: 'test_error_handling',
    title: 'An error',
    description: 'Always fails',
    input: nothing,
    output: nothing,
    access,
    run: async () => ({ kind: 'failed', code: 'always-fails', text: ERROR_TEXT })
  }),
  ...STREAMING.map(streaming),
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
    }).meta(SCHEMA_2020_12),
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
      for (const done of STEPS) progress(done, 100)
      return { kind: 'completed', text: 'Done', structured: {} }
    }
  })
}
