// What `init` has to know, from the command line or from a person. Without a terminal everything that is missing is named at once.

import { isClearTextOffLoopback, isIssuerIdentifier, isOrigin, isResourceIdentifier } from '../../config/address-syntax.ts'
import { err, ok, type Result } from '../../kernel/result.ts'
import type { Dialogue } from './dialogue.ts'

export const DEFAULT_RESOURCE = 'http://localhost:3443/mcp'
export const DEFAULT_CLIENT_ID = 'mcp-gateway'

export interface InitRequest {
  readonly authorizationServer: string | undefined
  readonly resource: string | undefined
  readonly upstreamUrl: string | undefined
  /** A program and its arguments; empty: none. */
  readonly upstreamCommand: readonly string[]
  readonly name: string | undefined
  readonly clientId: string | undefined
  readonly secretEnv: string | undefined
  readonly clientSecretFile: string | undefined
  readonly directory: string
  /** Defaults in place of questions. */
  readonly yes: boolean
  /** Files that exist are written again. */
  readonly force: boolean
}

/** What the operator did wrong: on the command line, or by ending the dialogue. */
export interface NoAnswer {
  readonly kind: 'usage' | 'ended'
  readonly message: string
}

export interface Question {
  readonly text: string
  readonly byDefault?: string
  /** @returns what is wrong with an answer */
  readonly problem: (answer: string) => string | undefined
}

const MAX_TRIES = 3

export async function answerTo (
  { text, byDefault, problem }: Question, dialogue: Dialogue, say: (line: string) => void
): Promise<Result<string, NoAnswer>> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const typed = await dialogue.ask(byDefault === undefined || byDefault === '' ? `${text}: ` : `${text} [${byDefault}]: `)
    if (typed === undefined) return err({ kind: 'ended', message: 'nothing was written' })
    const answer = typed === '' ? byDefault ?? '' : typed
    const wrong = problem(answer)
    if (wrong === undefined) return ok(answer)
    say(wrong)
  }
  return err({ kind: 'ended', message: `${MAX_TRIES} answers could not be used: nothing was written` })
}

/** The options that are missing where there is no terminal to ask at. */
export function missingOptions (request: InitRequest): readonly string[] {
  const { authorizationServer, upstreamUrl, upstreamCommand, clientId, yes } = request
  return [
    ...(authorizationServer === undefined ? ['--authorization-server URL'] : []),
    ...(yes || upstreamUrl !== undefined || upstreamCommand.length > 0 ? [] : ['--upstream URL']),
    ...(yes || clientId !== undefined ? [] : ['--client-id ID'])
  ]
}

export function issuerProblem (text: string): string | undefined {
  if (!isIssuerIdentifier(text)) return 'expected the issuer of the authorization server, such as https://as.example.com'
  return isClearTextOffLoopback(text) ? 'expected https: plain http is for this machine only' : undefined
}

export function resourceProblem (text: string): string | undefined {
  return isResourceIdentifier(text) && !isOrigin(text)
    ? undefined
    : `expected an address with a path and without query, fragment or trailing slash, such as ${DEFAULT_RESOURCE}`
}

export function clientIdProblem (text: string): string | undefined {
  return /^[\x20-\x7e]{1,200}$/.test(text) ? undefined : 'expected the client id of the gateway at the authorization server'
}
