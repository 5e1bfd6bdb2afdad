// The helpers of test/support that read files, open sockets or start processes, themselves or through another helper.

import { readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../../test/support/', import.meta.url)

/** @param modules names without `node:` */
export function supportFilesWithIo (modules) {
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.ts'))
  const importsOf = new Map(files.map(file => [file, [...readFileSync(new URL(file, FOLDER), 'utf8').matchAll(/\bfrom '(?:node:|\.\/)([^']+)'/g)].map(([, name]) => name)]))
  const found = new Set(modules)
  for (let before = -1; before !== found.size;) {
    before = found.size
    for (const [file, imports] of importsOf) if (imports.some(name => found.has(name))) found.add(file)
  }
  return files.filter(file => found.has(file))
}
