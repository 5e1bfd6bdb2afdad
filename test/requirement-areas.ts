// The areas of the requirements, with their groups and titles: "What there is" of README.md and docs/features.md is generated from
// them. An id in requirements.ts whose area is missing here does not compile.

import type { requirements } from './requirements.ts'

type AreaOf<Id extends string> = Id extends `${infer Area}.${string}` ? Area : never

export interface AreaTitle {
  readonly group: string
  /** A phrase that can stand in a list after the name of the group. */
  readonly title: string
}

export const areas: Readonly<Record<AreaOf<keyof typeof requirements>, AreaTitle>> = {
  auth: { group: 'Access tokens', title: 'reference tokens checked by introspection (RFC 7662), with a short-lived cache' },
  introspection: { group: 'Access tokens', title: 'client secrets, signed assertions and signed replies at introspection' },
  jwt: { group: 'Access tokens', title: 'JWT access tokens (RFC 9068)' },
  authlete: { group: 'Access tokens', title: 'tokens checked with the API of Authlete' },
  profiles: { group: 'Access tokens', title: 'profiles for authorization servers in the field, tested with recorded shapes' },
  servers: { group: 'Access tokens', title: 'several authorization servers' },
  dpop: { group: 'Access tokens', title: 'tokens bound to a key by DPoP (RFC 9449)' },
  mtls: { group: 'Access tokens', title: 'tokens bound to a client certificate (RFC 8705)' },
  policy: {
    group: 'Decisions',
    title: 'scope, authentication level (RFC 9470) and authorization details (RFC 9396), checked for each call'
  },
  transaction: { group: 'Decisions', title: 'signed challenges for single calls (experimental, draft of 2026-06-25)' },
  opinion: { group: 'Decisions', title: 'a second opinion of a policy decision point (AuthZEN), which may only refuse' },
  http: {
    group: 'Decisions',
    title: 'refusals as HTTP statuses with challenges and a remedy, and protected resource metadata (RFC 9728)'
  },
  visibility: { group: 'Decisions', title: 'tools that are hidden from tokens that may not call them' },
  client: { group: 'Decisions', title: 'an example client that obtains what a refusal asks for' },
  eras: { group: 'MCP', title: 'every protocol revision, checked by the official conformance suites' },
  mcp: { group: 'MCP', title: 'JSON-RPC messages without sessions' },
  transport: { group: 'MCP', title: 'Streamable HTTP connections' },
  extensions: { group: 'MCP', title: 'extensions for machine clients and for enterprises, and a server card (drafts)' },
  upstream: { group: 'MCP', title: 'connections to other MCP servers over Streamable HTTP and stdio' },
  plugin: { group: 'MCP', title: 'a Fastify plugin for your own tools' },
  proxy: { group: 'MCP', title: 'tools of any other MCP server, with limits on their arguments, by configuration' },
  rest: { group: 'MCP', title: 'REST APIs as tools, from their OpenAPI documents, and over plain HTTP for clients without MCP' },
  init: { group: 'MCP', title: 'first files from a few questions, with what to do next' },
  endpoints: { group: 'MCP', title: 'several endpoints in one process, each with its own audience, metadata and tools' },
  delegation: { group: 'MCP', title: 'tokens of other servers for each person, by token exchange (RFC 8693)' },
  ledger: { group: 'MCP', title: 'totals over several calls of any tool, with an unknown outcome kept for the operator' },
  tools: { group: 'Ticket tools, the example service', title: 'list, search, reserve and cancel' },
  tickets: { group: 'Ticket tools, the example service', title: 'seats, prices, reservations, and limits that hold across reservations' },
  storage: { group: 'Ticket tools, the example service', title: 'SQLite and PostgreSQL' },
  configuration: { group: 'Operation', title: 'configuration that refuses unsafe values at start' },
  reload: { group: 'Operation', title: 'reload of the configuration without a restart' },
  limits: { group: 'Operation', title: 'rate limits, load shedding and time-outs' },
  operations: { group: 'Operation', title: 'metrics, traces and an audit log' },
  console: { group: 'Operation', title: 'a page on which each request appears while it is decided, with every check and its source' },
  exercises: { group: 'Operation', title: 'exercises of a workshop that tick themselves by what the gateway decided' },
  log: { group: 'Operation', title: 'one log line for each decision, without secrets' },
  workers: { group: 'Operation', title: 'several processes at one port' },
  shutdown: { group: 'Operation', title: 'shutdown without lost requests' },
  check: { group: 'Commands', title: 'a check of any MCP server from outside' },
  doctor: { group: 'Commands', title: 'a check of the configuration' },
  cli: { group: 'Commands', title: 'tokens that are read from files, never from arguments' },
  launcher: { group: 'Practice and clients', title: 'a local stack in one command' },
  practice: { group: 'Practice and clients', title: 'a practice authorization server' },
  shop: { group: 'Practice and clients', title: 'a ticket shop for people, which shows what clients did for them and revokes clients' },
  hosted: { group: 'Practice and clients', title: 'the shared hosted authorization server' },
  clients: { group: 'Practice and clients', title: 'MCP Inspector and the SDK clients, tested' },
  documents: { group: 'Practice and clients', title: 'documents whose commands and examples are tested' },
  fuzz: { group: 'Assurance', title: 'random input compared with an independent decision' },
  supply: { group: 'Assurance', title: 'exact dependencies and a bill of materials' }
}
