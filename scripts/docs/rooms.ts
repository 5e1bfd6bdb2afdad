// The rooms of src/: what each is for, and what it may import. The tables and the drawing of docs/architecture.md, from the rules that
// `npm run boundaries` enforces. A room without a description, and a description without a room, end the run.

import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { replaceSection, table, type GeneratedFile } from './document.ts'
import { ROOMS } from './room-descriptions.ts'

interface Rule {
  readonly name: string
  readonly from: { readonly path?: string, readonly pathNot?: string }
  readonly to: { readonly path?: string, readonly pathNot?: string }
}

const NEIGHBOURS = '-imports-only-its-neighbours'
/** Files of a room that lie in none of its inner rooms. */
const LOOSE = 'files beside'

const { forbidden } = createRequire(import.meta.url)(join(process.cwd(), '.dependency-cruiser.cjs')) as { forbidden: readonly Rule[] }

/** What each room may import, by paths such as `http` and `http/hooks`. */
const allowed = new Map(forbidden.filter(({ name }) => name.endsWith(NEIGHBOURS)).map(({ from, to }) => {
  const room = (from.path ?? '').replace(/^\^src\//, '').replace(/\/$/, '')
  const names = /\((.*)\)/.exec(to.pathNot ?? '')?.[1]?.split('|') ?? []
  const outer = room.includes('/') ? `${room.slice(0, room.indexOf('/'))}/` : ''
  const rooms = names.map(name => name.startsWith('[^/]') ? LOOSE : `${outer}${name.replace(/\/$/, '')}`)
  return [room, rooms.filter(name => name !== room)] as const
}))

function described (): ReadonlyMap<string, string> {
  const folders = readdirSync('src', { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name)
  const known = new Set([...allowed.keys(), ...folders])
  const descriptions = new Map(Object.entries(ROOMS))
  const wrong = [...known].filter(room => !descriptions.has(room)).concat([...descriptions.keys()].filter(room => !known.has(room)))
  if (wrong.length > 0) throw new Error(`scripts/docs/room-descriptions.ts and src/ differ in: ${wrong.join(', ')}`)
  return descriptions
}

function rooms (): string {
  const rows = [...described()].map(([room, description]) => {
    const may = allowed.get(room)
    return [`\`${room}\``, description, may === undefined ? '`kernel`' : may.map(code).join(' ') || 'nothing']
  })
  return table(['room', 'what it does', 'may import'], rows)
}

/** Without the arrows that follow from others: who may import `http` may import what `http` may. */
function drawing (): string {
  const outer = [...allowed].filter(([room]) => !room.includes('/'))
  const reach = (room: string): ReadonlySet<string> => new Set((allowed.get(room) ?? []).flatMap(next => [next, ...reach(next)]))
  const arrows = outer.flatMap(([room, may]) => may
    .filter(to => !may.some(other => other !== to && reach(other).has(to)))
    .map(to => `    ${room} --> ${to}`))
  return ['```mermaid', 'graph TD', ...arrows, '```'].join('\n')
}

function packages (): string {
  const rows = forbidden.flatMap(({ from, to }) => {
    const names = [...(to.path ?? '').matchAll(/node_modules\/\)([^(]+)\(/g)].map(match => match[1] ?? '')
    const owners = /^\^src\/\(?([^)]+?)\)?\/$/.exec(from.pathNot ?? '')?.[1]?.split('|') ?? []
    return names.length === 0 || owners.length === 0 ? [] : [[names.map(code).join(' '), owners.map(code).join(' ')]]
  })
  return table(['package', 'imported by'], rows)
}

function code (text: string): string {
  return text === LOOSE ? text : `\`${text}\``
}

export const roomFiles: readonly GeneratedFile[] = [{
  file: 'docs/architecture.md',
  render: current => [['drawing', drawing()], ['rooms', rooms()], ['packages', packages()]]
    .reduce((page, [name = '', content = '']) => replaceSection(page, name, content), current ?? '')
}]
