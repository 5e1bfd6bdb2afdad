// The part of an upstream file about token exchange: what is a mistake, and what a secret that was rotated changes.

import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { parseConfig } from '../../src/config/parse.ts'
import { gatewayConflicts } from '../../src/config/upstream/upstream-rules.ts'
import { sameUpstreams } from '../../src/proxy/upstream-tools.ts'
import { covers } from '../support/covers.ts'
import { exchangeFiles, SIGNED_EXCHANGE, TOKEN_EXCHANGE } from '../support/exchange-gateway.ts'
import { compiledFrom, loadedFrom, mistakesIn } from '../support/upstream-files.ts'

const ENV = { EXCHANGE_SECRET: 'a long enough secret' }
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' })
const mistakes = (exchange: object, others: object = {}, env: Readonly<Record<string, string>> = ENV) =>
  mistakesIn(exchangeFiles(exchange, others), env).map(line => line.replace('payments.json: ', ''))

t.test('the members of an exchange are checked, with the path of each mistake', async t => {
  covers('delegation.configuration')
  t.strictSame(mistakes(TOKEN_EXCHANGE), [])
  t.strictSame(mistakes(SIGNED_EXCHANGE), [])
  const { scopes, ...withoutScopes } = TOKEN_EXCHANGE
  t.match(mistakes(withoutScopes), [/tokenExchange\.scopes/], `${scopes.length} scopes were left out`)
  t.match(mistakes({ ...TOKEN_EXCHANGE, clientSecret: 'in clear' }), [/tokenExchange\.clientSecret/])
  t.match(mistakes(TOKEN_EXCHANGE, {}, {}), [/clientSecret\.env.*EXCHANGE_SECRET is not set/])
  t.match(mistakes({ ...TOKEN_EXCHANGE, clientSecret: undefined }), [/tokenExchange\.clientSecret.*missing/])
  t.match(mistakes({ ...TOKEN_EXCHANGE, clientAuthentication: 'none' }), [/clientSecret.*expected nothing/])
  t.match(mistakes({ ...SIGNED_EXCHANGE, privateKeyFile: 'gone.pem' }), [/privateKeyFile.*cannot be read \(ENOENT\)/])
  t.match(mistakes({ ...SIGNED_EXCHANGE, privateKeyAlgorithm: 'RS256' }), [/privateKeyAlgorithm.*fits the key/])
  t.match(mistakes({ ...TOKEN_EXCHANGE, tokenEndpoint: 'http://sts.example/token' }), [/tokenEndpoint.*expected https/])
  const files = { ...exchangeFiles({ ...SIGNED_EXCHANGE, privateKeyAlgorithm: 'PS256' }), 'key.pem': RSA }
  t.strictSame(mistakesIn(files), [])
  t.match(mistakesIn({ ...files, 'key.pem': 'no key' }), [/privateKeyFile.*expected a private key/])
})

t.test('an exchange that would mix the tokens of persons is a mistake, and so is one for a process', async t => {
  covers('delegation.configuration')
  t.match(mistakes(TOKEN_EXCHANGE, { isolation: 'shared' }), [/isolation.*expected client or person/])
  const modern = exchangeFiles(TOKEN_EXCHANGE, { isolation: 'shared' }, '2026-07-28')
  t.strictSame(mistakesIn(modern, ENV), [], 'without sessions nothing is shared')
  const stdio = { transport: { stdio: { command: '/usr/bin/node' } } }
  t.match(mistakes(TOKEN_EXCHANGE, stdio), [/credentials.*expected "none".*env/])
  const tools = { get_balance: { effect: 'read', scopes: ['payments:read'], upstreamScopes: ['balance'] } }
  t.match(mistakesIn({
    ...exchangeFiles(TOKEN_EXCHANGE),
    'payments.json': {
      name: 'payments', transport: { http: { url: 'https://payments.example/mcp' } }, tools
    }
  }), [/get_balance\.upstreamScopes.*expected nothing/])
})

t.test('a secret for one authorization server is not for several, and tokens bound to keys cannot be exchanged', async t => {
  covers('delegation.configuration', 'delegation.own-issuer-only')
  const servers = ['https://a.example', 'https://b.example'].map(issuer => ({ issuer, jwt: {} }))
  const conflicts = (exchange: object, config: object = {}) => {
    const loaded = loadedFrom(exchangeFiles(exchange), ENV)
    const [authorizationServer, ...furtherAuthorizationServers] = servers
    const parsed = parseConfig({
      resource: { identifier: 'https://test.example/mcp' }, authorizationServer, furtherAuthorizationServers, ...config
    } as never)
    return loaded.ok ? gatewayConflicts(loaded.value, parsed).map(({ path, expected }) => `${path}: ${expected}`) : ['not loaded']
  }
  t.match(conflicts(TOKEN_EXCHANGE), [/tokenExchange\.issuer: missing; there are several/])
  t.strictSame(conflicts(TOKEN_EXCHANGE, { furtherAuthorizationServers: [] }), [])
  t.strictSame(conflicts({ ...TOKEN_EXCHANGE, issuer: 'https://b.example' }), [])
  t.strictSame(conflicts(SIGNED_EXCHANGE), [])
  t.match(conflicts({ ...SIGNED_EXCHANGE, issuer: 'https://c.example' }), [/tokenExchange\.issuer: expected the issuer of/])
  t.match(conflicts(SIGNED_EXCHANGE, { dpop: { mode: 'required' } }), [/tokenExchange: expected other credentials/])
})

t.test('a secret that was rotated makes other upstreams, wherever it is, and the same one does not', async t => {
  covers('proxy.secrets-by-reference', 'delegation.configuration')
  const loaded = (files: Readonly<Record<string, unknown>>) => {
    const made = loadedFrom(files, ENV)
    if (!made.ok) throw new Error(JSON.stringify(made.error))
    return JSON.parse(JSON.stringify(made.value)) as never
  }
  const file = (name: string) => ({ file: name })
  const exchange = { ...TOKEN_EXCHANGE, clientSecret: file('one') }
  const header = { credentials: { header: { secret: file('one') } } }
  for (const files of [exchangeFiles(exchange), exchangeFiles({}, header)]) {
    t.ok(sameUpstreams(loaded({ ...files, one: 'first\n' }), loaded({ ...files, one: 'first' })))
    t.notOk(sameUpstreams(loaded({ ...files, one: 'first' }), loaded({ ...files, one: 'second' })))
  }
  t.ok(compiledFrom({ ...exchangeFiles(exchange), one: 'first' }).ok)
})
