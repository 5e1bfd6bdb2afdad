// A loader that lets Node.js 20 import TypeScript: `node --enable-source-maps --import ./scripts/from-source.mjs FILE.ts`.
// Node.js 22.18 and newer remove the types themselves (https://nodejs.org/api/typescript.html); there it does nothing.

import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'

// The hooks run in a thread that Node.js starts for them, which loads this file once more. A Worker of a test loads it too.
const HOOKS = '?hooks'
if (!import.meta.url.endsWith(HOOKS) && !process.features.typescript) register(`${import.meta.url}${HOOKS}`)

/** @see https://nodejs.org/docs/latest-v20.x/api/module.html#loadurl-context-nextload */
export async function load (url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
  const { transform } = await import('esbuild')
  const sourcefile = fileURLToPath(url)
  const { code } = await transform(await readFile(sourcefile, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile,
    sourcemap: 'inline',
    sourcesContent: false,
    // As tsc does it, and Node.js: an import stays unless it says `type`.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } }
  })
  return { format: 'module', source: code, shortCircuit: true }
}
