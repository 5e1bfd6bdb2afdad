// Arguments of proxied tools: what is judged is what is forwarded, and what nothing judges is refused.

import t from 'tap'
import type { JsonObject } from '../../src/kernel/json.ts'
import { minorUnits } from '../../src/proxy/arguments/minor-units.ts'
import { withSetArguments } from '../../src/proxy/arguments/set-arguments.ts'
import type { GuardedArguments } from '../../src/proxy/arguments/argument-guard.ts'
import { registerTool } from '../../src/mcp/registered-tool.ts'
import { testPermit } from '../../src/testing/test-permit.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { compiledFrom, FILE_FILES, FILES, lockOf, PAYMENT_FILES, PAYMENT_TOOLS, PAYMENTS } from '../support/upstream-files.ts'

function toolOf (files: Parameters<typeof compiledFrom>[0], name: string) {
  const compiled = compiledFrom(files)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error))
  const tool = compiled.value.flatMap(({ tools }) => tools).find(({ declaration }) => declaration.name === name)
  if (tool === undefined) throw new Error(name)
  const registered = registerTool({ ...tool.declaration, run: async () => ({ kind: 'completed', text: '' }) })
  return {
    tool,
    registered,
    /** What the guard found of this text: the values, or the first message. */
    read: (text: string): unknown => {
      const parsed = registered.input.parse(JSON.parse(text))
      return parsed.ok
        ? (parsed.value as GuardedArguments).values
        : parsed.error.map(({ path, message }) => [...path, message].join(' '))[0]
    }
  }
}

const transfer = toolOf(PAYMENT_FILES, 'pay_transfer')
const paying = (members: string) => transfer.read(`{"currency":"JPY","to":"acct-7",${members}}`)

t.test('amounts — only an integer as the schema says, and nothing is read in another way (cases 16, 19 and 20)', async t => {
  covers('proxy.arguments-judged-as-forwarded')
  const each = collected(t)
  const values = { action: ['transfer'], currency: ['JPY'], to: ['acct-7'] }
  each.same(paying('"amount":1,"amount":1000000'), { ...values, amount: [1_000_000] })
  each.same(paying('"amount":-0'), { ...values, amount: [0] })
  each.same(paying('"amount":1.0'), { ...values, amount: [1] })
  for (const amount of ['"16000"', '1.5', '1e400', '[1]', 'null', 'true']) {
    each.equal(paying(`"amount":${amount}`), 'amount expected integer', amount)
  }
  for (const amount of ['-1', '9007199254740993']) {
    each.equal(paying(`"amount":${amount}`), 'amount expected an integer from 0 to 2^53-1', amount)
  }
  each.equal(paying('"memo":{}'), 'amount must be given')
  each.end()
})

t.test('names — what the reviewed schema does not name is refused, in each object that is judged (cases 9, 17 and 18)', async t => {
  covers('proxy.unknown-arguments-refused')
  const each = collected(t)
  each.equal(paying('"amount":10,"Amount":1000000'), '"Amount" is not an argument of this tool')
  each.equal(paying('"amount":10,"amount\\u0000":1'), '"amount\\u0000" is not an argument of this tool')
  each.equal(paying('"amount":10,"paramſ":1'), '"param?" is not an argument of this tool')
  each.equal(paying('"amount":10,"on_behalf_of":"1005"'), '"on_behalf_of" is not an argument of this tool')
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    each.equal(paying(`"amount":10,"${name}":1`), 'a name that cannot be an argument', name)
    each.equal(paying(`"amount":10,"memo":{"text":{"${name}":1}}`), 'a name that cannot be an argument', name)
  }
  each.equal(transfer.registered.description.inputSchema['additionalProperties'], false)
  each.end()
})

t.test('names — where unknown ones are accepted, those that a server may take for a judged one are refused (cases 17 and 18)', async t => {
  covers('proxy.unknown-arguments-refused')
  const each = collected(t)
  const open = { ...PAYMENTS.tools.transfer, arguments: { unknown: 'accept', set: { '/memo/text': { from: 'subject' } } } }
  const files = { ...PAYMENT_FILES, 'payments.json': { ...PAYMENTS, tools: { ...PAYMENTS.tools, transfer: open } } }
  const { read } = toolOf(files, 'pay_transfer')
  const asking = (members: string) => read(`{"currency":"JPY","to":"acct-7","amount":10,${members}}`)
  each.match(asking('"on_behalf_of":"1005","amounts":1,"am ount":1'), { amount: [10] })
  const alike = [['Amount', 'Amount'], ['TO', 'TO'], ['amount\\u0000', 'amount\\u0000'], ['ａmount', '?mount'], ['am\u200bount', 'am?ount']]
  for (const [name, shown] of alike) {
    each.equal(asking(`"${name}":1000000`), `"${shown}" is too much like an argument that is judged`, name)
  }
  each.equal(asking('"memo":{"Text":"1005"}'), 'memo "Text" is too much like an argument that is judged')
  each.equal(asking('"Memo":{"text":"1005"}'), '"Memo" is too much like an argument that is judged')
  each.end()
})

