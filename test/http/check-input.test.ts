// What the check of other servers is given: addresses, challenges, the command line and the file with a token.

import fc from 'fast-check'
import t from 'tap'
import { parseChallenges } from '../../src/check/challenge-syntax.ts'
import { checkConnection } from '../../src/check/checks/connection-checks.ts'
import type { CheckReport } from '../../src/check/inspect.ts'
import { mayFollow, parseTarget } from '../../src/check/target.ts'
import { runCheck } from '../../src/cli/check-command.ts'
import { readTokenFile } from '../../src/cli/token-file.ts'
import { covers } from '../support/covers.ts'
import { startPoorServer } from '../support/poor-server.ts'
import { startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const targetOf = (url: string) => {
  const target = parseTarget(url)
  if (!target.ok) throw new Error(target.error)
  return target.value
}

t.test('check — plain http off this machine is an error, https or this machine is not', t => {
  const silence = { kind: 'none', reason: 'unreachable' } as const
  const encrypted = (address: string) => checkConnection({
    target: targetOf(address),
    unauthenticated: { initialize: silence, 'tools/list': silence, 'server/discover': silence, notification: silence }
  }, true).find(({ rule }) => rule === 'connection.encrypted')
  t.match(encrypted('http://mcp.example.com/mcp'), { outcome: 'failed', seen: 'http off loopback' })
  t.match(encrypted('http://localhost.example.com/mcp'), { outcome: 'failed' })
  t.match(encrypted('https://mcp.example.com/mcp'), { outcome: 'passed', seen: 'https' })
  t.match(encrypted('http://[::1]:3443/mcp'), { outcome: 'passed', seen: 'http on loopback' })
  t.end()
})

t.test('check — an address is refused when it could not be checked as written', t => {
  for (const text of ['mcp.example.com/mcp', 'ftp://host/mcp', 'https://user:secret@host/mcp', 'https://host/mcp?x=1', 'https://host/mcp#x', 'http://']) {
    t.equal(parseTarget(text).ok, false, text)
  }
  t.equal(targetOf('https://host').url, 'https://host', 'a client writes it without the slash')
  t.equal(targetOf('https://host/a/mcp').pathMetadata.href, 'https://host/.well-known/oauth-protected-resource/a/mcp')
  t.end()
})

t.test('check — a server out there cannot send the checking machine to itself', t => {
  covers('check.follows-no-address-inwards')
  const outside = targetOf('https://mcp.example.com/mcp')
  for (const url of ['http://localhost:8080/', 'https://127.0.0.1/', 'http://as.example.com/', 'file:///etc/passwd', 'https://user@as.example.com/', 'https://[::1]/']) t.equal(mayFollow(outside, new URL(url)), false, url)
  t.equal(mayFollow(outside, new URL('https://as.example.com/')), true)
  t.equal(mayFollow(targetOf('http://localhost:3443/mcp'), new URL('http://localhost:9000/')), true)
  t.end()
})

t.test('check — challenges are read as RFC 9110 writes them', t => {
  const read = (...lines: string[]) => {
    const parsed = parseChallenges(lines)
    return parsed.ok ? parsed.value.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]) : parsed.error
  }
  t.strictSame(read('Bearer'), [['bearer', {}]])
  t.strictSame(read('Negotiate aGVsbG8=, Bearer realm="a, \\"b\\"", scope=read'),
    [['negotiate', {}], ['bearer', { realm: 'a, "b"', scope: 'read' }]])
  t.strictSame(read('Basic realm="x"', 'BEARER Error = "e"'), [['basic', { realm: 'x' }], ['bearer', { error: 'e' }]],
    'two lines are one list')
  t.strictSame(read(', Bearer a=b ,, Basic'), [['bearer', { a: 'b' }], ['basic', {}]], 'empty elements count for nothing')
  for (const wrong of ['', 'Bearer realm="x" error="y"', 'Bearer realm="x', 'Bearer a=b, a=c', 'Bearer realm="チケット"', 'Bearer realm=x y',
    '"Bearer"', 'Bearer a="b"c']) t.type(read(wrong), 'string', JSON.stringify(wrong))
  const pieces = fc.array(fc.oneof(fc.constantFrom('Bearer', 'DPoP', ' ', ',', '=', '"', '\\', 'a="b"', 'realm', '\t', 'dGVzdA=='),
    fc.string()), { maxLength: 30 }).map(parts => parts.join(''))
  fc.assert(fc.property(fc.array(pieces, { maxLength: 3 }), lines => {
    const parsed = parseChallenges(lines)
    return parsed.ok
      ? parsed.value.every(({ scheme }) =>
        scheme !== '' && lines.some(line => line.toLowerCase().includes(scheme)))
      : parsed.error !== ''
  }), { numRuns: 1000 })
  t.end()
})

