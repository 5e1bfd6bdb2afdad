// A configuration file, the environment and the defaults are read as documented: src/config/load.ts.

import fc from 'fast-check'
import t from 'tap'
import { CONFIG_FILE_VARIABLE, ENVIRONMENT_VARIABLES, readOverrides } from '../../src/config/environment.ts'
import { findSyntaxError } from '../../src/config/json-syntax.ts'
import { collected } from '../support/collected.ts'
import { AUTHLETE, SECRET, SHARED, accepted, minimal, mistakesIn, withKind, withServer } from '../support/configuration.ts'
import { covers } from '../support/covers.ts'

t.test('defaults — a short file of one\'s own is complete, and denies where details are absent', async t => {
  covers('configuration.details-absent-denied-by-default')
  const { config, warnings, file } = accepted(minimal())
  t.equal(config.policy.authorizationDetailsWhenAbsent, 'deny')
  t.equal(config.host, 'localhost')
  t.equal(config.port, 3443)
  t.strictSame(config.cache, { ttlSeconds: 30, negativeTtlSeconds: 5, maxEntries: 10_000 })
  t.equal(config.authorizationServer.deadlineMs, 3000)
  t.equal(config.challenge.whenTokenMissing, 'tutorial')
  t.equal(file, 'config/local.json')
  t.strictSame(warnings.map(({ path }) => path), [])
})

const POLICIES: Readonly<Record<string, object>> = {
  secondOpinion: { url: 'https://pdp.example/evaluation' },
  transactionChallenge: { draft: '2026-06-25', privateKeyFile: 'challenges.pem' }
}

/** One that has the group of this member. */
function fileWith (path: readonly string[]): object {
  if (path.includes('jwt')) return withKind(SHARED)
  if (path.includes('authlete')) return withKind(AUTHLETE)
  const [, group = ''] = path
  return Object.hasOwn(POLICIES, group) ? { ...minimal(), policy: { [group]: POLICIES[group] } } : minimal()
}

t.test('environment — each variable overrides exactly its member', async t => {
  const cases: Record<string, [text: string, value: unknown]> = {
    HOST: ['127.0.0.1', '127.0.0.1'],
    PORT: ['8080', 8080],
    WORKERS: ['2', 2],
    RESOURCE_IDENTIFIER: ['https://other.example.com/mcp', 'https://other.example.com/mcp'],
    AUTHORIZATION_SERVER_ISSUER: ['https://login.example.com/tenant', 'https://login.example.com/tenant'],
    INTROSPECTION_ENDPOINT: ['https://login.example.com/introspect', 'https://login.example.com/introspect'],
    INTROSPECTION_CLIENT_ID: ['other', 'other'],
    INTROSPECTION_CLIENT_SECRET: ['a:b%c', 'a:b%c'],
    INTROSPECTION_BEARER_TOKEN: ['a.b.c', 'a.b.c'],
    JWT_SHARED_SECRET: [`${SECRET}${SECRET}`, `${SECRET}${SECRET}`],
    AUTHLETE_BASE_URL: ['https://jp.authlete.example', 'https://jp.authlete.example'],
    AUTHLETE_SERVICE_ID: ['1234', '1234'],
    AUTHLETE_SERVICE_ACCESS_TOKEN: ['x9-ab', 'x9-ab'],
    DPOP_NONCE_SECRET: [`${SECRET}${SECRET}`, `${SECRET}${SECRET}`],
    REFERENCE_SECRET: [`${SECRET}${SECRET}`, `${SECRET}${SECRET}`],
    SECOND_OPINION_BEARER_TOKEN: ['a.b.c', 'a.b.c'],
    TRANSACTION_MEMORY_URL: ['redis://localhost:6379', 'redis://localhost:6379'],
    DPOP_PROOF_MEMORY_URL: ['redis://localhost:6379', 'redis://localhost:6379'],
    CONSOLE_SECRET: [`${SECRET}${SECRET}`, `${SECRET}${SECRET}`],
    NOTICES_PORT: ['3500', 3500],
    NOTICES_SECRET: [`${SECRET}${SECRET}`, `${SECRET}${SECRET}`],
    CACHE_TTL_SECONDS: ['0', 0],
    AUTHORIZATION_DETAILS_WHEN_ABSENT: ['allow', 'allow'],
    TOOLS_LOCALE: ['ja', 'ja'],
    STORAGE_URL: ['sqlite::memory:', 'sqlite::memory:'],
    REDIS_URL: ['rediss://:abc@redis.example:6380/1', 'rediss://:abc@redis.example:6380/1'],
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ['http://localhost:4318/v1/traces', 'http://localhost:4318/v1/traces'],
    OTEL_SERVICE_NAME: ['tickets', 'tickets'],
    OTEL_RESOURCE_ATTRIBUTES: ['team=a,region=x%20y', 'team=a,region=x%20y'],
    ALLOWED_ORIGINS: ['https://a.example, http://localhost:6274', ['https://a.example', 'http://localhost:6274']],
    LOG_LEVEL: ['debug', 'debug']
  }
  t.strictSame(Object.keys(cases), ENVIRONMENT_VARIABLES.map(({ name }) => name))
  for (const { name, path } of ENVIRONMENT_VARIABLES) {
    const [text, value] = cases[name] ?? ['', undefined]
    const file = fileWith(path)
    const before = accepted(file).config
    const after: unknown = accepted(file, { env: { [name]: text } }).config
    const expected: Record<string, unknown> = structuredClone(before)
    path.reduce<Record<string, unknown>>((node, step, index) => {
      if (index === path.length - 1) node[step] = value
      return node[step] as Record<string, unknown>
    }, expected)
    t.strictSame(after, expected, name)
  }
})

