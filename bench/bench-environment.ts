// What runs during a measurement? The processes, their loads and their files: started on demand, and all ended together.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Contender } from './comparison.ts'
import { createDatabase, type DatabaseContent } from './database.ts'
import { createLoad, type Load, type Work } from './load.ts'
import { startStubAuthorizationServer } from './servers/stub-authorization-server.ts'
import { startUpstreamHttp, type UpstreamHttp } from './servers/upstream-http.ts'
import { startProcess, type MeasuredProcess, type ProcessOptions } from './measured-process.ts'

export interface Server {
  readonly process: MeasuredProcess
  readonly load: Load
}

export interface Bench {
  /** Of the files of this run. */
  readonly directory: string
  readonly authorizationServer: string
  /** Another MCP server, over HTTP. */
  readonly upstream: UpstreamHttp
  /** @param program without its ending, relative to bench/ */
  readonly start: (program: string, args?: readonly string[], options?: ProcessOptions) => Promise<Server>
  /** The path of a new database. */
  readonly database: (content?: DatabaseContent) => Promise<string>
  readonly end: (server: Server) => Promise<void>
  /** The process ends without a signal, and writes what it has to write. */
  readonly leave: (server: Server) => Promise<void>
  readonly endAll: () => Promise<void>
}

export async function openBench (): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'))
  const servers = new Set<Server>()
  let databases = 0

  async function start (program: string, args: readonly string[] = [], options: ProcessOptions = {}): Promise<Server> {
    const process = await startProcess(`./${program}.js`, { ...options, args })
    const server = { process, load: createLoad(process.origin, { sleepless: true }) }
    servers.add(server)
    return server
  }

  async function leave (server: Server): Promise<void> {
    servers.delete(server)
    await server.load.close()
    await server.process.leave()
  }

  async function end (server: Server): Promise<void> {
    servers.delete(server)
    await server.load.close()
    await server.process.end()
  }

  const authorizationServer = await startStubAuthorizationServer()
  const upstream = await startUpstreamHttp()
  return {
    directory,
    authorizationServer: authorizationServer.origin,
    upstream,
    start,
    end,
    leave,
    async database (content) {
      databases += 1
      const path = join(directory, `tickets-${databases}.db`)
      await createDatabase(path, content)
      return path
    },
    async endAll () {
      await Promise.all([...servers].map(end))
      authorizationServer.close()
      upstream.close()
      rmSync(directory, { recursive: true, force: true })
    }
  }
}

/** A server at a piece of work. */
export function contender (name: string, server: Server, work: Work, requests: number): Contender {
  return { name, server, work, requests }
}