t.test('a huge or deep argument is refused without recursion (case 27)', async t => {
  covers('proxy.unknown-arguments-refused')
  const deep = `${'['.repeat(2000)}${']'.repeat(2000)}`
  t.equal(paying(`"amount":1,"memo":${deep}`), 'nested deeper than 64 levels')
  const names = Array.from({ length: 10_000 }, (_, index) => `"n${index}":1`).join(',')
  t.equal(paying(`"amount":1,${names}`), '"n0" is not an argument of this tool')
})

t.test('lists — an item that lacks a member hides nothing that the others have', async t => {
  covers('proxy.arguments-judged-as-forwarded', 'proxy.arguments-refused-whatever-the-token-says')
  const at = { type: 'object', properties: { x: {} } }
  const item = { type: 'object', properties: { path: { type: 'string' }, mode: { type: 'string' }, at } }
  const tool = { name: 'edit', inputSchema: { type: 'object', properties: { edits: { type: 'array', items: item } } } }
  const details = {
    type: 'files', values: { action: { const: 'write' }, paths: { argument: '/edits/*/path', optional: true } }
  }
  const refuse = { '/edits/*/mode': { unlessOneOf: ['text'] }, '/edits/*/at/x': { unlessAtMost: 5 } }
  const edit = { effect: 'change', scopes: ['files:write'], details, arguments: { refuse } }
  const { read } = toolOf({
    'files.json': { ...FILES, templates: {}, tools: { edit } }, 'files.lock.json': lockOf('files', [tool])
  }, 'files_edit')
  const of = (...edits: readonly unknown[]) => read(JSON.stringify({ edits }))
  const each = collected(t)
  each.same(of({}, { path: '/a' }), { action: ['write'], paths: ['/a'] })
  each.same(of({ path: '/a' }, {}, { path: '/b' }), { action: ['write'], paths: ['/a', '/b'] })
  each.same(of({}), { action: ['write'], paths: [] })
  each.match(of({}, { path: 'relative' }), 'expected an absolute path')
  each.equal(of({}, { path: 5 }), 'edits * path expected string')
  each.equal(of({}, { mode: 'binary' }), 'edits * mode expected one of text')
  each.equal(of({}, { at: {} }, { at: { x: 6 } }), 'edits * at x expected a number up to 5')
  each.match(of({}, { at: { y: 1 } }), '"y" is not an argument of this tool')
  each.match(of(5, { path: '/a' }), 'has another form than the tool declares')
  each.end()
})

t.test('set — an argument that the gateway sets is unpublished, refused from a client, and set after the decision (case 26)', async t => {
  covers('proxy.identity-comes-from-the-token')
  const each = collected(t)
  each.equal(paying('"amount":1,"account_holder":"1005"'), '"account_holder" is not an argument of this tool')
  const { properties, required } = transfer.registered.description.inputSchema
  each.strictSame(Object.keys(properties as JsonObject), ['amount', 'currency', 'to', 'memo'])
  each.strictSame(required, ['amount', 'currency', 'to'])
  const permit = testPermit({ tool: 'pay_transfer', person: { issuer: 'https://as.example', subject: '1004' } })
  each.strictSame(withSetArguments({ amount: 1 }, transfer.tool.set, permit), { amount: 1, account_holder: '1004' })
  each.end()
})

t.test('a required argument that nothing judges may be missing: the server knows its default', async t => {
  covers('proxy.real-servers')
  const plain = { effect: 'read', scopes: ['files:read'] }
  const decided = (tool: object) => toolOf({
    ...FILE_FILES, 'files.json': { ...FILES, detailsTypes: {}, templates: {}, tools: { read_text_file: tool } }
  }, 'files_read_text_file')
  t.strictSame(decided(plain).read('{}'), {})
  const refusing = decided({ ...plain, arguments: { refuse: { '/path': { unlessMatches: '/srv/.*' } } } })
  t.equal(refusing.read('{}'), 'path must be given', 'a default that no one has judged is none')
  t.strictSame(decided(plain).registered.description.inputSchema['required'], ['path'], 'published as it was reviewed')
})

