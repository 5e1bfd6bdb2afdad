// Is what is installed in a directory what its package-lock.json says? Exit status 0 for yes, 1 for no. Plain
// JavaScript without dependencies, because it runs before anything is installed.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [directory] = process.argv.slice(2)
if (directory === undefined || directory.startsWith('-')) {
  console.log('Usage: node scripts/check-installed.mjs DIRECTORY')
  process.exit(directory === '--help' ? 0 : 2)
}

/** Packages by place; without those that other platforms need. */
function packagesOf (lockFile) {
  const { packages } = JSON.parse(readFileSync(join(directory, lockFile), 'utf8'))
  return Object.entries(packages).filter(([place]) => place !== '')
}

/** An installation that was cut off leaves the list of what it had installed before, and takes the packages away. */
function isThere (place) {
  return existsSync(join(directory, place))
}

function isInstalled () {
  try {
    const installed = new Map(packagesOf('node_modules/.package-lock.json'))
    return packagesOf('package-lock.json').every(([place, { version, optional, devOptional }]) =>
      installed.has(place)
        ? installed.get(place).version === version && isThere(place)
        : optional === true || devOptional === true)
  } catch {
    return false
  }
}

process.exitCode = isInstalled() ? 0 : 1
