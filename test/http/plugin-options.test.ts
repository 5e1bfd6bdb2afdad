// The options of the plugin: a plain object is checked by the plugin itself, and every mistake names its option or member.

import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { createOperations } from '../../src/operations/operations.ts'
import { createGateway } from '../../src/gateway/gateway.ts'
import { createToolSet } from '../../src/mcp/tool-set.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { parseConfig as parseFileConfig } from '../../src/config/parse.ts'
import {
  ConfigurationError, defineDetailsType, defineTool, limits, mcpResourceGateway, parseConfig, type GatewayOptions, type PluginConfig
} from '../../src/index.ts'
import { CLIENT_SECRET } from '../support/gateway.ts'
import { createManualClock } from '../support/manual-clock.ts'

const CONFIG: PluginConfig = {
  resource: { identifier: 'https://shop.example/mcp' },
  authorizationServer: { issuer: 'https://as.example', introspection: { clientId: 'shop', clientSecret: CLIENT_SECRET } }
}
const SERVER = { name: 'shop', version: '1' }

const refunds = defineDetailsType<{ cents: number }>({
  type: 'refunds',
  title: { en: 'Refunds' },
  description: { en: 'Lets a client refund.' },
  members: { max: limits.upper({ of: ({ cents }) => cents, title: { en: 'Limit' }, description: { en: 'The highest.' } }) }
})

const look = defineTool({
  name: 'look',
  title: 'Look',
  description: 'D',
  input: z.strictObject({}),
  output: z.strictObject({}),
  access: { scopes: ['shop:read'] },
  run: async () => ({ kind: 'completed', text: '', structured: {} })
})
const refund = defineTool({
  name: 'refund',
  title: 'Refund',
  description: 'D',
  input: z.strictObject({}),
  output: z.strictObject({}),
  access: { scopes: ['shop:refund'], freshness: 'fresh', details: { type: refunds, call: () => ({ cents: 1 }) } },
  run: async () => ({ kind: 'completed', text: '', structured: {} })
})

async function register (t: Test, options: unknown) {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(mcpResourceGateway, options as GatewayOptions)
  await app.ready()
  return app
}

async function messageOf (t: Test, options: unknown): Promise<string> {
  try {
    await register(t, options)
    return ''
  } catch (error) {
    return error instanceof ConfigurationError ? error.message.replace('GW_CONFIG_INVALID: ', '') : `not a ConfigurationError: ${String(error)}`
  }
}

t.test('options — what is missing or of a wrong type is named, never a TypeError', async t => {
  const good = { config: CONFIG, tools: [], server: SERVER }
  const wrong: ReadonlyArray<readonly [options: object, message: string]> = [
    [{ tools: [], server: SERVER }, 'config: missing; expected an object with resource and authorizationServer'],
    [{ ...good, config: 'config/local.json' }, 'config: expected an object with resource and authorizationServer'],
    [{ ...good, tools: undefined }, 'tools: missing; expected a list of tools, each made by defineTool(), or a tool set'],
    [{ ...good, tools: { look } }, 'tools: expected a list of tools, each made by defineTool(), or a tool set'],
    [{ ...good, server: undefined }, 'server: missing; expected an object with name and version'],
    [{ ...good, server: {} },
      'server.name: missing; expected a text that is not empty; server.version: missing; expected a text that is not empty'],
    [{ ...good, server: { name: 'shop', version: 1 } }, 'server.version: expected a text that is not empty'],
    [{ ...good, readiness: true }, 'readiness: expected a list of { name, check }'],
    [{ ...good, observe: 'log' }, 'observe: expected a function'],
    [{ ...good, clock: Date }, 'clock: expected an object with the functions now and monotonicMs'],
    [{ ...good, tool: [] }, 'tool: unknown option; did you mean tools?'],
    [{ ...good, config: { ...CONFIG, resource: undefined } }, 'resource: missing; expected an object'],
    [{ ...good, config: { ...CONFIG, resource: {} } }, 'resource.identifier: missing; expected an absolute http or https URI in normal form without query, fragment or trailing slash, such as http://localhost:3443/mcp'],
    [{ ...good, config: { ...CONFIG, polcy: {} } }, 'polcy: unknown member; did you mean policy?']
  ]
  for (const [options, message] of wrong) t.equal(await messageOf(t, options), message)
})

t.test('options — members of the server are refused, with the place where a host sets them', async t => {
  const given = {
    ...CONFIG,
    host: 'localhost',
    port: 1,
    workers: 2,
    storage: {},
    profile: 'local',
    tls: {},
    limits: { headersTimeoutMs: 1000, bodyBytes: 2048 },
    log: { level: 'info', decisionTrace: 'off' }
  }
  const error = await register(t, { config: given, tools: [], server: SERVER }).then(() => undefined, (cause: unknown) => cause)
  t.ok(error instanceof ConfigurationError)
  const { mistakes } = error as ConfigurationError
  t.strictSame(mistakes.map(({ path }) => path).sort(),
    ['host', 'limits.headersTimeoutMs', 'log.level', 'port', 'profile', 'storage', 'tls', 'workers'])
  t.match(mistakes[1], { path: 'host', expected: 'a member of the server, which the plugin does not use: give it to listen()' })
})

