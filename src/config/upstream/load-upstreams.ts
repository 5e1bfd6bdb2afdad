// Reads the upstream files that the configuration names, with their locks and their secrets. No connection is opened, so a server that
// is down is not noticed here, and does not keep the gateway from starting.

import { dirname, resolve } from 'node:path'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Environment } from '../environment.ts'
import { parseConfigText } from '../file.ts'
import { schemaMistakes, type ConfigMistake } from '../mistake.ts'
import { CHECKED_ONCE } from '../schema.ts'
import { resolvedExchange, type ResolvedExchange } from './exchange-secrets.ts'
import { upstreamConflicts } from './upstream-rules.ts'
import { upstreamSchema, type UpstreamDeclaration } from './upstream-schema.ts'
import { resolvedTransport, type ResolvedTransport } from './upstream-secrets.ts'

/** An upstream file as it was read. Plain data: the processes of several workers hand it on. Holds secrets. */
export interface ConfiguredUpstream {
  /** As the configuration names it, for messages. */
  readonly file: string
  readonly declaration: UpstreamDeclaration
  readonly transport: ResolvedTransport
  /** Absent: no token is exchanged for this upstream. */
  readonly exchange?: ResolvedExchange
  /** Where the OpenAPI document of a REST API is: an absolute path or a URL. For a review. */
  readonly document?: string
  /** Beside the file, as messages name it. */
  readonly lockFile: string
  /** Absent where there is no such file. */
  readonly lockText: string | undefined
}

export interface UpstreamSources {
  /** For relative names: that of the file that names the upstreams. */
  readonly directory: string
  readonly env: Environment
  /** Throws what `fs.readFileSync` throws. */
  readonly readFile: (path: string) => string
}

/** `payments.json` has its lock in `payments.lock.json`. */
export function lockFileOf (file: string): string {
  return `${file.replace(/\.json$/, '')}.lock.json`
}

/** All mistakes of all files at once, or every upstream. */
export function loadUpstreams (
  files: readonly string[], sources: UpstreamSources
): Result<readonly ConfiguredUpstream[], readonly ConfigMistake[]> {
  const loaded = loadUpstreamsOfAll([files], sources)
  return loaded.ok ? ok(loaded.value.flat()) : loaded
}

/**
 * The upstreams of each endpoint. A file belongs to one of them: its lock is one review, by one owner.
 * @param lists the files of each endpoint, that of `resource` first
 */
export function loadUpstreamsOfAll (
  lists: ReadonlyArray<readonly string[]>, sources: UpstreamSources
): Result<ReadonlyArray<readonly ConfiguredUpstream[]>, readonly ConfigMistake[]> {
  const mistakes: ConfigMistake[] = []
  const placeOf = new Map<string, { readonly member: string, readonly endpoint: number }>()
  const names = new Set<string>()
  const upstreams = lists.map((files, endpoint) => files.flatMap((file, index) => {
    const member = `${endpoint === 0 ? '' : `endpoints.${endpoint - 1}.`}upstreams.${index}`
    const known = placeOf.get(resolve(sources.directory, file))
    if (known !== undefined && known.endpoint !== endpoint) {
      const expected = `expected a file of this endpoint alone: ${known.member} names it too. ` +
        'For a server behind both, review a copy of the file with another "name"'
      mistakes.push({ path: member, source: undefined, expected })
      return []
    }
    placeOf.set(resolve(sources.directory, file), { member, endpoint })
    const loaded = loadUpstream(file, sources)
    if (!loaded.ok) mistakes.push(...loaded.error)
    else if (names.has(loaded.value.declaration.name)) {
      mistakes.push({ path: 'name', source: file, expected: 'expected another name: an upstream above has this one' })
    } else {
      names.add(loaded.value.declaration.name)
      return [loaded.value]
    }
    return []
  }))
  return mistakes.length > 0 ? err(mistakes) : ok(upstreams)
}

export function loadUpstream (
  file: string, { directory, env, readFile }: UpstreamSources
): Result<ConfiguredUpstream, readonly ConfigMistake[]> {
  const path = resolve(directory, file)
  const written = parseConfigText(file, () => readFile(path), () => 'no such file; "upstreams" of the configuration names it')
  if (!written.ok) return err([written.error])
  const parsed = upstreamSchema.safeParse(written.value, CHECKED_ONCE)
  if (!parsed.success) return err(schemaMistakes(parsed.error, () => file, upstreamSchema))
  const declaration = parsed.data
  const conflicts = upstreamConflicts(declaration).map(({ path: member, message }) => ({ path: member, source: file, expected: message }))
  const secrets = { directory: dirname(path), env, readFile }
  const transport = resolvedTransport(declaration, secrets)
  const exchange = resolvedExchange(declaration, secrets)
  if (!transport.ok || !exchange.ok) {
    const unresolved = [transport, exchange].flatMap(part => part.ok ? [] : part.error)
    return err([...conflicts, ...unresolved.map(({ path: member, message }) => ({ path: member, source: file, expected: message }))])
  }
  if (conflicts.length > 0) return err(conflicts)
  const document = declaration.transport.openapi?.document
  return ok({
    file,
    declaration,
    transport: transport.value,
    ...(exchange.value === undefined ? {} : { exchange: exchange.value }),
    ...(document === undefined ? {} : { document: /^https?:/i.test(document) ? document : resolve(dirname(path), document) }),
    lockFile: lockFileOf(file),
    lockText: textOrNothing(readFile, lockFileOf(path))
  })
}

function textOrNothing (readFile: UpstreamSources['readFile'], path: string): string | undefined {
  try {
    return readFile(path)
  } catch {
    return undefined
  }
}
