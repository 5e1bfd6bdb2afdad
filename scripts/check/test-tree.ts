// Reads which test files there are, and which files import which, from the text of the sources.

import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import type { TestTree } from './select-tests.ts'

const FOLDERS = ['src', 'scripts', 'bench', 'docs/examples', 'test']
const IMPORT = /\b(?:from|import) *\(?'(\.{1,2}\/[^']+)'/g

export function readTestTree (): TestTree {
  const files = FOLDERS.flatMap(folder => readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.includes('node_modules'))
    .map(name => `${folder}/${name.replaceAll('\\', '/')}`)).sort()
  const importsOf = new Map(files.map(file => [file, [...readFileSync(file, 'utf8').matchAll(IMPORT)]
    .map(([, name = '']) => posix.join(posix.dirname(file), name))]))
  return { tests: files.filter(file => file.endsWith('.test.ts')), importsOf }
}
