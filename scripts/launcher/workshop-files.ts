// The files of a workshop: a configuration of the gateway with two protected resources, the tickets and the sample files, so that a token
// for the one can be shown to the other. Made from config/local.json, whose language and client it keeps.

import { readFileSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Environment } from '../../src/config/environment.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/kernel/json.ts'
import { writeFilesExample } from './files-example.ts'

const WORKSHOP_DIRECTORY = 'data/workshop'

export interface WorkshopFiles {
  /** The configuration of the gateway. */
  readonly config: string
  /** What the file server serves. */
  readonly folder: string
  /** The second resource: files. */
  readonly filesUrl: string
  readonly consolePort: number
  readonly directory: string
}

/**
 * @param host `localhost`, or the one address of a class
 * @throws the error of the file system
 */
export function writeWorkshop (env: Environment, host: string, directory = env['WORKSHOP_DIRECTORY'] ?? WORKSHOP_DIRECTORY): WorkshopFiles {
  const { folder } = writeFilesExample(join(directory, 'files'))
  letAClassIn(join(directory, 'files/upstreams/files.json'))
  const local = JSON.parse(readFileSync('config/local.json', 'utf8')) as JsonValue
  if (!isJsonObject(local)) throw new TypeError('config/local.json is no object')
  const { $schema: _, profile, authorizationServer, policy = {}, ...members } = local
  const port = Number(env['PORT'] ?? 3443)
  const consolePort = Number(env['CONSOLE_PORT'] ?? 3444)
  const issuer = `http://${host}:${env['PRACTICE_AS_PORT'] ?? '9000'}`
  const isClass = host !== 'localhost'
  const filesUrl = `http://${host}:${port}/files`
  const config: JsonObject = {
    ...members,
    ...(profile === undefined || isClass ? {} : { profile }),
    host,
    port,
    resource: { identifier: `http://${host}:${port}/mcp`, name: 'Ticket reservations' },
    authorizationServer: {
      ...(isJsonObject(authorizationServer) ? authorizationServer : {}), issuer, ...(isClass ? { allowInsecureIssuer: issuer } : {})
    },
    policy,
    endpoints: [{
      identifier: filesUrl,
      name: 'Files',
      upstreams: ['./files/upstreams/files.json'],
      tools: { builtIn: ['explain_authorization'] },
      policy: { authorizationDetailsWhenAbsent: 'deny' }
    }],
    storage: { url: `sqlite:${isAbsolute(directory) ? '' : './'}${join(directory, 'tickets.db')}` },
    // A class is behind one address; whoever asks too often is slowed down as one person.
    limits: { requestsPerMinutePerPerson: 600, requestsPerMinutePerAddress: 0 },
    // It shows who called what: on this machine alone, whatever the gateway listens on.
    console: { enabled: true, host: 'localhost', port: consolePort }
  }
  const file = join(directory, 'workshop.json')
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`)
  return { config: file, folder, filesUrl, consolePort, directory }
}

/** More calls at a time than a class has people: none of them should be refused because the others are there. */
function letAClassIn (upstreamFile: string): void {
  const written = JSON.parse(readFileSync(upstreamFile, 'utf8')) as JsonValue
  if (!isJsonObject(written)) throw new TypeError(`${upstreamFile} is no object`)
  const limits = isJsonObject(written['limits']) ? written['limits'] : {}
  writeFileSync(upstreamFile, `${JSON.stringify({ ...written, limits: { ...limits, concurrent: 256 } }, null, 2)}\n`)
}
