// The whole story with real processes: a client reserves under a limit, the person sees it in the shop, revokes the client there, and the
// client's next call is refused.

import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { launch } from '../support/launched-stack.ts'
import { obtainToken } from '../support/practice-client.ts'
import { Visitor } from '../support/shop.ts'

const ELEMENT = { type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 16_000 }

async function callTool (gateway: string, token: string, name: string, args: object = {}) {
  const response = await fetch(gateway, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25'
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })
  })
  return { status: response.status, challenge: response.headers.get('www-authenticate'), body: await response.text() }
}

/** @param more the environment */
async function story (t: Test, more: Readonly<Record<string, string>>, afterwards: readonly string[]): Promise<void> {
  const { program, gateway, issuer, shop } = await launch(t, ['--no-inspector'], more)
  await program.line(/^Ctrl-C ends everything/)
  t.ok(program.lines.some(line => line.includes(`ticket shop           ${shop}`)))
  const { accessToken, clientId } = await obtainToken(issuer, {
    parameters: { resource: gateway, authorization_details: JSON.stringify([ELEMENT]) }
  })
  t.match(await callTool(gateway, accessToken, 'reserve_ticket', { ticket_id: 2, seats: 2 }), { status: 200, body: /reservation/ })
  t.equal((await callTool(gateway, accessToken, 'list_tickets')).status, 200, 'the answer about the token is cached')

  const inga = new Visitor(shop)
  await inga.logIn('inga')
  t.match(await inga.submit('/tickets/1', '/reservations', { seats: '1' }), { status: 303 })
  const mine = await inga.get('/reservations?lang=en')
  t.match(mine.html, /1 seat<[^]*You<\/b> made this here[^]*2 seats<[^]*MCP Inspector<\/bdi><\/b> made this for you[^]*under: book and cancel, up to ¥16,000 per reservation/)
  t.match((await inga.get('/applications')).html, /Active reservations that it made: ¥16,000/)

  const taro = new Visitor(shop)
  await taro.logIn('taro')
  t.match((await taro.get('/reservations')).html, /You have no reservations/)

  t.equal((await inga.submit(`/applications/revoke?client=${clientId}`, '/applications/revoke')).location, '/applications?revoked=yes')
  for (const tool of afterwards) {
    const args = tool === 'reserve_ticket' ? { ticket_id: 2, seats: 1 } : {}
    t.match(await callTool(gateway, accessToken, tool, args), { status: 401, challenge: /error="invalid_token"/ }, tool)
  }
  t.match((await inga.get('/reservations')).html, /MCP Inspector<\/bdi><\/b> made this for you/, 'the name is still known')
  t.notOk(program.lines.some(line => line.includes(accessToken)))
}

t.test('story — what a client reserved is in the shop with its limit; revoked there, its next change is refused at once', async t => {
  covers('shop.applications', 'shop.made-by', 'shop.launched')
  await story(t, {}, ['reserve_ticket', 'list_tickets'])
})

t.test('story — a call that only reads is refused at once too: the practice server tells the gateway, whatever is cached', async t => {
  covers('shop.applications', 'auth.recheck-notices')
  await story(t, { CACHE_TTL_SECONDS: '300' }, ['list_tickets'])
})

t.test('story — with several workers every one of them knows before the shop says so', async t => {
  covers('auth.recheck-notices')
  await story(t, { CACHE_TTL_SECONDS: '300', WORKERS: '3' }, Array.from({ length: 12 }, () => 'list_tickets'))
})
