// Upstream files and locks: what is offered is configuration together with lock, and each mistake is one line.

import t from 'tap'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import {
  compiledFrom, FILE_FILES, FILE_TOOLS, FILES, loadedFrom, lockOf, mistakesIn, PAYMENT_FILES, PAYMENT_TOOLS, PAYMENTS
} from '../support/upstream-files.ts'

/** A payments file that differs in some members. */
function payments (changes: object, tools: object = {}) {
  return { ...PAYMENT_FILES, 'payments.json': { ...PAYMENTS, ...changes, tools: { ...PAYMENTS.tools, ...tools } } }
}

function decided (changes: object) {
  return payments({}, { transfer: { ...PAYMENTS.tools.transfer, ...changes } })
}

t.test('a tool exists when configuration and lock name it, and is not hidden (case 1)', async t => {
  covers('proxy.undecided-tools-do-not-exist')
  const compiled = compiledFrom({ ...PAYMENT_FILES, ...FILE_FILES })
  const names = compiled.ok ? compiled.value.flatMap(({ tools }) => tools.map(({ declaration }) => declaration.name)) : []
  t.strictSame(names, ['pay_transfer', 'pay_get_balance', 'files_read_text_file', 'files_read_multiple_files', 'files_move_file'])
})

t.test('what is published of a tool is the word of the operator, and the reviewed text (case 15)', async t => {
  covers('proxy.effect-is-the-operators-word')
  const compiled = compiledFrom(PAYMENT_FILES)
  const [transfer] = compiled.ok ? compiled.value[0]?.tools ?? [] : []
  t.match(transfer?.declaration, {
    name: 'pay_transfer',
    title: 'transfer',
    description: 'Moves money to another account.',
    annotations: { readOnlyHint: false, destructiveHint: true },
    access: { scopes: ['payments:transfer'], freshness: 'fresh' }
  })
})

t.test('a wrong file — one line a mistake, with path and nearest name', async t => {
  covers('proxy.file-mistakes')
  const each = collected(t)
  const one = (files: Parameters<typeof mistakesIn>[0], line: string) => { each.strictSame(mistakesIn(files), [line]) }
  const file = '(payments.json)'
  one(payments({ prefx: 'x' }), `prefx ${file}: unknown member; did you mean prefix?`)
  one(payments({}, { transfer: 'hiden' }), `tools.transfer ${file}: expected "hidden" or a decision about the tool`)
  one(payments({}, { transfr: 'hidden' }), `tools.transfr ${file}: the lock has no such tool; did you mean transfer?`)
  one(decided({ scopes: undefined }), `tools.transfer.scopes ${file}: missing; expected a list of scopes`)
  one(decided({ scopes: [] }), `tools.transfer.scopes ${file}: expected a scope; an empty list only together with "everyone": true`)
  one(decided({ effect: undefined }), `tools.transfer.effect ${file}: missing; expected read or change`)
  one(decided({ scops: [] }), `tools.transfer.scops ${file}: unknown member; did you mean scopes?`)
  one(decided({ like: 'raed' }), `tools.transfer.like ${file}: no such template`)
  const tooMuch = 'expected at most limits.maxResultBytes of the upstream (4194304)'
  one(decided({ limits: { maxResultBytes: 5_000_000 } }), `tools.transfer.limits.maxResultBytes ${file}: ${tooMuch}`)
  one(decided({ as: 'x'.repeat(65) }), `tools.transfer.as ${file}: expected a name of letters, digits, _, - and .`)
  each.end()
})

t.test('a decision about a tool that is not in the lock names the nearest one (case 2)', async t => {
  covers('proxy.file-mistakes')
  const { transfer } = PAYMENTS.tools
  t.strictSame(mistakesIn(payments({}, { tranfser: transfer })),
    ['tools.tranfser (payments.json): the lock has no such tool; did you mean transfer?'])
  t.strictSame(mistakesIn(payments({}, { burn_all_money: transfer })),
    ['tools.burn_all_money (payments.json): the lock has no such tool; the review found no such tool'])
})

t.test('a decision without scopes is a mistake, and so is an empty list that nobody confirmed (case 3)', async t => {
  covers('proxy.file-mistakes')
  const each = collected(t)
  const lines = (changes: object) => mistakesIn(decided(changes)).map(line => line.replace('tools.transfer.', ''))
  each.strictSame(lines({ scopes: undefined }), ['scopes (payments.json): missing; expected a list of scopes'])
  each.strictSame(lines({ scopes: [] }), ['scopes (payments.json): expected a scope; an empty list only together with "everyone": true'])
  each.strictSame(lines({ scopes: [], everyone: true }), [])
  each.strictSame(lines({ everyone: true }), ['everyone (payments.json): expected nothing: the tool needs scopes'])
  each.end()
})

