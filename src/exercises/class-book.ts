// What the class has done so far: the calls of each person, and which exercises they tick. A refused token has no name in it; it belongs
// to the person whose good token it was, known by its digest, so one person's failures never count for another.

import { createHash } from 'node:crypto'
import { EXERCISES, evidenceFor, type ExerciseId } from './exercise.ts'
import { hintFor, type Hint } from './hint.ts'
import type { SeenCall } from './seen-call.ts'

export interface Tick {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Numbers on the page of the console. */
  readonly numbers: readonly number[]
  /** Between the two calls that did it. */
  readonly seconds: number
}

export type Ticks = Readonly<Partial<Record<ExerciseId, Tick>>>

export interface Attendee {
  readonly login: string
  readonly ticks: Ticks
  /** Where the person is: the first exercise that is not done. `undefined`: all are done. */
  readonly current: ExerciseId | undefined
  readonly calls: readonly SeenCall[]
  readonly stuck: boolean
  readonly hint: Hint | undefined
  /** Grows with each call. */
  readonly revision: number
}

export interface ClassBook {
  readonly see: (call: SeenCall) => void
  readonly attendees: () => readonly Attendee[]
  readonly attendee: (login: string) => Attendee | undefined
  /** Requests without a token, or with one that no person has. */
  readonly unowned: () => number
  /** Forgets calls and ticks; calls from before this moment count no more. */
  readonly reset: () => void
  readonly revision: () => number
  /** To be kept over a restart. */
  readonly kept: () => KeptProgress
}

export interface KeptProgress {
  /** Calls from before this moment do not count. Milliseconds since 1970. */
  readonly since: number
  readonly ticks: Readonly<Record<string, Ticks>>
}

export interface ClassBookOptions {
  readonly logins: readonly string[]
  /** Whose persons these are; a person of another issuer with the same `sub` is another person. */
  readonly issuer: string
  readonly now: () => number
  readonly kept?: KeptProgress | undefined
}

const MAX_CALLS = 200
const MAX_UNOWNED = 1000
const STUCK_AFTER_REFUSALS = 3
const STUCK_AFTER_MS = 5 * 60_000

interface Person {
  calls: SeenCall[]
  ticks: Partial<Record<ExerciseId, Tick>>
  revision: number
}

/** The text that stands for a token in the first exercise. It is none, so it may be on a page. */
export function madeUpToken (login: string): string {
  return `made-up-by-${login}`
}

/** As the gateway names a token in its log. */
function fingerprintOf (token: string): string {
  return createHash('sha256').update(token).digest('base64url').slice(0, 10)
}

export function createClassBook ({ logins, issuer, now, kept }: ClassBookOptions): ClassBook {
  const people = new Map<string, Person>(logins.map(login => [login, { calls: [], ticks: { ...kept?.ticks[login] }, revision: 0 }]))
  const madeUp = new Map(logins.map(login => [fingerprintOf(madeUpToken(login)), login]))
  const owners = new Map<string, string>(madeUp)
  const unowned: SeenCall[] = []
  let since = kept?.since ?? 0
  let revision = 0

  function ownerOf ({ issuer: named, subject, tokenHash }: SeenCall): string | undefined {
    if (subject !== undefined) return named === issuer && people.has(subject) ? subject : undefined
    return tokenHash === undefined ? undefined : owners.get(tokenHash)
  }

  function add (login: string, call: SeenCall): void {
    const person = people.get(login)
    if (person === undefined) return
    person.calls = [...person.calls, call].sort((one, other) => one.at - other.at).slice(-MAX_CALLS)
    person.revision += 1
    for (const id of EXERCISES) {
      if (person.ticks[id] !== undefined) continue
      const evidence = evidenceFor(id, person.calls, fingerprintOf(madeUpToken(login)))
      const [first, last] = [evidence?.at(0), evidence?.at(-1)]
      if (evidence === undefined || first === undefined || last === undefined) continue
      person.ticks[id] = { at: last.at, numbers: evidence.map(({ number }) => number), seconds: Math.round((last.at - first.at) / 1000) }
    }
  }

  /** What was refused before anybody was known to have this token. */
  function claim (tokenHash: string, login: string): void {
    owners.set(tokenHash, login)
    for (const call of unowned.filter(one => one.tokenHash === tokenHash)) {
      unowned.splice(unowned.indexOf(call), 1)
      add(login, call)
    }
  }

  function attendeeOf (login: string, { calls, ticks, revision: own }: Person): Attendee {
    const current = EXERCISES.find(id => ticks[id] === undefined)
    const doneAt = Math.max(0, ...Object.values(ticks).map(({ at }) => at))
    const tries = calls.filter(({ at }) => at >= doneAt)
    const begunAt = tries[0]?.at ?? Infinity
    const stuck = current !== undefined && tries.some(({ at }) => at > doneAt) &&
      (tries.filter(call => !call.granted && call.at > doneAt).length >= STUCK_AFTER_REFUSALS || now() - begunAt > STUCK_AFTER_MS)
    return { login, ticks, current, calls, stuck, hint: current === undefined ? undefined : hintFor(current, tries), revision: own }
  }

  return {
    see (call) {
      if (call.at < since) return
      revision += 1
      const login = ownerOf(call)
      if (login === undefined) {
        unowned.push(call)
        if (unowned.length > MAX_UNOWNED) unowned.shift()
        return
      }
      add(login, call)
      if (call.subject !== undefined && call.tokenHash !== undefined && !owners.has(call.tokenHash)) claim(call.tokenHash, login)
    },
    attendees: () => [...people].map(([login, person]) => attendeeOf(login, person)),
    attendee (login) {
      const person = people.get(login)
      return person === undefined ? undefined : attendeeOf(login, person)
    },
    unowned: () => unowned.length,
    reset () {
      since = now()
      unowned.length = 0
      owners.clear()
      for (const [fingerprint, login] of madeUp) owners.set(fingerprint, login)
      for (const person of people.values()) {
        person.calls = []
        person.ticks = {}
        person.revision += 1
      }
      revision += 1
    },
    revision: () => revision,
    kept: () => ({ since, ticks: Object.fromEntries([...people].map(([login, { ticks }]) => [login, ticks])) })
  }
}
