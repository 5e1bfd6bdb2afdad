// The hostile stdio server as arguments of Node.js. Where the tests run from source it is bundled first: the loader for TypeScript would
// be one more process in its group, and half a second for each start.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { moduleUrl } from './program.ts'

let bundled: string | undefined

export function hostileProgram (): string {
  const source = fileURLToPath(moduleUrl('test/support/hostile-stdio'))
  if (!source.endsWith('.ts')) return source
  if (bundled === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'hostile-'))
    process.once('exit', () => { rmSync(folder, { recursive: true, force: true }) })
    bundled = join(folder, 'hostile-stdio.mjs')
    buildSync({ entryPoints: [source], bundle: true, platform: 'node', format: 'esm', outfile: bundled })
  }
  return bundled
}
