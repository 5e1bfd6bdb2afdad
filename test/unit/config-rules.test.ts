// The rules of a configuration that hold between members, and its warnings: src/config/rules.ts.

import fc from 'fast-check'
import t from 'tap'
import { isPlaceholderSecret } from '../../src/config/placeholder.ts'
import { describeConfig } from '../../src/config/redaction.ts'
import { referenceSecret } from '../../src/gateway/reference-secret.ts'
import { AUTHLETE, SECRET, SHARED, accepted, minimal, mistakesIn, withKind, withServer } from '../support/configuration.ts'
import { covers } from '../support/covers.ts'

t.test('secrets — placeholders of any case refuse to start, the published one of the tutorial does not', async t => {
  covers('configuration.placeholder-secret-refused')
  for (const secret of ['', ' ', 'changeme', 'ChangeMe', 'SECRET', 'password', '<your secret>', '<…>', ['$', '{SECRET}'].join(''),
    '{{ secret }}']) {
    t.ok(isPlaceholderSecret(secret), secret)
    const found = mistakesIn(withServer({ introspection: { clientId: 'c', clientSecret: secret } }))
    t.strictSame(found, ['authorizationServer.introspection.clientSecret (config/local.json): expected a secret that is not a placeholder'],
      secret)
  }
  const neverFilledIn = [
    'your-secret-here', 'xxx', 'XXXXXXXX', 'CHANGE ME', 'client_secret', 'clientSecret', 'yoursecrethere', 'my_client_secret',
    'REPLACE-WITH-YOUR-TOKEN', '[secret]', 'aaaaaaaaaaaaaaaa', '12345678', '87654321', '********', '........', 'abcdefgh', '0000'
  ]
  t.strictSame(neverFilledIn.filter(secret => !isPlaceholderSecret(secret)), [])
  const real = ['mcp-server-secret', 'secretive', 'a<b>c', 'パスワード', 'tickets-2026', 'my-shop-secret', 'kQ3x9', 's3cr3t-w0rd']
  t.strictSame(real.filter(isPlaceholderSecret), [])
})

t.test('plain http — an issuer off loopback is refused unless named exactly, and then announced', async t => {
  covers('configuration.insecure-issuer-refused')
  const issuer = 'http://192.168.10.5:9000'
  const refused = /^authorizationServer\.issuer \(config\/local\.json\): expected https: plain http is for loopback only/
  t.match(mistakesIn(withServer({ issuer })), [refused])
  t.match(mistakesIn(withServer({ issuer, allowInsecureIssuer: `${issuer}/` })), [/^authorizationServer\.allowInsecureIssuer .*exactly the value/, refused])
  t.match(mistakesIn(withServer({ allowInsecureIssuer: issuer })), [/^authorizationServer\.allowInsecureIssuer/], 'an exception that nothing needs is a mistake')
  const { warnings } = accepted(withServer({ issuer, allowInsecureIssuer: issuer }))
  t.match(warnings, [{ path: 'authorizationServer.allowInsecureIssuer', message: /unencrypted/ }])
  for (const loopback of ['http://localhost:9000', 'http://127.0.0.1:9000', 'http://127.1.2.3', 'http://[::1]:9000', 'http://as.localhost']) {
    t.strictSame(accepted(withServer({ issuer: loopback })).warnings, [], loopback)
  }
  for (const remote of ['http://localhost.example.com', 'http://127.0.0.1.example.com', 'http://0.0.0.0:9000', 'http://[::2]']) {
    t.match(mistakesIn(withServer({ issuer: remote })), [refused], remote)
  }
})

t.test('second opinion — https off loopback; its credential is no placeholder, and is not described', async t => {
  covers('configuration.placeholder-secret-refused')
  const asking = (secondOpinion: object) => ({ ...minimal(), policy: { secondOpinion } })
  t.match(mistakesIn(asking({ url: 'http://pdp.internal/access/v1/evaluation' })), [
    /^policy\.secondOpinion\.url \(config\/local\.json\): expected https, unless it is on loopback/
  ])
  t.match(mistakesIn(asking({ url: 'https://pdp.internal/#x', bearerToken: 'changeme', deadlineMs: 1 })), [
    /secondOpinion\.url/, /secondOpinion\.deadlineMs/, /secondOpinion\.bearerToken/
  ])
  const { config } = accepted(asking({ url: 'http://127.0.0.1:9/e', bearerToken: 'kQ3x9-of-the-gateway' }))
  t.notMatch(JSON.stringify(describeConfig(config)), /kQ3x9/)
})

