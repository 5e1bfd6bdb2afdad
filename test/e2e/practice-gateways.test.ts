// Does the practice server serve gateways that it knows nothing of? Scopes, types and words come from what they publish, at the moment
// when they are needed, and nothing that they publish can do harm.

import t, { type Test } from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { askGateway } from '../../src/practice-as/gateways/published-metadata.ts'
import { createPracticeServer, type PracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'
import {
  authorizationUrl, createPkce, introspect, obtainToken, openPage, registerClient, submit, submitAndReturn, TUTORIAL_REGISTRATION
} from '../support/practice-client.ts'
import { JAPANESE } from '../support/practice-pages.ts'
import { freePorts } from '../support/processes.ts'
import { publishedType, startPublishedGateway, type PublishedGateway } from '../support/published-gateway.ts'

const AGREE = { loginId: 'inga', password: 'inga', authorized: 'Authorize' }
const READ: JsonObject = { type: 'files', actions: ['read'], folders: ['/srv/apollo'] }

async function startPractice (t: Test, ...gateways: readonly PublishedGateway[]): Promise<PracticeServer> {
  const practice = await createPracticeServer({ gateways: gateways.map(({ resource }) => resource) })
  t.teardown(practice.close)
  return practice
}

/** The authorization request of a client that has just registered with the scope. */
async function request (
  { issuer }: PracticeServer, resource: string | undefined, scope: string, details?: readonly JsonObject[]
): Promise<string> {
  const { client_id: clientId } = await registerClient(issuer, { ...TUTORIAL_REGISTRATION, scope })
  const parameters = { resource, scope, ...(details !== undefined && { authorization_details: JSON.stringify(details) }) }
  return authorizationUrl(issuer, clientId, createPkce().challenge, parameters)
}

/** The first result that is not thrown away: the practice server asks a gateway again when its last answer is a second old. */
async function soon<Value> (what: string, attempt: () => Promise<Value>): Promise<Value> {
  let value: { readonly got: Value } | undefined
  await eventually(what, async () => {
    value = await attempt().then(got => ({ got }), () => undefined)
    return value !== undefined
  })
  if (value === undefined) throw new Error(what)
  return value.got
}

async function errorOf (url: string): Promise<unknown> {
  const response = await fetch(url, { redirect: 'manual' })
  return new URL(response.headers.get('location') ?? 'about:blank').searchParams.get('error')
}

t.test('a gateway — its words, its tools and fields for its limits are on the page, in both languages', async t => {
  covers('practice.any-gateway')
  const gateway = await startPublishedGateway(t)
  gateway.publish(
    ['files:read', 'files:write'], { files: publishedType('files', 'Files', { examples: [READ] }) }, { resource_name: 'My <files>' }
  )
  gateway.documents['/mcp/tools'] = {
    tools: [{ title: 'Read a file', scopes: ['files:read'] }, { title: '<b>Write</b>', scopes: ['files:write'] }]
  }
  const practice = await startPractice(t, gateway)
  const url = await request(practice, gateway.resource, 'files:read files:write', [{ ...READ, maxAmount: 1999 }])
  const [en, ja] = [await openPage(url), await openPage(url, JAPANESE)]
  t.match(en.html, /<title>Allow MCP Inspector to use My &lt;files&gt;\?<\/title>/)
  t.match(en.html, /<code>files:read<\/code> for Read a file/)
  t.match(en.html, /<code>files:write<\/code> for &lt;b&gt;Write&lt;\/b&gt;/)
  t.match(en.html, 'Files: Actions: &quot;read&quot;, Folders: &quot;/srv/apollo&quot;, Highest amount: €19.99')
  t.match(en.html, /type="checkbox" name="limit-0-actions" value="read" checked> read/)
  t.match(en.html, /<textarea id="limit-0-folders"[^>]*>\n\/srv\/apollo<\/textarea>/)
  t.match(en.html, /inputmode="numeric" id="limit-0-maxAmount" name="limit-0-maxAmount" value="1999"/)
  t.match(en.html, 'Only below these.')
  t.match(ja.html, /<html lang="ja">/)
  t.match(ja.html, /ファイル|Files\(日本語\)：/)
})

t.test('a gateway — the token has what the person chose: as requested, the example, typed limits, or nothing', async t => {
  covers('practice.any-gateway')
  const gateway = await startPublishedGateway(t)
  gateway.publish(['files:read'], { files: publishedType('files', 'Files', { examples: [READ] }) })
  const practice = await startPractice(t, gateway)
  const { resource } = gateway
  const parameters = { resource, scope: 'files:read', authorization_details: JSON.stringify([{ ...READ, maxAmount: 5 }]) }
  async function detailsFor (form: Record<string, string>, more: Record<string, string | undefined> = {}): Promise<unknown> {
    const { accessToken, reply } = await obtainToken(practice.issuer, { parameters: { ...parameters, ...more }, form })
    const { body } = await introspect(practice.issuer, accessToken)
    t.equal(body['aud'], resource)
    t.strictSame(reply.body['authorization_details'], body['authorization_details'])
    return body['authorization_details']
  }
  const issued = { currency: 'EUR', budgetId: /^[0-9a-f-]{36}$/ }
  t.match(await detailsFor({}), [{ ...READ, maxAmount: 5, ...issued }])
  t.match(await detailsFor({}, { authorization_details: undefined }), [{ ...READ, ...issued }])
  t.match(await detailsFor({
    limit: 'custom',
    'limit-0-actions': 'write',
    'limit-0-folders': '/srv/a\n /srv/b ',
    'limit-0-maxAmount': '1,000',
    'limit-0-currency': 'JPY'
  }), [{ type: 'files', actions: ['write'], folders: ['/srv/a', '/srv/b'], maxAmount: 1000, currency: 'JPY' }])
  t.equal(await detailsFor({ limit: 'none' }), undefined)

  const page = await openPage(await request(practice, resource, 'files:read'))
  const wrong = [
    { 'limit-0-folders': '/srv' }, { 'limit-0-actions': 'fly' }, { 'limit-0-actions': 'read', 'limit-0-maxAmount': 'much' },
    { 'limit-0-actions': 'read', 'limit-0-maxAmount': '1000001' }, { 'limit-0-actions': 'read', 'limit-0-validUntil': 'tomorrow' }, {}
  ]
  const statuses = await Promise.all(wrong.map(async fields => (await submit(page, { ...AGREE, limit: 'custom', ...fields })).status))
  t.strictSame(statuses, wrong.map(() => 400))
})

t.test('two gateways — the resource of a request chooses the scopes and types (RFC 8707)', async t => {
  covers('practice.any-gateway')
  const [files, payments] = [await startPublishedGateway(t), await startPublishedGateway(t)]
  files.publish(['files:read'], { files: publishedType('files', 'Files') })
  payments.publish(['payments:read'], { payment: publishedType('payment', 'Payments') })
  const practice = await startPractice(t, files, payments)
  const payment = { type: 'payment', actions: ['read'] }
  t.equal(await errorOf(await request(practice, files.resource, 'files:read', [payment])), 'invalid_authorization_details')
  t.equal(
    await errorOf(await request(practice, payments.resource, 'payments:read', [{ ...payment, limit: 1 }])), 'invalid_authorization_details'
  )
  t.equal(await errorOf(await request(practice, 'http://localhost:1/other', 'files:read')), 'invalid_target')
  const page = await openPage(await request(practice, payments.resource, 'files:read payments:read', [payment]))
  t.match(page.html, '<code>payments:read</code>')
  t.notMatch(page.html, 'files:read')
  const { accessToken } = await obtainToken(
    practice.issuer, { parameters: { resource: payments.resource, scope: 'files:read payments:read' } }
  )
  t.match((await introspect(practice.issuer, accessToken)).body, { scope: 'payments:read', aud: payments.resource })
  const published = await (await fetch(`${practice.issuer}/authorization-details-types`)).json() as JsonObject
  t.strictSame(Object.keys(published), ['files', 'payment'])
})

t.test('a gateway that is not there — a plain page says so, and the next try after its start works', async t => {
  covers('practice.gateway-down')
  const [port = 0] = await freePorts(1)
  const resource = `http://127.0.0.1:${port}/mcp`
  const practice = await createPracticeServer({ gateways: [resource] })
  t.teardown(practice.close)
  const url = await request(practice, resource, 'files:read')
  const away = await fetch(url, { headers: { 'accept-language': 'en' } })
  t.equal(away.status, 503)
  t.match(await away.text(), /The MCP server cannot be asked what this is about[^]*oauth-protected-resource\/mcp: nothing answers there/)

  const gateway = await startPublishedGateway(t, { port })
  gateway.publish(['files:read'], { files: publishedType('files', 'Files') })
  const page = await soon('the page', () => openPage(url))
  t.match(page.html, '<code>files:read</code>')
  await gateway.stop()
  const down = await soon('the page about the gateway', async () => {
    const response = await page.jar.fetch(page.url)
    if (response.status !== 503) throw new Error('the last answer is still young')
    return response
  })
  t.match(await down.text(), 'nothing answers there', 'at the consent page too')
})

t.test('a gateway that gets other tools — clients, pages that are open and tokens stay valid', async t => {
  covers('practice.gateway-changes')
  const gateway = await startPublishedGateway(t)
  gateway.publish(['files:read'], { files: publishedType('files', 'Files') })
  const practice = await startPractice(t, gateway)
  const { resource } = gateway
  const open = await openPage(await request(practice, resource, 'files:read', [READ]))
  const { clientId, accessToken } = await obtainToken(practice.issuer, { parameters: { resource, scope: 'files:read' } })
  const move = [{ type: 'moves', actions: ['write'] }]
  const url = authorizationUrl(practice.issuer, clientId, createPkce().challenge, {
    resource, scope: 'files:move', authorization_details: JSON.stringify(move)
  })
  t.equal(await errorOf(url), 'invalid_authorization_details')
  gateway.publish(['files:read', 'files:move'], { files: publishedType('files', 'Files'), moves: publishedType('moves', 'Moves') })
  const page = await soon('the page', () => openPage(url))
  t.match(page.html, 'Moves: Actions: &quot;write&quot;')
  t.ok((await submitAndReturn(page, AGREE)).searchParams.get('code'))
  t.ok((await submitAndReturn(open, AGREE)).searchParams.get('code'), 'a page that was open before')
  t.equal((await introspect(practice.issuer, accessToken)).body['active'], true)
})

t.test('hostile metadata — is refused in plain words, within limits, and nothing of it is markup', async t => {
  covers('practice.gateway-hostile')
  const gateway = await startPublishedGateway(t)
  const metadata = '/.well-known/oauth-protected-resource/mcp'
  const files = publishedType('files', '<script>alert(1)</script>\u202e', { examples: [READ] })
  gateway.publish(['files:read'], { files })
  const good = { ...gateway.documents }
  const practice = await startPractice(t, gateway)
  const bad: ReadonlyArray<readonly [JsonObject | PublishedGateway['documents'], RegExp]> = [
    [{ [metadata]: { resource: `${gateway.origin}/other` } }, /metadata of another resource/],
    [{
      [metadata]: { resource: gateway.resource, scopes_supported: ['a b'] }
    }, /not the metadata of a protected resource: scopes_supported\.0/],
    [{ [metadata]: response => { response.writeHead(302, { location: '/types' }).end() } }, /answers with status 302/],
    [{ [metadata]: response => { response.end('x'.repeat(600_000)) } }, /longer than 524288 bytes/],
    [{ [metadata]: response => { response.write('{') } }, /does not answer within 3 seconds/],
    [{ [metadata]: response => { response.end('<html>') } }, /not JSON/],
    [{ '/types': {} }, /the type files is not described/],
    [{ '/types': { files: { schema: { properties: 5 } } } }, /the type files is not described: schema/],
    [{
      [metadata]: {
        resource: gateway.resource,
        authorization_details_types_supported: ['files'],
        authorization_details_types_metadata_endpoint: 'http://127.0.0.1:1/internal'
      }
    }, /at another origin/]
  ]
  const answers: unknown[] = []
  for (const [documents, expected] of bad) {
    Object.assign(gateway.documents, good, documents)
    const answer = await askGateway(gateway.resource)
    answers.push(!answer.ok && expected.test(answer.error) ? 'refused' : answer)
  }
  t.strictSame(answers, bad.map(() => 'refused'))

  Object.assign(gateway.documents, good)
  const page = await openPage(await request(practice, gateway.resource, 'files:read'))
  t.match(page.html, '&lt;script&gt;alert(1)&lt;/script&gt;')
  t.notMatch(page.html, /<script|\u202e/)
})
