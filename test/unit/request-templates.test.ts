// Templates of requests: whatever an argument is, it stays in its place. What is written is read back by another parser, the URL class.

import t from 'tap'
import * as fc from 'fast-check'
import type { JsonObject, JsonValue } from '../../src/kernel/json.ts'
import { createRequestFiller } from '../../src/upstream/rest/filled-request.ts'
import type { RequestTemplate, TemplateParameter } from '../../src/upstream/rest/request-template.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'

const parameter = (place: TemplateParameter['in'], name: string, more: Partial<TemplateParameter> = {}): TemplateParameter => {
  return { in: place, name, at: [name], style: 'value', required: false, ...more }
}
const ORDER: RequestTemplate = {
  method: 'POST',
  path: '/shops/{shop}/orders/{id}.json',
  parameters: [
    parameter('path', 'shop', { required: true }), parameter('path', 'id', { required: true }), parameter('query', 'q[a]'),
    parameter('query', 'tag', { style: 'repeat' }), parameter('query', 'list', { style: 'comma' }), parameter('header', 'X-Note')
  ],
  body: { contentType: 'application/json', required: true, members: ['note', 'lines'] }
}
const filler = createRequestFiller(ORDER, '/v1')

const anyText = fc.oneof(
  fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '..', '.', '', '/', '%2f', '..%2f..', '%2e%2e', '%252e%252e', 'a/../b', 'a\\..\\b', '?x=1', '#f', '&b=2', 'a,b', 'a b', '\r\nX: 1',
    '\u0000', ';a=1', '..;', '//evil.example', '{id}', 'é', '\ud800', 'constructor', "'", '(*)!'
  )
)
const scalar = fc.oneof(anyText, fc.double(), fc.integer(), fc.boolean())
const anyValue: fc.Arbitrary<JsonValue> = fc.oneof(scalar, fc.constant(null), fc.array(scalar), fc.jsonValue() as fc.Arbitrary<JsonValue>)

/** What a server that reads the request by the book would find in it. */
function readBack (path: string) {
  const url = new URL(path, 'http://api.example')
  return {
    host: url.host,
    hash: url.hash,
    segments: url.pathname.split('/').slice(1).map(decodeURIComponent),
    pairs: [...url.searchParams]
  }
}

t.test('an argument never leaves its place: path, query, header and body hold what was given, or nothing is sent', async t => {
  covers('rest.arguments-stay-in-place')
  let sent = 0
  const ascii = fc.oneof(fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/), scalar)
  fc.assert(fc.property(scalar, scalar, scalar, fc.array(scalar), fc.array(scalar), ascii, anyValue, (
    shop, id, q, tag, list, note, extra
  ) => {
    const args = {
      shop,
      id,
      'q[a]': q,
      tag,
      list,
      'X-Note': note,
      note: extra,
      lines: [extra],
      unknown: extra,
      'X-Other': 'x'
    } as JsonObject
    const filled = filler.fill(args)
    if (!filled.ok) return
    sent += 1
    const { path, headers, body } = filled.value
    const { host, hash, segments, pairs } = readBack(path)
    if (host !== 'api.example' || hash !== '') throw new Error(`another address: ${path}`)
    if (JSON.stringify(segments) !== JSON.stringify([
      'v1', 'shops', String(shop), 'orders', `${String(id)}.json`
    ])) throw new Error(`segments: ${path}`)
    const wanted = [
      ['q[a]', String(q)], ...tag.map(item => ['tag', String(item)]), ...(list.length === 0 ? [] : [['list', list.map(String).join(',')]])
    ]
    if (JSON.stringify(pairs) !== JSON.stringify(wanted)) throw new Error(`query: ${path}`)
    if (JSON.stringify(headers) !== JSON.stringify([
      'X-Note', String(note), 'content-type', 'application/json'
    ])) throw new Error(headers.join('|'))
    if (headers.some(header => /[\r\n\0]/.test(header))) throw new Error('a header with a line end')
    if (body !== JSON.stringify({ note: extra, lines: [extra] })) throw new Error(`body: ${String(body)}`)
  }), { numRuns: 4000 })
  t.ok(sent > 100, `${sent} of them were sent`)
})

