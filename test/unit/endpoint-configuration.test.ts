// The members of `endpoints`: which configurations are refused, each with one line, and what a reload may change in them.

import t from 'tap'
import { loadedEndpoints } from '../../src/config/load.ts'
import { formatMistake } from '../../src/config/mistake.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { parsePluginConfig, type PluginConfig } from '../../src/config/plugin-config.ts'
import { createLiveSettings, settingsOfEndpoint } from '../../src/config/settings.ts'
import { compileUpstreams } from '../../src/proxy/compiled-upstreams.ts'
import { loadServed } from '../../src/server/load-served.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { FILE_FILES, lockOf, PAYMENT_FILES, PAYMENT_TOOLS, PAYMENTS } from '../support/upstream-files.ts'

const BASE = {
  resource: { identifier: 'https://gw.example/mcp' },
  authorizationServer: { issuer: 'https://as.example', introspection: { clientId: 'gateway', clientSecret: 'a secret of the gateway' } }
}
const FILES = { ...PAYMENT_FILES, ...FILE_FILES }

function load (config: object, files: Readonly<Record<string, unknown>> = FILES) {
  return loadServed({
    env: { GATEWAY_CONFIG: 'main.json' },
    cwd: '/etc/gateway',
    readFile (path) {
      const file = path === '/etc/gateway/main.json' ? { ...BASE, ...config } : files[path.replace('/etc/gateway/', '')]
      if (file === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' })
      return typeof file === 'string' ? file : JSON.stringify(file)
    }
  })
}

const linesOf = (config: object): readonly string[] => {
  const loaded = load(config)
  return loaded.ok ? [] : loaded.error.map(formatMistake)
}

t.test('endpoints — a wrong configuration is one line, with the member and the nearest name', async t => {
  covers('endpoints.configuration-mistakes')
  const each = collected(t)
  const of = (...endpoints: readonly object[]) => linesOf({ endpoints })
  const payments = { identifier: 'https://gw.example/mcp/payments' }
  each.strictSame(of(payments, { identifier: 'https://gw.example/files' }), [])
  each.strictSame(of(payments, payments), [
    'endpoints.1.identifier (main.json): expected another identifier: endpoints.0 accepts it as an audience'
  ])
  each.strictSame(of({ identifier: 'https://gw.example/mcp' }), [
    'endpoints.0.identifier (main.json): expected another identifier: resource accepts it as an audience'
  ])
  each.strictSame(of({ ...payments, acceptedAudiences: ['https://gw.example/mcp'] }), [
    'endpoints.0.acceptedAudiences (main.json): expected other audiences: resource accepts one of these, so its tokens were good ' +
    'here. With one audience for both, put the tools behind one endpoint and separate them by scopes, or start a second gateway'
  ])
  each.strictSame(of({ identifier: 'https://other.example/mcp/payments' }), [
    'endpoints.0.identifier (main.json): expected an identifier of the origin of resource.identifier, https://gw.example: ' +
      'one listener has one public origin'
  ])
  each.strictSame(of({ identifier: 'https://gw.example', endpointPath: '/x' }), [
    'endpoints.0.identifier (main.json): expected an identifier with a path: the metadata at the root are those of resource'
  ])
  each.strictSame(of({ identifier: 'https://gw.example/mcp/tools' }), [
    'endpoints.0.identifier (main.json): expected another path: /mcp/tools is a path of resource'
  ])
  each.strictSame(of({ ...payments, endpointPath: '/mcp' }), [
    'endpoints.0.endpointPath (main.json): expected another path: /mcp is a path of resource'
  ])
  each.strictSame(of({ ...payments, upstream: [] }), ['endpoints.0.upstream (main.json): unknown member; did you mean upstreams?'])
  each.strictSame(of({ ...payments, policy: { remediaton: 'draft' } }), [
    'endpoints.0.policy.remediaton (main.json): unknown member; did you mean remediation?'
  ])
  each.strictSame(of({ name: 'Payments' }).map(line => line.slice(0, 51)), ['endpoints.0.identifier (main.json): missing; expect'])
  each.strictSame(linesOf({ endpoints: {} }), ['endpoints (main.json): expected a list, each item an endpoint'])
  each.end()
})

t.test('endpoints — an upstream file belongs to one endpoint', async t => {
  covers('endpoints.configuration-mistakes')
  const here = (upstreams: readonly string[]) => [{ identifier: 'https://gw.example/files', upstreams }]
  const loaded = load({ upstreams: ['payments.json'], endpoints: here(['files.json']) })
  t.strictSame(loaded.ok && loadedEndpoints(loaded.value).map(({ path, upstreams }) => [path, upstreams.map(({ file }) => file)]), [
    ['resource', ['payments.json']], ['endpoints.0', ['files.json']]
  ])
  t.strictSame(linesOf({ upstreams: ['payments.json'], endpoints: here(['./payments.json']) }), [
    'endpoints.0.upstreams.0: expected a file of this endpoint alone: upstreams.0 names it too. For a server behind both, review a copy ' +
      'of the file with another "name"'
  ])
  t.strictSame(linesOf({ endpoints: here(['others.json']) }), ['others.json: no such file; "upstreams" of the configuration names it'])
})

t.test('endpoints — a server is behind two endpoints by a copy of its file with another name, and a lock of its own', async t => {
  covers('endpoints.configuration-mistakes')
  const copy = {
    'payments-for-reading.json': { ...PAYMENTS, name: 'payments-for-reading', tools: { ...PAYMENTS.tools, transfer: 'hidden' } },
    'payments-for-reading.lock.json': lockOf('payments-for-reading', PAYMENT_TOOLS)
  }
  const loaded = load({
    upstreams: ['payments.json'],
    endpoints: [{ identifier: 'https://gw.example/reading', upstreams: ['payments-for-reading.json'] }]
  }, { ...FILES, ...copy })
  const tools = loaded.ok
    ? loadedEndpoints(loaded.value).map(({ upstreams }) => {
      const compiled = compileUpstreams(upstreams)
      return compiled.ok ? compiled.value.flatMap(upstream => upstream.tools.map(({ declaration: { name } }) => name)) : []
    })
    : []
  t.strictSame(tools, [['pay_transfer', 'pay_get_balance'], ['pay_get_balance']])
})

t.test('endpoints — what an endpoint does not say is as for the first one, but for tools and audiences', async t => {
  covers('endpoints.tokens-stay-apart')
  const loaded = load({
    authorizationServer: { ...BASE.authorizationServer, acceptedAudiences: ['api://tickets'] },
    tools: { instructions: 'Of the first one.', visibility: 'permitted' },
    policy: { remediation: 'draft' },
    endpoints: [{ identifier: 'https://gw.example/files', policy: { authorizationDetailsWhenAbsent: 'allow' } }]
  })
  const [, files] = loaded.ok ? loadedEndpoints(loaded.value) : []
  t.match(files?.config, {
    resource: { identifier: 'https://gw.example/files' },
    tools: { builtIn: [], visibility: 'permitted' },
    policy: { remediation: 'draft', authorizationDetailsWhenAbsent: 'allow' }
  })
  t.notOk(files?.config.authorizationServer.acceptedAudiences)
  t.notOk(files?.config.tools.instructions)
})

t.test('endpoints — a host registers the plugin for each', async t => {
  covers('endpoints.configuration-mistakes')
  t.throws(() => parsePluginConfig({ ...BASE, endpoints: [] } as PluginConfig), /endpoints: .*register the plugin once for each endpoint/)
})

t.test('endpoints — a reload changes the upstreams of an endpoint, and moves nothing to another one', async t => {
  covers('endpoints.reloaded-together')
  const one = { identifier: 'https://gw.example/one', upstreams: ['one.json'] }
  const two = { identifier: 'https://gw.example/two', upstreams: ['two.json'] }
  const settings = createLiveSettings(parseConfig({ ...BASE, endpoints: [one, two] }))
  const second = settingsOfEndpoint(settings, 2)
  t.equal(second.current(), second.current(), 'the same object until a reload')
  t.strictSame(settings.replace(parseConfig({ ...BASE, endpoints: [one, { ...two, upstreams: ['new.json'], name: 'Two' }] })), {
    applied: ['endpoints.1.upstreams'], needRestart: ['endpoints.1.name']
  })
  t.strictSame([second.current().upstreams, second.current().resource.name], [['new.json'], undefined])
  t.strictSame(settings.replace(parseConfig({ ...BASE, endpoints: [two, one] })), { applied: [], needRestart: ['endpoints'] })
  t.strictSame(second.current().upstreams, ['new.json'])
})
