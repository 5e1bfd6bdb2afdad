// The part of an upstream file about the way to the other server: HTTP or a process, credentials, and limits. A secret is never
// written in the file: it is named, and read from the environment or another file when the configuration is loaded.

import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { isEndpoint } from '../address-syntax.ts'
import { choice, flag, group, list, text, wholeNumber } from '../members.ts'
import { isFilePath, isPrintable } from '../text-syntax.ts'
import { ENVIRONMENT_NAME, secret } from './secret-schema.ts'
import { tokenExchange } from './token-exchange-schema.ts'

/** RFC 9110 section 5.6.2 */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Written by the gateway for each request. */
const OWN_HEADERS = /^(?:host|connection|content-.*|transfer-encoding|accept.*|cookie|mcp-.*|authorization|user-agent|te|upgrade)$/i

export const isHeaderValue = (value: string) => /^[\x20-\x7e]+$/.test(value) && value.trim() === value

const isMountPath = (value: string) => value === '/' || /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/.test(value)

const value = z.union([text('a text', isPrintable), secret], { error: () => 'expected a text, { env } or { file }' })

const absolutePath = (what: string) => text(`an absolute path ${what}`, path => isFilePath(path) && isAbsolute(path))

const overHttp = {
  allowInsecureUrl: text('a text', isPrintable).exactOptional()
    .describe('Exactly the value of `url`, to allow plain http to another machine.'),
  headers: z.record(text('the name of a header that the gateway does not write itself',
    name => HEADER_NAME.test(name) && !OWN_HEADERS.test(name)), value, { error: () => 'expected an object of headers' }).default({})
    .describe('Sent with each request. `Authorization` belongs into `credentials`.'),
  tls: group({
    ca: text('a path', isFilePath).exactOptional().describe('Certificates of the authorities that are accepted, PEM.'),
    cert: text('a path', isFilePath).exactOptional().describe('The certificate of the gateway, PEM.'),
    key: text('a path', isFilePath).exactOptional().describe('The private key of that certificate, PEM.')
  }).exactOptional().describe('For private networks. Paths are relative to this file.')
}

const http = group({
  url: text('an absolute http or https URL', isEndpoint).describe('The endpoint of the other server. Redirects are never followed.'),
  listen: flag().default(false)
    .describe('Keeps the stream of notifications open (GET) in each session of a server of a revision before 2026-07-28: progress that ' +
      'comes there reaches the client, and changed tools are noticed at once. It costs a connection for each session.'),
  ...overHttp
})

const openapi = group({
  document: text('a path, or an absolute http or https URL', value => isFilePath(value) || isEndpoint(value))
    .describe('The OpenAPI document, 3.0 or 3.1, JSON or YAML; relative to this file. Read at review time only.'),
  url: text('an absolute http or https URL without a query', value => isEndpoint(value) && !value.includes('?'))
    .describe('The address of the API, before the paths of the document. Redirects are never followed.'),
  plainHttp: text('a path such as / or /shop', isMountPath).exactOptional()
    .describe('Offers the decided operations over plain HTTP too, below the address of the endpoint, `/tools` and this path. Absent: ' +
      'not. The first one needs a restart.'),
  ...overHttp
})

const systemUser = group({
  uid: z.int('expected a whole number').min(1).describe('User id.'),
  gid: z.int('expected a whole number').min(1).describe('Group id.')
})

const stdio = group({
  command: absolutePath('of a program').describe('The program, absolute. No shell is used.'),
  args: list('a text', argument => !argument.includes('\0')).default([])
    .describe('Its arguments. `{person}` becomes 22 characters that stand for issuer and subject.'),
  cwd: absolutePath('of a directory').exactOptional().describe('The working directory. Default: an empty directory of the process.'),
  env: z.record(text('the name of an environment variable', name => ENVIRONMENT_NAME.test(name)), value).default({})
    .describe('Its environment, beside `PATH`, `LANG`, `TZ` and a `HOME` that is empty. Nothing else is handed on.'),
  user: z.union([text('the name of a user', name => /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(name)), systemUser],
    { error: () => 'expected the name of a user of the system, or { uid, gid }' }).exactOptional()
    .describe('The user of the system that the process runs as: a name of `/etc/passwd`, or `uid` and `gid`. Never root.'),
  wrapper: list('a text', isPrintable).default([])
    .describe('A program, absolute, with its arguments, that starts the command, such as `setpriv --pdeathsig KILL --`.'),
  stderr: choice(['drop', 'log']).default('drop')
    .describe('What happens to its standard error: `log` writes each line to the log at `debug`. The last 4 KiB are kept for `doctor`.'),
  startTimeoutMs: wholeNumber({ from: 100, to: 120_000, unit: 'milliseconds', byDefault: 15_000 })
    .describe('Milliseconds until the process answers.')
})

export const transport = group({
  http: http.exactOptional().describe('Streamable HTTP.'),
  stdio: stdio.exactOptional().describe('A process that reads and writes one message a line.'),
  openapi: openapi.exactOptional().describe('A REST API: each operation of its OpenAPI document is a tool.')
}).refine(ways => Object.values(ways).filter(way => way !== undefined).length === 1, 'expected one of http, stdio, openapi')

const shown = group({
  header: group({
    name: text('the name of a header', name => HEADER_NAME.test(name) && (/^authorization$/i.test(name) || !OWN_HEADERS.test(name)))
      .default('Authorization').describe('The header.'),
    scheme: text('a word such as Bearer', word => HEADER_NAME.test(word)).exactOptional().describe('Stands before the secret.'),
    secret: secret.describe('The secret.')
  }).exactOptional().describe('A secret that is sent with each request, the same for everyone.'),
  tokenExchange: tokenExchange.exactOptional()
    .describe('For HTTP: a separate token for each person, in exchange for that of the client (RFC 8693).')
}).refine(
  ({ header, tokenExchange: exchange }) => (header === undefined) !== (exchange === undefined), 'expected either header or tokenExchange'
)

export const credentials = z.union([choice(['none']), shown], { error: () => 'expected "none", { header } or { tokenExchange }' })

export const upstreamLimits = group({
  timeoutMs: wholeNumber({ from: 100, to: 3_600_000, unit: 'milliseconds', byDefault: 30_000 })
    .describe('Milliseconds for one call, start and session included. Less than `limits.toolTimeoutMs` of the gateway.'),
  idleSeconds: wholeNumber({ from: 1, to: 86_400, unit: 'seconds', byDefault: 300 })
    .describe('Seconds after which a session or a process that nothing uses is ended.'),
  maxSessions: wholeNumber({ from: 1, to: 100_000, unit: 'sessions', byDefault: 1000 }).describe('Sessions at a time, for HTTP.'),
  maxProcesses: wholeNumber({ from: 1, to: 1000, unit: 'processes', byDefault: 8 }).removeDefault().exactOptional()
    .describe('Processes at a time, for stdio; with the isolation `shared`, calls are spread over them. Default: 8, or 1 where shared.'),
  concurrent: wholeNumber({ from: 1, to: 10_000, unit: 'calls', byDefault: 64 }).describe('Calls at a time; one more gets 503.'),
  maxResultBytes: wholeNumber({ from: 1024, to: 67_108_864, unit: 'bytes', byDefault: 4_194_304 }).describe('Bytes of the largest result.')
})

export const isolation = choice(['client', 'person', 'shared'])
export const stateless = flag()
