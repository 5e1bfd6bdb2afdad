// Does a person get from a refused call to a page, agree there, and does the same call then succeed with the same token? The official
// client, which knows nothing of authorization details, against a real gateway and the practice server; and who must not get there.

import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { startRemedyGateway } from '../support/remedy-gateway.ts'

type Action = 'accept' | 'decline' | 'cancel'
type Visit = (url: string) => Promise<Action>

const TWO_SEATS = { name: 'reserve_ticket', arguments: { ticket_id: 2, seats: 2 } }
const SMALL = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 8000 }]
const INGA = { loginId: 'inga', password: 'inga', authorized: 'Authorize' }

async function stack (t: Test, agreementWaitMs = 0, onIntrospection: () => void = () => {}) {
  const { resource, practice, decisions } = await startRemedyGateway(t, {
    authorizationServer: { agreementPage: '/agreement' }, policy: { agreementWaitMs }, onIntrospection
  })

  async function connect (visit: Visit | undefined, subject = '1004') {
    const token = await practice.mintToken({ subject, scope: 'mcp:tickets:read mcp:tickets:write', authorizationDetails: SMALL })
    const statuses: number[] = []
    const client = new Client({ name: 'agreeing', version: '1.0.0' }, {
      capabilities: visit === undefined ? {} : { elicitation: { url: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } }
    })
    if (visit !== undefined) {
      client.setRequestHandler('elicitation/create', async ({ params }) => ({ action: await visit('url' in params ? params.url : '') }))
    }
    await client.connect(new StreamableHTTPClientTransport(new URL(resource), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
      fetch: async (url, init) => {
        const answer = await fetch(url, init)
        statuses.push(answer.status)
        return answer
      }
    }))
    t.teardown(() => client.close())
    return { client, token, statuses }
  }
  return { connect, decisions }
}

async function submit (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers })
  return { status: answer.status, text: await answer.text() }
}

t.test('a page to agree on — shown, agreed to, and the same call succeeds with the same token', async t => {
  covers('http.url-hint', 'practice.agreement-page')
  const { connect, decisions } = await stack(t)
  const pages: string[] = []
  const { client, statuses, token } = await connect(async url => {
    const page = await fetch(url)
    pages.push(await page.text())
    t.notMatch(url, token, 'the token is in no address')
    t.match(page.headers.get('content-security-policy'), "frame-ancestors 'none'")
    t.match(await submit(url, INGA), { status: 200, text: /You agreed/ })
    return 'accept'
  })
  t.match(await client.callTool(TWO_SEATS), { structuredContent: { reservation: { amount: 16_000 } } })
  t.match(pages, [/book, up to ¥16,000 per reservation, only ticket/])
  t.ok(statuses.every(status => status === 200), 'no challenge on the way')
  const [refused, made] = decisions()
  t.match(refused, { granted: false, reason: 'insufficient-authorization', contextId: String })
  t.match(made, { granted: true, tokenHash: refused?.['tokenHash'] })
  t.match(await client.callTool(TWO_SEATS), { structuredContent: { reservation: {} } }, 'agreed to for each such call')
  t.equal(pages.length, 1)
})

t.test('a page to agree on — a person who does not agree, leaves, or only says so gets no call, and no other question', async t => {
  covers('http.url-hint')
  const { connect, decisions } = await stack(t)
  const said: Record<string, readonly [Visit, string]> = {
    declined: [async url => { await submit(url, { ...INGA, denied: 'Deny' }); return 'decline' }, 'unavailable'],
    left: [async () => 'cancel', 'undisclosed']
  }
  for (const [name, [visit, remediation]] of Object.entries(said)) {
    const { client } = await connect(visit)
    t.match(await client.callTool(TWO_SEATS), {
      isError: true, _meta: { 'io.modelcontextprotocol/authorization': { reason: 'insufficient_authorization', remediation } }
    }, name)
  }
  let visits = 0
  const { client, statuses } = await connect(async () => { visits += 1; return 'accept' })
  await t.rejects(client.callTool(TWO_SEATS), 'claimed without having agreed')
  t.equal(visits, 5)
  t.equal(statuses.at(-1), 403, 'in the end the challenge')
  t.ok(decisions().every(({ granted }) => granted === false))
})

t.test('a page to agree on — a client that repeats its call at once waits for the person', async t => {
  covers('http.url-hint')
  let askedAgain: (() => void) | undefined
  const { connect, decisions } = await stack(t, 60_000, () => { askedAgain?.() })
  let visits = 0
  const { client } = await connect(async url => {
    visits += 1
    // The person agrees only after the repeated call was found too large once more.
    askedAgain = () => {
      askedAgain = undefined
      submit(url, INGA).catch((error: unknown) => { t.error(error) })
    }
    return 'accept'
  })
  t.match(await client.callTool(TWO_SEATS), { structuredContent: { reservation: { amount: 16_000 } } })
  t.equal(visits, 1)
  t.strictSame(decisions().map(({ granted }) => granted), [false, true])
})

t.test('a page to agree on — another person cannot agree, and neither can a forged or incomplete request', async t => {
  covers('practice.agreement-page')
  const { connect } = await stack(t)
  const found: unknown[] = []
  const { client } = await connect(async url => {
    const other = new URL(url)
    other.searchParams.set('token_hash', 'AAAAAAAAAA')
    const unknown = new URL(url)
    unknown.searchParams.set('authorization_details', '[{"type":"surprise"}]')
    const elsewhere = new URL(url)
    elsewhere.searchParams.set('resource', 'https://other.example/mcp')
    const login = { loginId: 'taro', password: 'taro', authorized: 'Authorize' }
    found.push((await submit(url, login)).status, (await submit(url, { ...INGA, password: 'x' })).status)
    found.push((await submit(url, { loginId: 'inga', password: 'inga' })).status)
    found.push((await submit(url, INGA, { origin: 'https://evil.example' })).status)
    for (const wrong of [other, unknown, elsewhere]) found.push((await submit(wrong.href, INGA)).status)
    found.push((await fetch(url, { method: 'DELETE' })).status)
    return 'cancel'
  })
  t.match(await client.callTool(TWO_SEATS), { isError: true })
  t.strictSame(found, [400, 400, 400, 403, 404, 404, 404, 405])
})

t.test('a client that shows no pages — sees the challenge as before', async t => {
  covers('http.url-hint')
  const { connect, decisions } = await stack(t)
  const { client, statuses } = await connect(undefined)
  await t.rejects(client.callTool(TWO_SEATS))
  t.equal(statuses.at(-1), 403)
  t.match(decisions(), [{ granted: false, contextId: /^[\w-]{22}$/ }])
})
