// `init` with flags, in front of real programs and servers of the test: the files it writes, and the command lines it refuses.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runInit } from '../../src/cli/init/init-command.ts'
import type { Dialogue } from '../../src/cli/init/dialogue.ts'
import { runUpstream } from '../../src/cli/upstream-command.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { loadServed } from '../../src/server/load-served.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { answersJson, startStubAuthorizationServer } from '../support/stub-authorization-server.ts'

const SERVER = join(process.cwd(), 'test/support/small-mcp-server.mjs')
const NOBODY = 'http://127.0.0.1:9'

interface Place {
  readonly folder: string
  readonly command: readonly string[]
  readonly read: (file: string) => JsonObject
  /** @param answers of a person at a terminal; absent: there is no terminal */
  readonly run: (
    args: readonly string[], answers?: readonly string[], env?: Readonly<Record<string, string>>
  ) => Promise<{ status: number, text: string }>
}

function placeFor (t: Test): Place {
  const folder = mkdtempSync(join(tmpdir(), 'init-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  writeFileSync(join(folder, 'tools'), JSON.stringify([{ name: 'echo', description: 'Says it again.', inputSchema: { type: 'object' } }]))
  return {
    folder,
    command: ['--', process.execPath, SERVER, join(folder, 'tools')],
    read: file => JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonObject,
    async run (args, answers, env = {}) {
      let text = ''
      const write = (more: string) => { text += more }
      const dialogue = answers === undefined ? undefined : () => scripted([...answers], write)
      // The tests of a second Node.js run below npm, and the hints would name npx.
      const sources = { env: { ...process.env, npm_command: undefined, ...env }, cwd: folder, dialogue }
      const status = await runInit(args, { write, writeError: write }, sources)
      return { status, text }
    }
  }
}

function scripted (answers: string[], write: (text: string) => void): Dialogue {
  return {
    ask (question) {
      write(question)
      return Promise.resolve(answers.shift())
    },
    close () {}
  }
}

async function serverWith (t: Test, members: object): Promise<string> {
  const stub = await startStubAuthorizationServer()
  t.teardown(() => stub.close())
  stub.on('/.well-known/oauth-authorization-server', answersJson({ issuer: stub.origin, ...members }))
  return stub.origin
}

t.test('init — files for a server and a program, which the gateway reads after one review', async t => {
  covers('init.files-without-secrets', 'init.follows-the-metadata', 'proxy.adding-offers-nothing')
  const place = placeFor(t)
  const issuer = await serverWith(t, {})
  const introspecting = await serverWith(t, { introspection_endpoint: `${issuer}/introspect` })
  const { status, text } = await place.run(
    [
      '--authorization-server', introspecting, '--name', 'small', '--client-id', 'gateway', '--secret-env', 'SMALL', '--upstream',
      ...place.command
    ])
  t.equal(status, 1, 'a program takes no bearer token')
  t.match(text, /expected "none"/)
  t.strictSame(readdirSync(place.folder), ['tools'], 'nothing was written')

  const good = await place.run(
    ['--authorization-server', introspecting, '--name', 'small', '--client-id', 'gateway', '--upstream', ...place.command])
  t.match(good, { status: 0, text: /small: 1 tool .*written: gateway\.json.*written: small\.json.*"echo"/s })
  t.match(good.text, /What to do next:\n {2}1\. decide.*\n {2}2\. .*review small\.json.*\n {2}3\. at http.*register the client gateway.*\n {2}4\. .*INTROSPECTION_CLIENT_SECRET.*\n {2}5\. .*\. \.\/\.env.*\n {2}6\. .*doctor\n {2}7\. .*start\n$/)
  t.match(place.read('gateway.json'), {
    port: 3443,
    resource: { identifier: 'http://localhost:3443/mcp' },
    authorizationServer: { issuer: introspecting, introspection: { clientId: 'gateway' } },
    upstreams: ['./small.json'],
    tools: { builtIn: ['explain_authorization'] }
  })
  t.match(place.read('small.json'), { name: 'small', tools: { echo: 'hidden' } })
  t.match(readFileSync(join(place.folder, '.env.example'), 'utf8'), /GATEWAY_CONFIG=gateway\.json\nINTROSPECTION_CLIENT_SECRET=\n$/)

  const load = () => loadServed(
    { env: { GATEWAY_CONFIG: 'gateway.json', INTROSPECTION_CLIENT_SECRET: 'a secret of the test' }, cwd: place.folder }
  )
  const unreviewed = load()
  t.match(!unreviewed.ok && unreviewed.error, [{ expected: /no lock .* run mcp-resource-gateway upstream review/ }])
  await runUpstream(['review', 'small.json', '--accept', 'all'], { write () {}, writeError () {} }, { env: process.env, cwd: place.folder })
  t.ok(load().ok)
})

t.test('init — the way to verify tokens follows from the metadata', async t => {
  covers('init.follows-the-metadata')
  const each = collected(t)
  const endpoint = { introspection_endpoint: 'https://as.example/introspect' }
  for (const [members, expected] of [
    [{ ...endpoint, introspection_endpoint_auth_methods_supported: ['client_secret_post'] }, {
      introspection: { clientId: 'mcp-gateway', clientAuthentication: 'client_secret_post' }
    }],
    [{ ...endpoint, token_endpoint_auth_methods_supported: ['private_key_jwt'] },
      { introspection: { clientId: 'mcp-gateway', clientAuthentication: 'private_key_jwt', privateKeyFile: './gateway-key.pem' } }],
    [{ ...endpoint, introspection_endpoint_auth_methods_supported: ['tls_client_auth'] }, { introspection: { clientId: 'mcp-gateway' } }],
    [{ jwks_uri: 'https://as.example/keys' }, { jwt: {} }],
    [{ introspection_endpoint: 'http://as.example/introspect', jwks_uri: 7 }, { introspection: { clientId: 'mcp-gateway' } }]
  ] as const) {
    const place = placeFor(t)
    const issuer = await serverWith(t, members)
    const { status } = await place.run(['--authorization-server', issuer, '--yes'])
    each.strictSame([status, place.read('gateway.json')['authorizationServer']], [0, { issuer, ...expected }])
  }
  each.end()
})

t.test('init — servers that are down, and metadata of somebody else, are said, and the files are written', async t => {
  covers('init.works-without-the-servers')
  const place = placeFor(t)
  const { status, text } = await place.run(['--authorization-server', NOBODY, '--upstream', `${NOBODY}/mcp`, '--name', 'away', '--yes', '--directory', 'deep/er'])
  t.equal(status, 0)
  t.match(text, /metadata could not be read/)
  t.match(text, /away: its tools cannot be listed \(unreachable\)/)
  t.match(text, /1\. cd deep\/er\n {2}2\. start the server, then mcp-resource-gateway upstream review away\.json/)
  t.match(place.read('deep/er/away.json'), { transport: { http: { url: `${NOBODY}/mcp` } }, tools: {} })
  const other = await serverWith(t, { issuer: 'https://other.example\u001b[2J' })
  t.match(await placeFor(t).run(['--authorization-server', other, '--yes']), { status: 0, text: /names another issuer/ })
})

t.test('init — a secret is named, and neither asked for nor written', async t => {
  covers('init.files-without-secrets')
  const place = placeFor(t)
  const away = ['--authorization-server', NOBODY, '--upstream', `${NOBODY}/mcp`, '--name', 'away', '--yes', '--secret-env', 'AWAY_TOKEN']
  const unset = await place.run([...away, '--client-secret-file', '/run/secrets/gateway'])
  t.match(unset, { status: 0, text: /not asked for its tools, because AWAY_TOKEN is not set/ })
  t.match(readFileSync(join(place.folder, '.env.example'), 'utf8'), /INTROSPECTION_CLIENT_SECRET_FILE=\/run\/secrets\/gateway\nAWAY_TOKEN=\n/)
  t.match(place.read('away.json'), { credentials: { header: { scheme: 'Bearer', secret: { env: 'AWAY_TOKEN' } } } })
  const set = await place.run(
    [...away, '--force'], undefined, { AWAY_TOKEN: 'very-secret-1', INTROSPECTION_CLIENT_SECRET: 'very-secret-2' }
  )
  t.equal(set.status, 0)
  const written = ['gateway.json', 'away.json', '.env.example'].map(file => readFileSync(join(place.folder, file), 'utf8')).join('')
  t.notMatch(set.text + written, 'very-secret')
})

t.test('init — answers of a person, also wrong ones and none', async t => {
  covers('init.destroys-nothing', 'init.files-without-secrets')
  const place = placeFor(t)
  const program = place.command.slice(1).join(' ')
  const asked = await place.run([], ['as.example', 'http://as.example', NOBODY, 'https://gw.example/mcp', '', 'no-such-program-here', program])
  t.equal(asked.status, 0)
  t.match(asked.text, /expected the issuer.*expected https.*Client id of the gateway[^:]* \[mcp-gateway\]: .*no such program/s)
  t.match(place.read('gateway.json'), { resource: { identifier: 'https://gw.example/mcp' }, authorizationServer: { introspection: { clientId: 'mcp-gateway' } } })
  t.notOk('port' in place.read('gateway.json'), 'a proxy is in front')
  const other = placeFor(t)
  t.match(await other.run([], [NOBODY, '']), { status: 1, text: /nothing was written\n$/ })
  t.match(await other.run([], ['a', 'b', 'c']), { status: 1, text: /3 answers could not be used: nothing was written/ })
  t.match(await other.run([], [NOBODY, '', '', ''], { npm_command: 'exec' }), { status: 0, text: /add a server: npx mcp-resource-gateway upstream add URL/ })
})

t.test('init — a wrong command line, a file that exists, and a directory that cannot be written', async t => {
  covers('init.destroys-nothing')
  const place = placeFor(t)
  const each = collected(t)
  const as = ['--authorization-server', NOBODY]
  const refuses = async (
    args: readonly string[], status: number, text: string | RegExp
  ) => { each.match(await place.run(args), { status, text }) }
  await refuses(['--autorization-server', NOBODY], 2, 'unknown option --autorization-server')
  await refuses([], 2, 'missing: --authorization-server URL, --upstream URL, --client-id ID (there is no terminal to ask at')
  await refuses(as, 2, 'missing: --upstream URL, --client-id ID (')
  await refuses(['--yes'], 2, 'missing: --authorization-server URL (with --yes nothing is asked)')
  await refuses([...as, '--yes', 'more'], 2, 'expected options only')
  await refuses([...as, '--yes', '--'], 2, '--: expected a command')
  await refuses([...as, '--yes', '--', 'no-such-program-here'], 2, 'no such program')
  await refuses([...as, '--yes', '--upstream', 'http://127.0.0.1:9/mcp', '--', 'node'], 2, 'expected --upstream URL, or -- and a command')
  await refuses(['--authorization-server', 'http://as.example', '--yes'], 2, '--authorization-server: expected https')
  await refuses([...as, '--yes', '--resource', 'http://localhost:3443'], 2, '--resource: expected an address with a path')
  await refuses([...as, '--yes', '--client-id', 'a\nb'], 2, '--client-id: expected')
  await refuses([...as, '--yes', '--upstream', 'http://mcp.example/mcp'], 1, 'expected https')
  await refuses([...as, '--yes', '--upstream', 'http://127.0.0.1:9/mcp', '--name', '../../x'], 1, 'expected a name of up to 32')
  await refuses([...as, '--yes', '--upstream', 'http://127.0.0.1:9/mcp', '--name', 'gateway'], 2, '--name: expected another name')
  await refuses([...as, '--yes', '--directory', 'tools/below'], 1, /--directory: cannot be used: (?:it|a part of the path) is a file/)
  each.strictSame(readdirSync(place.folder), ['tools'], 'nothing was written')
  writeFileSync(join(place.folder, 'gateway.json'), 'mine')
  await refuses([...as, '--yes'], 2, 'gateway.json exists already; --force')
  each.equal(readFileSync(join(place.folder, 'gateway.json'), 'utf8'), 'mine')
  each.equal(existsSync(join(place.folder, '.env.example')), false)
  await refuses([...as, '--yes', '--force'], 0, 'written: gateway.json')
  each.end()
})