t.test('plain http — the exception for an issuer covers an introspection endpoint of its origin and no other', async t => {
  const issuer = 'http://192.168.10.5:9000'
  const credentials = { clientId: 'c', clientSecret: SECRET }
  const file = (endpoint: string) => withServer({ issuer, allowInsecureIssuer: issuer, introspection: { ...credentials, endpoint } })
  t.ok(accepted(file(`${issuer}/api/introspect`)))
  t.match(mistakesIn(file('http://192.168.10.6:9000/api/introspect')), [/^authorizationServer\.introspection\.endpoint .*expected https/])
  t.match(mistakesIn(minimal(), { env: { INTROSPECTION_ENDPOINT: 'http://login.example.com/introspect' } }),
    [/^authorizationServer\.introspection\.endpoint \(INTROSPECTION_ENDPOINT\): expected https/])
  const { warnings } = accepted(withServer({ introspection: { ...credentials, endpoint: 'https://other.example.com/introspect' } }))
  t.match(warnings, [{ path: 'authorizationServer.introspection.endpoint', message: /origin is not the origin of the issuer/ }])
})

t.test('a page to agree on — a path at the issuer or an address, encrypted, and not for JWTs', async t => {
  covers('configuration.agreement-page')
  const page = (agreementPage: string, more: object = {}) => mistakesIn(withServer({ agreementPage, ...more }))
  t.strictSame(['/agreement', '/as/agree', 'https://as.example/agree?x=1'].map(value => page(value)), [[], [], []])
  const wrong = ['agreement', '//other.example/agree', '/a?b=c', 'ftp://as.example/', 'https://as.example/#x', '']
  t.match(wrong.map(value => page(value)), wrong.map(() => [/^authorizationServer\.agreementPage .*expected an absolute http or https URL/]))
  t.match(page('http://as.example/agree'), [/^authorizationServer\.agreementPage .*expected https/])
  t.match(page('/agreement', { jwt: {} }), [/^authorizationServer\.agreementPage .*expected none, since the limits in a JWT/])
})

t.test('workers — what one process remembers for itself, and the others would need, is refused', async t => {
  covers('workers.nothing-unsound-starts')
  const several = (rest: object) => mistakesIn({ ...minimal(), workers: 2, ...rest })
  t.strictSame([mistakesIn(minimal()), several({}), several({ storage: { url: 'postgres://db/tickets?sslmode=verify-full' } }), several({ mutualTls: { header: 'client-cert', trustedProxies: ['10.0.0.1'] } })], [[], [], [], []])
  t.strictSame(several({ storage: { url: 'sqlite::memory:' } }),
    ['workers (config/local.json): expected 1: with storage.url sqlite::memory: each worker would have its own data'])
  for (const mode of ['accepted', 'required']) {
    for (const nonce of ['off', 'required']) {
      t.match(several({ dpop: { mode, nonce, nonceSecret: `${SECRET}${SECRET}` } }), [`workers (config/local.json): expected 1, or dpop.proofMemoryUrl: with dpop.mode ${mode} each worker would accept the same proof once`])
    }
    for (const proofMemoryUrl of ['redis://localhost:6379', 'rediss://:secret@redis.example', 'postgres://db/proofs?sslmode=verify-full']) {
      t.strictSame(several({ dpop: { mode, proofMemoryUrl } }), [], 'a memory that all share')
      t.match(several({ dpop: { mode, proofMemoryUrl, nonce: 'required' } }), [
        'dpop.nonceSecret (config/local.json): missing; expected a secret, with which workers know the nonces of one another'
      ])
    }
    for (const proofMemoryUrl of ['sqlite:./proofs.db', 'memcached://localhost', 'redis:', '']) t.match(mistakesIn({ ...minimal(), dpop: { mode, proofMemoryUrl } }), [/^dpop\.proofMemoryUrl .*expected redis:/])
    t.strictSame(mistakesIn({ ...minimal(), dpop: { mode }, storage: { url: 'sqlite::memory:' } }), [])
  }
  t.match(mistakesIn(minimal(), { env: { WORKERS: '65' } }), ['workers (WORKERS): expected a whole number from 1 to 64 (processes)'])
  t.equal(mistakesIn({ ...minimal(), workers: 0 }).length, 1)
})

t.test('warnings — a resource identifier that clients cannot or should not use', async t => {
  const warningsFor = (identifier: string, port: number) => accepted({ ...minimal(), resource: { identifier }, port }).warnings
  t.match(warningsFor('http://localhost:3443/mcp', 8080), [{ path: 'resource.identifier', message: /names port 3443, but the gateway listens on 8080/ }])
  t.match(warningsFor('http://tickets.example.com/mcp', 8080), [{ path: 'resource.identifier', message: /unencrypted/ }])
  t.strictSame(warningsFor('http://localhost/mcp', 80), [])
  t.strictSame(warningsFor('http://localhost:3443/mcp', 0), [])
})

