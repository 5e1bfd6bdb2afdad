// The practice authorization server as a process of its own: what it prints, and how it ends.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { createInterface } from 'node:readline'
import t from 'tap'
import { issuer } from '../support/practice-pages.ts'
import { programArguments } from '../support/program.ts'

function start (environment: Record<string, string>, ...args: string[]) {
  const { PRACTICE_AS_PORT: _port, PRACTICE_AS_RESOURCE: _resource, ...inherited } = process.env
  return spawn(process.execPath, [...programArguments('src/practice-as/practice-as'), ...args],
    { env: { ...inherited, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function finish (child: ReturnType<typeof start>): Promise<{ code: number | null, stdout: string, stderr: string }> {
  const reply = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => { reply.stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { reply.stderr += text })
  const [code] = await once(child, 'close') as [number | null]
  return { code, ...reply }
}

t.test('process — says when it is ready and that it is for practice, and ends on SIGTERM', async t => {
  const child = start({ PRACTICE_AS_PORT: '0', PRACTICE_AS_RESOURCE: 'https://a.example/mcp, https://b.example/mcp' })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = finish(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ready = String((await lines.next()).value)
  const url = /^practice authorization server ready: (http:\/\/localhost:\d+)$/.exec(ready)?.[1] ?? ''
  t.match(String((await lines.next()).value), 'for practice only')
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []).map(({ address }) => address)
  for (const address of ['127.0.0.1', ...(addresses.includes('::1') ? ['[::1]'] : [])]) {
    t.match(await (await fetch(url.replace('localhost', address))).text().then(html => html.replaceAll('<wbr>', '')), 'https://b.example/mcp')
  }
  child.kill('SIGTERM')
  const { code, stderr } = await ended
  t.equal(code, 0)
  t.equal(stderr, '', 'no warning of a runtime')
})

t.test('process — a port in use, a wrong value or argument is one clear line and status 1', async t => {
  const { port } = new URL(issuer)
  const cases: readonly [Record<string, string>, string[], RegExp][] = [
    [{ PRACTICE_AS_PORT: port }, [], new RegExp(`^practice authorization server: port ${port} on localhost is in use; .*PRACTICE_AS_PORT.*\n$`)],
    [{ PRACTICE_AS_PORT: 'http' }, [], /^practice authorization server: PRACTICE_AS_PORT: expected a port number from 0 to 65535\n$/],
    [{ PRACTICE_AS_RESOURCE: 'mcp' }, [], /^practice authorization server: PRACTICE_AS_RESOURCE: expected absolute URIs .*\n$/],
    [{}, ['--prot'], /^practice authorization server: unknown argument --prot; .*\n$/]
  ]
  for (const [environment, args, line] of cases) {
    const { code, stdout, stderr } = await finish(start(environment, ...args))
    t.equal(code, 1)
    t.equal(stdout, '')
    t.match(stderr, line)
  }
  const help = await finish(start({}, '--help'))
  t.equal(help.code, 0)
  t.match(help.stdout, 'PRACTICE_AS_RESOURCE')
})
