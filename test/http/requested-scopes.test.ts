// The names under which clients have to request scopes: in every challenge and in the metadata, and without any effect on a decision.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { mistakesIn, minimal } from '../support/configuration.ts'
import type { ConfigInput } from '../support/configured-gateway.ts'
import { covers } from '../support/covers.ts'
import { startKind } from '../support/server-kinds.ts'

const READ = 'https://mcp.example.com/mcp/tickets.read'
const WRITE = 'https://mcp.example.com/mcp/tickets.write'
const AUDIENCE = 'urn:example:audience'
const POLICY: ConfigInput['policy'] = {
  authorizationDetailsWhenAbsent: 'allow',
  requestedScopes: { 'mcp:tickets:read': [READ, AUDIENCE], 'mcp:tickets:write': [WRITE, AUDIENCE] },
  scopeImplications: { [READ]: ['mcp:tickets:read'] }
}

t.test('requested scopes — every challenge and the metadata name them, each once', async t => {
  covers('policy.requested-scopes')
  const gateway = await startKind(t, { kind: 'jwt', place: 'first', config: { policy: POLICY } })
  const post = async (token: string | undefined, tool: string) => {
    const { statusCode, headers, body } = await gateway.app.inject({
      method: 'POST',
      url: '/mcp',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: { ticket_id: 1, seats: 1 } } }
    })
    const challenge = String(headers['www-authenticate'] ?? '')
    return { status: statusCode, scope: /scope="([^"]*)"/.exec(challenge)?.[1], body }
  }
  const each = collected(t)
  each.match(await post(undefined, 'reserve_ticket'), { status: 401, scope: `${READ} ${AUDIENCE}` })
  each.match(await post('no-token', 'list_tickets'), { status: 401, scope: `${READ} ${AUDIENCE}` })
  const refused = await post(gateway.mint({ scope: READ }), 'reserve_ticket')
  each.match(refused, { status: 403, scope: `${WRITE} ${AUDIENCE}` })
  each.match(JSON.parse(refused.body), { error: { data: { scope: `${WRITE} ${AUDIENCE}` } } })
  each.match(await gateway.metadata(), { scopes_supported: [READ, AUDIENCE, WRITE] })
  const page = (await gateway.app.inject('/docs/mcp')).body
  each.ok(page.includes(`<code>${WRITE}</code> <code>${AUDIENCE}</code>`) && !page.includes('<code>mcp:tickets:write</code>'), 'the page for authors of clients')
  each.end()
})

t.test('requested scopes — a name that only clients use allows nothing', async t => {
  covers('policy.requested-scopes', 'policy.scope-hierarchy')
  const gateway = await startKind(t, { kind: 'jwt', place: 'first', config: { policy: POLICY } })
  const status = async (scope: string, tool: string) =>
    (await gateway.call({ token: gateway.mint({ scope }), tool, args: tool === 'list_tickets' ? {} : { ticket_id: 1, seats: 1 } })).status
  t.equal(await status(READ, 'list_tickets'), 200, 'what scopeImplications says is contained')
  t.equal(await status('mcp:tickets:read', 'list_tickets'), 200, 'the name of the tool')
  t.equal(await status(`${READ} ${WRITE} ${AUDIENCE}`, 'reserve_ticket'), 403, 'no implication')
})

t.test('requested scopes — only scopes can be named', async t => {
  const each = collected(t)
  for (const wrong of [{ 'a b': ['c'] }, { a: ['b c'] }, { a: 'b' }, { a: [''] }, ['a']]) {
    each.equal(mistakesIn({ ...minimal(), policy: { requestedScopes: wrong } }).length, 1, JSON.stringify(wrong))
  }
  each.strictSame(mistakesIn({ ...minimal(), policy: { requestedScopes: { toString: ['a'] } } }), [])
  each.end()
})