t.test('environment — a mistake names the variable it came from; an empty value is a value', async t => {
  const env = { PORT: '3443x', CACHE_TTL_SECONDS: '301', INTROSPECTION_CLIENT_SECRET: '', LOG_LEVEL: 'loud' }
  t.strictSame(mistakesIn(minimal(), { env }), [
    'port (PORT): expected a whole number from 0 to 65535',
    'authorizationServer.introspection.clientSecret (INTROSPECTION_CLIENT_SECRET): expected a secret that is not a placeholder',
    'cache.ttlSeconds (CACHE_TTL_SECONDS): expected a whole number from 0 to 300 (seconds)',
    'log.level (LOG_LEVEL): expected one of info, fatal, error, warn, debug, trace, silent'
  ])
  const ofOpenTelemetry = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '', OTEL_SERVICE_NAME: '', OTEL_RESOURCE_ATTRIBUTES: '' }
  t.strictSame(accepted(minimal(), { env: ofOpenTelemetry }).config, accepted(minimal()).config, 'OpenTelemetry calls an empty value none')
  t.strictSame(accepted(minimal(), { env: { ALLOWED_ORIGINS: '' } }).config.cors.allowedOrigins, [])
  t.match(mistakesIn(minimal(), { env: { ALLOWED_ORIGINS: 'https://a.example,*' } }), ['cors.allowedOrigins.1 (ALLOWED_ORIGINS): expected an exact origin such as http://localhost:6274'])
})

t.test('environment — a secret may be in a file that a variable names; no other value may', async t => {
  covers('reload.secret-files')
  const files: Readonly<Record<string, string>> = { secret: `${SECRET}\r\n`, spaced: ` ${SECRET} \n\n` }
  const readFile = (path: string) => {
    const text = files[path.split('/').at(-1) ?? '']
    if (text === undefined) throw Object.assign(new Error(), { code: 'ENOENT' })
    return text
  }
  for (const variable of ENVIRONMENT_VARIABLES.filter(({ secret }) => secret)) {
    const { name, path } = variable
    t.strictSame(readOverrides({ [`${name}_FILE`]: 'secret' }, readFile), { overrides: [{ variable, value: SECRET, source: `${name}_FILE` }], mistakes: [] }, path.join('.'))
  }
  t.match(readOverrides({ REDIS_URL_FILE: 'spaced' }, readFile).overrides, [{ value: ` ${SECRET} \n` }], 'one line break at the end is no part of it, and nothing else')
  t.strictSame(readOverrides({ PORT_FILE: 'secret', LOG_LEVEL_FILE: 'secret' }, readFile), { overrides: [], mistakes: [] })
  t.match(readOverrides({ REDIS_URL_FILE: 'secret', REDIS_URL: 'x' }, readFile), {
    overrides: [], mistakes: [{ source: 'REDIS_URL_FILE', expected: 'expected either REDIS_URL or REDIS_URL_FILE' }]
  })
  t.match(readOverrides({ REDIS_URL_FILE: 'nowhere' }, readFile), {
    overrides: [], mistakes: [{ source: 'REDIS_URL_FILE', expected: 'the file cannot be read (ENOENT)' }]
  })
})