t.test('check — the command line says what is wrong with it, and its status says how it went', async t => {
  const server = await startPoorServer('challenge.scope', 'server-metadata.cors')
  const bad = await startPoorServer('surface.get')
  t.teardown(async () => { await Promise.all([server.close(), bad.close()]) })
  const run = async (...args: string[]) => {
    let written = ''
    let complaints = ''
    const status = await runCheck(args, { write: text => { written += text }, writeError: text => { complaints += text } })
    return { status, written, complaints }
  }
  t.match(await run(server.url), { status: 0, written: /1 warning, 1 hint/ }, 'warnings alone are no error')
  t.match(await run(server.url, '--strict'), { status: 1 })
  t.match(await run(bad.url), { status: 1, written: /ERROR {4}surface\.get: not so/ })
  const json = JSON.parse((await run(bad.url, '--json')).written) as CheckReport
  t.match(json, { target: bad.url, withToken: false, summary: { errors: 1 } })
  t.match(await run('--help'), { status: 0, written: /^Usage: mcp-resource-gateway check URL/ })
  t.match(await run(), { status: 2, complaints: 'expected one address; --help lists the options\n' })
  t.match(await run('nonsense'), { status: 2, complaints: /^expected the address of an MCP endpoint/ })
  t.match(await run(bad.url, '--tokenfile=secret-value'),
    { status: 2, complaints: 'unknown option --tokenfile; did you mean --token-file? --help lists the options\n' },
    'and no value is repeated')
  t.match(await run(bad.url, '--timeout-seconds', '0'), { status: 2 })
  t.match(await run(bad.url, '--origin', 'http://localhost:6274/'), { status: 2 })
  t.match(await run(bad.url, '--token-file', 'no/such/file'), { status: 2, complaints: /the file cannot be read/ })
  t.match(await run('http://mcp.example.com/mcp', '--token-file', 'package.json'), { status: 2 })
})

t.test('commands — the program finds the one that was called, and ends with its status', async t => {
  const server = await startPoorServer('surface.get')
  t.teardown(server.close)
  const run = async (...args: string[]) => {
    const program = startProgram(process.execPath, [builtProgram('dist/cli.js'), ...args])
    const { code } = await program.ended
    return { code, text: program.lines.join('\n') }
  }
  t.match(await run('check', server.url), { code: 1, text: /surface\.get/ })
  t.match(await run('help'), { code: 0, text: /check how|check +checks how/ })
  t.match(await run('doctor', '--help'), { code: 0, text: /^Usage: mcp-resource-gateway doctor/ })
  t.match(await run('serve', '--help'), { code: 0, text: /Runs the gateway/ })
  t.match(await run('start', '--help'), { code: 0, text: /Runs the gateway/ })
  t.match(await run('chek'), { code: 2, text: 'unknown command; did you mean check? --help lists the commands' })
})

t.test('token file — one token and nothing else, from a file or standard input', t => {
  covers('cli.token-never-an-argument')
  t.strictSame(readTokenFile('-', source => source === 0 ? ' abc.def \n' : ''), { ok: true, value: 'abc.def' })
  for (const text of ['', 'Bearer abc', '{"access_token":"abc"}', 'a b', 'a\nb']) {
    t.equal(readTokenFile('x', () => text).ok, false, JSON.stringify(text))
  }
  const mistaken = readTokenFile('IU7JGeoJxJSGfAY7nT9A-kK4GAGQgenvHtaRbaUcwoU', () => 'abc')
  t.match(mistaken, { ok: false, error: /looks like a token/ })
  t.notMatch(JSON.stringify(mistaken), 'IU7JGeo')
  t.end()
})
