// The configuration schema: every member with its unit, its default and its meaning. config/schema.json and the tables of
// docs/configuration.md are generated from it. Rules about two members at once are in rules.ts.

import { z } from 'zod'
import { DEFAULT_LOCALE, LOCALES } from '../kernel/locale.ts'
import { isExactOrigin } from './address-syntax.ts'
import { authorizationServer } from './authorization-server-schema.ts'
import { extensions, pages, serverCard } from './discovery-schema.ts'
import { endpoint } from './endpoint-schema.ts'
import { limits } from './limits-schema.ts'
import { choice, flag, group, list, text, wholeNumber } from './members.ts'
import { audit, console, health, metrics, notices, tracing } from './operations-schema.ts'
import { policy } from './policy-schema.ts'
import { builtInTools, instructions, resource } from './resource-schema.ts'
import { dpop, mutualTls, tls } from './sender-constraint-schema.ts'
import { isStorageUrl } from './storage-url.ts'
import { isFilePath, isHostName } from './text-syntax.ts'

const cache = group({
  ttlSeconds: wholeNumber({ from: 0, to: 300, unit: 'seconds', byDefault: 30 })
    .describe('Seconds for which the answer about a valid token is cached, and so the longest time that a revoked token works for ' +
      'tools that use the cache. Never beyond the life of the token. 0: no cache.'),
  negativeTtlSeconds: wholeNumber({ from: 0, to: 60, unit: 'seconds', byDefault: 5 })
    .describe('Seconds for which the answer about an invalid token is cached. 0: no cache.'),
  maxEntries: wholeNumber({ from: 1, to: 1_000_000, unit: 'entries', byDefault: 10_000 })
    .describe('Entries of the cache of valid tokens; the separate cache of invalid tokens has the same size.')
}).describe('How long the answers of the authorization server are kept. Decisions never are.')

