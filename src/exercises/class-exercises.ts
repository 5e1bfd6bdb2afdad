// The program of the exercises: follows the console of the gateway, ticks, and serves the pages. It is a viewer of the console as a browser
// is, and asks the gateway for nothing else.

import { resolve } from 'node:path'
import { createClassBook } from './class-book.ts'
import { resetTickets, widenTickets } from './class-reset.ts'
import { followConsole } from './console-feed.ts'
import { createClassPages } from './exercises-listener.ts'
import { EXERCISES_VARIABLES, readExercisesSettings, type ExercisesSettings } from './exercises-settings.ts'
import { resetLab } from './lab-reset.ts'
import { readProgress, writeProgress } from './progress-file.ts'

const HELP = `The exercises of a workshop: a page for each person, and an overview of the class.

Usage: npm run exercises

Environment:
${EXERCISES_VARIABLES}`

/** How often pages hear of changes, and ticks are written. */
const TELL_EVERY_MS = 500

const [argument] = process.argv.slice(2)
if (argument === '--help' || argument === '-h') console.log(HELP)
else if (argument !== undefined) fail(`unknown argument ${argument}; --help lists the variables`)
else {
  const settings = readExercisesSettings(process.env)
  if (!settings.ok) fail(settings.error)
  run(settings.value)
}

function run (settings: ExercisesSettings): void {
  const { addresses, people, progressFile, storageUrl } = settings
  const logins = Array.from({ length: people }, (_, index) => `user${String(index + 1).padStart(2, '0')}`)
  const database = resolve(storageUrl.slice('sqlite:'.length))
  const book = createClassBook({ logins, issuer: addresses.issuer, now: Date.now, kept: readProgress(progressFile) })
  let connected = false
  let missed = 0
  const feeds = [settings.console, ...settings.ownConsoles].map((origin, index) => followConsole({
    origin,
    home: index === 0,
    see: book.see,
    missed: count => { missed += count },
    connected (now) {
      if (index === 0) connected = now
    }
  }))
  const pages = createClassPages({
    settings,
    book,
    connected: () => connected,
    missed: () => missed,
    now: Date.now,
    async reset () {
      const lab = await worked('lab', () => resetLab(addresses.issuer, settings.teacherSecret))
      const tickets = await worked('tickets', () => resetTickets(database))
      book.reset()
      missed = 0
      const progress = await worked('progress', () => Promise.resolve(keep()))
      console.log(`class reset: progress ${progress}, tickets ${tickets}, lab ${lab}`)
      return { progress, tickets, lab }
    }
  })

  let told = ''
  function keep (): void { writeProgress(progressFile, book.kept()) }
  const timer = setInterval(() => {
    const state = `${book.revision()} ${connected} ${missed}`
    if (state === told) return
    told = state
    pages.tell()
    try {
      keep()
    } catch (problem) {
      console.error(`ticks cannot be written: ${problem instanceof Error ? problem.message : 'unknown problem'}`)
    }
  }, TELL_EVERY_MS)

  function end (): void {
    clearInterval(timer)
    for (const feed of feeds) feed.close()
    pages.close()
    pages.server.close(() => process.exit(0))
    pages.server.closeAllConnections()
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  pages.server.once('error', problem => {
    fail('code' in problem && problem.code === 'EADDRINUSE'
      ? `port ${settings.port} is in use; end what runs there or set EXERCISES_PORT to another port`
      : problem.message)
  })
  widenTickets(database).catch(() => { console.error('the seats are as they were: the storage did not answer') }).finally(() => {
    pages.server.listen({ host: settings.address, port: settings.port }, () => { console.log(`exercises ready: ${settings.origin}`) })
  })
}

async function worked (what: string, doing: () => Promise<void>): Promise<boolean> {
  try {
    await doing()
    return true
  } catch (problem) {
    console.error(`class reset: ${what}: ${problem instanceof Error ? problem.message : 'unknown problem'}`)
    return false
  }
}

function fail (message: string): never {
  console.error(`exercises: ${message}`)
  process.exit(1)
}
