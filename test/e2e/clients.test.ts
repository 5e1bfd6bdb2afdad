// Real clients against the real gateway and the practice authorization server: each knows the endpoint alone, and gets
// through discovery, registration, authorization, calls, a refresh and the step from reading to writing.

import { Client, StreamableHTTPClientTransport, UnauthorizedError, type VersionNegotiationMode } from '@modelcontextprotocol/client'
import { auth } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1, StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport as TransportOfV1 } from '@modelcontextprotocol/sdk/shared/transport.js'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import type { JsonValue } from '../../src/kernel/json.ts'
import { TestClientProvider } from '../support/client-provider.ts'
import { covers } from '../support/covers.ts'
import { authorizationUrl, createPkce, openPage, registerClient, submitAndReturn } from '../support/practice-client.ts'
import { startProtectedGateway, type ProtectedGateway } from '../support/protected-gateway.ts'

const READ = 'mcp:tickets:read'
const BOTH = 'mcp:tickets:read mcp:tickets:write'
const WHO = { name: 'client-of-the-tests', version: '1.0.0' }
const RESERVATION = { name: 'reserve_ticket', arguments: { ticket_id: 2, seats: 1 } }

interface Connected {
  readonly client: Client
  readonly transport: StreamableHTTPClientTransport
}

async function connect (gateway: ProtectedGateway, provider: TestClientProvider, mode: VersionNegotiationMode): Promise<Connected> {
  const client = new Client(WHO, { versionNegotiation: { mode } })
  const first = new StreamableHTTPClientTransport(new URL(gateway.url), { authProvider: provider })
  await client.connect(first).then(() => { throw new Error('connected without authorization') }, (error: unknown) => {
    if (!(error instanceof UnauthorizedError)) throw error
  })
  await first.finishAuth(provider.callbackParameters)
  const transport = new StreamableHTTPClientTransport(new URL(gateway.url), { authProvider: provider })
  await client.connect(transport)
  return { client, transport }
}

const MODES: ReadonlyArray<{ mode: VersionNegotiationMode, version: string }> = [
  { mode: 'legacy', version: '2025-11-25' },
  { mode: 'auto', version: '2026-07-28' },
  { mode: { pin: '2026-07-28' }, version: '2026-07-28' }
]

for (const { mode, version } of MODES) {
  t.test(`SDK client 2, ${typeof mode === 'string' ? mode : `pinned to ${mode.pin}`} — from the endpoint alone to a reservation`, async t => {
    covers('clients.flow', 'clients.step-up')
    const gateway = await startProtectedGateway()
    t.teardown(() => gateway.close())
    const provider = new TestClientProvider()
    const { client, transport } = await connect(gateway, provider, mode)
    t.teardown(() => client.close())
    t.equal(client.getNegotiatedProtocolVersion(), version)
    t.equal(provider.registrations, 1)
    t.equal(provider.authorizations[0]?.searchParams.get('scope'), READ, 'it begins with the scope of the challenge')
    t.equal(provider.authorizations[0]?.searchParams.get('resource'), gateway.url)

    t.ok((await client.listTools()).tools.some(({ name }) => name === 'reserve_ticket'))
    const listed = await client.callTool({ name: 'list_tickets', arguments: { limit: 2 } })
    t.equal((listed.structuredContent as { tickets: unknown[] }).tickets.length, 2)
    t.match(gateway.decisions.at(-1), { version, tool: 'list_tickets', granted: true })

    const before = provider.tokens()
    provider.spoilAccessToken()
    t.notOk((await client.callTool({ name: 'list_tickets', arguments: {} })).isError)
    t.not(provider.tokens()?.access_token, before?.access_token, 'a 401 is answered by a refresh')
    t.not(provider.tokens()?.refresh_token, before?.refresh_token, 'and the refresh token is rotated')
    t.equal(provider.authorizations.length, 1, 'without the person')

    await t.rejects(client.callTool(RESERVATION), UnauthorizedError, 'the 403 asks the person again')
    t.equal(provider.authorizations.at(-1)?.searchParams.get('scope'), BOTH, 'for both scopes together')
    await transport.finishAuth(provider.callbackParameters)
    const reserved = await client.callTool(RESERVATION)
    t.match(reserved.structuredContent, { reservation: { ticket_id: 2, seats_reserved: 1 } })
    t.equal(provider.registrations, 1, 'as the same client')
  })
}

