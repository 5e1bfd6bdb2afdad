// The app serves whatever service it is handed: tools, readiness and end come from there.

import { pino } from 'pino'
import t from 'tap'
import { z } from 'zod'
import { parseConfig } from '../../src/config/parse.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { defineTool } from '../../src/mcp/tool.ts'
import { createApp } from '../../src/server/app.ts'
import type { OpenService } from '../../src/server/service.ts'
import { ISSUER, RESOURCE } from '../support/gateway.ts'

const config = parseConfig({
  resource: { identifier: RESOURCE },
  authorizationServer: { issuer: ISSUER, introspection: { clientId: 'mcp-server', clientSecret: 'introspection-secret-of-the-tests' } },
  cors: { allowedOrigins: [] }
})

const weather = defineTool({
  name: 'weather',
  title: 'Weather',
  description: 'Says what the weather is.',
  annotations: { readOnlyHint: true },
  input: z.strictObject({}),
  output: z.strictObject({ sky: z.string() }),
  access: { scopes: ['weather:read'] },
  run: () => Promise.resolve({ kind: 'completed', text: 'rain', structured: { sky: 'grey' } })
})

const start = (openService: OpenService) =>
  createApp({ settings: fixedSettings(config), logger: pino({ level: 'silent' }), version: '0.0.0-test', openService })

t.test('service — the app serves the tools of the service it is handed, asks it whether it is ready, and closes it', async t => {
  let closed = 0
  let isReady = true
  const asked: unknown[] = []
  const app = await start(context => {
    asked.push(context.storage.url, context.resource, context.locale)
    return Promise.resolve({
      title: 'Weather',
      tools: [weather],
      readiness: [{ name: 'station', check: () => isReady ? Promise.resolve() : Promise.reject(new Error('no station')) }],
      policyStatements: [],
      close: () => { closed += 1; return Promise.resolve() }
    })
  })
  t.teardown(() => app.close())
  t.strictSame(asked, [config.storage.url, RESOURCE, 'en'])
  const metadata = await app.inject('/.well-known/oauth-protected-resource/mcp')
  t.match(metadata.json(), { scopes_supported: ['weather:read'] })
  const page = await app.inject('/docs/mcp')
  t.match(page.body, /weather/)
  t.notMatch(page.body, /ticket/i, 'nothing of the example service')
  isReady = false
  const ready = await app.inject('/ready')
  t.equal(ready.statusCode, 503)
  t.match(ready.body, /station/)
  await app.close()
  t.equal(closed, 1)
})

t.test('service — one that does not open keeps the app from starting', async t => {
  const fault = new Error('no storage')
  await t.rejects(start(() => Promise.reject(fault)), fault)
})
