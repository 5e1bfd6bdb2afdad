// What @mcpjam/sdk is expected to find, check by check, and the section of docs/conformance.md that says it. Every flow is one object of
// its classes MCPConformanceTest and OAuthConformanceTest, which take one server each.

import { readFileSync } from 'node:fs'

export interface Flow {
  readonly title: string
  readonly passed: readonly string[]
  /** Name of a check and why it does not pass. */
  readonly different: Readonly<Record<string, Difference>>
}

interface Difference {
  readonly status: 'failed' | 'skipped'
  readonly reason: string
}

const DISCOVERY = [
  'request_without_token', 'received_401_unauthorized', 'request_resource_metadata', 'received_resource_metadata',
  'request_authorization_server_metadata', 'received_authorization_server_metadata'
]
const REGISTRATION = ['request_client_registration', 'received_client_credentials']
const TO_THE_PERSON = ['generate_pkce_parameters', 'authorization_request']
const TO_THE_TOKEN = ['token_request', 'received_access_token', 'authenticated_mcp_request', 'complete']
const WITH_A_PERSON = [...TO_THE_PERSON, 'received_authorization_code', ...TO_THE_TOKEN]
const REFUSALS = ['oauth_dcr_http_redirect_uri', 'oauth_invalid_client', 'oauth_invalid_token', 'oauth_token_format']
const REFUSALS_OF_ADDRESSES = ['oauth_invalid_authorize_redirect', 'oauth_invalid_redirect']
const CALLS = ['verify_list_tools', 'verify_call_tool']
const ALL_OF_A_PERSON = [...WITH_A_PERSON, ...REFUSALS, ...REFUSALS_OF_ADDRESSES, ...CALLS]

const skipped = (reason: string): Difference => ({ status: 'skipped', reason })
const failed = (reason: string): Difference => ({ status: 'failed', reason })
const NO_PERSON = skipped('the grant has no page and no address to return to')

export const PROTOCOL: Flow = {
  title: 'protocol, 2025-11-25',
  passed: [
    'server-initialize', 'ping', 'capabilities-consistent', 'tools-list', 'tools-input-schemas-valid', 'prompts-list', 'resources-list',
    'protocol-invalid-method-error', 'localhost-host-rebinding-rejected', 'localhost-host-valid-accepted',
    'server-accepts-multiple-post-streams', 'server-sse-streams-functional'
  ],
  different: {
    'logging-set-level': skipped('the gateway declares no logging'),
    'completion-complete': skipped('the gateway declares no completions'),
    'server-sse-polling-session': skipped('the gateway keeps no sessions')
  }
}

export const REGISTERED_2025_11: Flow = {
  title: 'a client that registers, 2025-11-25', passed: [...DISCOVERY, ...REGISTRATION, ...ALL_OF_A_PERSON], different: {}
}
export const REGISTERED_2025_06: Flow = {
  title: 'a client that registers, 2025-06-18', passed: [...DISCOVERY, ...REGISTRATION, ...ALL_OF_A_PERSON], different: {}
}
export const PUBLISHED: Flow = {
  title: 'a client with a metadata document, 2025-11-25',
  passed: [
    ...DISCOVERY, 'cimd_prepare', 'cimd_fetch_request', 'cimd_metadata_response', 'received_client_credentials', ...ALL_OF_A_PERSON
  ],
  different: {}
}
export const KNOWN: Flow = {
  title: 'a client that the server knows, 2025-11-25',
  passed: [...DISCOVERY, 'received_client_credentials', ...ALL_OF_A_PERSON],
  different: {}
}
export const MACHINE: Flow = {
  title: 'a client without a person, 2025-11-25',
  passed: [...DISCOVERY, 'received_client_credentials', ...TO_THE_TOKEN, ...REFUSALS, ...CALLS],
  different: Object.fromEntries([...TO_THE_PERSON, 'received_authorization_code', ...REFUSALS_OF_ADDRESSES].map(id => [id, NO_PERSON]))
}
export const WITHOUT_PAGE: Flow = {
  title: 'a person without a browser (`headless`), 2025-11-25',
  passed: [...DISCOVERY, ...REGISTRATION, ...TO_THE_PERSON],
  different: { received_authorization_code: failed('a person agrees on a page, and this mode keeps no cookies: the page answers 400') }
}
export const REGISTERED_2025_03: Flow = {
  title: 'a client that registers, 2025-03-26',
  passed: ['discovery_start', 'request_authorization_server_metadata', 'received_authorization_server_metadata'],
  different: {
    request_client_registration: failed('that revision asks the origin of the MCP server, and the authorization server is elsewhere')
  }
}

const FLOWS = [
  PROTOCOL, REGISTERED_2025_11, REGISTERED_2025_06, PUBLISHED, KNOWN, MACHINE, WITHOUT_PAGE, REGISTERED_2025_03
]

export function renderMcpjam (): string {
  const { dependencies } = JSON.parse(readFileSync('test/peers/package.json', 'utf8')) as { dependencies: Readonly<Record<string, string>> }
  return `## The checks of @mcpjam/sdk ${dependencies['@mcpjam/sdk'] ?? ''}

A second suite by other authors (npm, no browser, about 70 MB with what it depends on). Its classes \`MCPConformanceTest\` and
\`OAuthConformanceTest\` run against the gateway in front of the ticket tools, with the practice authorization server and a person who agrees
on its page; a flow ends with requests that must be refused, and with two calls with the token. CI asserts each check by name
(\`test/e2e/mcpjam-conformance.test.ts\`), and that no connection left the machine.

| flow | steps and checks that pass | others |
| --- | --- | --- |
${FLOWS.map(rowOf).join('\n')}

- \`localhost-host-valid-accepted\` sends the origin of the gateway as a page there would, so that origin is in \`cors.allowedOrigins\`.
- **Not run:** \`MCPAppsConformanceTest\`, because the gateway serves no user interfaces; its evaluations with models, which need services on
  the internet; 2026-07-28, which its conformance classes do not speak in this version; the metadata document of its authors at
  \`www.mcpjam.com\`, in whose place the test has one.
- **Found by it:** the practice server registered clients that return to \`http\` on other machines. It refuses them now.

Obtained: the version and everything below it are pinned in \`test/peers/package-lock.json\`, and nothing is fetched when it runs. The package
asks for \`@modelcontextprotocol/client\` \`^2.0.0-alpha.2\`; with the final 2.x it does not load ("does not provide an export named
'StdioClientTransport'"), so \`overrides\` holds that alpha. \`DO_NOT_TRACK=1\` turns its reports of use off. To repeat:

\`\`\`sh
npm ci --prefix test/peers --ignore-scripts && npm run compile && node .build/test/e2e/mcpjam-conformance.test.js
\`\`\``
}

function rowOf ({ title, passed, different }: Flow): string {
  const reasons = [...new Set(Object.values(different).map(({ reason }) => reason))].map(reason => {
    const ids = Object.entries(different).filter(([, difference]) => difference.reason === reason)
    return `${ids.map(([id, { status }]) => `\`${id}\` ${status === 'failed' ? 'fails' : 'is skipped'}`).join(', ')}: ${reason}`
  })
  return `| ${title} | ${passed.length} | ${reasons.join('; ')} |`
}
