// What Node.js is given so that a gateway in a process of its own fails the run when it shows the token of a client to another server:
// test/support/token-guard.mjs.

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Tests run at the root of the repository; the compiled ones are elsewhere than their source. */
export const GUARD_ARGUMENTS: readonly string[] = ['--import', pathToFileURL(join(process.cwd(), 'test/support/token-guard.mjs')).href]

/** Where the guard of the process says what it found, for the test that judges. */
export const guardEnvironment = (): { readonly TOKEN_GUARD_REPORT: string } => {
  return { TOKEN_GUARD_REPORT: process.env['TOKEN_GUARD_REPORT'] ?? '' }
}
