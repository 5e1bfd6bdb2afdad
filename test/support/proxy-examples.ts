// The configurations of deploy/proxies as a test runs them: the addresses of the replicas, the port, the name and the folder of the
// certificates are replaced, and the pauses between checks are shortened. Everything else is what an operator copies.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request, type Agent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { createCertificate, type Certificate } from './certificates.ts'
import { eventually } from './eventually.ts'
import { freePorts, isRunning, startProgram } from './processes.ts'

export type ProxyName = 'haproxy' | 'nginx' | 'caddy'

export const EXAMPLES: Readonly<Record<ProxyName, string>> = { haproxy: 'haproxy.cfg', nginx: 'nginx.conf', caddy: 'Caddyfile' }

export const authority = createCertificate('Test authority')
const site = createCertificate('localhost', authority)

export interface RunningProxy {
  readonly port: number
  readonly send: (options: ProxyRequest) => Promise<{ readonly status: number, readonly body: string }>
}

interface ProxyRequest {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Of the client. */
  readonly certificate?: Certificate
  readonly agent?: Agent
  /** Called with each part of the answer as it comes. */
  readonly onPart?: (part: string) => void
}

/** Why this proxy cannot be tested here, or false. */
export function whyNotHere (name: ProxyName): string | false {
  const found = spawnSync(name, [name === 'nginx' || name === 'haproxy' ? '-v' : 'version'], { stdio: 'ignore' }).error === undefined
  return found ? false : `${name} is not installed: apt-get install ${name === 'nginx' ? 'nginx-light' : name}`
}

/** @param replicas two addresses, as HOST:PORT */
export async function startProxyExample (t: Test, name: ProxyName, replicas: readonly [string, string]): Promise<RunningProxy> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const write = (file: string, text: string) => { writeFileSync(join(folder, file), text, { mode: 0o600 }) }
  write('site.pem', site.certPem)
  write('site-key.pem', site.keyPem)
  write('site-and-key.pem', `${site.certPem}${site.keyPem}`)
  write('clients.pem', authority.certPem)
  const [port = 0, plain = 0] = await freePorts(2)
  const example = readFileSync(`deploy/proxies/${EXAMPLES[name]}`, 'utf8')
    .replaceAll('/etc/ssl/gateway', folder)
    .replaceAll('10.0.0.1:3443', replicas[0]).replaceAll('10.0.0.2:3443', replicas[1])
    .replaceAll('https://mcp.example.com', `https://localhost:${port}`)
    .replaceAll('500ms', '100ms')
  write('proxy.conf', onThisMachine(name, example, { folder, port, plain }))
  const [command, args] = commandOf(name, join(folder, 'proxy.conf'), folder)
  const program = startProgram(command, args, { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder })
  t.teardown(async () => {
    if (isRunning(program.pid)) program.signal('SIGTERM')
    await program.ended
    rmSync(folder, { recursive: true, force: true })
  })
  const send = (options: ProxyRequest) => sendThrough(port, options)
  await eventually(`${name} passes requests on: ${program.lines.join('\n')}`, async () => {
    if (!isRunning(program.pid)) throw new Error(`${name} ended:\n${program.lines.join('\n')}`)
    return await send({ path: '/health' }).then(({ status }) => status === 200, () => false)
  })
  return { port, send }
}

/** What belongs to a machine and not to the example: ports, and folders for temporary files. */
function onThisMachine (
  name: ProxyName, example: string, { folder, port, plain }: { folder: string, port: number, plain: number }
): string {
  switch (name) {
    case 'haproxy': return example.replace('bind :443', `bind 127.0.0.1:${port}`).replace('    log global\n', '')
    case 'caddy': return example.replace('admin off', `admin off\n\thttp_port ${plain}`)
    case 'nginx': {
      const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(kind => `${kind}_temp_path ${folder}/${kind};`).join(' ')
      return `pid ${folder}/nginx.pid;\nerror_log stderr;\nuser root;\n${example.replace('listen 443', `listen 127.0.0.1:${port}`)
        .replace('access_log off;', `access_log off; ${folders}`)}`
    }
  }
}

function commandOf (name: ProxyName, file: string, folder: string): [command: string, args: readonly string[]] {
  switch (name) {
    case 'haproxy': return ['haproxy', ['-db', '-f', file]]
    case 'nginx': return ['nginx', ['-p', folder, '-c', file, '-g', 'daemon off;']]
    case 'caddy': return ['caddy', ['run', '--adapter', 'caddyfile', '--config', file]]
  }
}

function sendThrough (port: number, options: ProxyRequest): Promise<{ status: number, body: string }> {
  const { path = '/mcp', method = 'GET', headers = {}, body = '', certificate, agent, onPart } = options
  return new Promise((resolve, reject) => {
    const client = certificate === undefined ? {} : { cert: certificate.certPem, key: certificate.keyPem }
    const to = { host: 'localhost', port, path, method, ca: authority.certPem, agent: agent ?? false, headers, ...client }
    const sent = request(to, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => { text += part; onPart?.(part) })
      response.once('end', () => { resolve({ status: response.statusCode ?? 0, body: text }) }).once('error', reject)
    })
    sent.once('error', reject).end(body)
  })
}
