// The example in config/files.json with the paths of this machine: the file server that was installed beside this script, and a folder
// with two files to try it with. The decisions and the lock are those of config/upstreams, unchanged.

import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isJsonObject, type JsonValue } from '../../src/kernel/json.ts'

/** There once scripts/filesystem-server is installed. */
export const FILE_SERVER_PACKAGES = 'scripts/filesystem-server/node_modules'
export const FILE_SERVER = '@modelcontextprotocol/server-filesystem/dist/index.js'

/** What the paths in config/upstreams/files.json stand for here; longer ones first. */
interface Paths {
  readonly '/opt/mcp/node_modules': string
  readonly '/srv/projects': string
  readonly '/usr/bin/node': string
}

const SAMPLES = { 'apollo/plan.txt': 'The plan of Apollo\n', 'zeus/secret.txt': 'The secret of Zeus\n' } as const

export interface FilesExample {
  /** The configuration of the gateway. */
  readonly config: string
  /** The folder that the file server serves. */
  readonly folder: string
}

/**
 * Writes the files; a sample that exists is left as it is.
 * @param directory for all of it; made when it does not exist
 */
export function writeFilesExample (directory: string, packages: string = FILE_SERVER_PACKAGES): FilesExample {
  mkdirSync(join(directory, 'upstreams'), { recursive: true })
  for (const [path, text] of Object.entries(SAMPLES)) {
    const file = join(directory, 'projects', path)
    mkdirSync(join(file, '..'), { recursive: true })
    if (!existsSync(file)) writeFileSync(file, text)
  }
  // The file server and the gateway must mean the same path: without symbolic links.
  const folder = realpathSync(join(directory, 'projects'))
  const here: Paths = { '/opt/mcp/node_modules': resolve(packages), '/srv/projects': folder, '/usr/bin/node': process.execPath }
  writeWithPaths('config/upstreams/files.json', join(directory, 'upstreams/files.json'), here)
  copyFileSync('config/upstreams/files.lock.json', join(directory, 'upstreams/files.lock.json'))
  const config = join(directory, 'files.json')
  writeWithPaths('config/files.json', config, here)
  return { config, folder }
}

function writeWithPaths (from: string, to: string, here: Paths): void {
  const written = JSON.parse(readFileSync(from, 'utf8')) as JsonValue
  writeFileSync(to, `${JSON.stringify(withPaths(written, here), null, 2)}\n`)
}

function withPaths (value: JsonValue, here: Paths): JsonValue {
  if (typeof value === 'string') {
    return Object.entries(here).reduce((text, [written, real]: [string, string]) => text.replaceAll(written, real), value)
  }
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(item => withPaths(item, here))
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withPaths(item, here)])) : value
}
