// Log lines as a person at a terminal reads them.

import t from 'tap'
import { changedMembers } from '../../src/config/changed-members.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { describeConfig } from '../../src/config/redaction.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { readableLine, wantsColor } from '../../src/kernel/readable-line.ts'
import { covers } from '../support/covers.ts'

const PLAIN = { color: false, shownConfiguration: changedMembers }
/** As the process shows it, in the zone of TZ. */
const TIME = new Date(1_764_300_000_000)
const CLOCK = TIME.toTimeString().slice(0, 8)

function shown (members: JsonObject, style = PLAIN): string {
  return readableLine(JSON.stringify({ level: 30, time: TIME.getTime(), ...members }), style)
}

t.test('decision — verdict, status, method, tool, reason and time in one short line', t => {
  covers('log.for-people')
  const decision = {
    event: 'decision',
    method: 'tools/call',
    tool: 'reserve_ticket',
    version: '2025-11-25',
    clientId: 'c',
    tokenHash: 'abc',
    durationMs: 2.72,
    msg: 'decision'
  }
  t.equal(shown({ ...decision, reqId: 'req-1', granted: true, reason: 'permitted', status: 200 }),
    `${CLOCK} granted 200 tools/call reserve_ticket (2.72 ms) clientId=c tokenHash=abc`)
  t.equal(shown({ ...decision, granted: false, reason: 'insufficient-authorization', remark: 'maxAmount', status: 403 }),
    `${CLOCK} denied 403 tools/call reserve_ticket: insufficient-authorization, maxAmount (2.72 ms) clientId=c tokenHash=abc`)
  t.equal(shown({ event: 'decision', granted: false, reason: 'missing-token', status: 401, durationMs: 0, msg: 'decision' }),
    `${CLOCK} denied 401: missing-token (0 ms)`)
  t.end()
})

t.test('configuration — what is not the default, and no secret', t => {
  covers('log.for-people')
  const config = parseConfig({
    port: 8080,
    resource: { identifier: 'https://api.example/mcp' },
    authorizationServer: { issuer: 'https://as.example', introspection: { clientId: 'gateway', clientSecret: 'a-secret-of-this-gateway' } },
    limits: { toolTimeoutMs: 1000 }
  })
  const described = JSON.parse(JSON.stringify(describeConfig(config))) as JsonObject
  const line = shown({ event: 'configuration', file: 'gateway.json', ...described, msg: 'configuration loaded' })
  t.equal(line, `${CLOCK} configuration loaded: gateway.json port=8080 resource.identifier=https://api.example/mcp ` +
    'authorizationServer.issuer=https://as.example authorizationServer.introspection.clientId=gateway limits.toolTimeoutMs=1000')
  t.end()
})

t.test('other lines — level, words and members; what is no log line stays as it is', t => {
  covers('log.for-people')
  t.equal(shown({ level: 40, event: 'storage-created', storage: 'x', msg: 'created' }), `${CLOCK} WARN created storage=x`)
  t.equal(shown({ msg: 'closed' }), `${CLOCK} closed`)
  for (const text of ['ticket shop ready', '', '{"level":', '{"level":30', '{"other":1}']) t.equal(readableLine(text, PLAIN), text)
  t.end()
})

t.test('a terminal — obeys nothing that stands in a log line', t => {
  covers('log.for-people', 'cli.no-escapes-on-a-terminal')
  for (const hostile of ['\u001b[2J', '\u009b2J', 'a\nb', '\u202etxt', '\u0007']) {
    const lines = [
      shown({ event: 'decision', granted: false, reason: 'r', remark: hostile, tool: hostile, clientId: hostile, status: 403 }),
      shown({ msg: hostile, other: { deep: hostile } }),
      shown({ msg: hostile }, { ...PLAIN, color: true }).replaceAll('\u001b[0m', '').replaceAll('\u001b[2m', '')
    ]
    t.notOk(lines.some(line => /[\p{Cc}\p{Cf}]/u.test(line)), JSON.stringify(hostile))
  }
  t.end()
})

t.test('colour — NO_COLOR and a terminal without it are respected, FORCE_COLOR comes first', t => {
  covers('log.for-people')
  const cases = [
    [{}, true, true], [{}, false, false], [{ NO_COLOR: '1' }, true, false], [{ NO_COLOR: '' }, true, true], [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true], [{ FORCE_COLOR: '0' }, true, false]
  ] as const
  t.strictSame(cases.map(([env, isTerminal]) => wantsColor(env, isTerminal)), cases.map(([,, wanted]) => wanted))
  const colored = shown({ event: 'decision', granted: true, status: 200, msg: 'decision' }, { ...PLAIN, color: true })
  t.match(colored, '\u001b[32mgranted 200\u001b[0m')
  t.end()
})
