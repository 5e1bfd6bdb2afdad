// fastmcp with its HTTP stream transport and its metadata. An error in `authenticate` becomes a 401 with a challenge of fastmcp.

import { FastMCP } from 'fastmcp'
import { z } from 'zod'
import { introspect, port, ready, resource, scopes, serverMetadata } from './practice-verifier.mjs'

const server = new FastMCP({
  name: 'greeter',
  version: '1.0.0',
  async authenticate ({ headers }) {
    const [, token = ''] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
    return await introspect(token)
  },
  oauth: {
    enabled: true,
    protectedResource: { resource, authorizationServers: [serverMetadata.issuer], scopesSupported: scopes }
  }
})
const execute = async ({ name }) => `Hello, ${name}`
server.addTool({ name: 'greet', description: 'Greets.', parameters: z.object({ name: z.string() }), execute })
await server.start({ transportType: 'httpStream', httpStream: { host: 'localhost', port } })
ready()