t.test('bindings — each pointer leads to an argument of the reviewed schema that has the right type', async t => {
  covers('proxy.bindings-checked-against-the-lock')
  const each = collected(t)
  const values = PAYMENTS.tools.transfer.details.values
  const bound = (changes: object) => mistakesIn(decided({ details: { type: 'payment', values: { ...values, ...changes } } }))
    .map(line => line.replace('tools.transfer.details.values.', '').replace(' (payments.json)', ''))
  each.strictSame(bound({ amount: { argument: '/amout' } }), ['amount.argument: /amout: the reviewed schema has no such argument'])
  each.strictSame(bound({ amount: { argument: '/to' } }), ['amount.argument: /to: expected integer; the reviewed schema says string'])
  each.strictSame(bound({ amuont: { argument: '/amount' } }), ['amuont: the type payment has no such value; did you mean amount?'])
  each.strictSame(bound({ to: undefined }),
    ['to: missing; expected where this value is, or { "absent": true } for a tool without it'])
  each.strictSame(bound({ to: { absent: true } }), [])
  each.strictSame(bound({ action: { const: 'tranfer' } }), ['action.const: expected one of transfer, refund'])
  each.strictSame(bound({ to: { argument: '/to', const: 'x' } }), ['to: expected one of argument, const, join and absent'])
  each.strictSame(bound({ to: { join: ['/to', '/currency'], with: '/' } }), [])
  each.strictSame(bound({ to: { argument: ['/to', '/currency'] } }),
    ['to.argument: expected one place: the value is of the kind text, which is a single one'])
  each.strictSame(mistakesIn(decided({ details: { type: 'paymnt', values } })),
    ['tools.transfer.details.type (payments.json): no such details type; did you mean payment?'])
  const { payment } = PAYMENTS.detailsTypes
  const { members } = payment
  const without = { ...payment, members: { ...members, currency: { ...members.currency, whenAbsent: undefined } } }
  each.strictSame(mistakesIn(payments({ detailsTypes: { payment: without } })),
    ['detailsTypes.payment.members.currency.whenAbsent (payments.json): missing; expected an ISO 4217 code'],
    'nothing that follows from it')
  each.strictSame(mistakesIn(decided({ arguments: { set: { '/to': { from: 'subject' } } } })),
    ['tools.transfer.arguments.set./to (payments.json): expected another argument: details read this one'])
  each.end()
})

t.test('names — two tools or two types of one name do not start (cases 12 and 13)', async t => {
  covers('proxy.names-are-unique-and-short')
  const each = collected(t)
  const other = { ...PAYMENTS, name: 'other' }
  each.strictSame(mistakesIn({ ...PAYMENT_FILES, 'other.json': other, 'other.lock.json': lockOf('other', PAYMENT_TOOLS) }), [
    'tools.transfer (other.json): expected "as" or another prefix: a tool named pay_transfer is in payments.json already',
    'tools.get_balance (other.json): expected "as" or another prefix: a tool named pay_get_balance is in payments.json already',
    'detailsTypes.payment (other.json): expected another name: payments.json declares this type'
  ])
  const long = [{ ...PAYMENT_TOOLS[1], name: 'x'.repeat(61) }]
  const tools = { [`${'x'.repeat(61)}`]: PAYMENTS.tools.get_balance }
  const long65 = { 'payments.json': { ...PAYMENTS, detailsTypes: {}, tools }, 'payments.lock.json': lockOf('payments', long) }
  each.strictSame(mistakesIn(long65), [
    `tools.${'x'.repeat(61)}.as (payments.json): missing; expected a name of up to 64 characters, since prefix and name have 65`
  ])
  each.end()
})

t.test('the lock — without one, or with one that was edited, nothing starts (cases 8 and 14)', async t => {
  covers('proxy.lock-read-strictly')
  const each = collected(t)
  const { 'payments.lock.json': lock, ...without } = PAYMENT_FILES
  const locked = (text: string) => mistakesIn({ ...without, 'payments.lock.json': text })
  const review = 'run mcp-resource-gateway upstream review'
  each.strictSame(mistakesIn(without), [`tools (payments.json): no lock at payments.lock.json: ${review}`])
  each.strictSame(locked(String(lock).replace('Moves money', 'Moves all money')),
    [`lock.tools.transfer (payments.lock.json): was edited after the review; ${review}`])
  each.strictSame(locked('{'), [`lock (payments.lock.json): expected JSON; ${review}`])
  each.strictSame(locked(lockOf('other', PAYMENT_TOOLS)),
    ['lock.upstream (payments.lock.json): expected payments, the name of the upstream'])
  each.strictSame(locked(lockOf('payments', PAYMENT_TOOLS).replace('"revision"', '"era"')).length, 2)
  const tasks = PAYMENT_TOOLS.map(tool => ({ ...tool, execution: { taskSupport: 'required' } }))
  each.strictSame(locked(lockOf('payments', tasks))[0],
    'tools.transfer (payments.json): expected "hidden": the tool needs tasks, which are not proxied')
  each.end()
})

