// The authorization leg of the official suite against the practice authorization server: metadata, and the code grant with a person who
// agrees on the page that the suite prints.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { openPage, submitAndReturn } from '../support/practice-client.ts'
import { freePorts } from '../support/processes.ts'
import { nodeForSuite, programOf } from './suite.ts'

const DEADLINE_MS = 60_000
const RESOURCE = 'http://localhost:3443/mcp'

export interface AuthorizationResult {
  /** As the suite says at its end. */
  readonly passed: number
  readonly failed: number
  readonly output: string
}

export async function runAuthorizationLeg (): Promise<AuthorizationResult> {
  const practice = await createPracticeServer({ resources: [RESOURCE] })
  try {
    const [port = 0] = await freePorts(1)
    const registration = await fetch(`${practice.issuer}/connect/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [`http://127.0.0.1:${port}/callback`], token_endpoint_auth_method: 'none' })
    })
    const { client_id: clientId } = await registration.json() as { client_id: string }
    return await run(['--url', practice.issuer, '--client-id', clientId, '--resource', RESOURCE, '--port', String(port)])
  } finally {
    await practice.close()
  }
}

async function run (args: readonly string[]): Promise<AuthorizationResult> {
  const child = spawn(nodeForSuite(), [programOf('conformance-modern'), 'authorization', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'], timeout: DEADLINE_MS
  })
  let output = ''
  let agreement: Promise<unknown> | undefined
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    const address = /^https?:\/\/\S+code_challenge=\S+$/m.exec(output)?.[0]
    if (address !== undefined && output.includes('Waiting')) agreement ??= agree(address)
  })
  child.stderr.on('data', (chunk: Buffer) => { output += chunk.toString() })
  await once(child, 'close')
  await agreement
  const [, passed, failed] = /^Total: (\d+) passed, (\d+) failed$/m.exec(output) ?? []
  return { passed: Number(passed ?? 0), failed: Number(failed ?? NaN), output }
}

/** The person, and the browser that returns to the suite. */
async function agree (address: string): Promise<void> {
  const back = await submitAndReturn(await openPage(address), { loginId: 'inga', password: 'inga', authorized: 'Authorize' })
  await fetch(back)
}