t.test('parseConfig — fills in every default, and what it gives may be given to the plugin', async t => {
  const complete = parseConfig(CONFIG)
  t.match(complete,
    { cache: { ttlSeconds: 30 }, limits: { bodyBytes: 65_536 }, log: { decisionTrace: 'denials' }, pages: { docs: true } })
  t.strictSame(['host', 'port', 'workers', 'storage'].filter(name => name in complete), [])
  t.notOk('headersTimeoutMs' in complete.limits || 'level' in complete.log)
  t.strictSame(parseConfig(complete), complete)
  t.equal((await (await register(t, { config: complete, tools: [look], server: SERVER })).inject('/mcp/tools')).statusCode, 200)
})

t.test('parts — a gateway is put together without Fastify', async t => {
  const clock = createManualClock()
  const settings = fixedSettings(parseFileConfig(CONFIG))
  const log = { info () {}, warn () {}, error () {} }
  const operations = await createOperations({ config: settings.current(), clock, version: '1', log, revocationBound: () => 30 })
  const gateway = await createGateway({
    settings,
    tools: createToolSet([look,
      refund]),
    server: SERVER,
    operations,
    policyStatements: [],
    certificatesFromConnection: false,
    onServerEvent () {},
    clock
  })
  t.equal(gateway.addresses.endpointPath, '/mcp')
  t.match(JSON.parse(gateway.documents.metadataJson()),
    { scopes_supported: ['shop:read', 'shop:refund'], authorization_details_types_supported: ['refunds'] })
  await gateway.close()
})

const PAGES = ['/docs/mcp', '/policy/mcp', '/mcp/tools', '/authorization-details-types/mcp']

t.test('pages — each can be switched off, and nothing then names it', async t => {
  const switches = ['docs', 'policy', 'toolTable', 'detailsTypes'] as const
  const links = ['resource_documentation', 'resource_policy_uri', undefined, 'authorization_details_types_metadata_endpoint']
  for (const [index, page] of switches.entries()) {
    const app = await register(t, { config: { ...CONFIG, pages: { [page]: false } }, tools: [look, refund], server: SERVER })
    const statuses = await Promise.all(PAGES.map(async url => (await app.inject(url)).statusCode))
    t.strictSame(statuses, PAGES.map((_, other) => other === index ? 404 : 200), page)
    const metadata = (await app.inject('/.well-known/oauth-protected-resource/mcp')).json<Record<string, unknown>>()
    t.strictSame(links.filter(link => link !== undefined && !(link in metadata)), links[index] === undefined ? [] : [links[index]], page)
    const texts = await Promise.all(PAGES.map(async url => (await app.inject(url)).body))
    t.strictSame(texts.filter(text => text.includes(`https://shop.example${PAGES[index] ?? ''}"`)), [], `${page}: no link`)
  }
})

async function policyText (t: Test, config: object, tools: readonly unknown[], more: object = {}): Promise<string> {
  const app = await register(t, { config: { ...CONFIG, ...config }, tools, server: SERVER, ...more })
  return (await app.inject('/policy/mcp')).body
}

t.test('policy page — says what is true of these tools and this configuration, and no more', async t => {
  const plain = await policyText(t, {}, [look])
  t.match(plain, 'After a token is revoked it may be accepted for at most 30 seconds.')
  t.notMatch(plain, /reserv|ticket|audit|authorization details|every call/i)
  t.match(await policyText(t, {}, [look, refund]), /some tools may accept it for at most 30 seconds[^]*Limits in authorization details[^]*refuses a token without any/)
  t.match(await policyText(t, { policy: { authorizationDetailsWhenAbsent: 'allow' } }, [refund]), /Every call of a tool asks[^]*without a limit/)
  t.match(await policyText(t, { audit: { file: `${t.testdir({})}/audit.log` } }, [look]), /audit log, with the issuer and the subject/)
  t.match(await policyText(t, {}, [look], { policyStatements: ['Invoices <are> kept.'] }), 'Invoices &#60;are&#62; kept.')
  const signed = { authorizationServer: { issuer: 'https://as.example', jwt: {} } }
  t.match(await policyText(t, signed, [look]), /no server is asked about them[^]*also after it was revoked/)
  t.match(await policyText(t, { tools: { locale: 'ja' } }, [look, refund]), /一部のツールは最大 30 秒間/)
})
