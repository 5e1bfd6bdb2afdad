// Does a client find its way out of a refusal where the tools are those of another server? The documented client, the real gateway, the
// practice server that knows nothing of files or money, and a person who agrees; clients of both eras.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import t, { type Test } from 'tap'
import { createRemedyingFetch } from '../../docs/examples/remedying-client.ts'
import { writeFilesExample } from '../../scripts/launcher/files-example.ts'
import { runUpstream } from '../../src/cli/upstream-command.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'
import { openPage, REDIRECT_URI, submitAndReturn } from '../support/practice-client.ts'
import { GUARD_ARGUMENTS, guardEnvironment } from '../support/guarded-program.ts'
import { freePorts, isRunning, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const ERAS = { legacy: 'legacy', modern: { pin: '2026-07-28' } } as const
const AGREE = { loginId: 'inga', password: 'inga', authorized: 'Authorize' }
const PEERS = 'test/peers/node_modules'

interface Person {
  readonly client: Client
  /** The consent pages that were shown, as text. */
  readonly pages: readonly string[]
  /** The authorization_details of each request. */
  readonly requested: readonly unknown[]
}

/** The practice server first, as it usually is, then the gateway with this configuration. */
async function startStack (t: Test, config: string): Promise<{ serverUrl: URL, connect: (era: keyof typeof ERAS) => Promise<Person> }> {
  const [port = 0] = await freePorts(1)
  const resource = `http://localhost:${port}/mcp`
  const practice = await createPracticeServer({ gateways: [resource] })
  t.teardown(practice.close)
  const program = startProgram(process.execPath, [...GUARD_ARGUMENTS, builtProgram('dist/server.js')], {
    ...guardEnvironment(),
    GATEWAY_CONFIG: config,
    PORT: String(port),
    RESOURCE_IDENTIFIER: resource,
    AUTHORIZATION_SERVER_ISSUER: practice.issuer
  })
  t.teardown(async () => {
    if (isRunning(program.pid)) program.signal('SIGTERM')
    await program.ended
  })
  await program.line(/"event":"listening"/)
  const serverUrl = new URL(resource)

  async function connect (era: keyof typeof ERAS): Promise<Person> {
    const pages: string[] = []
    const requested: unknown[] = []
    const client = new Client({ name: 'remedying-client', version: '1.0.0' }, { versionNegotiation: { mode: ERAS[era] } })
    const fetchWithRemedy = createRemedyingFetch({
      serverUrl,
      redirectUrl: REDIRECT_URI,
      async askPerson (authorizationUrl) {
        requested.push(JSON.parse(authorizationUrl.searchParams.get('authorization_details') ?? 'null'))
        const page = await openPage(authorizationUrl.href)
        pages.push(page.html.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '))
        // As a person who changes nothing: what is requested, or no details where none are.
        return await submitAndReturn(page, page.html.includes('value="requested"') ? AGREE : { ...AGREE, limit: 'none' })
      }
    })
    await client.connect(new StreamableHTTPClientTransport(serverUrl, { fetch: fetchWithRemedy }))
    t.teardown(() => client.close())
    return { client, pages, requested }
  }
  return { serverUrl, connect }
}

t.test('files — a refused path becomes a consent to that path, and the retry reads it', {
  skip: existsSync(`${PEERS}/.package-lock.json`) ? false : 'test/peers is not installed'
}, async t => {
  covers('practice.remedy-of-an-upstream')
  const place = mkdtempSync(join(tmpdir(), 'files-example-'))
  t.teardown(() => { rmSync(place, { recursive: true, force: true }) })
  const { config, folder } = writeFilesExample(place, PEERS)
  const { connect } = await startStack(t, config)
  for (const era of ['legacy', 'modern'] as const) {
    const { client, pages, requested } = await connect(era)
    const path = join(folder, 'apollo/plan.txt')
    const read = await client.callTool({ name: 'files_read_text_file', arguments: { path } })
    t.match(read, { structuredContent: { content: 'The plan of Apollo\n' } }, era)
    t.strictSame(requested.at(-1), [{ type: 'files', actions: ['read'], folders: [path] }], era)
    t.match(pages.at(-1), 'to use Files?', era)
    t.match(pages.at(-1), `Folders: &quot;${path}&quot;`, era)

    const written = await client.callTool({ name: 'files_write_file', arguments: { path: join(folder, `${era}.txt`), content: era } })
    t.notOk(written.isError, era)
    t.ok(existsSync(join(folder, `${era}.txt`)), era)
    const outside = await client.callTool({ name: 'files_read_text_file', arguments: { path: `${folder}/apollo/../zeus/secret.txt` } })
    t.equal(outside.isError, true, `${era}: no remedy for a path that is not plain`)
  }
})

const words = (en: string, ja: string) => ({ title: { en, ja }, description: { en: `${en}.`, ja: `${ja}。` } })
const moving = (action: string, to: string) => ({
  effect: 'change',
  scopes: ['payments:transfer'],
  arguments: { set: { '/account_holder': { from: 'subject' } } },
  details: {
    type: 'payment',
    values: { action: { const: action }, amount: { argument: '/amount' }, currency: { argument: '/currency' }, to: { argument: to } }
  }
})

/** What an operator writes about the bank. */
const BANK = {
  isolation: 'shared',
  detailsTypes: {
    payment: {
      ...words('Payments', '支払い'),
      values: { action: 'word', amount: 'amount', currency: 'currency', to: 'text' },
      members: {
        actions: { limit: 'oneOf', of: 'action', words: ['transfer', 'refund'], required: true, ...words('Allowed actions', '許可する操作') },
        maxAmount: { limit: 'max', of: 'amount', currency: 'currency', required: true, ...words('Highest amount', '上限額') },
        currency: { limit: 'currency', of: 'currency', whenAbsent: 'JPY', ...words('Currency', '通貨') },
        recipients: { limit: 'oneOf', of: 'to', ...words('Recipients', '送金先') }
      }
    }
  },
  tools: {
    get_balance: { effect: 'read', scopes: ['payments:read'], arguments: { set: { '/account_holder': { from: 'subject' } } } },
    transfer: moving('transfer', '/to'),
    refund: moving('refund', '/payer')
  }
}

const BANKS = [['stdio', 'legacy'], ['http', 'legacy'], ['stdio', 'modern'], ['http', 'modern']] as const

/** What `upstream add` is told of the bank; one over HTTP runs by then. */
async function addressOf (t: Test, [way, era]: typeof BANKS[number]): Promise<readonly string[]> {
  const server = join(process.cwd(), 'test/support/payments-server.mjs')
  if (way === 'stdio') return ['--', process.execPath, server, way, era]
  const program = startProgram(process.execPath, [server, way, era])
  t.teardown(async () => {
    program.signal('SIGKILL')
    await program.ended
  })
  return [await program.line(/^http:/)]
}

/** Added, decided and reviewed with the commands, as an operator does. */
async function payments (t: Test, bank: typeof BANKS[number]): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), 'payments-'))
  t.teardown(() => { rmSync(place, { recursive: true, force: true }) })
  const file = join(place, 'payments.json')
  let said = ''
  const write = (text: string) => { said += text }
  const run = (...args: readonly string[]) => runUpstream(args, { write, writeError: write }, { env: process.env, cwd: place })
  t.equal(await run('add', '--name', 'payments', ...await addressOf(t, bank)), 0, said)
  t.match(said, bank[1] === 'modern' ? '(2026-07-28)' : '(2025-11-25)')
  const { default: added } = await import(file, { with: { type: 'json' } }) as { default: JsonObject }
  writeFileSync(file, JSON.stringify({ ...added, ...BANK }))
  t.equal(await run('review', 'payments.json', '--accept', 'all'), 0, said)
  const config = join(place, 'gateway.json')
  writeFileSync(config, JSON.stringify({
    profile: 'local',
    resource: { identifier: 'http://localhost:3443/mcp', name: 'Bank' },
    authorizationServer: {
      issuer: 'http://localhost:9000', introspection: { clientId: 'mcp-server', clientSecret: 'mcp-server-secret' }
    },
    policy: { authorizationDetailsWhenAbsent: 'deny', remediation: 'draft' },
    upstreams: ['./payments.json'],
    tools: { builtIn: ['explain_authorization'] }
  }))
  return config
}

