// `upstream add`: writes a first upstream file for a server or a REST API, with every tool hidden. The tools are printed with a proposal
// for each; a person writes the decisions, and the review makes the lock.

import { existsSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { formatMistake } from '../config/mistake.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { apiAddress } from '../openapi/api-address.ts'
import { complain, EXIT, type Terminal } from './command-line.ts'
import { liveListing } from './live-listing.ts'
import { isAddress, openapiText } from './openapi-source.ts'
import { draftText, draftUpstream, loadedDraft, proposals, toolNames, type DraftRequest } from './upstream-draft.ts'
import { programName } from './program-name.ts'
import { withProgress } from './shown-wait.ts'
import type { RestListing } from '../upstream/rest/rest-listing.ts'
import type { UpstreamCommandSources } from './upstream-sources.ts'
import { writeWhole } from './upstream-review.ts'
import { countedTools } from './counted-tools.ts'

export interface AddRequest extends DraftRequest {
  readonly file: string | undefined
}

export async function addUpstream (
  request: AddRequest, terminal: Terminal, { env, cwd, program }: UpstreamCommandSources
): Promise<number> {
  const addressed = request.openapi === undefined ? ok(request) : await withApiAddress(request, request.openapi, cwd)
  if (!addressed.ok) return complain(terminal, addressed.error)
  const draft = draftUpstream(addressed.value, env, cwd)
  if (!draft.ok) return complain(terminal, draft.error)
  const { name } = draft.value
  const file = request.file ?? `${name}.json`
  const path = resolve(cwd, file)
  if (existsSync(path)) return complain(terminal, `${file} exists already; --file names another one`)
  const loaded = loadedDraft(draft.value, file, env, cwd)
  if (!loaded.ok) {
    for (const mistake of loaded.error) terminal.writeError(`${formatMistake(mistake)}\n`)
    return EXIT.bad
  }
  const listing = await withProgress(terminal, 'asking the server for its tools', liveListing(loaded.value, env))
  if (!listing.ok) {
    terminal.writeError(`${listing.error}\n`)
    return EXIT.bad
  }
  writeWhole(path, draftText(draft.value, listing.value))
  terminal.write([
    `${file}: written, with ${countedTools(toolNames(listing.value).length)} of ${name} (${listing.value.revision}), hidden until you decide.`,
    '',
    ...leftOutLines(listing.value),
    'Proposals, from the names and the hints of the server:',
    ...proposals(listing.value),
    '',
    'What to do next:',
    `  1. decide about the tools in ${file} (docs/upstreams.md)`,
    `  2. ${programName(env, program)} upstream review ${file}`,
    `  3. add "${file}" to "upstreams" of the configuration, or of one of its "endpoints", relative to it`,
    ''
  ].join('\n'))
  return EXIT.good
}

/** The document as the file names it, and the address of the API: that of the command line, or that of the document. */
async function withApiAddress (request: AddRequest, openapi: string, cwd: string): Promise<Result<AddRequest, string>> {
  const isRemote = isAddress(openapi)
  const text = await openapiText(isRemote ? openapi : resolve(cwd, openapi))
  if (!text.ok) return text
  const url = request.url ?? await apiAddress(text.value, isRemote ? openapi : undefined)
  if (url === undefined) return err('the document states no address of the API: give it as the URL')
  const folder = dirname(resolve(cwd, request.file ?? 'upstream.json'))
  const document = isRemote ? openapi : `./${relative(folder, resolve(cwd, openapi))}`
  return ok({ ...request, url, openapi: document })
}

function leftOutLines (listing: object): readonly string[] {
  const { leftOut = [] } = listing as Partial<RestListing>
  return leftOut.length === 0
    ? []
    : [
    `Not offered, for reasons that "upstream review" names: ${leftOut.length} operations and arguments.`, ''
      ]
}