t.test('transport — clear text, missing secrets and secrets in the file do not start', async t => {
  covers('proxy.secrets-by-reference')
  const each = collected(t)
  const http = (members: object) => payments({ transport: { http: { url: 'https://payments.example/mcp', ...members } } })
  const lines = (files: object, env = {}) => mistakesIn(files as Parameters<typeof mistakesIn>[0], env)
  each.strictSame(lines(http({ url: 'http://payments.example/mcp' })), [
    'transport.http.url (payments.json): expected https: plain http is for loopback only, ' +
      'unless transport.http.allowInsecureUrl is this URL'
  ])
  each.strictSame(lines(http({ url: 'http://payments.example/mcp', allowInsecureUrl: 'http://payments.example/mcp' })), [])
  each.strictSame(lines(http({ headers: { Cookie: 'a' } })).length, 1)
  const credentials = { header: { scheme: 'Bearer', secret: { env: 'PAYMENTS_TOKEN' } } }
  each.strictSame(lines(payments({ credentials })),
    ['credentials.header.secret.env (payments.json): the environment variable PAYMENTS_TOKEN is not set'])
  each.strictSame(lines(payments({ credentials: { header: { secret: 'abc' } } })),
    ['credentials.header.secret (payments.json): expected an object'])
  const loaded = loadedFrom(payments({ credentials }), { PAYMENTS_TOKEN: 'secret-1' })
  each.match(loaded.ok && loaded.value[0]?.transport, { headers: { Authorization: 'Bearer secret-1' } })
  each.strictSame(lines({ ...FILE_FILES, 'files.json': { ...FILES, transport: { stdio: { command: 'node' } } } }),
    ['transport.stdio.command (files.json): expected an absolute path of a program'])
  each.strictSame(lines(payments({ transport: {} })), ['transport (payments.json): expected one of http, stdio, openapi'])
  each.end()
})

t.test('user — a name is looked up when the files are read, and a wrong one does not start', async t => {
  covers('proxy.file-mistakes')
  const each = collected(t)
  const passwd = 'root:x:0:0:root:/root:/bin/sh\nmcp-files:x:1717:1718::/nonexistent:/usr/sbin/nologin\nodd:x:a:b::/:\n'
  const loaded = (user: unknown, more: object = { '/etc/passwd': passwd }) => {
    const stdio = { command: '/usr/bin/node', args: ['server.js'], user }
    const files = loadedFrom({ ...FILE_FILES, 'files.json': { ...FILES, transport: { stdio } }, ...more })
    return files.ok
      ? files.value.map(({ transport }) => transport.kind === 'stdio' ? transport.user : undefined)
      : files.error.map(({ path, expected }) => `${path}: ${expected}`)
  }
  const place = 'transport.stdio.user'
  each.strictSame(loaded('mcp-files'), [{ uid: 1717, gid: 1718 }])
  each.strictSame(loaded({ uid: 5, gid: 6 }), [{ uid: 5, gid: 6 }])
  each.strictSame(loaded('mcp-file'), [`${place}: no such user in /etc/passwd; did you mean mcp-files?`])
  each.strictSame(loaded('somebody'), [`${place}: no such user in /etc/passwd; use { uid, gid } for users from elsewhere`])
  each.strictSame(loaded('root'), [`${place}: expected another user: root has the rights of root`])
  each.strictSame(loaded('odd'), [`${place}: the line of odd in /etc/passwd is not readable`])
  each.strictSame(loaded('mcp-files', {}), [`${place}: expected { uid, gid }: /etc/passwd cannot be read`])
  each.strictSame(loaded(7), [`${place}: expected the name of a user of the system, or { uid, gid }`])
  each.strictSame(loaded({ uid: 0, gid: 0 }).length, 2)
  each.end()
})

t.test('a template is overridden member by member', async t => {
  covers('proxy.undecided-tools-do-not-exist')
  const compiled = compiledFrom(FILE_FILES)
  const tools = compiled.ok ? compiled.value[0]?.tools ?? [] : []
  t.strictSame(tools.map(({ declaration: { access } }) => access.scopes[0]), ['files:read', 'files:read', 'files:write'])
  t.equal(FILE_TOOLS.length, tools.length)
})

t.test('processes — a shared server has one, unless the file says more', async t => {
  covers('proxy.workers-share-the-files')
  const processes = (members: object) => {
    const compiled = compiledFrom({ ...FILE_FILES, 'files.json': { ...FILES, ...members } })
    return compiled.ok ? compiled.value[0]?.settings.limits.maxConnections : undefined
  }
  t.strictSame([processes({}), processes({ limits: { maxProcesses: 3 } }), processes({ isolation: 'person' })], [1, 3, 8])
})
