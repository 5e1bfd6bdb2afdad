// The first upstream file of a server: transport, name and credentials from a command line, every tool hidden. `upstream add` and `init`
// write the same one.

import { accessSync, constants } from 'node:fs'
import { basename, delimiter, isAbsolute, join, resolve } from 'node:path'
import type { Environment } from '../config/environment.ts'
import { loadUpstream, type ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import type { ConfigMistake } from '../config/mistake.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { proposal } from '../proxy/review/review-text.ts'
import type { RestListing } from '../upstream/rest/rest-listing.ts'
import type { UpstreamListing } from '../upstream/upstream-port.ts'

export interface DraftRequest {
  readonly url: string | undefined
  /** A program and its arguments, where there is no address. */
  readonly command: readonly string[]
  /** The OpenAPI document of a REST API: a path relative to the directory, or a URL. `url` is then the address of the API. */
  readonly openapi?: string | undefined
  readonly name: string | undefined
  /** The environment variable with a bearer token that the server wants. */
  readonly secretEnv: string | undefined
}

export interface UpstreamDraft {
  readonly name: string
  /** The members of the file, without tools. */
  readonly members: object
}

const NOTE = 'Every tool is hidden at first: decide about each that clients need, then run "upstream review".'

/** @returns an error for the operator when there is no such program */
export function draftUpstream (request: DraftRequest, env: Environment, cwd: string): Result<UpstreamDraft, string> {
  const { secretEnv } = request
  const transport = transportOf(request, env, cwd)
  if (!transport.ok) return transport
  const name = request.name ?? nameFrom(request)
  return ok({
    name,
    members: {
      name,
      note: NOTE,
      transport: transport.value,
      ...(secretEnv === undefined ? {} : { credentials: { header: { scheme: 'Bearer', secret: { env: secretEnv } } } })
    }
  })
}

/** As the gateway will read it. */
export function loadedDraft (
  { members }: UpstreamDraft, file: string, env: Environment, cwd: string
): Result<ConfiguredUpstream, readonly ConfigMistake[]> {
  return loadUpstream(file, { directory: cwd, env, readFile: () => JSON.stringify({ ...members, tools: {} }) })
}

/** @param listing absent: the server could not be asked, and the file names no tool */
export function draftText ({ members }: UpstreamDraft, listing: UpstreamListing | undefined): string {
  const hidden = Object.fromEntries(toolNames(listing).sort().map(tool => [tool, 'hidden']))
  return `${JSON.stringify({ ...members, tools: hidden }, null, 2)}\n`
}

export function toolNames (listing: UpstreamListing | undefined): string[] {
  return (listing?.tools ?? []).flatMap(({ name }) => typeof name === 'string' ? [name] : [])
}

/** A decision for each tool, from its name and the hints of the server. */
export function proposals (listing: UpstreamListing | RestListing): readonly string[] {
  const scopes = 'documentScopes' in listing ? listing.documentScopes : undefined
  return listing.tools.map(({ name, annotations }) => {
    return typeof name === 'string' ? `  ${proposal(name, annotations, scopes?.get(name))}` : `  ${proposal('', annotations)}`
  })
}

function transportOf ({ url, command, openapi }: DraftRequest, env: Environment, cwd: string): Result<object, string> {
  if (openapi !== undefined) return ok({ openapi: { document: openapi, url } })
  if (url !== undefined) return ok({ http: { url } })
  const [program = '', ...args] = command
  const found = programPath(program, env, cwd)
  return found === undefined ? err(`${program}: no such program`) : ok({ stdio: { command: found, args } })
}

/** Files name programs by absolute paths: what PATH finds may change. */
function programPath (program: string, env: Environment, cwd: string): string | undefined {
  if (program.includes('/')) {
    const path = isAbsolute(program) ? program : resolve(cwd, program)
    return isExecutable(path) ? path : undefined
  }
  return (env['PATH'] ?? '').split(delimiter).filter(isAbsolute).map(folder => join(folder, program)).find(isExecutable)
}

function isExecutable (path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The name of the host or of the program: `server-filesystem` of `npx @modelcontextprotocol/server-filesystem@1.0.0`. */
function nameFrom ({ url, command, openapi }: DraftRequest): string {
  const text = openapi !== undefined && !URL.canParse(openapi)
    ? basename(openapi).split('.')[0] ?? ''
    : url !== undefined && URL.canParse(url)
      ? new URL(url).hostname.split('.')[0] ?? ''
      : (command.filter(argument => !argument.startsWith('-')).find(argument => /[a-z]-|server|mcp/i.test(argument)) ?? command[0] ?? '')
          .replace(/@[^/@]*$/, '').split('/').filter(part => !/^(?:dist|build|index\.js|bin|src)$/.test(part)).at(-1) ?? ''
  const name = text.toLowerCase().replace(/\.\w+$/, '').replace(/[^a-z0-9_-]/g, '-').replace(/^[^a-z]+/, '').slice(0, 32)
  return name === '' ? 'upstream' : name
}
