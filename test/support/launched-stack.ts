// The local stack as the launcher starts it, on free ports and with its own storage.

import type { Test } from 'tap'
import { freePorts, startProgram, type RunningProgram } from './processes.ts'
import { builtProgram } from './program.ts'

export interface Stack {
  readonly program: RunningProgram
  readonly gateway: string
  readonly issuer: string
  readonly shop: string
  /** Of the gateway, the practice server, and Inspector with its proxy. */
  readonly ports: readonly number[]
}

export async function launch (t: Test, args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const [port = 0, asPort = 0, clientPort = 0, serverPort = 0, sitePort = 0, noticesPort = 0] = await freePorts(6)
  const program = startProgram(process.execPath, [builtProgram('.build/scripts/launch.js'), ...args], {
    PORT: String(port),
    PRACTICE_AS_PORT: String(asPort),
    CLIENT_PORT: String(clientPort),
    SERVER_PORT: String(serverPort),
    SITE_PORT: String(sitePort),
    NOTICES_PORT: String(noticesPort),
    STORAGE_URL: `sqlite:${t.testdir()}/tickets.db`,
    ...more
  })
  t.teardown(async () => {
    program.signal('SIGTERM')
    await program.ended
  })
  const at = (one: number) => `http://localhost:${one}`
  return { program, gateway: `${at(port)}/mcp`, issuer: at(asPort), shop: at(sitePort), ports: [port, asPort, clientPort, serverPort] }
}