t.test('environment — variables alone are enough beside an empty file', async t => {
  const env = { RESOURCE_IDENTIFIER: 'https://a.example/mcp', AUTHORIZATION_SERVER_ISSUER: 'https://b.example', INTROSPECTION_CLIENT_ID: 'c', INTROSPECTION_CLIENT_SECRET: SECRET }
  t.equal(accepted({}, { env }).config.resource.identifier, 'https://a.example/mcp')
})

t.test('file — unreadable, not JSON, not an object: one line with its place, never its text', async t => {
  const failing = (code: string) => () => { throw Object.assign(new Error(SECRET), { code }) }
  t.strictSame(mistakesIn('', { env: { [CONFIG_FILE_VARIABLE]: 'config/none.json' }, readFile: failing('ENOENT') }),
    ['config/none.json: no such file; GATEWAY_CONFIG names the configuration file, and the command init writes one'])
  t.strictSame(mistakesIn('', { readFile: name => name.endsWith('/gateway.json') ? '{}' : failing('ENOENT')() }),
    ['config/local.json: no such file, but there is gateway.json: set GATEWAY_CONFIG=gateway.json'])
  t.strictSame(mistakesIn('', { readFile: failing('EACCES') }), ['config/local.json: the file may not be read by this user'])
  t.strictSame(mistakesIn('', { readFile: failing('EIO') }), ['config/local.json: the file cannot be read'])
  t.strictSame(mistakesIn(`{\n  "clientSecret": ${SECRET}\n}`), ['config/local.json: expected JSON; syntax error at line 2, column 19'])
  t.strictSame(mistakesIn('[1]'), ['config/local.json: expected a JSON object'])
  t.ok(accepted(`\uFEFF${JSON.stringify(minimal())}`), 'a byte order mark is no mistake')
})

t.test('file — the name is relative to the working directory', async t => {
  let asked = ''
  const readFile = (path: string) => { asked = path; return JSON.stringify(minimal()) }
  t.equal(accepted({}, { env: { [CONFIG_FILE_VARIABLE]: 'mine.json' }, cwd: '/srv/gateway', readFile }).file, 'mine.json')
  t.equal(asked, '/srv/gateway/mine.json')
})

t.test('members — unknown ones are refused with the name that was probably meant, several mistakes at once', async t => {
  t.strictSame(mistakesIn({ ...minimal(), cahce: {}, cache: { ttl: 3, maxEntries: 0 }, colour: 'red' }), [
    'cache.maxEntries (config/local.json): expected a whole number from 1 to 1000000 (entries)',
    'cache.ttl (config/local.json): unknown member; did you mean ttlSeconds?',
    'cahce (config/local.json): unknown member; did you mean cache?',
    'colour (config/local.json): unknown member'
  ])
})

