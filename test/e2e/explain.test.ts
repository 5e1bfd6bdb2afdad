// `explain` as an operator runs it: with the configuration of the gateway, the token on standard input, and the practice
// server as the one who knows the token.

import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { readTokenFile } from '../../src/cli/token-file.ts'
import { runExplain } from '../../src/cli/explain-command.ts'
import { explainTokenAt } from '../../src/cli/token-explainer.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { covers } from '../support/covers.ts'
import { programArguments } from '../support/program.ts'

const RESOURCE = 'http://localhost:3443/mcp'
const SCOPE = 'mcp:tickets:read mcp:tickets:write'
const DETAILS = [{ type: 'ticket-reservation', actions: ['book'], maxAmount: 10_000, currency: 'JPY' }]

const practice = await createPracticeServer({ resources: [RESOURCE, 'http://localhost:3443/other'] })
const folder = mkdtempSync(join(tmpdir(), 'explain-'))
t.teardown(async () => {
  await practice.close()
  rmSync(folder, { recursive: true })
})

const file = join(folder, 'gateway.json')
writeFileSync(file, JSON.stringify({
  resource: { identifier: RESOURCE },
  authorizationServer: {
    issuer: practice.issuer, introspection: { clientId: practice.introspectionClient.id, clientSecret: practice.introspectionClient.secret }
  },
  storage: { url: 'sqlite::memory:' }
}))

interface Said { readonly status: number | null, readonly out: string, readonly errors: string }

/** In this process: the command, with everything that it reads and writes in hand. */
async function explain (token: string, args: readonly string[], env: Record<string, string> = {}): Promise<Said> {
  const before = { ...process.env }
  Object.assign(process.env, { GATEWAY_CONFIG: file, ...env })
  let out = ''
  let errors = ''
  const terminal = { write: (text: string) => { out += text }, writeError: (text: string) => { errors += text } }
  try {
    const status = await runExplain(args, terminal, explainTokenAt, name => readTokenFile(name, () => token))
    return { status, out, errors }
  } finally {
    process.env = before
  }
}

async function explainInProcess (token: string, args: readonly string[]): Promise<Said> {
  const child = spawn(process.execPath, [
    ...programArguments('src/cli/mcp-resource-gateway'), 'explain', ...args
  ], { cwd: folder, env: { GATEWAY_CONFIG: file } })
  const ended = new Promise<number | null>((resolve, reject) => { child.once('close', resolve).once('error', reject) })
  child.stdin.end(token)
  const [out, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { status, out, errors }
}

t.test('explain — says check by check what a token on standard input allows, and never shows it', async t => {
  covers('policy.explanation-agrees-with-decision')
  const token = await practice.mintToken({ subject: 'the-subject', scope: SCOPE, authorizationDetails: DETAILS })
  const refused = await explainInProcess(`${token}\n`, ['reserve_ticket', '{"ticket_id":2,"seats":2}'])
  t.equal(refused.status, 1)
  t.equal(refused.out, `the token: good here
  [passed] credentials
  [passed] active
  [passed] usable-claims
  [passed] lifetime
  [passed] issuer
  [passed] sender-constraint
  [passed] audience
  [passed] client
  [passed] subject
reserve_ticket: refused: insufficient-authorization
  [passed] The token has the scope that is needed: mcp:tickets:write.
  [not-needed] No particular authentication is needed.
  [failed] No element of type ticket-reservation allows this: #0 does not cover it (maxAmount).
  #0 Allowed actions: book; Highest amount of one reservation: ¥10,000; Currency: JPY
  -> authorization_details=[{"type":"ticket-reservation","actions":["book"],"maxAmount":16000,"currency":"JPY","ticketIds":[2]}]
`)
  const allowed = await explain(`${token}\n`, ['reserve_ticket', '{"ticket_id":2,"seats":1}'])
  t.equal(allowed.status, 0, allowed.out)
  t.match(allowed.out, 'reserve_ticket: allowed')

  const everything = await explain(token, ['--json'])
  t.match(JSON.parse(everything.out), {
    token: [{ check: 'credentials', outcome: 'passed' }],
    tools: [
      { tool: 'list_tickets' }, {}, { tool: 'reserve_ticket', explanation: { verdict: 'depends-on-arguments' } }
    ]
  })
  for (const { out, errors } of [refused, allowed, everything]) t.notMatch(out + errors, new RegExp(`${token}|the-subject`))
  t.strictSame(readdirSync(folder), ['gateway.json'], 'nothing is left behind')
})

t.test('explain — says why a token is no good, and what to look at', async t => {
  const elsewhere = await explain(await practice.mintToken({ subject: '1004', scope: SCOPE, resource: 'http://localhost:3443/other' }), ['list_tickets'])
  t.equal(elsewhere.status, 1)
  t.match(elsewhere.out, 'the token: refused')
  t.match(elsewhere.out, '[failed] audience\n  The token was issued for another resource. Compare RESOURCE_IDENTIFIER')
  t.match((await explain('no-such-token', [])).out, '[failed] active')
})

t.test('explain — a token as an argument, a wrong question or an authorization server that is away is one clear line', async t => {
  const token = await practice.mintToken({ subject: '1004', scope: SCOPE })
  const given = await explain('', ['--token-file', token])
  t.equal(given.status, 2)
  t.notMatch(given.out + given.errors, token)
  t.match(await explain(token, ['no_such_tool']), { status: 1, errors: 'there is no such tool\n' })
  t.match((await explain(token, ['reserve_ticket', 'two seats'])).errors, 'expected a JSON object')
  t.match((await explain('', [])).errors, 'the file holds no token')
  const away = await explain(token, [], { AUTHORIZATION_SERVER_ISSUER: 'http://localhost:9' })
  t.equal(away.status, 1)
  t.match(away.errors, /^GW_AUTHORIZATION_SERVER_UNAVAILABLE: .*\n$/)
  t.match((await explain(token, [], { GATEWAY_CONFIG: 'no-such-file.json' })).errors, 'no such file')
})
