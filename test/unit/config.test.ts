// Is the operator's choice read, checked and told as documented? Runs on texts; the files in config/ are read for real.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'
import fc from 'fast-check'
import { fencesOf } from '../../scripts/docs/markdown.ts'
import { CONFIG_FILE_VARIABLE, ENVIRONMENT_VARIABLES } from '../../src/config/environment.ts'
import { findSyntaxError } from '../../src/config/json-syntax.ts'
import { loadConfig, type ConfigSources } from '../../src/config/load.ts'
import { formatMistake } from '../../src/config/mistake.ts'
import { isPlaceholderSecret } from '../../src/config/placeholder.ts'
import { describeConfig } from '../../src/config/redaction.ts'
import { LOCAL_PROFILE_FLAG } from '../../src/config/rules.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'

const SECRET = 'correct-horse-battery-staple'

function minimal () {
  return {
    resource: { identifier: 'https://tickets.example.com/mcp' },
    authorizationServer: {
      issuer: 'https://login.example.com',
      introspection: { clientId: 'tickets', clientSecret: SECRET }
    }
  }
}

function load (file: unknown, sources: ConfigSources = {}) {
  return loadConfig({ env: {}, readFile: () => typeof file === 'string' ? file : JSON.stringify(file), ...sources })
}

function lines (file: unknown, sources: ConfigSources = {}): string[] {
  const loaded = load(file, sources)
  return loaded.ok ? [] : loaded.error.map(formatMistake)
}

function accepted (file: unknown, sources: ConfigSources = {}) {
  const loaded = load(file, sources)
  if (!loaded.ok) throw new Error(loaded.error.map(formatMistake).join('\n'))
  return loaded.value
}

const SHARED = { jwt: { algorithms: ['HS256'], sharedSecret: 'a shared secret of 32 characters' } }
const AUTHLETE = { authlete: { serviceId: '715948317', accessToken: 'service-access-token' } }

/** A file whose server is asked in another way. */
function withKind (kind: Record<string, unknown>) {
  return { ...minimal(), authorizationServer: { issuer: 'https://login.example.com', ...kind } }
}

function withServer (server: Record<string, unknown>) {
  return { ...minimal(), authorizationServer: { ...minimal().authorizationServer, ...server } }
}

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

t.test('profiles — local.json is the default, fits the practice stack and announces its generous policy', async t => {
  const loaded = loadConfig({ env: {} })
  if (!loaded.ok) throw new Error(loaded.error.map(formatMistake).join('\n'))
  const { config, warnings } = loaded.value
  t.equal(config.resource.identifier, 'http://localhost:3443/mcp')
  t.equal(config.authorizationServer.issuer, 'http://localhost:9000')
  t.strictSame(config.cors.allowedOrigins, ['http://localhost:6274', 'http://127.0.0.1:6274'])
  t.equal(config.policy.remediation, 'draft')
  t.equal(config.tools.locale, 'ja')
  t.strictSame(warnings.map(({ path }) => path), ['policy.authorizationDetailsWhenAbsent'])
})

