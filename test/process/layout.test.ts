// The layout of the sources: names of files, their length, and what stays out of a room.

import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import t from 'tap'

const LONGEST = 250

/** One table each, which is read from top to bottom. */
const TABLES = new Set(['test/requirements.ts', 'test/pins/tools-list.test.ts'])

const filesOf = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(name => /\.(?:ts|mjs)$/.test(name) && !name.includes('node_modules')).map(name => `${folder}/${name.replaceAll('\\', '/')}`).sort()

const sources = filesOf('src')
const roomOf = (file: string): string => file.split('/')[1] ?? ''

t.test('src — nothing but index.ts stands outside a room', async t => {
  t.strictSame(readdirSync('src', { withFileTypes: true }).filter(entry => entry.isFile()).map(({ name }) => name), ['index.ts'])
})

t.test('src — no two files of one name in different rooms', async t => {
  const rooms = new Map<string, Set<string>>()
  for (const file of sources) rooms.set(basename(file), (rooms.get(basename(file)) ?? new Set()).add(roomOf(file)))
  t.strictSame([...rooms].filter(([, where]) => where.size > 1).map(([name, where]) => `${name}: ${[...where].join(', ')}`), [])
})

t.test('src — names of files are in kebab case', async t => {
  t.strictSame(sources.filter(file => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(file)), [])
})

t.test('files — none is longer than the limit', async t => {
  const files = [...sources, ...filesOf('scripts'), ...filesOf('bench').filter(file => !file.startsWith('bench/.build')),
    ...filesOf('test')]
  const long = files.filter(file => !TABLES.has(file) && readFileSync(file, 'utf8').trimEnd().split('\n').length > LONGEST)
  t.strictSame(long, [], `${LONGEST} lines at most`)
})
