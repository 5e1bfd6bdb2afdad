// The documented client as the suite runs it: connects to the address that the suite appends, lists the tools, and calls the first one. The
// authorization servers of the suite ask no person, so that the page is one redirect.

import { Client, DpopSession, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createRemedyingFetch } from '../../docs/examples/remedying-client.ts'

const REDIRECT_URL = 'http://localhost:3000/callback'
const [address = ''] = process.argv.slice(-1)

async function askPerson (authorizationUrl: URL): Promise<URL> {
  const answer = await fetch(authorizationUrl, { redirect: 'manual' })
  const location = answer.headers.get('location')
  if (location === null) throw new Error(`the authorization endpoint answered ${answer.status}`)
  return new URL(location, authorizationUrl)
}

const serverUrl = new URL(address)
const bound = process.env['MCP_CONFORMANCE_SCENARIO']?.startsWith('auth/dpop') === true
const dpop = bound ? { dpop: await DpopSession.create() } : {}
const client = new Client({ name: 'client-under-test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
await client.connect(new StreamableHTTPClientTransport(serverUrl, {
  fetch: createRemedyingFetch({ serverUrl, askPerson, redirectUrl: REDIRECT_URL, ...dpop })
}))
const { tools: [tool] } = await client.listTools()
if (tool !== undefined) await client.callTool({ name: tool.name, arguments: {} })
await client.close()