t.test('profiles — hosted.json asks for the secret by the name of its variable, and is complete with it', async t => {
  const env = { GATEWAY_CONFIG: 'config/hosted.json' }
  const without = loadConfig({ env })
  t.strictSame(without.ok ? [] : without.error.map(formatMistake), [
    'authorizationServer.introspection.clientSecret (config/hosted.json): missing; expected a secret that is not a placeholder (in the file or in INTROSPECTION_CLIENT_SECRET)'
  ])
  const complete = loadConfig({ env: { ...env, INTROSPECTION_CLIENT_SECRET: 'mcp-server-secret' } })
  t.ok(complete.ok)
  t.equal(complete.ok && complete.value.config.authorizationServer.issuer, 'https://vc-issuer.g-trustedweb.workers.dev')
})

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
    AUTHLETE_SERVICE_ACCESS_TOKEN: ['abc', 'abc'],
    DPOP_NONCE_SECRET: [`${SECRET}${SECRET}`, `${SECRET}${SECRET}`],
    CACHE_TTL_SECONDS: ['0', 0],
    AUTHORIZATION_DETAILS_WHEN_ABSENT: ['allow', 'allow'],
    STORAGE_URL: ['sqlite::memory:', 'sqlite::memory:'],
    REDIS_URL: ['rediss://:abc@redis.example:6380/1', 'rediss://:abc@redis.example:6380/1'],
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ['http://localhost:4318/v1/traces', 'http://localhost:4318/v1/traces'],
    ALLOWED_ORIGINS: ['https://a.example, http://localhost:6274', ['https://a.example', 'http://localhost:6274']],
    LOG_LEVEL: ['debug', 'debug']
  }
  t.strictSame(Object.keys(cases), ENVIRONMENT_VARIABLES.map(({ name }) => name))
  for (const { name, path } of ENVIRONMENT_VARIABLES) {
    const [text, value] = cases[name] ?? ['', undefined]
    const file = path.includes('jwt') ? withKind(SHARED) : path.includes('authlete') ? withKind(AUTHLETE) : minimal()
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
  t.strictSame(lines(minimal(), { env: { PORT: '3443x', CACHE_TTL_SECONDS: '301', INTROSPECTION_CLIENT_SECRET: '', LOG_LEVEL: 'loud' } }), [
    'port (PORT): expected a whole number from 0 to 65535',
    'authorizationServer.introspection.clientSecret (INTROSPECTION_CLIENT_SECRET): expected a secret that is not a placeholder',
    'cache.ttlSeconds (CACHE_TTL_SECONDS): expected a whole number from 0 to 300 (seconds)',
    'log.level (LOG_LEVEL): expected one of info, fatal, error, warn, debug, trace, silent'
  ])
  t.strictSame(accepted(minimal(), { env: { ALLOWED_ORIGINS: '' } }).config.cors.allowedOrigins, [])
  t.match(lines(minimal(), { env: { ALLOWED_ORIGINS: 'https://a.example,*' } }), ['cors.allowedOrigins.1 (ALLOWED_ORIGINS): expected an exact origin such as http://localhost:6274'])
})

t.test('environment — variables alone are enough beside an empty file', async t => {
  const env = { RESOURCE_IDENTIFIER: 'https://a.example/mcp', AUTHORIZATION_SERVER_ISSUER: 'https://b.example', INTROSPECTION_CLIENT_ID: 'c', INTROSPECTION_CLIENT_SECRET: SECRET }
  t.equal(accepted({}, { env }).config.resource.identifier, 'https://a.example/mcp')
})

t.test('file — unreadable, not JSON, not an object: one line with its place, never its text', async t => {
  const failing = (code: string) => () => { throw Object.assign(new Error(SECRET), { code }) }
  t.strictSame(lines('', { env: { [CONFIG_FILE_VARIABLE]: 'config/none.json' }, readFile: failing('ENOENT') }),
    ['config/none.json: no such file; GATEWAY_CONFIG names the configuration file'])
  t.strictSame(lines('', { readFile: failing('EACCES') }), ['config/local.json: the file may not be read by this user'])
  t.strictSame(lines('', { readFile: failing('EIO') }), ['config/local.json: the file cannot be read'])
  t.strictSame(lines(`{\n  "clientSecret": ${SECRET}\n}`), ['config/local.json: expected JSON; it stops being so at line 2, column 19'])
  t.strictSame(lines('[1]'), ['config/local.json: expected a JSON object'])
  t.ok(accepted(`\uFEFF${JSON.stringify(minimal())}`), 'a byte order mark is no mistake')
})

t.test('file — the name is relative to the working directory', async t => {
  let asked = ''
  const readFile = (path: string) => { asked = path; return JSON.stringify(minimal()) }
  t.equal(accepted({}, { env: { [CONFIG_FILE_VARIABLE]: 'mine.json' }, cwd: '/srv/gateway', readFile }).file, 'mine.json')
  t.equal(asked, '/srv/gateway/mine.json')
})