export const gatewayConfigSchema = group({
  $schema: z.string().exactOptional().describe('For editors; not read.'),
  profile: choice(['local']).exactOptional()
    .describe('`local` marks a file meant for practice on one machine: with a host off loopback it needs ' +
      '`--allow-local-profile-off-loopback`.'),
  host: text('a host name or an IP address to listen on', isHostName).default('localhost')
    .describe('The host name or IP address to listen on.'),
  port: wholeNumber({ from: 0, to: 65_535, byDefault: 3443 })
    .describe('The TCP port to listen on. 0: any free one.'),
  workers: wholeNumber({ from: 1, to: 64, unit: 'processes', byDefault: 1 })
    .describe('Processes that serve together at that port, one for each core at most; 1: a single process. Caches and limits are per ' +
      'worker ([reliability](reliability.md#more-than-one-core)). With `dpop.mode` other than `off` they need ' +
      '`dpop.proofMemoryUrl`; not with `sqlite::memory:`. The plugin does not read it.'),
  resource,
  authorizationServer: authorizationServer.describe('The authorization server whose tokens are accepted, or the first of several.'),
  furtherAuthorizationServers: z.array(
    authorizationServer, { error: () => 'expected a list, each item an authorization server' }
  ).default([])
    .describe('More authorization servers, each with the members of `authorizationServer`. A JWT is verified for the server that it ' +
      'names; other tokens are introspected in order. The metadata lists all servers.'),
  dpop: dpop.prefault({}),
  tls: tls.exactOptional(),
  mutualTls: mutualTls.exactOptional(),
  cache: cache.prefault({}),
  policy: policy.prefault({}),
  challenge: group({
    whenTokenMissing: choice(['tutorial', 'rfc6750']).default('tutorial')
      .describe('The challenge for a request without a token: `tutorial` says `error="invalid_request"` and why; `rfc6750` has no ' +
        '`error`, as RFC 6750 section 3.1 recommends.')
  }).prefault({}).describe('How `WWW-Authenticate` is worded.'),
  upstreams: list('the path of an upstream file', isFilePath).default([])
    .describe('Files that describe other MCP servers, whose tools the gateway offers ([upstreams](upstreams.md)). Relative to this ' +
      'file. The plugin does not read it.'),
  endpoints: z.array(endpoint, { error: () => 'expected a list, each item an endpoint' }).default([])
    .describe('More endpoints of this process beside that of `resource`, each with its own identifier, audiences, metadata and tools ' +
      '([several endpoints](upstreams.md#several-endpoints)). They share the listener, the authorization servers, the storage, ' +
      'the limits and the audit log. In a host the plugin is registered once for each.'),
  tools: group({
    builtIn: builtInTools.default(['example', 'explain_authorization'])
      .describe('Which tools of the server are offered beside those of `upstreams`. Without `example` no storage is opened. The plugin ' +
        'does not read it.'),
    instructions: instructions
      .describe('How to use the tools; many clients show it to the model. The instructions of other servers are never passed on. The ' +
        'plugin does not read it.'),
    locale: choice(LOCALES).default(DEFAULT_LOCALE)
      .describe('The language of the texts that tools return. Headers are always English.'),
    visibility: choice(['all', 'permitted']).default('all')
      .describe('Which tools `tools/list` shows: all of them, or those that the scopes of the token permit.')
  }).prefault({}).describe('How tools present themselves.'),
  extensions: extensions.prefault({}),
  serverCard: serverCard.prefault({}),
  pages: pages.prefault({}),
  storage: group({
    url: text('sqlite:<path>, sqlite::memory: or postgres://user:password@host/database', isStorageUrl).default('sqlite:./data/tickets.db')
      .describe('Where the server keeps its data: `sqlite:<path>`, relative to the working directory, `sqlite::memory:`, or ' +
        '`postgres://user:password@host:port/database`, which several gateways may share and which needs the package `pg`, ' +
        'installed with the gateway. Add `?sslmode=verify-full` for a server on another machine. Better set in the environment ' +
        'when it holds a password.'),
    create: flag().default(true)
      .describe('Whether a database that is not there is created, with example data. `false`: the gateway does not start without ' +
        'one, so that a mistyped address does not begin an empty one. The folder of an SQLite file with an absolute path is never ' +
        'created.'),
    maxConnections: wholeNumber({ from: 1, to: 1000, unit: 'connections', byDefault: 10 })
      .describe('Connections to PostgreSQL that one gateway process opens for requests at most, and one more for `/ready`. SQLite has ' +
        'one.'),
    ledgerRetentionDays: wholeNumber({ from: 7, to: 36_500, unit: 'days', byDefault: 90 })
      .describe('How long a call that counts against [totals](upstreams.md#totals) stays in the ledger after its outcome became known, ' +
        'and its idempotency key with it. Then it is deleted; no total changes. Calls of unknown outcome are never deleted. 36500, a ' +
        'hundred years, keeps all of them.')
  }).prefault({}).describe('Where data lives.'),
  cors: group({
    allowedOrigins: list('an exact origin such as http://localhost:6274', isExactOrigin).default([])
      .describe('Origins whose pages may call the endpoint. A request with any other `Origin` is refused with 403. The metadata ' +
        'documents are open to all.')
  }).prefault({}).describe('Which web pages may call.'),
  limits: limits.prefault({}),
  health: health.exactOptional(),
  metrics: metrics.prefault({}),
  console: console.prefault({}),
  notices: notices.prefault({}),
  tracing: tracing.prefault({}),
  audit: audit.prefault({}),
  log: group({
    level: choice(['info', 'fatal', 'error', 'warn', 'debug', 'trace', 'silent']).default('info')
      .describe('The least serious level that is logged. No level shows a token or a secret.'),
    decisionTrace: choice(['denials', 'all', 'off']).default('denials')
      .describe('Which `decision` lines about tool calls contain the result of each check: those of refused calls, of all, or none. ' +
        'Holds no token, claim, argument or amount.')
  }).prefault({}).describe('What is written down.')
})

/** For a schema that is applied once: zod's compilation takes longer than one validation. Measured: docs/performance.md#late-loading */
export const CHECKED_ONCE = { jitless: true }

/** A complete configuration, with every default filled in. */
export type GatewayConfig = z.output<typeof gatewayConfigSchema>