t.test('SDK client 1 — from the endpoint alone to a reservation', async t => {
  covers('clients.flow', 'clients.step-up')
  const gateway = await startProtectedGateway()
  t.teardown(() => gateway.close())
  const provider = new TestClientProvider()
  const client = new ClientV1(WHO)
  const open = () => new TransportV1(new URL(gateway.url), { authProvider: provider })
  // Its own types disagree under exactOptionalPropertyTypes.
  const through = (transport: TransportV1) => transport as unknown as TransportOfV1
  const code = () => provider.callbackParameters.get('code') ?? ''

  const first = open()
  await t.rejects(client.connect(through(first)), { message: 'Unauthorized' })
  await first.finishAuth(code())
  const transport = open()
  await client.connect(through(transport))
  t.teardown(() => client.close())
  t.equal(transport.protocolVersion, '2025-11-25')
  t.equal(provider.tokens()?.scope, READ)
  t.ok((await client.listTools()).tools.some(({ name }) => name === 'reserve_ticket'))
  const listed = await client.callTool({ name: 'list_tickets', arguments: { limit: 2 } })
  t.equal((listed.structuredContent as { tickets: unknown[] }).tickets.length, 2)

  const before = provider.tokens()
  provider.spoilAccessToken()
  t.notOk((await client.callTool({ name: 'list_tickets', arguments: {} })).isError)
  t.not(provider.tokens()?.refresh_token, before?.refresh_token)
  t.equal(provider.authorizations.length, 1)

  // This line refreshes first, which cannot widen a scope, and then says so: its host has to ask for more.
  const refusal: unknown = await client.callTool(RESERVATION).then(() => undefined, (error: unknown) => error)
  t.ok(refusal instanceof StreamableHTTPError)
  t.equal((refusal as StreamableHTTPError).code, 403)
  provider.invalidateCredentials('tokens')
  t.equal(await auth(provider, { serverUrl: gateway.url, scope: BOTH }), 'REDIRECT')
  await transport.finishAuth(code())
  const reserved = await client.callTool(RESERVATION)
  t.match(reserved.structuredContent, { reservation: { ticket_id: 2, seats_reserved: 1 } })
})

t.test('SDK client — progress reaches it on a stream, in both eras', async t => {
  const { conformanceTools } = await import('../conformance/fixture-tools.ts')
  const gateway = await startProtectedGateway({ tools: conformanceTools })
  t.teardown(() => gateway.close())
  for (const { mode, version } of MODES) {
    const { client } = await connect(gateway, new TestClientProvider(), mode)
    const heard: number[] = []
    const result = await client.callTool(
      { name: 'test_tool_with_progress', arguments: {} }, { onprogress: ({ progress }) => { heard.push(progress) } }
    )
    t.strictSame(heard, [0, 50, 100], version)
    t.match(result.content, [{ type: 'text', text: 'Done' }])
    await client.close()
  }
})

t.test('client ID metadata document — a client known by its address needs no registration', async t => {
  covers('clients.cimd')
  const documents = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
  })
  documents.listen(0, '127.0.0.1')
  await once(documents, 'listening')
  t.teardown(() => { documents.close() })
  const { port } = documents.address() as AddressInfo
  const clientId = 'https://client.example/oauth/metadata.json'
  const document = {
    client_id: clientId,
    client_name: 'A client with a document',
    redirect_uris: ['http://127.0.0.1:33418/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none'
  }
  const fetched: string[] = []
  const gateway = await startProtectedGateway({
    practice: {
      // The address of the document is what a client on the internet has; this machine serves it.
      fetch: async input => {
        const url = input instanceof Request ? input.url : String(input)
        fetched.push(url)
        return await fetch(`http://127.0.0.1:${port}${new URL(url).pathname}`)
      }
    }
  })
  t.teardown(() => gateway.close())
  const metadata = await (await fetch(`${gateway.practice.issuer}/.well-known/oauth-authorization-server`)).json() as Record<string, unknown>
  t.equal(metadata['client_id_metadata_document_supported'], true, 'the practice server says that it takes them')

  const provider = new TestClientProvider({}, clientId)
  const { client } = await connect(gateway, provider, 'auto')
  t.teardown(() => client.close())
  t.strictSame([...new Set(fetched)], [clientId])
  t.equal(provider.authorizations[0]?.searchParams.get('client_id'), clientId)
  t.notOk((await client.callTool({ name: 'list_tickets', arguments: {} })).isError)
  t.match(gateway.decisions.at(-1), { clientId, granted: true })
})

t.test('registration — clients are taken as they register themselves, and sent back where they said', async t => {
  covers('clients.flow', 'practice.return-addresses')
  const gateway = await startProtectedGateway()
  t.teardown(() => gateway.close())
  const { issuer } = gateway.practice
  const common = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none' }
  const clients: ReadonlyArray<{ readonly [member: string]: JsonValue, readonly redirect_uris: readonly [string, ...string[]] }> = [
    { ...common, client_name: 'Claude Code', redirect_uris: ['http://localhost:54545/callback'] },
    { ...common, client_name: 'Claude', redirect_uris: ['https://claude.ai/api/mcp/auth_callback'], token_endpoint_auth_method: 'client_secret_post', scope: READ },
    { ...common, client_name: 'Cursor', redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] },
    {
      ...common,
      client_name: 'Visual Studio Code',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect', 'http://127.0.0.1/', 'http://localhost/']
    }
  ]
  for (const registration of clients) {
    const [redirectUri] = registration.redirect_uris
    const { client_id: clientId } = await registerClient(issuer, registration)
    const page = await openPage(
      authorizationUrl(issuer, clientId, createPkce().challenge, { redirect_uri: redirectUri, resource: gateway.url })
    )
    const back = await submitAndReturn(page, { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
    t.ok(back.href.startsWith(redirectUri), registration.redirect_uris[0])
    t.ok(back.searchParams.has('code'))
  }
  for (const wrong of [{ ...common, redirect_uris: ['javascript:alert(1)'] }, ...['native', 'web'].map(type => ({ ...common, redirect_uris: ['http://localhost/cb', 'http://example.com/callback'], application_type: type })), { ...common, grant_types: ['client_credentials'], redirect_uris: ['http://localhost/cb'] }, { ...common, redirect_uris: ['http://localhost/cb'], scope: 'everything' }]) {
    await t.rejects(registerClient(issuer, wrong), /registration answered 400/, JSON.stringify(wrong))
  }
})
