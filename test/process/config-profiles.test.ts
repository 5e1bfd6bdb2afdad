// The configurations that are in the repository: config/, and those that documents show.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { fencesOf } from '../../scripts/docs/markdown.ts'
import { loadConfig } from '../../src/config/load.ts'
import { formatMistake } from '../../src/config/mistake.ts'
import { LOCAL_PROFILE_FLAG } from '../../src/config/arguments.ts'
import { AUTHLETE, SECRET, SHARED, accepted, minimal, mistakesIn } from '../support/configuration.ts'
import { covers } from '../support/covers.ts'
import { programArguments } from '../support/program.ts'

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
    'authorizationServer.introspection.clientSecret (config/hosted.json): missing; expected a secret that is not a placeholder ' +
      '(in the file or in INTROSPECTION_CLIENT_SECRET)'
  ])
  const complete = loadConfig({ env: { ...env, INTROSPECTION_CLIENT_SECRET: 'mcp-server-secret' } })
  t.ok(complete.ok)
  t.equal(complete.ok && complete.value.config.authorizationServer.issuer, 'https://vc-issuer.g-trustedweb.workers.dev')
})

t.test('local profile — off loopback only with the flag, and then with a warning about where clients are sent', async t => {
  covers('configuration.local-profile-stays-local')
  const readFile = () => readFileSync('config/local.json', 'utf8')
  for (const HOST of ['0.0.0.0', '::', '192.168.10.5', 'gateway.example.com']) {
    t.match(mistakesIn('', { env: { HOST }, readFile }), [new RegExp(`^host \\(HOST\\): expected a loopback host.*${LOCAL_PROFILE_FLAG}`)], HOST)
    t.match(accepted('', { env: { HOST }, readFile, args: [LOCAL_PROFILE_FLAG] }).warnings, [{}, { path: 'resource.identifier', message: /another machine/ }])
  }
  for (const HOST of ['localhost', '127.0.0.1', '::1']) t.ok(accepted('', { env: { HOST }, readFile }), HOST)
  t.match(mistakesIn(minimal(), { args: ['--allow-local'] }), [`--allow-local (command line): unknown option; did you mean ${LOCAL_PROFILE_FLAG}?`])
  t.match(mistakesIn(minimal(), { args: [`--secret=${SECRET}`] }), ['--secret (command line): unknown option'])
})

t.test('documents — every configuration that docs/tokens.md shows is accepted', async t => {
  const shown = fencesOf(readFileSync('docs/tokens.md', 'utf8')).filter(({ language }) => language === 'json')
  t.ok(shown.length > 4)
  for (const { text, line } of shown) t.strictSame(mistakesIn({ ...minimal(), ...JSON.parse(text) as object }), [], `line ${line}`)
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

t.test('profiles — authlete.json asks for the service and its token by the names of their variables, and needs nothing else', async t => {
  const env = { GATEWAY_CONFIG: 'config/authlete.json' }
  const without = loadConfig({ env })
  t.match(without.ok ? [] : without.error.map(formatMistake), [/authlete\.serviceId .*missing.*AUTHLETE_SERVICE_ID/, /authlete\.accessToken .*missing.*AUTHLETE_SERVICE_ACCESS_TOKEN/])
  const given = { ...env, AUTHLETE_SERVICE_ID: '715948317', AUTHLETE_SERVICE_ACCESS_TOKEN: AUTHLETE.authlete.accessToken }
  const complete = loadConfig({ env: given })
  t.match(complete.ok ? complete.value.config.authorizationServer : complete.error, { introspection: undefined, authlete: { baseUrl: 'https://api.authlete.com', serviceId: '715948317' } })
  const elsewhere = loadConfig({ env: { ...given, AUTHLETE_BASE_URL: 'https://jp.authlete.example' } })
  t.match(elsewhere.ok ? elsewhere.value.config.authorizationServer : elsewhere.error, { authlete: { baseUrl: 'https://jp.authlete.example' } })
})

t.test('documents — the schema and the reference are generated from what the gateway uses', async t => {
  const { stdout, stderr } = spawnSync(process.execPath, [...programArguments('scripts/generate-docs'), '--check'], { encoding: 'utf8' })
  t.equal(stderr, '')
  t.notMatch(stdout, /(config\/schema\.json|docs\/configuration\.md): out of date/)
})
