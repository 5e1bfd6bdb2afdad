// The settings of the exercises, from environment variables. The launcher sets them from the configuration of the gateway.

import { isLoopbackHost } from '../kernel/loopback.ts'
import { problemOfClassAddress } from '../kernel/private-address.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { WorkshopAddresses } from './workshop-script.ts'

export interface ExercisesSettings {
  readonly port: number
  /** Where it listens: `localhost`, or the one private address of a class. */
  readonly address: string
  readonly origin: string
  /** The console of the gateway of the class. */
  readonly console: string
  /** Consoles of gateways that attendees write at this machine. */
  readonly ownConsoles: readonly string[]
  readonly people: number
  readonly addresses: WorkshopAddresses
  /** `sqlite:<path>` of the gateway, for a reset. */
  readonly storageUrl: string
  readonly progressFile: string
  /** Needed for a reset, and for the lab of the practice server. Undefined on loopback. */
  readonly teacherSecret: string | undefined
}

const MAX_PEOPLE = 200

export const EXERCISES_VARIABLES = `  EXERCISES_PORT        port on localhost (default 3445)
  EXERCISES_ADDRESS     one private address of this machine to listen at, in place of localhost, for a class;
                        needs EXERCISES_TEACHER_SECRET, the password of a reset
  EXERCISES_CONSOLE     console of the gateway (default http://localhost:3444)
  EXERCISES_OWN_CONSOLES  consoles of gateways that attendees write, separated by commas (default http://localhost:3544)
  EXERCISES_PEOPLE      accounts, 1 to ${MAX_PEOPLE} (default 40): user01, user02 and so on
  EXERCISES_ISSUER      issuer of the authorization server (default http://localhost:9000)
  EXERCISES_TICKETS     resource identifier of the tickets (default http://localhost:3443/mcp)
  EXERCISES_FILES       resource identifier of the files (default http://localhost:3443/files)
  EXERCISES_FOLDER      the folder that the file server serves
  EXERCISES_STORAGE     the storage of the gateway (default sqlite:./data/workshop/tickets.db)
  EXERCISES_PROGRESS    a file that keeps ticks over a restart (default ./data/workshop/progress.json)`

/** An error is one sentence that names the variable, and never its value. */
export function readExercisesSettings (env: Readonly<Record<string, string | undefined>>): Result<ExercisesSettings, string> {
  const given = (name: string) => env[name] === '' ? undefined : env[name]
  const port = wholeNumber(given('EXERCISES_PORT') ?? '3445', 65_535)
  if (port === undefined) return err('EXERCISES_PORT: expected a port number')
  const people = wholeNumber(given('EXERCISES_PEOPLE') ?? '40', MAX_PEOPLE)
  if (people === undefined || people === 0) return err(`EXERCISES_PEOPLE: expected a whole number from 1 to ${MAX_PEOPLE}`)
  const address = given('EXERCISES_ADDRESS') ?? 'localhost'
  const problem = address === 'localhost' ? undefined : problemOfClassAddress(address)
  if (problem !== undefined) return err(`EXERCISES_ADDRESS: ${problem}`)
  const teacherSecret = given('EXERCISES_TEACHER_SECRET')
  if (address !== 'localhost' && (teacherSecret ?? '').length < 12) return err('EXERCISES_TEACHER_SECRET: expected 12 characters or more')
  const console = given('EXERCISES_CONSOLE') ?? 'http://localhost:3444'
  const ownConsoles = (given('EXERCISES_OWN_CONSOLES') ?? 'http://localhost:3544').split(',').map(one => one.trim())
  // The console of a gateway elsewhere would have a secret, and would show another class.
  if (![console, ...ownConsoles].every(isHere)) {
    return err('EXERCISES_CONSOLE: expected addresses of this machine, such as http://localhost:3444')
  }
  const storageUrl = given('EXERCISES_STORAGE') ?? 'sqlite:./data/workshop/tickets.db'
  if (!storageUrl.startsWith('sqlite:')) return err('EXERCISES_STORAGE: expected sqlite: and a path')
  return ok({
    port,
    address,
    origin: `http://${address}:${port}`,
    console,
    ownConsoles,
    people,
    addresses: {
      issuer: given('EXERCISES_ISSUER') ?? 'http://localhost:9000',
      tickets: given('EXERCISES_TICKETS') ?? 'http://localhost:3443/mcp',
      files: given('EXERCISES_FILES') ?? 'http://localhost:3443/files',
      folder: given('EXERCISES_FOLDER') ?? '/srv/projects'
    },
    storageUrl,
    progressFile: given('EXERCISES_PROGRESS') ?? './data/workshop/progress.json',
    teacherSecret: address === 'localhost' ? undefined : teacherSecret
  })
}

function wholeNumber (text: string, largest: number): number | undefined {
  return /^\d{1,6}$/.test(text) && Number(text) <= largest ? Number(text) : undefined
}

function isHere (address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'http:' && isLoopbackHost(new URL(address).hostname)
}
