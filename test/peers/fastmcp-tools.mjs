// A server of fastmcp as people write one, without authorization: over stdio, or over HTTP where PORT says at which port.

import { FastMCP, imageContent, UserError } from 'fastmcp'
import { z } from 'zod'

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC'
const nothing = z.object({})

const server = new FastMCP({ name: 'greeter', version: '1.0.0' })
server.addTool({
  name: 'greet', description: 'Greets.', parameters: z.object({ name: z.string() }), execute: async ({ name }) => `Hello, ${name}`
})
server.addTool({
  name: 'picture', description: 'One dot.', parameters: nothing, execute: () => imageContent({ buffer: Buffer.from(PIXEL, 'base64') })
})
server.addTool({
  name: 'count',
  description: 'Counts to three.',
  parameters: nothing,
  async execute (_args, { reportProgress }) {
    for (const progress of [1, 2, 3]) await reportProgress({ progress, total: 3 })
    return 'three'
  }
})
server.addTool({
  name: 'fail', description: 'Fails.', parameters: nothing, execute: async () => { throw new UserError('It cannot be done.') }
})

const { PORT } = process.env
if (PORT === undefined) await server.start({ transportType: 'stdio' })
else {
  await server.start({ transportType: 'httpStream', httpStream: { host: '127.0.0.1', port: Number(PORT) } })
  process.stdout.write('ready\n')
}
