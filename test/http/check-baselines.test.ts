// What is not a fault: answers that `check` took for one before it compared them with the answer to a plain request. And what is one
// fault, told once.

import t, { type Test } from 'tap'
import { inspectServer, type CheckReport } from '../../src/check/inspect.ts'
import { parseTarget } from '../../src/check/target.ts'
import { covers } from '../support/covers.ts'
import { challenge, inOrder, startModelServer, type Answer, type Asked } from '../support/model-server.ts'

async function inspect (t: Test, answer: (asked: Asked) => Answer | undefined, token?: string) {
  const server = await startModelServer(answer)
  t.teardown(server.close)
  const target = parseTarget(server.url)
  if (!target.ok) throw new Error(target.error)
  const report = await inspectServer(target.value, { token })
  return { server, report, found: faultsIn(report) }
}

const faultsIn = ({ findings }: CheckReport) => findings.filter(({ outcome }) => outcome === 'failed').map(({ rule }) => rule)
const seenBy = ({ findings }: CheckReport, rule: string) => findings.find(finding => finding.rule === rule)

t.test('baseline — the server that the others differ from has no fault', async t => {
  covers('check.compares-with-baseline')
  const { found, server } = await inspect(t, () => undefined)
  t.strictSame(found, [])
  const documents = server.asked.filter(({ path }) => path.startsWith('/.well-known/'))
  const asAttacker = documents.filter(({ headers: { origin } }) => origin?.includes('attacker'))
  t.strictSame(asAttacker, [], 'no document is requested as an attacker does')
  t.ok(documents.some(({ headers: { origin } }) => origin === undefined), 'each is requested as a client does')
})

t.test('baseline — a server that refuses foreign origins everywhere publishes its documents all the same', async t => {
  covers('check.compares-with-baseline')
  const { found } = await inspect(t, ({ headers: { origin } }) =>
    origin?.startsWith('http://localhost') === false ? { status: 403 } : undefined)
  t.strictSame(found, [])
})

t.test('baseline — a document that pages cannot read is found, and reported as one that pages cannot read', async t => {
  const { found } = await inspect(t, ({ path, headers: { origin } }) =>
    path.startsWith('/.well-known/') && origin !== undefined ? { status: 403 } : undefined)
  t.strictSame(found, ['metadata.cors', 'server-metadata.cors'])
})

t.test('baseline — a server that says invalid_token where no token was sent does not use the token in the URL', async t => {
  const refusal = (asked: Asked) => ({ status: 401, headers: challenge(asked, 'error="invalid_token", ') })
  const always = (asked: Asked) => asked.path === '/mcp' && asked.method === 'POST' ? refusal(asked) : undefined
  t.strictSame((await inspect(t, always)).found, ['challenge.no-error-without-token'])
  const looks = (asked: Asked) => asked.query.has('access_token') ? refusal(asked) : undefined
  t.strictSame((await inspect(t, looks)).found, ['credentials.query-token'])
})

t.test('baseline — text of the server that breaks its quoting is a fault of syntax, not an injection', async t => {
  const malformed = ({ headers: { authorization } }: Asked) => authorization !== undefined && !/^bearer \S+$/i.test(authorization)
  const withText = (text: (asked: Asked) => string) => (asked: Asked) => malformed(asked)
    ? { status: 401, headers: challenge(asked, `error="invalid_request", error_description="${text(asked)}", `) }
    : undefined
  t.strictSame((await inspect(t, withText(() => 'expected "Bearer TOKEN" here'))).found, ['challenge.syntax'])
  const { found } = await inspect(t, withText(({ headers }) => `cannot read ${headers.authorization ?? ''}`))
  t.ok(found.includes('credentials.injection'), 'text of the request is one')
})

t.test('baseline — one cause is told once', async t => {
  covers('check.compares-with-baseline')
  const ofTokens = (answer: Answer) => ({ headers: { authorization } }: Asked) => authorization === undefined ? undefined : answer
  t.strictSame((await inspect(t, ofTokens({ status: 500 }))).found, ['credentials.invalid-token'], 'an HTTP 500 for every token')
  t.strictSame((await inspect(t, ofTokens({ status: 403 }))).found, ['credentials.invalid-token'], 'a 403 for every token')
  const endpoint = (answer: Answer) => ({ path, method }: Asked) => path === '/mcp' && method === 'POST' ? answer : undefined
  t.strictSame((await inspect(t, endpoint({ status: 503 }))).found, ['challenge.unauthorized'], 'an outage')
  t.strictSame((await inspect(t, endpoint({ status: 401 }))).found, ['challenge.present'], 'no challenge anywhere')
  const open = await inspect(t, endpoint({ status: 200, body: '{}' }))
  t.strictSame(open.found.filter(rule => !/^(?:surface|browser)\./.test(rule)), ['challenge.unauthorized'], 'no authentication at all')
  const hasToken = ({ headers: { authorization } }: Asked) => authorization !== undefined
  const nowhere = (asked: Asked) => asked.path === '/mcp' && asked.method === 'POST'
    ? { status: 401, headers: { 'www-authenticate': `Bearer ${hasToken(asked) ? 'error="invalid_token", ' : ''}realm="x", scope="read"` } }
    : undefined
  t.strictSame((await inspect(t, nowhere)).found, ['challenge.resource-metadata'], 'no challenge names the metadata')
  const failing = await inspect(t, ({ body, path }) => path === '/mcp' && body === '' ? { status: 500 } : undefined)
  t.strictSame(failing.found, ['surface.no-failures'], 'a request that makes the server fail')
})