t.test('paths — plain absolute paths alone, each of a list (cases 22 to 24)', async t => {
  covers('proxy.paths-compared-by-segments')
  const each = collected(t)
  const one = toolOf(FILE_FILES, 'files_read_text_file')
  const many = toolOf(FILE_FILES, 'files_read_multiple_files')
  const two = toolOf(FILE_FILES, 'files_move_file')
  const path = (text: string) => one.read(JSON.stringify({ path: text }))
  each.same(path('/srv/a/%2e%2e/b'), { action: ['read'], paths: ['/srv/a/%2e%2e/b'] })
  for (const refused of [
    '/srv/apollo/../zeus', '/srv//zeus', '/srv/./zeus', '~/zeus', 'zeus', '../zeus', '/srv\\zeus', '/srv/zeus\u0000', '/srv/', '',
    '/srv/\ud800'
  ]) each.match(path(refused), /^path expected an absolute path/, refused)
  each.equal(many.read('{"paths":[]}'), 'paths.* must have an item'.replace('.', ' '))
  each.equal(many.read('{"paths":["/a",{"x":1}]}'), 'paths * expected string')
  each.equal(many.read('{"paths":"/a"}'), 'paths * has another form than the tool declares')
  each.same(many.read('{"paths":["/a","/b"]}'), { action: ['read'], paths: ['/a', '/b'] })
  each.same(two.read('{"source":"/a","destination":"/b"}'), { action: ['write'], paths: ['/a', '/b'] })
  each.equal(two.read('{"source":"/a"}'), 'destination must be given')
  each.end()
})

t.test('join — a part that holds the separator is refused (case 25)', async t => {
  covers('proxy.arguments-judged-as-forwarded')
  const values = { ...PAYMENTS.tools.transfer.details.values, to: { join: ['/to', '/currency'], with: '/' } }
  const tools = { ...PAYMENTS.tools, transfer: { ...PAYMENTS.tools.transfer, details: { type: 'payment', values } } }
  const joined = toolOf({ ...PAYMENT_FILES, 'payments.json': { ...PAYMENTS, tools } }, 'pay_transfer')
  t.equal(joined.read('{"amount":1,"currency":"EUR","to":"a/b"}'), 'to expected a text without /')
  t.match(joined.read('{"amount":1,"currency":"EUR","to":"a"}'), { to: ['a/EUR'] })
  const parts = { properties: { owner: { type: 'string' }, repo: { type: 'string' } } }
  const bound = { action: { const: 'read' }, paths: { join: ['/owner', '/repo'], with: '/', optional: true } }
  const list = { effect: 'read', scopes: ['files:read'], details: { type: 'files', values: bound } }
  const listing = toolOf({
    'files.json': { ...FILES, templates: {}, tools: { list } },
    'files.lock.json': lockOf('files', [{ name: 'list', inputSchema: { type: 'object', ...parts } }])
  }, 'files_list')
  t.strictSame(listing.read('{}'), { action: ['read'], paths: [] })
  t.equal(listing.read('{"owner":"a"}'), 'repo must be given', 'a part alone is not less than nothing')
  t.equal(listing.read('{"repo":"a"}'), 'owner must be given')
})

t.test('unit — major units are exact, and what would be rounded is refused (case 21)', async t => {
  covers('proxy.major-units-exact')
  const each = collected(t)
  each.equal(minorUnits(12.34, 'EUR'), 1234)
  each.equal(minorUnits('12.50', 'EUR'), 1250)
  each.equal(minorUnits(0.07, 'EUR'), 7)
  each.equal(minorUnits(12, 'JPY'), 12)
  for (const [amount, currency] of [[12.345, 'EUR'], [12.5, 'JPY'], ['1e3', 'EUR'], [1e21, 'EUR'], ['', 'EUR'], [null, 'EUR'],
    [1, undefined]] as const) {
    each.equal(minorUnits(amount, currency), undefined, String(amount))
  }
  each.end()
})

t.test('refuse — what no token allows', async t => {
  covers('proxy.arguments-refused-whatever-the-token-says')
  const refuse = {
    '/currency': { unlessOneOf: ['EUR'] }, '/amount': { unlessAtMost: 100 }, '/to': { unlessMatches: '[a-z]+-\\d' }
  }
  const tools = { ...PAYMENTS.tools, transfer: { ...PAYMENTS.tools.transfer, arguments: { refuse } } }
  const limited = toolOf({ 'payments.json': { ...PAYMENTS, tools }, 'payments.lock.json': lockOf('payments', PAYMENT_TOOLS) },
    'pay_transfer')
  const read = (members: object) =>
    limited.read(JSON.stringify({ amount: 1, currency: 'EUR', to: 'acct-7', account_holder: 'a', ...members }))
  const each = collected(t)
  each.match(read({}), { amount: [1] })
  each.equal(read({ currency: 'JPY' }), 'currency expected one of EUR')
  each.equal(read({ amount: 101 }), 'amount expected a number up to 100')
  each.equal(read({ amount: 'x' }), 'amount expected a number up to 100')
  each.equal(read({ to: 'acct-77' }), 'to expected a text in the form that this gateway allows')
  each.end()
})
