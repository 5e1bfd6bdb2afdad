// Upstream files as members of the configuration: where they are found, what they must fit, and what is never logged of them.

import t from 'tap'
import { loadConfig } from '../../src/config/load.ts'
import { formatMistake } from '../../src/config/mistake.ts'
import { describeConfig } from '../../src/config/redaction.ts'
import { loadServed } from '../../src/server/load-served.ts'
import { collected } from '../support/collected.ts'
import { countedFiles } from '../support/counted-payments.ts'
import { covers } from '../support/covers.ts'
import { FILE_FILES, FILES, PAYMENT_FILES, PAYMENTS } from '../support/upstream-files.ts'

const BASE = {
  resource: { identifier: 'http://localhost:3443/mcp' },
  authorizationServer: { issuer: 'http://localhost:9000', introspection: { clientId: 'gateway', clientSecret: 'a secret of the gateway' } }
}

function sources (config: object, files: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>> = {}) {
  return {
    env: { GATEWAY_CONFIG: 'gateway/main.json', ...env },
    cwd: '/etc',
    readFile (path: string) {
      const file = path === '/etc/gateway/main.json' ? { ...BASE, ...config } : files[path.replace('/etc/gateway/', '')]
      if (file === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' })
      return typeof file === 'string' ? file : JSON.stringify(file)
    }
  }
}

const linesOf = (...given: Parameters<typeof sources>) => {
  const loaded = loadServed(sources(...given))
  return loaded.ok ? [] : loaded.error.map(formatMistake)
}

t.test('upstreams — files are found beside the configuration, and each mistake names its file', async t => {
  covers('proxy.file-mistakes')
  const each = collected(t)
  each.strictSame(linesOf({ upstreams: ['./payments.json', 'files.json'] }, { ...PAYMENT_FILES, ...FILE_FILES }), [])
  each.strictSame(linesOf({ upstreams: ['other.json'] }, {}), ['other.json: no such file; "upstreams" of the configuration names it'])
  each.strictSame(linesOf({ upstreams: ['payments.json'] }, { 'payments.json': '{"name":' }),
    ['payments.json: expected JSON; syntax error at line 1, column 9'])
  each.strictSame(linesOf({ upstreams: ['payments.json', 'again.json'] }, { ...PAYMENT_FILES, 'again.json': PAYMENTS }),
    ['name (again.json): expected another name: an upstream above has this one'])
  each.strictSame(linesOf({ tools: { builtIn: ['exmaple'] } }, {}).length, 1)
  each.end()
})

t.test('upstreams — what would not work with the gateway does not start', async t => {
  covers('proxy.upstreams-fit-the-gateway')
  const each = collected(t)
  const memory = { workers: 2, storage: { url: 'sqlite:./data/x.db' } }
  each.strictSame(linesOf({ ...memory, upstreams: ['payments.json'] }, PAYMENT_FILES),
    ['stateless (payments.json): expected "stateless": true, or 1 in workers: each worker would have its own sessions at payments'])
  each.strictSame(linesOf({ ...memory, upstreams: ['files.json'] }, FILE_FILES), [], 'a server without memory')
  const http = { ...PAYMENTS, transport: { http: { url: 'https://payments.example/mcp' } }, credentials: 'none' }
  const shared = { ...PAYMENT_FILES, 'payments.json': { ...http, isolation: 'shared' } }
  each.strictSame(linesOf({ ...memory, upstreams: ['payments.json'] }, shared), [], 'a session that everyone shares')
  const listening = { ...http, transport: { http: { ...http.transport.http, listen: true } } }
  const modern = String(PAYMENT_FILES['payments.lock.json']).replace('2025-11-25', '2026-07-28')
  each.strictSame(linesOf({ upstreams: ['payments.json'] }, { 'payments.json': listening, 'payments.lock.json': modern }),
    ['transport.http.listen (payments.json): expected false: a server of revision 2026-07-28 has no such stream'])
  each.strictSame(linesOf({ limits: { toolTimeoutMs: 30_000 }, upstreams: ['files.json'] }, FILE_FILES),
    ['limits.timeoutMs (files.json): expected less than limits.toolTimeoutMs of the configuration (30000)'])
  const slow = { ...FILES, templates: { read: { ...FILES.templates.read, limits: { timeoutMs: 60_000 } } } }
  each.strictSame(linesOf({ upstreams: ['files.json'] }, { ...FILE_FILES, 'files.json': slow }),
    ['templates.read.limits.timeoutMs (files.json): expected less than limits.toolTimeoutMs of the configuration (60000)'])
  each.end()
})

t.test('upstreams — a value that is not in its list is answered with the nearest one of the list', async t => {
  covers('proxy.file-mistakes')
  const mistaken = { ...FILES, isolation: 'persn', templates: { read: { ...FILES.templates.read, effect: 'raed' } } }
  t.strictSame(linesOf({ upstreams: ['files.json'] }, { ...FILE_FILES, 'files.json': mistaken }), [
    'isolation (files.json): expected one of client, person, shared; did you mean person?',
    'templates.read.effect (files.json): expected one of read, change; did you mean read?'
  ])
})

t.test('upstreams — a total that would be forgotten with the process does not start', async t => {
  covers('proxy.upstreams-fit-the-gateway', 'ledger.storage')
  const expected = 'expected a file or a database in storage.url of the configuration, not sqlite::memory:, where what was spent ' +
    'would be forgotten with the process'
  const counted = { upstreams: ['payments.json'], storage: { url: 'sqlite::memory:' } }
  t.strictSame(linesOf(counted, countedFiles({})), [
    `detailsTypes.payment.members.maxTotalAmount (payments.json): ${expected}`,
    `detailsTypes.payment.members.maxCalls (payments.json): ${expected}`,
    `tools.transfer.spending (payments.json): ${expected}`
  ])
  t.strictSame(linesOf({ ...counted, storage: { url: 'sqlite:./data/x.db' } }, countedFiles({})), [])
  t.strictSame(linesOf(counted, PAYMENT_FILES), [], 'nothing is counted')
})

t.test('upstreams — questions of a server are relayed by no member: none is there to ask for it (case 46)', async t => {
  covers('proxy.file-mistakes')
  const { transfer } = PAYMENTS.tools
  const [line, ...others] = linesOf({ upstreams: ['payments.json'] }, {
    ...PAYMENT_FILES, 'payments.json': { ...PAYMENTS, tools: { ...PAYMENTS.tools, transfer: { ...transfer, interaction: 'relay' } } }
  })
  t.match(line, /^tools\.transfer\.interaction .*unknown member/)
  t.strictSame(others, [])
})

t.test('upstreams — their secrets are in no line about the configuration (case 75)', async t => {
  covers('proxy.secrets-by-reference')
  const credentials = { header: { scheme: 'Bearer', secret: { env: 'TOKEN' } } }
  const files = { ...PAYMENT_FILES, 'payments.json': { ...PAYMENTS, credentials } }
  const loaded = loadConfig(sources({ upstreams: ['payments.json'] }, files, { TOKEN: 'very-secret-1' }))
  t.ok(loaded.ok)
  if (!loaded.ok) return
  t.match(JSON.stringify(loaded.value.upstreams), 'very-secret-1', 'the transport has it')
  t.notMatch(JSON.stringify({ ...loaded.value, upstreams: [], described: describeConfig(loaded.value.config) }), 'very-secret-1')
  const wrongFiles = { ...files, 'payments.json': { ...files['payments.json'], prefix: 5 } }
  const wrong = loadConfig(sources({ upstreams: ['payments.json'] }, wrongFiles, { TOKEN: 'very-secret-1' }))
  t.notMatch(JSON.stringify(wrong), 'very-secret-1')
})
