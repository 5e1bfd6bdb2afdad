// The configuration profile for Authlete as it is shipped, and the practice server in the part of Authlete.

import { pino } from 'pino'
import t from 'tap'
import { loadConfig } from '../../src/config/load.ts'
import { fixedSettings } from '../../src/config/settings.ts'
import { AUTHLETE_INTROSPECTION_PATH, AUTHLETE_SERVICE } from '../../src/practice-as/authlete-api.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { createApp } from '../../src/server/app.ts'
import { openTicketService } from '../../src/tickets/ticket-service.ts'

const element = (members: object = {}) =>
  ({ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY', ...members })

t.test('profile — config/authlete.json as it is, but for where the service and the storage are', async t => {
  const resource = 'http://localhost:3443/mcp'
  const practice = await createPracticeServer({ resources: [resource] })
  t.teardown(practice.close)
  const loaded = loadConfig({
    env: {
      GATEWAY_CONFIG: 'config/authlete.json',
      AUTHORIZATION_SERVER_ISSUER: practice.issuer,
      AUTHLETE_BASE_URL: practice.issuer,
      AUTHLETE_SERVICE_ID: AUTHLETE_SERVICE.id,
      AUTHLETE_SERVICE_ACCESS_TOKEN: AUTHLETE_SERVICE.accessToken,
      STORAGE_URL: 'sqlite::memory:'
    }
  })
  if (!loaded.ok) throw new Error(loaded.error.map(({ path }) => path).join())
  const app = await createApp({
    settings: fixedSettings(loaded.value.config),
    logger: pino({ level: 'silent' }),
    version: '0.0.0-test',
    openService: openTicketService
  })
  t.teardown(() => app.close())
  const call = async (token: string, name: string, args: object) => {
    const payload = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }
    return (await app.inject({ method: 'POST', url: '/mcp', headers: { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream' }, payload })).statusCode
  }
  const token =
    await practice.mintToken({ subject: '1004', scope: 'mcp:tickets:read mcp:tickets:write', resource, authorizationDetails: [element()] })
  t.equal(await call(token, 'list_tickets', {}), 200)
  t.equal(await call(token, 'reserve_ticket', { ticket_id: 1, seats: 1 }), 200)
  t.equal(await call(token, 'reserve_ticket', { ticket_id: 2, seats: 2 }), 403, 'the limit of the token')
  t.equal(await call('unknown', 'list_tickets', {}), 401)
})

t.test('practice server — answers as Authlete only those who have the service access token', async t => {
  const practice = await createPracticeServer()
  t.teardown(practice.close)
  const ask = (init: RequestInit) => fetch(practice.issuer + AUTHLETE_INTROSPECTION_PATH, init)
  const authorization = `Bearer ${AUTHLETE_SERVICE.accessToken}`
  t.equal((await ask({ method: 'POST', body: '{}' })).status, 401)
  t.equal((await ask({ method: 'POST', body: '{}', headers: { authorization: `${authorization}x` } })).status, 401)
  t.equal((await ask({ method: 'GET', headers: { authorization } })).status, 405)
  t.match(await (await ask({ method: 'POST', body: 'no json', headers: { authorization } })).json(), { action: 'BAD_REQUEST' })
  t.match(await (await ask({ method: 'POST', body: '{"token":"x"}', headers: { authorization } })).json(),
    { action: 'UNAUTHORIZED', usable: false })
  const token = await practice.mintToken(
    { subject: '1004', scope: 'mcp:tickets:read', authorizationDetails: [element()], extraClaims: { acr: 'gold', auth_time: 5 } }
  )
  t.match(await (await ask({ method: 'POST', body: JSON.stringify({ token }), headers: { authorization } })).json(), {
    action: 'OK',
    subject: '1004',
    scopes: ['mcp:tickets:read'],
    acr: 'gold',
    authTime: 5,
    clientIdAlias: 'minted-client',
    clientIdAliasUsed: true,
    authorizationDetails: {
      elements: [
        { type: 'ticket-reservation', locations: null, actions: ['book', 'cancel'], otherFields: '{"maxAmount":10000,"currency":"JPY"}' }
      ]
    }
  })
  const bound = await practice.mintToken({ subject: '1004', scope: 'mcp:tickets:read', boundTo: { jkt: 'x'.repeat(43) } })
  t.match(await (await ask({ method: 'POST', body: JSON.stringify({ token: bound }), headers: { authorization } })).json(),
    { action: 'UNAUTHORIZED' }, 'without a proof')
})