for (const bank of BANKS) {
  t.test(`payments, ${bank.join(' ')} — each larger or other payment is consented to, and moves the money of its person`, async t => {
    covers('practice.remedy-of-an-upstream')
    const { connect } = await startStack(t, await payments(t, bank))
    let spent = 0
    for (const era of ['legacy', 'modern'] as const) {
      const { client, pages, requested } = await connect(era)
      const call = (name: string, args: JsonObject = {}) => client.callTool({ name: `payments_${name}`, arguments: args })
      t.match(await call('get_balance'), { structuredContent: { holder: '1004', balance: 100_000 - spent } }, era)
      const beforeDetails = requested.length
      const transfer = { amount: 8000, currency: 'JPY', to: 'acct-7' }
      t.match(await call('transfer', transfer), { structuredContent: { amount: 8000, balance: 92_000 - spent } }, era)
      const one = { type: 'payment', actions: ['transfer'], maxAmount: 8000, currency: 'JPY', recipients: ['acct-7'] }
      t.strictSame(requested.at(-1), [one], era)
      t.match(pages.at(-1), 'Allowed actions: &quot;transfer&quot;, Highest amount: ¥8,000', era)
      t.match(pages.at(-1), 'payments:transfer for Transfer, Refund', era)

      t.match(await call('transfer', transfer), { structuredContent: { balance: 84_000 - spent } }, `${era}: the same again`)
      const back = { amount: 9000, currency: 'JPY', payer: 'acct-9' }
      t.match(await call('refund', back), { structuredContent: { balance: 75_000 - spent } }, era)
      const refund = { type: 'payment', actions: ['refund'], maxAmount: 9000, currency: 'JPY', recipients: ['acct-9'] }
      t.strictSame(requested.at(-1), [refund], era)
      t.strictSame(requested.slice(beforeDetails).filter(details => details !== null), [[one], [refund]], `${era}: nobody is asked twice`)
      spent += 25_000
    }
  })
}
