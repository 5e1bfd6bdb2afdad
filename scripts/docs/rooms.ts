// Which room may import which? The matrix of docs/architecture.md, from the rules that `npm run boundaries` enforces.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { replaceSection, table, type GeneratedFile } from './document.ts'

interface Rule {
  readonly name: string
  readonly to: { readonly pathNot?: string }
}

const MATRIX_RULE = /^(.+)-imports-only-its-neighbours$/

function allowedImports (): ReadonlyMap<string, readonly string[]> {
  const { forbidden } = createRequire(import.meta.url)(join(process.cwd(), '.dependency-cruiser.cjs')) as { forbidden: readonly Rule[] }
  const rows = forbidden.flatMap(({ name, to }) => {
    const room = MATRIX_RULE.exec(name)?.[1]
    if (room === undefined) return []
    const rooms = /\(([^)]*)\)/.exec(to.pathNot ?? '')?.[1]?.split('|') ?? []
    return [[room, rooms.filter(allowed => allowed !== room)] as const]
  })
  return new Map(rows)
}

function matrix (): string {
  const allowed = allowedImports()
  const rooms = [...allowed.keys()]
  const cell = (from: string, to: string) => from === to ? '-' : allowed.get(from)?.includes(to) === true ? 'yes' : ''
  return table(['may import', ...rooms.map(room => `\`${room}\``)], rooms.map(from => [`\`${from}\``, ...rooms.map(to => cell(from, to))]))
}

export const roomFiles: readonly GeneratedFile[] = [
  { file: 'docs/architecture.md', render: current => replaceSection(current ?? '', 'rooms', matrix()) }
]
