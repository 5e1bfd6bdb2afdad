// The checks of the documents, and the tool that CONTRIBUTING.md shows.

import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import t from 'tap'
import { MockAgent } from 'undici'
import { getTicket } from '../../docs/examples/get-ticket.ts'
import { checkCodeBlocks } from '../../scripts/docs/code-blocks.ts'
import { checkJapaneseForms, japaneseForms } from '../../scripts/docs/japanese-forms.ts'
import { anchorsOf, fencesOf, withoutCode } from '../../scripts/docs/markdown.ts'
import { checkNavigation } from '../../scripts/docs/navigation.ts'
import { checkPaths, missingFiles } from '../../scripts/docs/paths.ts'
import { hardWords } from '../../scripts/docs/plain-words.ts'
import { checkTutorials, tutorialBlocks, TUTORIALS } from '../../scripts/docs/tutorial.ts'
import { RELOADABLE_MEMBERS } from '../../src/config/settings.ts'
import { mcpResourceGateway, parseConfig } from '../../src/index.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openTicketStore } from '../../src/tickets/storage/open-ticket-store.ts'
import { createTicketTools } from '../../src/tickets/tools/ticket-tools.ts'
import { covers } from '../support/covers.ts'
import { bodyDifferences, headDifferences, parseCurlAnswer } from '../support/shown-answer.ts'

const RESOURCE = 'http://localhost:3443/mcp'
const ISSUER = 'https://as.example'

t.test('fences — each with its language, place and the line before it', t => {
  t.strictSame(fencesOf('# A\n\n<!-- x -->\n\n```ts\none\n\ntwo\n```\ntext\n```\n#no\n```\n'), [
    { language: 'ts', text: 'one\n\ntwo', line: 5, lineBefore: '<!-- x -->' },
    { language: '', text: '#no', line: 11, lineBefore: 'text' }
  ])
  t.throws(() => fencesOf('```ts\n'), /line 1 has no end/)
  t.equal(withoutCode('a `b` c\n```\nd\n```\ne'), 'a  c\n\ne')
  t.end()
})

t.test('anchors — as headings get them, repetition, punctuation and Japanese included', t => {
  const page = '# Who, what?\n## A `b_c` [link](x.md)\n## Twice\n## Twice\n```\n# no heading\n```\n### 予約する\n<a id="own"></a>\n'
  t.strictSame([...anchorsOf(page)], ['who-what', 'a-b_c-link', 'twice', 'twice-1', '予約する', 'own'])
  t.end()
})

t.test('tutorials — the same commands in both languages, and TypeScript that is compiled', t => {
  t.strictSame(checkTutorials(), [])
  t.strictSame(checkCodeBlocks(), [])
  for (const file of TUTORIALS) {
    const kinds = tutorialBlocks(file).map(({ kind }) => kind)
    t.ok(kinds.includes('bash') && kinds.includes('http') && kinds.includes('json'), file)
  }
  t.end()
})

t.test('documents — every file they mention exists, and each is two clicks from the README', t => {
  t.strictSame(checkPaths(), [])
  t.strictSame(checkNavigation(), [])
  t.end()
})

t.test('paths — a missing file is reported, a pattern and a part of a path are followed', t => {
  const files = ['/src/auth/grant.ts', '/test/conformance/a.yml', '/docs/tools.md']
  t.strictSame(missingFiles('`src/auth/grant.ts`, `auth/grant.ts`, `test/conformance/*.yml`, see https://example.com/docs/none', files), [])
  t.strictSame(missingFiles('`src/auth/gone.ts`, `gone.ts`, `test/gone/*.yml`\n\n```sh\nsh scripts/gone.sh\n```\n', files), [
    'src/auth/gone.ts', 'test/gone/*.yml', 'scripts/gone.sh', 'gone.ts'
  ])
  t.end()
})

t.test('shown answers — what is shown must be there, the rest may differ', t => {
  const answer = parseCurlAnswer('HTTP/1.1 200 OK\r\nX-One: a b c\r\n\r\n{"a":1}')
  t.equal(answer.body, '{"a":1}')
  t.strictSame(headDifferences('HTTP/1.1 200 OK\n...\nx-one: a ... c', answer), [])
  t.strictSame(headDifferences('HTTP/1.1 201 Created\nX-One: a\nX-Two: b', answer), [
    'shown HTTP/1.1 201 Created, answered HTTP/1.1 200 OK', 'X-One: answered a b c', 'X-Two: answered nothing'
  ])
  t.throws(() => parseCurlAnswer('curl: (7) refused'), /no answer/)

  const body = { id: 1, text: 'order 12 made', list: [{ a: 1, b: 2 }], none: null }
  t.strictSame(bodyDifferences({ id: 1, text: 'order ... made', list: [{ b: 2 }], none: null }, body), [])
  t.strictSame(bodyDifferences({ id: '1', text: 'order', list: [], gone: 1, none: {} }, body).map(line => line.split(':')[0]), [
    'body.id', 'body.text', 'body.list', 'body.gone', 'body.none'
  ])
  t.end()
})

