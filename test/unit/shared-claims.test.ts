// Is what many tokens say alike kept once, and never taken for what another token says?

import fc from 'fast-check'
import t from 'tap'
import { parseIntrospectionReply } from '../../src/auth/introspection/introspection-reply.ts'
import type { TokenClaims } from '../../src/auth/token-claims.ts'
import { frozenJson, frozenSet } from '../../src/kernel/frozen.ts'
import type { JsonObject, JsonValue } from '../../src/kernel/json.ts'
import { readAuthorizationDetails } from '../../src/policy/authorization-details/read.ts'

function claimsOf (members: JsonObject): TokenClaims {
  const status = parseIntrospectionReply(JSON.parse(JSON.stringify({ active: true, ...members })))
  if (status.kind !== 'active') throw new Error(status.kind)
  return status.claims
}

const detailsOf = (json: string): unknown =>
  (parseIntrospectionReply(JSON.parse(`{"active":true,"authorization_details":${json}}`)) as { claims: TokenClaims }).claims.authorizationDetails

t.test('sharing — what two tokens say alike is one value, and read once', t => {
  const said = { iss: 'https://as.example', aud: ['https://api.example/mcp'], scope: 'read write', authorization_details: [{ type: 'ticket-reservation', maxAmount: 5000 }] }
  const [first, second] = [claimsOf({ ...said, sub: '1' }), claimsOf({ ...said, sub: '2' })]
  t.equal(first.scopes, second.scopes)
  t.equal(first.audience, second.audience)
  t.equal(first.audience, claimsOf({ aud: 'https://api.example/mcp' }).audience, 'as a text or as a list of one')
  t.equal(first.authorizationDetails, second.authorizationDetails)
  t.equal(readAuthorizationDetails(first.authorizationDetails), readAuthorizationDetails(second.authorizationDetails))
  t.strictSame([first.subject, second.subject], ['1', '2'])
  t.end()
})

t.test('sharing — details that differ in anything are never taken for each other', t => {
  const different = [
    '[{"type":"a","maxAmount":1e400}]', '[{"type":"a","maxAmount":null}]', '[{"type":"a","maxAmount":"1"}]', '[{"type":"a","maxAmount":1}]',
    '[{"type":"a"}]', '[{"maxAmount":1,"type":"a"}]', '[{"type":"a","maxAmount":1.5}]', '[{"type":"a","maxAmount":[1]}]',
    '[{"type":"a","maxAmount":[2]}]', '[{"type":"a","maxAmount":{"b":1}}]', '[{"type":"a","maxAmount":{"__proto__":1}}]', '[]', '[1]',
    '[2]', '{}', 'null', '"[]"'
  ]
  for (const json of [...different, ...different]) t.strictSame(detailsOf(json), JSON.parse(json), json)
  fc.assert(fc.property(fc.array(fc.jsonValue()), details => {
    const json = JSON.stringify(details)
    return JSON.stringify(detailsOf(json)) === json
  }))
  t.end()
})

t.test('sharing — long values are kept apart, and nothing is too deep or too wide to be read', t => {
  const scope = Array.from({ length: 100 }, (_, index) => `scope-${index}`).join(' ')
  t.not(claimsOf({ scope }).scopes, claimsOf({ scope }).scopes)
  t.equal(claimsOf({ scope }).scopes.size, 100)
  const long = [{ type: 'a', note: 'x'.repeat(3000) }]
  t.not(claimsOf({ authorization_details: long }).authorizationDetails, claimsOf({ authorization_details: long }).authorizationDetails)
  for (const json of [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, `[${'0,'.repeat(130_000)}0]`]) {
    t.equal(readAuthorizationDetails(detailsOf(json)).kind, 'unreadable')
  }
  t.end()
})

t.test('sharing — nobody can change what others share', t => {
  const { scopes, authorizationDetails, audience } = claimsOf({ aud: 'https://api.example/mcp', scope: 'read', authorization_details: [{ type: 'a', actions: ['book'] }] })
  const set = scopes as Set<string>
  for (const change of [() => set.add('admin'), () => set.delete('read'), () => { set.clear() }]) t.throws(change, TypeError)
  t.strictSame([...scopes], ['read'])
  const [element] = authorizationDetails as Array<Record<string, JsonValue>>
  if (element === undefined) throw new Error('no element')
  for (const change of [
    () => { element['maxAmount'] = 1 },
    () => { (element['actions'] as string[]).push('cancel') },
    () => { (authorizationDetails as unknown[]).push({}) },
    () => { (audience as string[]).push('https://other.example') }
  ]) t.throws(change, TypeError)

  const flat = readAuthorizationDetails(detailsOf('[{"type":"a","actions":[],"otherFields":"{\\"places\\":[1]}"}]'))
  const content = flat.kind === 'elements' && flat.elements[0]?.content
  t.ok(content !== false && content?.ok === true && Object.isFrozen(content.value) && Object.isFrozen(content.value['places']),
    'as read, too')
  t.end()
})

t.test('frozen — values that cannot be frozen pass through', t => {
  t.equal(frozenJson('text'), 'text')
  t.equal(frozenJson(null), null)
  t.equal(frozenSet([1, 1]).size, 1)
  t.end()
})