t.test('a path argument is one segment, also for a server that decodes it several times before it finds the route', async () => {
  covers('rest.path-arguments-whole')
  fc.assert(fc.property(anyText, shop => {
    const filled = filler.fill({ shop, id: 1 })
    if (!filled.ok) return
    let path = filled.value.path
    for (let time = 0; time < 3; time += 1) {
      const ways = [path, path.replaceAll('\\', '/')]
      if (ways.some(way => way.split('/').some(segment => segment === '..' || segment === '.'))) {
        throw new Error(
        `dot segment: ${filled.value.path}`
        )
      }
      path = path.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    }
  }), { numRuns: 3000 })
})

t.test('path arguments that are no single segment are refused, and others are encoded whole', async t => {
  covers('rest.path-arguments-whole')
  const each = collected(t)
  for (const shop of [
    '', '.', '..', 'a/..', '../a', 'a\\..', '%2e%2e', '%2E.', '..%2fa', '%252e%252e/x', '\u0000', 'a\nb', '\ud800', null, [], {}, ['a']
  ]) {
    each.equal(filler.fill({ shop, id: 1 }).ok, false, JSON.stringify(shop))
  }
  for (const [shop, written] of [
    ['a/b', 'a%2Fb'], ['%2f', '%252f'], ['a?b#c', 'a%3Fb%23c'], ['a;b=1', 'a%3Bb%3D1'], ["'()*!", '%27%28%29%2A%21'],
    ['日本', '%E6%97%A5%E6%9C%AC'], [12, '12'], [true, 'true'], ['..a', '..a']
  ] as const) {
    const filled = filler.fill({ shop, id: 1 })
    each.equal(filled.ok && filled.value.path, `/v1/shops/${written}/orders/1.json`, JSON.stringify(shop))
  }
  each.end()
})

t.test('two arguments within one segment cannot make a dot segment together', async t => {
  covers('rest.path-arguments-whole')
  const pair = createRequestFiller({
    method: 'GET',
    path: '/files/{a}{b}',
    parameters: [
      parameter('path', 'a', { required: true }), parameter('path', 'b', { required: true })
    ]
  }, '')
  t.equal(pair.fill({ a: '.', b: '.' }).ok, false)
  t.equal(pair.fill({ a: 'x', b: 'y' }).ok, true)
})

t.test('an item of a list cannot become two items', async t => {
  covers('rest.arguments-stay-in-place')
  const each = collected(t)
  for (const [style, item] of [['comma', 'a,b'], ['space', 'a b'], ['pipe', 'a|b']] as const) {
    const listed = createRequestFiller({ method: 'GET', path: '/', parameters: [parameter('query', 'list', { style })] }, '')
    each.equal(listed.fill({ list: ['x', item] }).ok, false, style)
    each.equal(listed.fill({ list: 'x' }).ok, false, `${style}, no list`)
    each.equal(listed.fill({ list: [['x']] }).ok, false, `${style}, nested`)
  }
  const spaced = createRequestFiller({ method: 'GET', path: '/', parameters: [parameter('query', 'list', { style: 'space' })] }, '')
  const filled = spaced.fill({ list: ['a', 'b&c'] })
  each.equal(filled.ok && filled.value.path, '/?list=a%20b%26c')
  each.end()
})

t.test('a header argument is visible ASCII: a line end, a blank at its end or another character is refused', async t => {
  covers('rest.arguments-stay-in-place')
  const each = collected(t)
  for (const note of ['a\r\nb', 'a\nb', ' a', 'a ', '', 'é', 'a\u0000', 'x'.repeat(5000), null, {}, ['a']]) {
    each.equal(filler.fill({ shop: 's', id: 1, 'X-Note': note }).ok, false, JSON.stringify(note).slice(0, 20))
  }
  each.end()
})

t.test('nothing is sent that the template does not name, and what it needs must be there', async t => {
  covers('rest.only-what-the-document-names')
  const filled = filler.fill({ shop: 's', id: 1, note: 'n', admin: true, path: 'x', body: { admin: true } })
  t.strictSame(filled.ok && filled.value, {
    method: 'POST', path: '/v1/shops/s/orders/1.json', body: '{"note":"n"}', headers: ['content-type', 'application/json']
  })
  t.strictSame(filler.problems({ shop: 's' }), [{ path: ['id'], message: 'must be given' }])
  const whole = createRequestFiller(
    { method: 'PUT', path: '/a', parameters: [], body: { contentType: 'application/json', required: true, at: ['body'] } }, ''
  )
  t.strictSame(
    whole.fill({ body: [1] }),
    { ok: true, value: { method: 'PUT', path: '/a', headers: ['content-type', 'application/json'], body: '[1]' } }
  )
  t.equal(whole.fill({}).ok, false)
})
