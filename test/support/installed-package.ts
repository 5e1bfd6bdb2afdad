// The package as npm packs it, for tests that install it where nothing was. They need the npm registry, and are skipped without it.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** The reason for which such a test is skipped, or false. */
export function withoutRegistry (): string | false {
  const { status } = spawnSync('npm', ['view', 'zod', 'version', '--fetch-retries=0', '--fetch-timeout=10000'], { stdio: 'ignore' })
  return status === 0 ? false : 'the npm registry cannot be reached'
}

/** Outside the repository: a package in a folder of it would find what the repository has installed. */
export function folderOutside (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'installed-package-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

/** The test program has built dist/ already: the scripts would do it again. */
export function pack (folder: string): string {
  const name = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { encoding: 'utf8' }).trim()
  return join(folder, name)
}

export interface Ran {
  readonly status: number | null
  readonly output: string
}

export function runIn (cwd: string, command: string, args: readonly string[]): Ran {
  const { NODE_OPTIONS: _, TAP: __, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env, timeout: 300_000 })
  return { status, output: `${stdout}${stderr}` }
}

/** Warnings of npm that are not known: docs/installation.md says why those two are there. */
export function unexpectedWarnings (output: string): readonly string[] {
  return output.split('\n').filter(line => line.startsWith('npm warn') && !/EBADENGINE|install-scripts/.test(line))
}
