// The environment of an upstream process: what configuration names, and four variables. Nothing else of the gateway's environment, which
// holds its secrets; `HOME` is an empty directory that exists as long as the process.

import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StdioTransport, UpstreamDependencies } from '../upstream-port.ts'

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin'

export function processEnvironment (
  env: StdioTransport['env'], home: string, { PATH, LANG, TZ }: NonNullable<UpstreamDependencies['environment']>
): Record<string, string> {
  return {
    PATH: PATH ?? DEFAULT_PATH,
    ...(LANG !== undefined && { LANG }),
    ...(TZ !== undefined && { TZ }),
    HOME: home,
    ...env
  }
}

/** Readable by its user alone. */
export async function makeHome (user: StdioTransport['user']): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'mcp-upstream-'))
  if (user !== undefined) await chown(home, user.uid, user.gid)
  return home
}

export async function removeHome (home: string): Promise<void> {
  await rm(home, { recursive: true, force: true }).catch(() => {})
}