t.test('warnings — a memory of proofs on another machine that is spoken to in clear; its password is told nobody', async t => {
  const warningsFor = (proofMemoryUrl: string) => {
    return accepted({ ...minimal(), dpop: { proofMemoryUrl } }).warnings.filter(({ path }) => path === 'dpop.proofMemoryUrl')
  }
  for (const url of ['redis://redis.example', 'postgres://db.example/d']) t.match(warningsFor(url), [{ message: /not encrypted/ }], url)
  for (const url of ['redis://localhost', 'redis://127.0.0.1:6379/1', 'rediss://redis.example', 'postgres://db.example/d?sslmode=verify-full']) t.strictSame(warningsFor(url), [], url)
  t.notMatch(JSON.stringify(describeConfig(accepted({ ...minimal(), dpop: { proofMemoryUrl: 'redis://:pass-of-redis@localhost' } }).config)), 'pass-of-redis')
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

t.test('secrets — an address is described without its query, a reference secret not at all', async t => {
  covers('configuration.no-query-in-the-log', 'policy.reference-key-is-no-other-secret')
  const { config } = accepted({
    ...withServer({ introspection: { endpoint: `https://login.example.com/i?api_key=${SECRET}`, clientId: 'c', clientSecret: SECRET } }),
    tracing: { endpoint: `https://traces.example.com/v1?api_key=${SECRET}` },
    policy: { referenceSecret: `${SECRET}${SECRET}` }
  })
  const description = describeConfig(config)
  t.notMatch(JSON.stringify(description), SECRET)
  t.equal(description.authorizationServer.introspection?.endpoint, 'https://login.example.com/i?[redacted]')
  t.equal(description.tracing?.endpoint, 'https://traces.example.com/v1?[redacted]')
  t.equal(referenceSecret(config), `${SECRET}${SECRET}`)
  const random = accepted(minimal()).config
  t.match(referenceSecret(random), /^[\w-]{43}$/)
  t.not(referenceSecret(random), referenceSecret(random), 'another one for each start')
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
    const text = told === undefined ? mistakesIn({ ...minimal(), storage: { url } }).join() : storageOf(url)
    t.notMatch(text, SECRET)
    if (told !== undefined) t.equal(text, told)
  }
  const secrets = fc.string({ minLength: 1, maxLength: 30 }).map(text => `s3cr3t${text}`)
  fc.assert(fc.property(secrets,
    fc.constantFrom('host', 'port', 'storage', 'cache', 'resource', 'authorizationServer', 'x'), (secret, member) => {
      const text = mistakesIn({ ...withServer({ introspection: { clientId: 'c', clientSecret: secret } }), [member]: secret }).join('\n')
      return !text.includes('s3cr3t')
    }))
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
    [jwt({ algorithms: ['HS256', 'RS256'], sharedSecret: SHARED.jwt.sharedSecret }), /^authorizationServer\.jwt\.algorithms .*nothing else with a shared secret/],
    [jwt({ sharedSecret: SHARED.jwt.sharedSecret }), /^authorizationServer\.jwt\.algorithms .*nothing else with a shared secret/],
    [jwt({ algorithms: ['HS256'], sharedSecret: 'a shared secret of 31 character' }), /^authorizationServer\.jwt\.sharedSecret .*at least 32 characters/],
    [jwt({ algorithms: ['HS256', 'HS512'], sharedSecret: SHARED.jwt.sharedSecret }), /^authorizationServer\.jwt\.sharedSecret .*at least 64 characters for HS256, HS512/],
    [jwt({ algorithms: ['HS256'], sharedSecret: SHARED.jwt.sharedSecret, jwksUri: 'https://login.example.com/jwks' }), /^authorizationServer\.jwt\.jwksUri .*no value with/],
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
  for (const [file, mistake] of wrong) t.match(mistakesIn(file), [mistake], String(mistake))
  t.ok(accepted(jwt({})))
  t.ok(accepted(withServer({ jwt: {} })), 'signed and reference tokens from one server')
  t.match(accepted(withKind(SHARED)).warnings, [{ path: 'authorizationServer.jwt.sharedSecret', message: /asymmetric keys .* are better/ }])
  t.strictSame(accepted(withKind(AUTHLETE)).warnings, [])
})

t.test('servers — several, each with the rules of the first and an issuer of its own', async t => {
  const server = { issuer: 'https://second.example.com', jwt: {} }
  t.equal(accepted({ ...minimal(), furtherAuthorizationServers: [server] }).config.furtherAuthorizationServers[0]?.deadlineMs, 3000)
  const others = (...servers: object[]) => mistakesIn({ ...minimal(), furtherAuthorizationServers: servers })
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
  for (const secret of ['x'.repeat(32), 'ab'.repeat(20), '0123456789'.repeat(4)]) {
    t.match(mistakesIn({ ...minimal(), policy: { referenceSecret: secret } }), [/^policy\.referenceSecret .*not a placeholder/], secret)
  }
  for (const [members, mistake] of wrong) t.match(mistakesIn({ ...minimal(), ...members }), [mistake], JSON.stringify(members))
  const described = JSON.stringify(describeConfig(accepted({ ...minimal(), dpop: { nonceSecret: `${SECRET}${SECRET}` } }).config))
  t.notOk(described.includes(SECRET))
})
