// Is what was built for the launcher still what the sources say? Exit status 0 for yes; 1 for no, and then the fingerprint of the sources is
// printed, to be remembered with --remember once they are built. It compares names, sizes and times, so that a start takes a second.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const STAMP = '.build/launcher-built'
const SOURCES = ['src', 'scripts']
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']
const BUILT = ['dist/server.js', '.build/scripts/launch.js', '.build/src/practice-as/practice-as.js']

function filesIn (folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (entry.name === 'node_modules') return []
    const place = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(place) : [place]
  })
}

function fingerprint () {
  const sum = createHash('sha256')
  for (const file of [...SOURCES.flatMap(filesIn), ...SETTINGS.filter(existsSync)].sort()) {
    const { size, mtimeMs } = statSync(file)
    sum.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return sum.digest('hex')
}

const [option, remembered] = process.argv.slice(2)
if (option === '--remember' && remembered !== undefined) {
  mkdirSync('.build', { recursive: true })
  writeFileSync(STAMP, remembered)
} else if (option !== undefined) {
  console.log('Usage: node scripts/check-built.mjs [--remember FINGERPRINT]')
  process.exitCode = option === '--help' ? 0 : 2
} else {
  const now = fingerprint()
  const isBuilt = existsSync(STAMP) && readFileSync(STAMP, 'utf8') === now && BUILT.every(existsSync)
  if (!isBuilt) console.log(now)
  process.exitCode = isBuilt ? 0 : 1
}