t.test('plain words — are looked for as whole words, over the end of a line too, and not in code', t => {
  t.strictSame(hardWords('Nobody is\ntold; a commendation.'), ['is told', 'nobody'])
  t.strictSame(hardWords(withoutCode('`whoever`\n```\nanew\n```\n')), [])
  t.end()
})

t.test('Japanese — a word and brackets have one form in documents, pages and tools', t => {
  const other = ['resource パラメータを送る', '足りる認可詳細', '上限(円)', '**発行者** (issuer)']
  t.strictSame(other.map(text => japaneseForms(text).length), [1, 1, 1, 1])
  t.strictSame(japaneseForms('パラメーター、上限（円）、[設定](configuration.md)、MCP (2025-11-25)'), [])
  t.strictSame(checkJapaneseForms(), [])
  t.end()
})

t.test('settings — the page about reliability names exactly the reloadable members', async t => {
  const [, listed = ''] = /<!-- begin reloadable -->([^]*)<!-- end reloadable -->/.exec(readFileSync('docs/reliability.md', 'utf8')) ?? []
  t.strictSame([...listed.matchAll(/`([^`]+)`/g)].map(([, name]) => name).sort(), [...RELOADABLE_MEMBERS].sort())
})

t.test('example — the tool of CONTRIBUTING.md joins the others, asks for its scope and answers', async t => {
  covers('documents.examples-run')
  const store = await openTicketStore({ url: 'sqlite::memory:', clock: systemClock, locale: 'en' })
  const options = { store, clock: systemClock, locale: 'en', resource: RESOURCE } as const
  const find = async (id: number) => {
    const ticket = await store.findTicket(id)
    return ticket === undefined ? undefined : { id, title: ticket.title, available_seats: ticket.availableSeats }
  }
  const app = Fastify()
  t.teardown(async () => {
    await app.close()
    await store.close()
  })
  await app.register(mcpResourceGateway, {
    config: parseConfig({
      resource: { identifier: RESOURCE },
      authorizationServer: { issuer: ISSUER, introspection: { endpoint: `${ISSUER}/introspect`, clientId: 'mcp-server', clientSecret: 'introspection-secret' } },
      // A busy machine would shed these requests.
      limits: { maxEventLoopDelayMs: 0 }
    }),
    tools: [...createTicketTools(options), getTicket({ find })],
    server: { name: 'documents', version: '0.0.0' },
    dispatcher: introspectionThatTakesTokensForScopes()
  })
  const call = async (token: string, args: object) => {
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: '/mcp',
      headers: { authorization: `Bearer ${token}` },
      payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_ticket', arguments: args } }
    })
    return { statusCode, body: JSON.parse(body) as unknown }
  }
  t.match(await call('read', { ticket_id: 2 }),
    { statusCode: 200, body: { result: { structuredContent: { ticket: { id: 2, available_seats: Number } } } } })
  t.match(await call('read', { ticket_id: 99 }),
    { statusCode: 200, body: { result: { isError: true, content: [{ text: 'There is no such ticket.' }] } } })
  t.match(await call('read', { ticket_id: '2' }), { statusCode: 200, body: { result: { isError: true, content: [{ text: /ticket_id/ }] } } })
  t.match(await call('write', { ticket_id: 2 }),
    { statusCode: 403, body: { error: { data: { error: 'insufficient_scope', scope: 'mcp:tickets:read' } } } })
})

/** The token `read` has the scope `mcp:tickets:read`, and so on. */
function introspectionThatTakesTokensForScopes (): MockAgent {
  const agent = new MockAgent()
  agent.disableNetConnect()
  agent.get(ISSUER).intercept({ path: '/introspect', method: 'POST' }).reply(200, ({ body }) => {
    const token = new URLSearchParams(typeof body === 'string' ? body : '').get('token')
    return { active: true, sub: '1004', exp: 4_102_444_800, aud: RESOURCE, scope: `mcp:tickets:${token ?? ''}` }
  }, { headers: { 'content-type': 'application/json' } }).persist()
  return agent
}