t.test('baseline — a byte order mark before a document is ignored, as clients ignore it', async t => {
  covers('check.compares-with-baseline')
  const marked = (asked: Asked) => {
    const answer = inOrder(asked)
    return asked.path.startsWith('/.well-known/') && answer.body !== undefined ? { ...answer, body: `\u{FEFF}${answer.body}` } : undefined
  }
  t.strictSame((await inspect(t, marked)).found, [])
})

t.test('baseline — two resources on one host each have their document', async t => {
  covers('check.compares-with-baseline')
  const documentOf = ({ origin }: Asked, resource: string): Answer => ({
    status: 200,
    headers: { 'access-control-allow-origin': '*' },
    body: JSON.stringify({ resource: `${origin}${resource}`, authorization_servers: [origin], scopes_supported: ['other'] })
  })
  const root = (asked: Asked) => asked.path === '/.well-known/oauth-protected-resource'
  const { found, report } = await inspect(t, asked => root(asked) ? documentOf(asked, '/other') : undefined)
  t.strictSame(found, [])
  t.match(seenBy(report, 'metadata.at-root'), { outcome: 'not-checked', seen: /about another resource/ })
  const slip = await inspect(t, asked => root(asked) ? documentOf(asked, '/mcp/') : undefined)
  t.strictSame(slip.found, ['metadata.agrees'], 'a slash too many is a slip')
})

t.test('baseline — a server that answers every path with one document has no metadata', async t => {
  const { found } = await inspect(t, ({ path }) => path === '/mcp' ? undefined : { status: 200, body: '{"status":"ok"}' })
  t.strictSame(found, ['metadata.found', 'metadata.at-path', 'metadata.at-root'])
})

t.test('baseline — a document of another site at a foreign name is not made from that name', async t => {
  const other = JSON.stringify({ resource: 'https://another.example/mcp', authorization_servers: ['https://as.another.example'] })
  const { found } = await inspect(t, ({ path, headers: { host } }) =>
    path.startsWith('/.well-known/oauth-protected') && host === 'attacker.example' ? { status: 200, body: other } : undefined)
  t.strictSame(found, [])
})

t.test('baseline — a token that is bound to a key is not called refused, and its challenge is looked at', async t => {
  const dpop = (algs: string) => ({ headers }: Asked): Answer | undefined => /^(?:Bearer|DPoP) bound$/.test(headers.authorization ?? '')
    ? { status: 401, headers: { 'www-authenticate': `DPoP error="invalid_token", ${algs}` } }
    : undefined
  const { report } = await inspect(t, dpop('algs="ES256"'), 'bound')
  t.match(seenBy(report, 'token.accepted'), { outcome: 'not-checked', seen: /bound to a key/ })
  t.match(seenBy(report, 'dpop.resource-metadata'), { outcome: 'failed', seen: /the given token/ })
  t.match(seenBy(report, 'dpop.algorithms'), { outcome: 'passed' })
  t.match(seenBy(report, 'dpop.proof-needed'), { outcome: 'passed' })
  t.match(seenBy((await inspect(t, dpop('scope="read"'), 'bound')).report, 'dpop.algorithms'), { outcome: 'failed' })
  const withScheme = (status: number) =>
    ({ headers }: Asked): Answer | undefined => headers.authorization === 'DPoP bound' ? { status, body: '{}' } : undefined
  const verdict = async (status: number) => seenBy((await inspect(t, withScheme(status), 'bound')).report, 'dpop.proof-needed')?.outcome
  t.strictSame([await verdict(200), await verdict(404), await verdict(500)], ['failed', 'passed', 'not-checked'])
})

t.test('baseline — a token that lacks the scope for the list of tools is refused rightly where the challenge names it', async t => {
  const served = (refusal: string) => ({ headers, body, method, origin }: Asked): Answer | undefined => {
    if (headers.authorization !== 'Bearer narrow' || method !== 'POST') return undefined
    const { method: called, id } = JSON.parse(body.startsWith('{"jsonrpc":"2.0"') ? body : '{}') as { method?: string, id?: number }
    if (called === 'initialize') {
      return { status: 200, body: JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25' } }) }
    }
    return id === undefined ? { status: 202 } : { status: 403, headers: challenge({ origin }, refusal), body: '{}' }
  }
  const verdict = async (refusal: string) => seenBy((await inspect(t, served(refusal), 'narrow')).report, 'token.lists-tools')?.outcome
  t.equal(await verdict('error="insufficient_scope", '), 'not-checked')
  t.equal(await verdict('error="invalid_request", '), 'failed')
})
