// How the credentials of a request are read: one token, one scheme, and no second reading.

import fc from 'fast-check'
import { inspect, isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { hasTokenInQuery, parseCredentials } from '../../src/http/hooks/credentials.ts'
import { err } from '../../src/kernel/result.ts'
import { covers } from '../support/covers.ts'

function textOf (fields: readonly string[]): string | undefined {
  const credentials = parseCredentials(fields, false)
  return credentials.ok ? credentials.value.token.reveal() : undefined
}

t.test('bearer — reads one b64token after any number of spaces, whatever the case of the scheme', async t => {
  covers('auth.bearer-scheme-case-insensitive', 'auth.bearer-syntax')
  const token = 'mF_9.B5f-4.1JqM~+/=='
  const texts = [`Bearer ${token}`, `bearer ${token}`, `BEARER ${token}`, `bEaReR   ${token}`].map(value => textOf([value]))
  t.strictSame(texts, texts.map(() => token))
  const longest = 'a'.repeat(16_384)
  t.equal(textOf([`Bearer ${longest}`]), longest)
})

t.test('bearer — refuses what two readers could read differently, and says which way it is wrong', async t => {
  covers('auth.bearer-syntax')
  const missing = { kind: 'missing-token' }
  const malformed = (problem: string) => ({ kind: 'malformed-credentials', problem })
  const cases: [readonly string[], object][] = [
    [[], missing],
    [['Basic bWNwOm1jcA=='], missing],
    [['DPoP abc'], missing],
    [['Bearerabc'], missing],
    [['Digest username="x", realm="bearers"'], missing],
    [['Bearer a', 'Bearer b'], malformed('repeated')],
    [['Bearer a', 'Basic b'], malformed('repeated')],
    [['Bearer a', ''], malformed('repeated')],
    [['Bearer a, Bearer b'], malformed('repeated')],
    [['Bearer a,b'], malformed('repeated')],
    [['Basic YQ==, Bearer b'], malformed('repeated')],
    [['Basic YQ==,bearer'], malformed('repeated')],
    [[''], malformed('empty')],
    [['Bearer'], malformed('empty')],
    [['Bearer    '], malformed('empty')],
    [['Bearer\tabc'], malformed('syntax')],
    [['Bearer \tabc'], malformed('syntax')],
    [['Bearer abc '], malformed('syntax')],
    [['Bearer abc def'], malformed('syntax')],
    [[' Bearer abc'], malformed('syntax')],
    [['Bearer=abc'], malformed('syntax')],
    [['Bearer/abc'], malformed('syntax')],
    [['Bearer "abc"'], malformed('syntax')],
    [['Bearer ab=c'], malformed('syntax')],
    [['Bearer ==='], malformed('syntax')],
    [['Bearer ab\u0000c'], malformed('syntax')],
    [['Bearer ab\nc'], malformed('syntax')],
    [['Bearer ab\u007f'], malformed('syntax')],
    [['Bearer tökén'], malformed('syntax')],
    [['Bearer ' + 'a'.repeat(16_385)], malformed('too-long')],
    [['Bearer ' + 'a'.repeat(100_000)], malformed('too-long')]
  ]
  const wrong = cases.map(([raw, rejection]) =>
    ({ raw, given: parseCredentials(raw, false), wanted: err({ scheme: 'Bearer', rejection }) }))
    .filter(({ given, wanted }) => !isDeepStrictEqual(given, wanted))
  t.strictSame(wrong, [])
})

t.test('bearer — accepts nothing but the grammar, whatever the header holds', async () => {
  covers('auth.bearer-syntax')
  const anything = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-zA-Z0-9=,. \t~+/_-]*$/))
  fc.assert(fc.property(anything, rest => {
    const grammatical = /^ +[A-Za-z0-9._~+/-]+=*$/.test(rest)
    return textOf([`Bearer${rest}`]) === (grammatical ? rest.trimStart() : undefined)
  }))
})

t.test('bearer — a token is not seen when it is printed, inspected or serialised', async t => {
  const parsed = parseCredentials(['Bearer very-secret'], false)
  t.ok(parsed.ok)
  for (const shown of [inspect(parsed, { depth: 9, showHidden: true }), JSON.stringify(parsed),
    parsed.ok ? String(parsed.value.token) : '']) {
    t.notMatch(shown, /very-secret/)
  }
})

t.test('query — finds an access_token parameter however its name is written', async t => {
  covers('auth.token-in-query-found')
  const found = ['/mcp?access_token=x', '/mcp?a=1&access_token=', '/mcp?access_token', '/mcp?access%5Ftoken=x',
    '/mcp?%61ccess_token=x', '/mcp?a=1;access_token=x', '/mcp?a=%zz&access_token=x', '/mcp??a&access_token=x',
    '/mcp?a=%ff%fe&access_token=x']
  t.strictSame(found.filter(target => !hasTokenInQuery(target)), [])
  const absent = ['/mcp', '/mcp?', '/access_token=x', '/mcp?token=x', '/mcp?a=access_token', '/mcp?access_tokens=x', '/mcp?a=%']
  t.strictSame(absent.filter(target => hasTokenInQuery(target)), [])
})

t.test('DPoP — its scheme is read like the other one where it is accepted, and is unknown where it is not', async t => {
  const read = (fields: readonly string[]) => {
    const credentials = parseCredentials(fields, true)
    return credentials.ok
      ? [credentials.value.scheme, credentials.value.token.reveal()]
      : [credentials.error.scheme, credentials.error.rejection]
  }
  t.strictSame(read(['dPoP  abc']), ['DPoP', 'abc'])
  t.strictSame(read(['Bearer abc']), ['Bearer', 'abc'])
  t.strictSame(read([]), ['Bearer', { kind: 'missing-token' }])
  t.strictSame(read(['DPoP']), ['DPoP', { kind: 'malformed-credentials', problem: 'empty' }])
  t.strictSame(read(['DPoP a b']), ['DPoP', { kind: 'malformed-credentials', problem: 'syntax' }])
  t.strictSame(read(['DPoP a', 'DPoP b']), ['Bearer', { kind: 'malformed-credentials', problem: 'repeated' }])
  t.strictSame(read(['DPoP-like abc']), ['Bearer', { kind: 'missing-token' }])
  t.strictSame(parseCredentials(['DPoP abc'], false), err({ scheme: 'Bearer', rejection: { kind: 'missing-token' } }))
})