t.test('members — forms that look right and are not', async t => {
  const wrong: [file: unknown, path: string][] = [
    ...['https://a.example/', 'https://*.example', 'https://a.example/mcp/', 'https://a.example/mcp?x', 'https://a.example/mcp#x', 'HTTPS://a.example/mcp',
      'https://A.example/mcp', 'https://a.example:443/mcp', 'https://a.example/a/../mcp', 'https://a.example/:id', 'https://a.example/*', 'https://u:p@a.example/mcp',
      'https://a.example/health', 'https://a.example/.well-known/mcp', 'https://a.example/%6dcp', 'ftp://a.example/mcp', 'a.example/mcp', '/mcp', 3
    ].map((identifier): [unknown, string] => [{ ...minimal(), resource: { identifier } }, 'resource.identifier']),
    ...['login.example.com', 'https://login.example.com?x', 'https://login.example.com#x', 'https://u@login.example.com', 'ws://login.example.com']
      .map((issuer): [unknown, string] => [withServer({ issuer }), 'authorizationServer.issuer']),
    ...['*', 'null', 'https://a.example/', 'https://a.example:443', 'https://*.example', 'a.example', 'file://', 'file:///a', 'tauri://', 'tauri://*',
      'tauri://localhost/', 'tauri://localhost/page', 'Tauri://localhost', 'tauri:localhost', 'tauri://local host', 'tauri://u@localhost', 'tauri://localhost:0']
      .map((origin): [unknown, string] => [{ ...minimal(), cors: { allowedOrigins: [origin] } }, 'cors.allowedOrigins.0']),
    ...['sqlite:', 'sqlite: ', 'file:x', 'data.db', 'postgres://', 'postgres://host', 'postgres:///db', 'postgres://host/d#x', 'postgres://h%zz/d', 'postgres://h/d d', 'mysql://h/d'].map((url): [unknown, string] => [{ ...minimal(), storage: { url } }, 'storage.url']),
    ...[1.5, -1, 65_536, '3443', null].map((port): [unknown, string] => [{ ...minimal(), port }, 'port']),
    [{ ...minimal(), host: 'localhost:3443' }, 'host'],
    [{ ...minimal(), policy: { scopeImplications: { 'a b': ['c'] } } }, 'policy.scopeImplications.a b'],
    [{ ...minimal(), policy: { scopeImplications: { a: 'b' } } }, 'policy.scopeImplications.a'],
    [{ ...minimal(), policy: { insufficientAuthorizationStatus: 400 } }, 'policy.insufficientAuthorizationStatus']
  ]
  const each = collected(t)
  for (const [file, path] of wrong) {
    const found = mistakesIn(file)
    each.match(found, [new RegExp(`^${path.replaceAll('.', '\\.')} \\(config/local.json\\): expected `)], JSON.stringify(file))
    each.equal(found.length, 1)
  }
  each.end()
})

t.test('identifier — an origin needs the path of its endpoint, and nothing else has one', async t => {
  const resource = (identifier: string, endpointPath?: unknown) =>
    ({ ...minimal(), resource: { identifier, ...(endpointPath === undefined ? {} : { endpointPath }) } })
  t.ok(accepted(resource('https://mcp.example.com', '/mcp')))
  t.match(mistakesIn(resource('https://mcp.example.com')), [/^resource\.endpointPath .*: missing; expected a path/])
  t.strictSame(mistakesIn(resource('https://mcp.example.com/my-service/mcp', '/mcp')), [], 'behind a proxy that strips a prefix')
  t.strictSame(mistakesIn(resource('https://mcp.example.com/my-service', '/')), [])
  for (const path of ['mcp', '', '/mcp/', '//mcp', '/a/../b', '/a?b', '/health', '/.well-known/x', '/:id', '/%6d', 7]) t.match(mistakesIn(resource('https://mcp.example.com', path)), [/^resource\.endpointPath .*: expected a path/], String(path))
})

t.test('syntax errors — the place agrees with JSON.parse on what is JSON and what is not', async t => {
  const isJson = (text: string) => { try { JSON.parse(text); return true } catch { return false } }
  fc.assert(fc.property(fc.json(), text => findSyntaxError(text) === undefined))
  const damaged = fc.tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', '[', 'x', '\n', '01', ':'))
    .map(([text, at, insert]) => text.slice(0, at % (text.length + 1)) + insert + text.slice(at % (text.length + 1) + 1))
  fc.assert(fc.property(damaged, text => (findSyntaxError(text) === undefined) === isJson(text)), { numRuns: 1000 })
  t.strictSame(findSyntaxError('{"a": 1,\n "b": 2,\n}'), { line: 3, column: 1 })
  t.strictSame(findSyntaxError(''), { line: 1, column: 1 })
})

t.test('cors — an origin may have any scheme, as those of desktop applications have', async t => {
  covers('http.origin-of-any-scheme')
  const origins = ['tauri://localhost', 'capacitor://localhost', 'app://obsidian.md', 'vscode-webview://0a1b', 'chrome-extension://abcdefghijklmnop', 'ionic://localhost:8100', 'http://localhost:6274']
  t.strictSame(accepted({ ...minimal(), cors: { allowedOrigins: origins } }).config.cors.allowedOrigins, origins)
})
