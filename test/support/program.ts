// The arguments that make Node.js run a file of this repository as a program of its kind: compiled where the test is
// compiled, from source where the test runs from source.

import { existsSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)
const EXTENSION = extname(import.meta.url)
const LOADER = EXTENSION === '.ts' ? ['--enable-source-maps', '--import', new URL('scripts/from-source.mjs', ROOT).href] : []

/** @param name path from the root of the repository, without extension: `scripts/launch` */
export function moduleUrl (name: string): URL {
  return new URL(`${name}${EXTENSION}`, ROOT)
}

/** Arguments for `process.execPath`; those of the program follow. */
export function programArguments (name: string): string[] {
  return [...LOADER, fileURLToPath(moduleUrl(name))]
}

/** Arguments of Node.js itself, where a test gives it something else than a file to run. */
export const loaderArguments: readonly string[] = LOADER

/** The path of a program that is run as users run it. Throws, and says what makes it, when it is not there. */
export function builtProgram (name: `dist/${string}` | `.build/${string}`): string {
  if (existsSync(name)) return name
  throw new Error(`${name} is not there: this test runs it as users do, and npm run ${name.startsWith('dist/') ? 'build' : 'compile'} makes it`)
}
