// The schema of an upstream file: another MCP server, and the decisions about its tools. config/upstream.schema.json and the tables of
// docs/upstreams.md are generated from it.

import { z } from 'zod'
import { group, text, wholeNumber } from '../members.ts'
import { isPrintable } from '../text-syntax.ts'
import { detailsType, isMemberName } from './details-type-schema.ts'
import { credentials, isolation, stateless, transport, upstreamLimits } from './upstream-transport-schema.ts'
import { decision, tool } from './upstream-tool-schema.ts'

const UPSTREAM_NAME = 'a name of up to 32 lower-case letters, digits, - and _'
const isUpstreamName = (value: string) => /^[a-z][a-z0-9_-]{0,31}$/.test(value)

const names = (what: string) => ({
  error: (issue: { readonly code?: string | undefined, readonly input?: unknown }) =>
    issue.code === 'invalid_key' ? `expected ${what} as its name` : `${issue.input === undefined ? 'missing; ' : ''}expected an object`
})

export const upstreamSchema = group({
  $schema: z.string().exactOptional().describe('For editors; not read.'),
  name: text(UPSTREAM_NAME, isUpstreamName).describe('The name of the upstream in messages, metrics and the log.'),
  note: text('a text', isPrintable).exactOptional().describe('A remark, which the review shows.'),
  prefix: text('at most 48 letters, digits, _, - and .', value => /^[A-Za-z0-9_.-]{0,48}$/.test(value)).exactOptional()
    .describe('Stands before the names of its tools. Default: `name` and `_`. An empty text: no prefix.'),
  transport: transport.describe('The way to the server.'),
  credentials: credentials.default('none')
    .describe('What the gateway shows to the server. The access token of a client is never shown to it.'),
  isolation: isolation.default('client')
    .describe('What shares one session or process: one `client` of a person, one `person`, or everything (`shared`), for servers that ' +
      'keep nothing between calls.'),
  stateless: stateless.default(false)
    .describe('The server keeps nothing between calls: several workers may each have their own session or process.'),
  limits: upstreamLimits.prefault({}).describe('Times, numbers and sizes.'),
  verifySeconds: wholeNumber({ from: 5, to: 86_400, unit: 'seconds', byDefault: 300 })
    .describe('Seconds after which the tools of a server that is used are compared with the lock again.'),
  detailsTypes: z.record(text('the name of a details type', isPrintable), detailsType, names('a text')).default({})
    .describe('Authorization details types (RFC 9396) that the tools need.'),
  templates: z.record(text('a name of letters, digits, _ and -', isMemberName), decision, names('letters, digits, _ and -')).default({})
    .describe('Decisions that tools start from with `like`.'),
  tools: z.record(text('the name of a tool', isPrintable), tool, names('a text'))
    .describe('The decision about each tool, by its name at the server: `"hidden"`, or what a call needs. A tool that is not here does ' +
      'not exist.')
})

/** An upstream file with every default filled in. */
export type UpstreamDeclaration = z.output<typeof upstreamSchema>
