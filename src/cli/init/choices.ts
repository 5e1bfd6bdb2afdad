// From a request to what is written: asks the person for what is missing, the authorization server for its metadata, and the other server
// for its tools. Writes nothing.

import { formatMistake } from '../../config/mistake.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { UpstreamListing } from '../../upstream/upstream-port.ts'
import { liveListing } from '../live-listing.ts'
import { draftText, draftUpstream, loadedDraft, proposals, type UpstreamDraft } from '../upstream-draft.ts'
import {
  answerTo, clientIdProblem, DEFAULT_CLIENT_ID, DEFAULT_RESOURCE, issuerProblem, resourceProblem,
  type InitRequest, type NoAnswer, type Question
} from './answers-needed.ts'
import type { Dialogue } from './dialogue.ts'
import { CONFIGURATION_FILE, type Choices } from './first-files.ts'
import type { InitSources } from './init-sources.ts'
import { visitServer } from './server-visit.ts'
import { verificationBy } from './token-verification.ts'
import { countedTools } from '../counted-tools.ts'

export interface Chosen {
  readonly choices: Choices
  /** Proposals for the tools of the other server. */
  readonly toolLines: readonly string[]
  /** Absent: the other server could not be asked. */
  readonly toolCount: number | undefined
}

type Say = (line: string) => void

export async function choose (
  request: InitRequest, dialogue: Dialogue | undefined, sources: InitSources, say: Say
): Promise<Result<Chosen, NoAnswer>> {
  /** Of an option, of a person, or the default. */
  const answer = async (option: string, given: string | undefined, question: Question): Promise<Result<string, NoAnswer>> => {
    if (given !== undefined || dialogue === undefined) {
      const value = given ?? question.byDefault ?? ''
      const wrong = question.problem(value)
      return wrong === undefined ? ok(value) : err({ kind: 'usage', message: `${option}: ${wrong}` })
    }
    return answerTo(question, dialogue, say)
  }

  const issuer = await answer('--authorization-server', request.authorizationServer, {
    text: 'Authorization server (its issuer, a URL)', problem: issuerProblem
  })
  if (!issuer.ok) return issuer
  const document = await visitServer(issuer.value, sources.dispatcher)
  const verification = verificationBy(issuer.value, document.ok ? document.value : undefined)
  if (!document.ok) say(`${issuer.value}: its metadata could not be read: ${document.error}`)
  say(`${issuer.value}: ${verification.found}`)

  const resource = await answer('--resource', request.resource, {
    text: 'Address of the gateway for clients', byDefault: DEFAULT_RESOURCE, problem: resourceProblem
  })
  if (!resource.ok) return resource
  const clientId = verification.way === 'published-keys'
    ? ok(undefined)
    : await answer('--client-id', request.clientId, {
      text: 'Client id of the gateway at the authorization server', byDefault: DEFAULT_CLIENT_ID, problem: clientIdProblem
    })
  if (!clientId.ok) return clientId

  const draft = await draftFor(request, dialogue, sources, say)
  if (!draft.ok) return draft
  const visited = draft.value === undefined ? undefined : await visitUpstream(draft.value, request, sources, say)
  if (visited?.ok === false) return visited
  const listing = visited?.value
  return ok({
    choices: {
      issuer: issuer.value,
      resource: resource.value,
      verification,
      clientId: clientId.value,
      clientSecretFile: request.clientSecretFile,
      upstream: draft.value === undefined
        ? undefined
        : { file: `${draft.value.name}.json`, text: draftText(draft.value, listing), secretEnv: request.secretEnv }
    },
    toolLines: listing === undefined || listing.tools.length === 0
      ? []
      : ['Proposals, from the names and the hints of the server:', ...proposals(listing), ''],
    toolCount: listing?.tools.length
  })
}

async function draftFor (
  request: InitRequest, dialogue: Dialogue | undefined, { env, cwd }: InitSources, say: Say
): Promise<Result<UpstreamDraft | undefined, NoAnswer>> {
  const { upstreamUrl, upstreamCommand, name, secretEnv } = request
  const drafted = (text: string | undefined, command: readonly string[]): Result<UpstreamDraft, string> => {
    const draft = draftUpstream({ url: text, command, name, secretEnv }, env, cwd)
    return draft.ok && `${draft.value.name}.json` === CONFIGURATION_FILE
      ? err(`--name: expected another name: ${CONFIGURATION_FILE} is the configuration`)
      : draft
  }
  if (upstreamUrl !== undefined || upstreamCommand.length > 0) {
    const draft = drafted(upstreamUrl, upstreamCommand)
    return draft.ok ? draft : err({ kind: 'usage', message: draft.error })
  }
  if (dialogue === undefined) return ok(undefined)
  const draftedFrom = (text: string) => /^https?:\/\//.test(text) ? drafted(text, []) : drafted(undefined, text.split(/\s+/))
  const typed = await answerTo({
    text: 'MCP server to stand in front of (a URL, or a program and its arguments; nothing: none yet)',
    byDefault: '',
    problem (text) {
      if (/["'\\]/.test(text)) return 'a program with quotes in its arguments: give it on the command line, behind --'
      const draft = text === '' ? undefined : draftedFrom(text)
      return draft === undefined || draft.ok ? undefined : draft.error
    }
  }, dialogue, say)
  if (!typed.ok) return typed
  const draft = typed.value === '' ? undefined : draftedFrom(typed.value)
  if (draft === undefined || draft.ok) return ok(draft?.value)
  return err({ kind: 'usage', message: draft.error })
}

/** @returns nothing when the server could not be asked */
async function visitUpstream (
  draft: UpstreamDraft, { secretEnv }: InitRequest, { env, cwd }: InitSources, say: Say
): Promise<Result<UpstreamListing | undefined, NoAnswer>> {
  const isUnset = secretEnv !== undefined && (env[secretEnv] ?? '') === ''
  // A secret that is not there yet is no mistake in the file.
  const loaded = loadedDraft(draft, `${draft.name}.json`, isUnset ? { ...env, [secretEnv]: 'not-set' } : env, cwd)
  if (!loaded.ok) return err({ kind: 'ended', message: loaded.error.map(formatMistake).join('\n') })
  if (isUnset) {
    say(`${draft.name}: not asked for its tools, because ${secretEnv} is not set`)
    return ok(undefined)
  }
  const listing = await liveListing(loaded.value, env)
  if (!listing.ok) {
    say(listing.error)
    return ok(undefined)
  }
  say(`${draft.name}: ${countedTools(listing.value.tools.length)} (${listing.value.revision})`)
  return listing
}
