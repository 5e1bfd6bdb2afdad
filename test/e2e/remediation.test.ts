// Does a client find its own way out of a refusal? The documented example against a real gateway and the practice server,
// with a person at the consent page who reads it, agrees, agrees to less, or does not.

import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { richAuthorizationFiles } from '../../scripts/docs/rich-authorization.ts'
import { connectRemedyingClient, createRemedyingFetch } from '../../docs/examples/remedying-client.ts'
import { covers } from '../support/covers.ts'
import { openPage, REDIRECT_URI, submitAndReturn } from '../support/practice-client.ts'
import { startRemedyGateway } from '../support/remedy-gateway.ts'
import { startStubAuthorizationServer, type Behaviour } from '../support/stub-authorization-server.ts'

type Form = Readonly<Record<string, string>>

const LOGIN = { loginId: 'inga', password: 'inga' }
const AGREE: Form = { ...LOGIN, authorized: 'Authorize' }
const TWO_SEATS = { name: 'reserve_ticket', arguments: { ticket_id: 2, seats: 2 } }

interface Person {
  /** The text of every page that was shown. */
  readonly pages: string[]
  /** What is posted on the next pages, in order; then the page is agreed to as it is. */
  readonly answers: Form[]
  readonly askPerson: (authorizationUrl: URL) => Promise<URL>
  /** The authorization_details of every request. */
  readonly requested: unknown[]
}

function createPerson (): Person {
  const pages: string[] = []
  const answers: Form[] = []
  const requested: unknown[] = []
  return {
    pages,
    answers,
    requested,
    async askPerson (authorizationUrl) {
      const details = authorizationUrl.searchParams.get('authorization_details')
      requested.push(details === null ? undefined : JSON.parse(details))
      const page = await openPage(authorizationUrl.href)
      pages.push(page.html.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '))
      return await submitAndReturn(page, answers.shift() ?? AGREE)
    }
  }
}

async function startGateway (t: Test) {
  const { resource, practice, decisions } = await startRemedyGateway(t)
  return { serverUrl: new URL(resource), decisions, introspections: () => practice.introspections }
}

t.test('a client that remedies — asks for exactly what is missing, the person reads it and agrees, and the call is made', async t => {
  covers('http.refusal-with-remedy', 'policy.remedy-suffices', 'http.context-id-correlates')
  const { serverUrl, decisions } = await startGateway(t)
  const person = createPerson()
  const client = await connectRemedyingClient({ serverUrl, askPerson: person.askPerson, redirectUrl: REDIRECT_URI })
  t.teardown(() => client.close())
  t.equal(person.pages.length, 1, 'a first token, to read')

  const made = await client.callTool(TWO_SEATS)
  t.match(made, { structuredContent: { reservation: { seats_reserved: 2, amount: 16_000 } } })
  t.equal(person.pages.length, 3, 'more scope under the standard limit, then a larger limit')
  t.match(person.pages[2], 'book, up to ¥16,000 per reservation, only ticket 2', 'the limit in words, before anything was agreed to')
  t.match(person.requested, [
    undefined, undefined, [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 16_000, currency: 'JPY', ticketIds: [2] }]
  ])

  const [lacksScope, refused, retried] = decisions()
  t.match(lacksScope, { granted: false, reason: 'insufficient-scope' })
  t.match(refused, { granted: false, reason: 'insufficient-authorization', remark: 'insufficient:maxAmount', contextId: /^[\w-]+$/ })
  t.match(retried, { granted: true, retryOf: refused?.['contextId'] })

  t.match(await client.callTool(TWO_SEATS), { structuredContent: { reservation: { seats_reserved: 2 } } })
  t.equal(person.pages.length, 3, 'the token is found again by its reference, and nobody is asked twice')
  t.match(await client.callTool({ name: 'list_tickets', arguments: {} }), { structuredContent: { tickets: { length: 3 } } })
  t.equal(person.pages.length, 3)
})

t.test('a client that remedies — a token for more serves a smaller call, without another question', async t => {
  covers('client.range-tokens', 'http.status-by-client')
  const { serverUrl, decisions } = await startGateway(t)
  const person = createPerson()
  const client = await connectRemedyingClient({ serverUrl, askPerson: person.askPerson, redirectUrl: REDIRECT_URI })
  t.teardown(() => client.close())
  await client.callTool({ name: 'reserve_ticket', arguments: { ticket_id: 2, seats: 3 } })
  t.equal(person.pages.length, 3)
  t.match(await client.callTool(TWO_SEATS), { structuredContent: { reservation: { amount: 16_000 } } })
  t.equal(person.pages.length, 3, 'a limit of 24,000 yen covers 16,000')
  const [, , , smaller, served] = decisions()
  t.match(smaller, { reason: 'insufficient-authorization', status: 401 }, 'a client that declares the extension acts on 401')
  t.match(served, { granted: true, retryOf: smaller?.['contextId'] })
  await t.rejects(async () => {
    person.answers.push({ denied: 'Deny' })
    await client.callTool({ name: 'reserve_ticket', arguments: { ticket_id: 2, seats: 4 } })
  }, /access_denied/, 'nothing that it holds is enough, so the person is asked')
})

t.test('a client that remedies — stops when the same remedy is named again', async t => {
  covers('client.loop-protection')
  const { serverUrl, decisions } = await startGateway(t)
  const person = createPerson()
  const client = await connectRemedyingClient({ serverUrl, askPerson: person.askPerson, redirectUrl: REDIRECT_URI })
  t.teardown(() => client.close())
  person.answers.push(AGREE, { ...AGREE, limit: 'custom', customAmount: '5000' })
  await t.rejects(client.callTool(TWO_SEATS), 'the person agreed to less than was asked for')
  t.equal(person.pages.length, 3)
  t.strictSame(decisions().map(({ reason }) => reason), [
    'insufficient-scope', 'insufficient-authorization', 'insufficient-authorization'
  ], 'one retry with what was granted')
})

