// Which test files show a requirement: read from their calls of covers().

import { readdirSync, readFileSync } from 'node:fs'

/** Files relative to `test`, by the id of the requirement, each once and in alphabetical order. */
export function citingFiles (): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter(file =>
      file.endsWith('.ts') && !file.includes('node_modules') && file !== 'support/covers.ts' && file !== 'process/requirements.test.ts')
  const cited = new Map<string, string[]>()
  for (const file of files.toSorted()) {
    for (const [, ids = ''] of readFileSync(`test/${file}`, 'utf8').matchAll(/\bcovers\(([^)]*)\)/g)) {
      for (const [, id = ''] of ids.matchAll(/'([^']+)'/g)) {
        const known = cited.get(id) ?? []
        if (!known.includes(file)) cited.set(id, [...known, file])
      }
    }
  }
  return cited
}
