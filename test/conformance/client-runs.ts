// The client leg of the official suite: each scenario is a server of the suite that the documented client connects to. What a
// scenario wants of a client, and why one does not apply, stands here.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { programArguments } from '../support/program.ts'
import { nodeForSuite, runSuiteCommand, type Check } from './suite.ts'

/** Of 2026-07-28: what the suite requires of clients that authorize, and its extensions for them. */
export const CLIENT_SCENARIOS = [
  'auth/authorization-server-migration', 'auth/basic-cimd', 'auth/dpop', 'auth/dpop-nonce', 'auth/iss-normalized',
  'auth/iss-not-advertised', 'auth/iss-supported',
  'auth/iss-supported-missing', 'auth/iss-unexpected', 'auth/iss-wrong-issuer', 'auth/metadata-default', 'auth/metadata-issuer-mismatch',
  'auth/metadata-var1', 'auth/metadata-var2', 'auth/metadata-var3', 'auth/offline-access-not-supported', 'auth/offline-access-scope',
  'auth/resource-mismatch', 'auth/scope-from-scopes-supported', 'auth/scope-from-www-authenticate', 'auth/scope-omitted-when-undefined',
  'auth/scope-retry-limit', 'auth/scope-step-up', 'auth/token-endpoint-auth-basic', 'auth/token-endpoint-auth-none',
  'auth/token-endpoint-auth-post', 'request-metadata'
] as const

/** Recommendations that the example leaves out: it is to be read in one go. */
export const CLIENT_EXCEPTIONS: Readonly<Record<string, string>> = {
  'auth/basic-cimd': 'recommended: the example registers, because a document at a public address is nothing that an example can bring',
  'auth/offline-access-scope': 'recommended: the example keeps no refresh tokens, and asks again'
}

export interface ClientResult {
  readonly scenario: string
  readonly passed: number
  /** Ids of checks that failed or warned. */
  readonly unmet: readonly string[]
}

export async function runClientScenario (scenario: string): Promise<ClientResult> {
  const directory = mkdtempSync(join(tmpdir(), 'conformance-client-'))
  try {
    const command = [nodeForSuite(), ...programArguments('test/conformance/client-under-test')].join(' ')
    await runSuiteCommand('conformance-modern', [
      'client', '--command', command, '--scenario', scenario, '--output-dir', directory,
      // Extensions belong to no revision.
      ...(scenario.startsWith('auth/dpop') ? [] : ['--spec-version', '2026-07-28'])
    ])
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(file => basename(file) === 'checks.json')
    const checks = files.flatMap(file => JSON.parse(readFileSync(join(directory, file), 'utf8')) as Check[])
    const unmet = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING').map(({ id }) => id)
    return { scenario, passed: checks.filter(({ status }) => status === 'SUCCESS').length, unmet: [...new Set(unmet)].sort() }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