t.test('members — unknown ones are refused with the name that was probably meant, several mistakes at once', async t => {
  t.strictSame(lines({ ...minimal(), cahce: {}, cache: { ttl: 3, maxEntries: 0 }, colour: 'red' }), [
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
    ...['*', 'null', 'https://a.example/', 'https://a.example:443', 'https://*.example', 'a.example']
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
    const found = lines(file)
    each.match(found, [new RegExp(`^${path.replaceAll('.', '\\.')} \\(config/local.json\\): expected `)], JSON.stringify(file))
    each.equal(found.length, 1)
  }
  each.end()
})

t.test('secrets — placeholders of any case refuse to start, the published one of the tutorial does not', async t => {
  covers('configuration.placeholder-secret-refused')
  for (const secret of ['', ' ', 'changeme', 'ChangeMe', 'SECRET', 'password', '<your secret>', '<…>', ['$', '{SECRET}'].join(''), '{{ secret }}']) {
    t.ok(isPlaceholderSecret(secret), secret)
    const found = lines(withServer({ introspection: { clientId: 'c', clientSecret: secret } }))
    t.strictSame(found, ['authorizationServer.introspection.clientSecret (config/local.json): expected a secret that is not a placeholder'], secret)
  }
  for (const secret of ['mcp-server-secret', 'secretive', 'a<b>c', 'パスワード']) t.notOk(isPlaceholderSecret(secret), secret)
})

t.test('plain http — an issuer off loopback is refused unless named exactly, and then announced', async t => {
  covers('configuration.insecure-issuer-refused')
  const issuer = 'http://192.168.10.5:9000'
  const refused = /^authorizationServer\.issuer \(config\/local\.json\): expected https: plain http is for loopback only/
  t.match(lines(withServer({ issuer })), [refused])
  t.match(lines(withServer({ issuer, allowInsecureIssuer: `${issuer}/` })), [/^authorizationServer\.allowInsecureIssuer .*exactly the value/, refused])
  t.match(lines(withServer({ allowInsecureIssuer: issuer })), [/^authorizationServer\.allowInsecureIssuer/], 'an exception that nothing needs is a mistake')
  const { warnings } = accepted(withServer({ issuer, allowInsecureIssuer: issuer }))
  t.match(warnings, [{ path: 'authorizationServer.allowInsecureIssuer', message: /in clear/ }])
  for (const loopback of ['http://localhost:9000', 'http://127.0.0.1:9000', 'http://127.1.2.3', 'http://[::1]:9000', 'http://as.localhost']) {
    t.strictSame(accepted(withServer({ issuer: loopback })).warnings, [], loopback)
  }
  for (const remote of ['http://localhost.example.com', 'http://127.0.0.1.example.com', 'http://0.0.0.0:9000', 'http://[::2]']) {
    t.match(lines(withServer({ issuer: remote })), [refused], remote)
  }
})

t.test('plain http — the exception for an issuer covers an introspection endpoint of its origin and no other', async t => {
  const issuer = 'http://192.168.10.5:9000'
  const credentials = { clientId: 'c', clientSecret: SECRET }
  const file = (endpoint: string) => withServer({ issuer, allowInsecureIssuer: issuer, introspection: { ...credentials, endpoint } })
  t.ok(accepted(file(`${issuer}/api/introspect`)))
  t.match(lines(file('http://192.168.10.6:9000/api/introspect')), [/^authorizationServer\.introspection\.endpoint .*expected https/])
  t.match(lines(minimal(), { env: { INTROSPECTION_ENDPOINT: 'http://login.example.com/introspect' } }),
    [/^authorizationServer\.introspection\.endpoint \(INTROSPECTION_ENDPOINT\): expected https/])
  const { warnings } = accepted(withServer({ introspection: { ...credentials, endpoint: 'https://other.example.com/introspect' } }))
  t.match(warnings, [{ path: 'authorizationServer.introspection.endpoint', message: /origin is not the issuer's/ }])
})

t.test('local profile — off loopback only with the flag, and then with a warning about where clients are sent', async t => {
  covers('configuration.local-profile-stays-local')
  const readFile = () => readFileSync('config/local.json', 'utf8')
  for (const HOST of ['0.0.0.0', '::', '192.168.10.5', 'gateway.example.com']) {
    t.match(lines('', { env: { HOST }, readFile }), [new RegExp(`^host \\(HOST\\): expected a loopback host.*${LOCAL_PROFILE_FLAG}`)], HOST)
    t.match(accepted('', { env: { HOST }, readFile, args: [LOCAL_PROFILE_FLAG] }).warnings, [{}, { path: 'resource.identifier', message: /other machines/ }])
  }
  for (const HOST of ['localhost', '127.0.0.1', '::1']) t.ok(accepted('', { env: { HOST }, readFile }), HOST)
  t.match(lines(minimal(), { args: ['--allow-local'] }), [`--allow-local (command line): unknown option; did you mean ${LOCAL_PROFILE_FLAG}?`])
  t.match(lines(minimal(), { args: [`--secret=${SECRET}`] }), ['--secret (command line): unknown option'])
})

t.test('workers — what one process remembers for itself, and the others would need, is refused', async t => {
  covers('workers.nothing-unsound-starts')
  const several = (rest: object) => lines({ ...minimal(), workers: 2, ...rest })
  t.strictSame([lines(minimal()), several({}), several({ storage: { url: 'postgres://db/tickets?sslmode=verify-full' } }), several({ mutualTls: { header: 'client-cert', trustedProxies: ['10.0.0.1'] } })], [[], [], [], []])
  t.strictSame(several({ storage: { url: 'sqlite::memory:' } }), ['workers (config/local.json): expected 1: with storage.url sqlite::memory: each worker would have tickets of its own'])
  for (const mode of ['accepted', 'required']) {
    for (const nonce of ['off', 'required']) {
      t.strictSame(several({ dpop: { mode, nonce } }), [`workers (config/local.json): expected 1: with dpop.mode ${mode} each worker would accept the same proof once`])
    }
    t.strictSame(lines({ ...minimal(), dpop: { mode }, storage: { url: 'sqlite::memory:' } }), [])
  }
  t.match(lines(minimal(), { env: { WORKERS: '65' } }), ['workers (WORKERS): expected a whole number from 1 to 64 (processes)'])
  t.equal(lines({ ...minimal(), workers: 0 }).length, 1)
})

t.test('warnings — a resource identifier that clients cannot or should not use', async t => {
  const warningsFor = (identifier: string, port: number) => accepted({ ...minimal(), resource: { identifier }, port }).warnings
  t.match(warningsFor('http://localhost:3443/mcp', 8080), [{ path: 'resource.identifier', message: /names port 3443, but the gateway listens on 8080/ }])
  t.match(warningsFor('http://tickets.example.com/mcp', 8080), [{ path: 'resource.identifier', message: /in clear/ }])
  t.strictSame(warningsFor('http://localhost/mcp', 80), [])
  t.strictSame(warningsFor('http://localhost:3443/mcp', 0), [])
})

t.test('warnings — a database on another machine that is spoken to in clear', async t => {
  const warningsFor = (url: string) => accepted({ ...minimal(), storage: { url } }).warnings.filter(({ path }) => path === 'storage.url')
  for (const url of ['postgres://db.example/d', 'postgres://u:p@10.0.0.7:5432/d?sslmode=prefer', 'postgresql://localhost/d?host=db.example']) {
    t.match(warningsFor(url), [{ message: /not encrypted/ }], url)
  }
  for (const url of ['postgres://localhost/d', 'postgres://[::1]/d', 'postgres:///d?host=/run/postgresql', 'postgres://db.example/d?sslmode=verify-full', 'sqlite:x']) {
    t.strictSame(warningsFor(url), [], url)
  }
})

t.test('secrets — neither a mistake nor a warning nor the description at start shows one', async t => {
  const description = describeConfig(accepted(minimal()).config)
  t.notMatch(JSON.stringify(description), SECRET)
  t.equal(description.authorizationServer.introspection?.clientId, 'tickets')
  const storageOf = (url: string) => describeConfig(accepted({ ...minimal(), storage: { url } }).config).storage.url
  for (const [url, told] of [
    [`postgres://u:${SECRET}@h:5432/d?sslmode=verify-full&application_name=x`, 'postgres://u:[redacted]@h:5432/d?sslmode=verify-full'],
    [`postgresql://u:a@${SECRET}@h/d`, 'postgresql://u:[redacted]@h/d'],
    [`postgres://u:a/${SECRET}@h/d`, undefined],
    [`postgres://u@h/d?password=${SECRET}`, 'postgres://u@h/d'],
    ['postgres:///d?host=/run/postgresql', 'postgres:///d'],
    ['sqlite:./a@b:c.db', 'sqlite:./a@b:c.db']
  ] as const) {
    const text = told === undefined ? lines({ ...minimal(), storage: { url } }).join() : storageOf(url)
    t.notMatch(text, SECRET)
    if (told !== undefined) t.equal(text, told)
  }
  const secrets = fc.string({ minLength: 1, maxLength: 30 }).map(text => `s3cr3t${text}`)
  fc.assert(fc.property(secrets, fc.constantFrom('host', 'port', 'storage', 'cache', 'resource', 'authorizationServer', 'x'), (secret, member) => {
    const text = lines({ ...withServer({ introspection: { clientId: 'c', clientSecret: secret } }), [member]: secret }).join('\n')
    return !text.includes('s3cr3t')
  }))
})

t.test('identifier — an origin needs the path of its endpoint, and nothing else has one', async t => {
  const resource = (identifier: string, endpointPath?: unknown) => ({ ...minimal(), resource: { identifier, ...(endpointPath === undefined ? {} : { endpointPath }) } })
  t.ok(accepted(resource('https://mcp.example.com', '/mcp')))
  t.match(lines(resource('https://mcp.example.com')), [/^resource\.endpointPath .*: missing; expected a path/])
  t.match(lines(resource('https://mcp.example.com/mcp', '/mcp')), [/^resource\.endpointPath .*: expected nothing/])
  for (const path of ['mcp', '/', '/mcp/', '//mcp', '/a/../b', '/a?b', '/health', '/.well-known/x', '/:id', '/%6d', 7]) t.match(lines(resource('https://mcp.example.com', path)), [/^resource\.endpointPath .*: expected a path/], String(path))
})

t.test('servers — at least one way of learning what a token is worth, and ways that go together', async t => {
  const jwt = (members: Record<string, unknown>) => withKind({ jwt: members })
  const introspection = (members: Record<string, unknown>) => withKind({ introspection: { clientId: 'c', ...members } })
  const wrong: [file: unknown, mistake: RegExp][] = [
    [withKind({}), /^authorizationServer\.introspection .*missing; expected introspection, jwt or authlete/],
    [withServer(AUTHLETE), /^authorizationServer\.authlete .*either introspection or authlete/],
    [jwt({ algorithms: [] }), /^authorizationServer\.jwt\.algorithms .*at least one/],
    [jwt({ algorithms: ['none'] }), /^authorizationServer\.jwt\.algorithms\.0 .*one of ES256/],
    [jwt({ algorithms: ['HS256'] }), /^authorizationServer\.jwt\.sharedSecret .*missing.*HS256.* \(in the file or in JWT_SHARED_SECRET\)$/],
    [jwt({ algorithms: ['HS256', 'RS256'], sharedSecret: SHARED.jwt.sharedSecret }), /^authorizationServer\.jwt\.algorithms .*nothing else beside a shared secret/],
    [jwt({ sharedSecret: SHARED.jwt.sharedSecret }), /^authorizationServer\.jwt\.algorithms .*nothing else beside a shared secret/],
    [jwt({ algorithms: ['HS256'], sharedSecret: 'a shared secret of 31 character' }), /^authorizationServer\.jwt\.sharedSecret .*at least 32 characters/],
    [jwt({ algorithms: ['HS256', 'HS512'], sharedSecret: SHARED.jwt.sharedSecret }), /^authorizationServer\.jwt\.sharedSecret .*at least 64 characters for HS256, HS512/],
    [jwt({ algorithms: ['HS256'], sharedSecret: SHARED.jwt.sharedSecret, jwksUri: 'https://login.example.com/jwks' }), /^authorizationServer\.jwt\.jwksUri .*nothing beside/],
    [jwt({ jwksUri: 'http://login.example.com/jwks' }), /^authorizationServer\.jwt\.jwksUri .*expected https/],
    [jwt({ allowMissingType: 'yes' }), /^authorizationServer\.jwt\.allowMissingType .*true or false/],
    [withKind({ authlete: { ...AUTHLETE.authlete, baseUrl: 'http://api.authlete.com' } }), /^authorizationServer\.authlete\.baseUrl .*expected https/],
    [withKind({ authlete: { serviceId: '1' } }), /^authorizationServer\.authlete\.accessToken .*missing.*AUTHLETE_SERVICE_ACCESS_TOKEN/],
    [introspection({}), /^authorizationServer\.introspection\.clientSecret .*missing; expected a secret/],
    [introspection({ clientAuthentication: 'private_key_jwt' }), /^authorizationServer\.introspection\.privateKeyFile .*missing; expected the name of a file/],
    [introspection({ clientAuthentication: 'bearer' }), /^authorizationServer\.introspection\.bearerToken .*missing.*INTROSPECTION_BEARER_TOKEN/],
    [introspection({ clientAuthentication: 'client_secret_jwt', clientSecret: SECRET }), /^authorizationServer\.introspection\.clientAuthentication .*one of/],
    [introspection({ clientSecret: SECRET, replyAlgorithms: ['HS256'] }), /^authorizationServer\.introspection\.replyAlgorithms\.0 .*one of ES256/]
  ]
  for (const [file, mistake] of wrong) t.match(lines(file), [mistake], String(mistake))
  t.ok(accepted(jwt({})))
  t.ok(accepted(withServer({ jwt: {} })), 'signed and reference tokens from one server')
  t.match(accepted(withKind(SHARED)).warnings, [{ path: 'authorizationServer.jwt.sharedSecret', message: /asymmetric keys .* are better/ }])
  t.strictSame(accepted(withKind(AUTHLETE)).warnings, [])
})

t.test('servers — several, each with the rules of the first and an issuer of its own', async t => {
  const server = { issuer: 'https://second.example.com', jwt: {} }
  t.equal(accepted({ ...minimal(), furtherAuthorizationServers: [server] }).config.furtherAuthorizationServers[0]?.deadlineMs, 3000)
  const others = (...servers: object[]) => lines({ ...minimal(), furtherAuthorizationServers: servers })
  t.match(others(server, server), [/^furtherAuthorizationServers\.1\.issuer .*expected another issuer/])
  t.match(others({ ...server, issuer: 'https://login.example.com' }), [/^furtherAuthorizationServers\.0\.issuer .*expected another issuer/])
  t.match(others({ ...server, issuer: 'http://second.example.com' }), [/^furtherAuthorizationServers\.0\.issuer .*expected https/])
  t.match(others({ issuer: 'https://second.example.com' }), [/^furtherAuthorizationServers\.0\.introspection .*missing/])
  t.match(others({ ...server, isuer: 'x' }), [/^furtherAuthorizationServers\.0\.isuer .*did you mean issuer/])
  const told = JSON.stringify(describeConfig(accepted({
    ...withKind({ ...SHARED, introspection: { clientId: 'c', clientAuthentication: 'bearer', bearerToken: SECRET } }),
    furtherAuthorizationServers: [{ ...server, ...AUTHLETE }]
  }).config))
  for (const secret of [SHARED.jwt.sharedSecret, SECRET, AUTHLETE.authlete.accessToken]) t.notOk(told.includes(secret))
})

t.test('documents — every configuration that docs/tokens.md shows is accepted', async t => {
  const shown = fencesOf(readFileSync('docs/tokens.md', 'utf8')).filter(({ language }) => language === 'json')
  t.ok(shown.length > 4)
  for (const { text, line } of shown) t.strictSame(lines({ ...minimal(), ...JSON.parse(text) as object }), [], `line ${line}`)
})

t.test('tokens bound to a key — what is wrong is said of its member', async t => {
  const files = { cert: 'cert.pem', key: 'key.pem' }
  const proxy = { header: 'Client-Cert', trustedProxies: ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'] }
  t.ok(accepted({ ...minimal(), dpop: { mode: 'required', nonce: 'required' }, tls: { ...files, clientCa: 'ca.pem' }, mutualTls: proxy }))
  t.equal(accepted(minimal()).config.dpop.mode, 'off')
  const wrong: [object, RegExp][] = [
    [{ dpop: { mode: 'on' } }, /^dpop\.mode .*one of off, accepted, required/],
    [{ dpop: { algorithms: ['HS256'] } }, /^dpop\.algorithms\.0 .*one of ES256/],
    [{ dpop: { algorithms: ['none'] } }, /^dpop\.algorithms\.0 .*one of ES256/],
    [{ dpop: { algorithms: [] } }, /^dpop\.algorithms .*at least one/],
    [{ dpop: { maxAgeSeconds: 0 } }, /^dpop\.maxAgeSeconds .*from 5 to 600/],
    [{ dpop: { nonceSecret: 'short' } }, /^dpop\.nonceSecret .*at least 32 characters/],
    [{ tls: { cert: 'cert.pem' } }, /^tls\.key .*missing; expected the name of a file/],
    [{ mutualTls: { ...proxy, trustedProxies: [] } }, /^mutualTls\.trustedProxies .*at least one/],
    [{ mutualTls: { ...proxy, header: 'Authorization' } }, /^mutualTls\.header .*name of a header/],
    [{ mutualTls: { ...proxy, header: 'a b' } }, /^mutualTls\.header .*name of a header/],
    ...['everyone', '0.0.0.0/33', '10.0.0.0/', '10.0.0/8', '::/129', '10.0.0.0/8/8', ''].map((address): [object, RegExp] => [{ mutualTls: { ...proxy, trustedProxies: [address] } }, /^mutualTls\.trustedProxies\.0 .*an IP address or a subnet/])
  ]
  for (const [members, mistake] of wrong) t.match(lines({ ...minimal(), ...members }), [mistake], JSON.stringify(members))
  const described = JSON.stringify(describeConfig(accepted({ ...minimal(), dpop: { nonceSecret: `${SECRET}${SECRET}` } }).config))
  t.notOk(described.includes(SECRET))
})

t.test('profiles — jwt.json asks for the shared secret, and says that keys are better', async t => {
  covers('jwt.shared-secret')
  const env = { GATEWAY_CONFIG: 'config/jwt.json' }
  const without = loadConfig({ env })
  t.match(without.ok ? [] : without.error.map(formatMistake), [/^authorizationServer\.jwt\.sharedSecret \(config\/jwt\.json\): missing.*JWT_SHARED_SECRET/])
  const short = loadConfig({ env: { ...env, JWT_SHARED_SECRET: 'too-short' } })
  t.match(short.ok ? [] : short.error.map(formatMistake), [/JWT_SHARED_SECRET\): expected a secret of at least 32 characters/])
  const complete = loadConfig({ env: { ...env, JWT_SHARED_SECRET: SHARED.jwt.sharedSecret } })
  t.match(complete.ok ? complete.value.warnings.map(({ path }) => path) : [], ['authorizationServer.jwt.sharedSecret'])
})

t.test('profiles — authlete.json asks for the service and its token by the names of their variables, and is complete with them', async t => {
  const env = { GATEWAY_CONFIG: 'config/authlete.json' }
  const without = loadConfig({ env })
  t.match(without.ok ? [] : without.error.map(formatMistake), [/authlete\.serviceId .*missing.*AUTHLETE_SERVICE_ID/, /authlete\.accessToken .*missing.*AUTHLETE_SERVICE_ACCESS_TOKEN/])
  const given = { ...env, AUTHLETE_SERVICE_ID: '715948317', AUTHLETE_SERVICE_ACCESS_TOKEN: AUTHLETE.authlete.accessToken }
  const complete = loadConfig({ env: given })
  t.match(complete.ok ? complete.value.config.authorizationServer : complete.error, { introspection: undefined, authlete: { baseUrl: 'https://api.authlete.com', serviceId: '715948317' } })
  const elsewhere = loadConfig({ env: { ...given, AUTHLETE_BASE_URL: 'https://jp.authlete.example' } })
  t.match(elsewhere.ok ? elsewhere.value.config.authorizationServer : elsewhere.error, { authlete: { baseUrl: 'https://jp.authlete.example' } })
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

t.test('documents — the schema and the reference are generated from what the gateway uses', async t => {
  const { stdout, stderr } = spawnSync(process.execPath, ['.build/scripts/generate-docs.js', '--check'], { encoding: 'utf8' })
  t.equal(stderr, '')
  t.notMatch(stdout, /(config\/schema\.json|docs\/configuration\.md): out of date/)
})
