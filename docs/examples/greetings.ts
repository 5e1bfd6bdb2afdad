// The gateway of exercise 9 of the workshop: one tool that reads and one that writes, each with a scope of its own, behind the practice
// authorization server. Change them, and start it again: docs/workshop.md. It has a console too, by which the exercise is ticked.

import Fastify from 'fastify'
import { defineTool, mcpResourceGateway } from 'mcp-resource-gateway'
import { z } from 'zod'

const { OWN_TOOL_PORT = '3543', OWN_TOOL_CONSOLE_PORT = '3544', PRACTICE_AS_PORT = '9000' } = process.env
const greetings: string[] = []

const listGreetings = defineTool({
  name: 'list_greetings',
  title: 'All greetings',
  description: 'Lists the greetings.',
  annotations: { readOnlyHint: true },
  input: z.strictObject({}),
  access: { scopes: ['greetings:read'] },
  run: () => Promise.resolve({ kind: 'completed', text: greetings.join('\n') })
})

const writeGreeting = defineTool({
  name: 'write_greeting',
  title: 'Write a greeting',
  description: 'Adds a greeting.',
  input: z.strictObject({ text: z.string().min(1).max(80).describe('What to say') }),
  access: { scopes: ['greetings:write'] },
  run ({ person }, { text }) {
    greetings.push(`${person.subject}: ${text}`)
    return Promise.resolve({ kind: 'completed', text: `${greetings.length} greeting(s)` })
  }
})

const app = Fastify()
await app.register(mcpResourceGateway, {
  config: {
    resource: { identifier: `http://localhost:${OWN_TOOL_PORT}/mcp` },
    authorizationServer: {
      issuer: `http://localhost:${PRACTICE_AS_PORT}`,
      introspection: { clientId: 'mcp-server', clientSecret: 'mcp-server-secret' }
    },
    console: { enabled: true, port: Number(OWN_TOOL_CONSOLE_PORT) }
  },
  tools: [listGreetings, writeGreeting],
  server: { name: 'greetings', title: 'Greetings', version: '1.0.0' }
})
await app.listen({ host: 'localhost', port: Number(OWN_TOOL_PORT) })
console.log(`own tool ready: http://localhost:${OWN_TOOL_PORT}/mcp`)
