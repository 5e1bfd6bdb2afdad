// The envelope of MCP SEP-2643 in both of its texts, as it goes over the wire. Frozen, never imported from src: clients compare with it.

import t from 'tap'
import { covers } from '../support/covers.ts'
import { buildGateway, call, message, post } from '../support/gateway.ts'

const DEAR = { token: 'token-limited', tool: 'reserve_ticket', args: { ticket_id: 2, seats: 2 } }
const policy = { remediation: 'sep-2643-2026-05', referenceSecret: 'introspection-secret-of-the-tests' } as const
const METADATA = 'http://localhost:3443/.well-known/oauth-protected-resource/mcp'

t.test('the former envelope — beside the challenge, in the error, by configuration', async t => {
  covers('http.former-denial-envelope')
  const challengeIn = async (remediation: 'draft' | 'sep-2643-2026-05') =>
    call(await buildGateway(t, { config: { policy: { ...policy, remediation } } }), DEAR)
  const answer = await challengeIn('sep-2643-2026-05')
  t.equal(answer.status, 403)
  t.equal(answer.headers['www-authenticate'], (await challengeIn('draft')).headers['www-authenticate'], 'the same challenge')
  const { authorization, ...data } = answer.body.error?.data ?? {}
  t.strictSame(data, { error: 'insufficient_authorization', resource_metadata: METADATA })
  const { authorizationContextId, ...envelope } = authorization as Record<string, unknown>
  t.match(authorizationContextId, /^[A-Za-z0-9_-]{1,64}$/)
  t.strictSame(envelope, {
    reason: 'insufficient_authorization',
    credentialDisposition: 'additional',
    remediationHints: [{
      type: 'oauth_authorization_details',
      authorization_details: [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 16000, currency: 'JPY', ticketIds: [2] }]
    }]
  })
})

t.test('a call that cannot be decided — a result with an envelope, without a challenge; 403 in the former form and without remedies', async t => {
  covers('http.final-denial-is-a-result', 'http.denial-envelope')
  const broken = (remediation: 'draft' | 'off' | 'sep-2643-2026-05') => buildGateway(t, {
    config: { policy: { remediation } },
    store: store => ({ ...store, findTicket: () => { throw new TypeError('defect') } })
  })
  const text = 'The gateway could not decide about this call and refuses it. Nothing was done.'
  const envelope = { reason: 'insufficient_authorization', remediation: 'undisclosed' }
  const legacy = await call(await broken('draft'), DEAR)
  t.equal(legacy.status, 200)
  t.equal(legacy.headers['www-authenticate'], undefined)
  t.equal(legacy.headers['cache-control'], 'no-store')
  const result = { content: [{ type: 'text', text }], isError: true, _meta: { 'io.modelcontextprotocol/authorization': envelope } }
  t.equal(legacy.text, JSON.stringify({ jsonrpc: '2.0', id: 'request-1', result }))
  const modern = await call(await broken('draft'), { ...DEAR, era: 'modern' })
  t.match(modern.body.result, {
    resultType: 'complete', isError: true, _meta: { ...result._meta, 'io.modelcontextprotocol/serverInfo': { name: String } }
  })
  for (const remediation of ['off', 'sep-2643-2026-05'] as const) {
    const answer = await call(await broken(remediation), DEAR)
    t.equal(answer.status, 403, remediation)
    t.match(answer.headers['www-authenticate'], 'error="insufficient_authorization"', remediation)
    t.strictSame(answer.body.error?.data, { error: 'insufficient_authorization', resource_metadata: METADATA }, remediation)
  }
})

t.test('discovery — declares structured denials where there are such, to modern clients alone', async t => {
  covers('extensions.denials-declared')
  for (const [remediation, extensions] of [
    ['draft', { 'io.modelcontextprotocol/structured-authorization-denials': {} }], ['off', undefined], ['sep-2643-2026-05', undefined]
  ] as const) {
    const gateway = await buildGateway(t, { config: { policy: { remediation } } })
    const send = (method: string, params: object, era: 'legacy' | 'modern') => {
      const { headers, body } = message(method, { ...params }, { era })
      return post(gateway, body, { authorization: 'Bearer token-full', ...headers })
    }
    const discovered = await send('server/discover', {}, 'modern')
    t.strictSame((discovered.body.result as unknown as { capabilities: { extensions?: object } }).capabilities.extensions, extensions)
    const initialized = await send('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } }, 'legacy')
    t.strictSame((initialized.body.result as unknown as { capabilities: object }).capabilities, { tools: {} }, 'as before for older clients')
  }
})
