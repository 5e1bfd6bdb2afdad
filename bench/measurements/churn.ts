// What do a million tokens leave behind? See servers/token-churn.ts, which runs in a separate process.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export interface Churn {
  readonly grants: number
  readonly tokens: number
  /** What so many grants add to the heap, by themselves. */
  readonly fullBytes: number
  /** What the heap has grown by while all the tokens came and went. */
  readonly churnBytes: number
}

const GRANTS = 10_000
const TOKENS = 1_000_000

export async function measureChurn (): Promise<Churn> {
  const program = fileURLToPath(new URL('../servers/token-churn.js', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, String(GRANTS), String(TOKENS)])
  return { grants: GRANTS, tokens: TOKENS, ...JSON.parse(stdout) as { fullBytes: number, churnBytes: number } }
}