t.test('a client that remedies — takes a no for an answer', async t => {
  const { serverUrl } = await startGateway(t)
  const person = createPerson()
  const client = await connectRemedyingClient({ serverUrl, askPerson: person.askPerson, redirectUrl: REDIRECT_URI })
  t.teardown(() => client.close())
  person.answers.push(AGREE, { denied: 'Deny' })
  await t.rejects(client.callTool(TWO_SEATS), /access_denied/)
  t.equal(person.pages.length, 3)
})

t.test('a client that remedies — a total that is used up is remedied by a new budget, which the person chooses', async t => {
  const { serverUrl } = await startGateway(t)
  const person = createPerson()
  person.answers.push(AGREE, { ...AGREE, limit: 'custom', customAmount: '8000', customTotalAmount: '12000' })
  const client = await connectRemedyingClient({ serverUrl, askPerson: person.askPerson, redirectUrl: REDIRECT_URI })
  t.teardown(() => client.close())
  const oneSeat = { name: 'reserve_ticket', arguments: { ticket_id: 2, seats: 1 } }
  t.match(await client.callTool(oneSeat), { structuredContent: { authorization: { budget: { remaining: 4000 } } } })
  t.equal(person.pages.length, 2)
  const again = await client.callTool(oneSeat)
  t.match(again, { structuredContent: { reservation: { amount: 8000 }, authorization: { element: 0, budget: { remaining: 0 } } } },
    'the new budget is as large as the call')
  t.equal(person.pages.length, 3)
})

t.test('a client that remedies — tries a cached token, then a fresh one, and no more often than it says', async t => {
  covers('client.loop-protection')
  const server = await startStubAuthorizationServer()
  t.teardown(server.close)
  const origin = server.origin
  const json = (value: object): Behaviour => (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  }
  server.on('/.well-known/oauth-protected-resource/mcp', json({ resource: `${origin}/mcp`, authorization_servers: [origin] }))
  server.on('/.well-known/oauth-authorization-server', json({
    issuer: origin, authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token`, registration_endpoint: `${origin}/register`, response_types_supported: ['code'], code_challenge_methods_supported: ['S256']
  }))
  server.on('/register', (_request, response) => {
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ client_id: 'c', redirect_uris: [REDIRECT_URI] }))
  })
  let tokens = 0
  server.on('/token', (request, response, socket) => { json({ access_token: `token-${++tokens}`, token_type: 'Bearer' })(request, response, socket) })

  let references: Array<string | undefined> = []
  const presented: string[] = []
  server.on('/mcp', ({ headers }, response) => {
    presented.push(headers.authorization ?? 'none')
    const reference = references.shift()
    if (reference === 'enough') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      return
    }
    const remediation = Buffer.from(JSON.stringify(
      { authorization_details: [{ type: 'x' }], ...(reference === 'single-use' ? {} : { authorization_reference: reference }) }
    )).toString('base64url')
    // Unquoted and with 401, as the draft's examples have it.
    response.writeHead(401, { 'www-authenticate': `Bearer error="insufficient_authorization", resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp", authorization_remediation=${remediation}` }).end()
  })
  let asked = 0
  const fetchWithRemedy = createRemedyingFetch({
    serverUrl: new URL(`${origin}/mcp`),
    redirectUrl: REDIRECT_URI,
    askPerson: async url => { asked += 1; return new URL(`${REDIRECT_URI}?code=abc&state=${url.searchParams.get('state') ?? ''}`) }
  })
  const attempt = async (...answers: string[]) => {
    references = answers
    const before = asked
    presented.length = 0
    const { status } = await fetchWithRemedy(`${origin}/mcp`, { method: 'POST', body: '{}' })
    return { status, asked: asked - before, presented: [...presented] }
  }

  t.strictSame(await attempt('a', 'enough'), { status: 200, asked: 1, presented: ['none', 'Bearer token-1'] })
  t.strictSame(await attempt('a', 'enough'), { status: 200, asked: 0, presented: ['none', 'Bearer token-1'] }, 'found by its reference')
  t.strictSame(await attempt('a', 'a', 'enough'), {
    status: 200, asked: 1, presented: ['none', 'Bearer token-1', 'Bearer token-2']
  }, 'the cached one was no longer enough')
  t.strictSame(await attempt('a', 'a', 'a', 'enough'), {
    status: 401, asked: 1, presented: ['none', 'Bearer token-2', 'Bearer token-3']
  }, 'nor was a fresh one: that is the end')
  t.strictSame(await attempt('b', 'c', 'd', 'e', 'f', 'g', 'enough'), {
    status: 401, asked: 3, presented: ['none', ...[3, 4, 5, 4, 6].map(token => `Bearer token-${token}`)]
  }, 'other remedies each time: there is a limit too')
  t.strictSame(await attempt('single-use', 'single-use', 'enough'), {
    status: 401, asked: 1, presented: ['none', 'Bearer token-7']
  }, 'without a reference: once')
})

t.test('document — shows the messages of one refusal and its remedy as this run captured them', async t => {
  covers('http.refusal-with-remedy')
  for (const { file, render } of richAuthorizationFiles) {
    const page = readFileSync(file, 'utf8')
    t.equal(render(page), page, `${file}: npm run docs:generate writes it anew`)
  }
})
