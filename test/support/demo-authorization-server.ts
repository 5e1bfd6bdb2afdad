// The demo server of the official SDK, first line, as its package brings it: an MCP server with its own authorization server.
// Its introspection endpoint answers an unknown token 401 in place of 200 with `"active": false`.

import { createPkce } from './practice-client.ts'
import { freePorts, startProgram } from './processes.ts'

const DEMO_PROGRAM = 'node_modules/@modelcontextprotocol/sdk/dist/esm/examples/server/simpleStreamableHttp.js'
const REDIRECT_URI = 'http://localhost:6274/oauth/callback'

export interface DemoServer {
  /** Of the MCP server. */
  readonly url: string
  readonly issuer: string
  /** It asks for no credentials. */
  readonly introspectionEndpoint: string
  /** An access token for the resource, obtained as a client does. Any scope is granted. */
  readonly token: (resource: string, scope?: string) => Promise<string>
  readonly close: () => Promise<void>
}

export async function startDemoServer (): Promise<DemoServer> {
  const [port = 0, authorizationPort = 0] = await freePorts(2)
  const environment = { MCP_PORT: String(port), MCP_AUTH_PORT: String(authorizationPort) }
  const program = startProgram(process.execPath, [DEMO_PROGRAM, '--oauth'], environment)
  await Promise.all([program.line(/^MCP Streamable HTTP Server listening/), program.line(/^OAuth Authorization Server listening/)])
  const address = `http://localhost:${authorizationPort}`
  return {
    url: `http://localhost:${port}/mcp`,
    // It writes its issuer with the slash of a URL object.
    issuer: `${address}/`,
    introspectionEndpoint: `${address}/introspect`,
    token: (resource, scope = 'mcp:tools') => obtainToken(address, resource, scope),
    async close () {
      program.signal('SIGKILL')
      await program.ended
    }
  }
}

async function obtainToken (address: string, resource: string, scope: string): Promise<string> {
  const registration = await fetch(`${address}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none', client_name: 'test' })
  })
  const { client_id: clientId } = await registration.json() as { client_id: string }
  const { verifier, challenge } = createPkce()
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    scope,
    resource
  })
  const authorization = await fetch(`${address}/authorize?${String(query)}`, { redirect: 'manual' })
  const code = new URL(authorization.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const exchange = await fetch(`${address}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', code, client_id: clientId, redirect_uri: REDIRECT_URI, code_verifier: verifier, resource
    })
  })
  const { access_token: token } = await exchange.json() as { access_token?: string }
  if (token === undefined) throw new Error(`the demo server answered ${exchange.status}`)
  return token
}
