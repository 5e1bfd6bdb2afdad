// How do many callers share one question? One flight per key, which later callers join. Callers that insist on an answer asked for
// after they came share too: one such flight is under way, and whoever comes meanwhile waits for the next. Flights of one key may
// land out of order: the newest answer counts, for everybody. Knows nothing of tokens, keeps nothing once the last flight of a key
// has landed, and cancels nothing.

import { UnderWay } from './in-flight.ts'

export interface SingleFlight<T> {
  /** Joins the newest flight under way for this key, or launches one. */
  readonly join: (key: string, ask: () => Promise<T>) => Promise<T>
  /**
   * Its answer was asked for after this call: launches a flight, or where one of these is under way already, waits for it to land
   * and shares the next with all who wait. So there are never more than two of them for any number of callers.
   */
  readonly launch: (key: string, ask: () => Promise<T>) => Promise<T>
}

/** The flights of callers that insist. */
interface Line<T> {
  readonly key: string
  landed: Promise<void>
  /** Not launched yet: whoever comes may still join. */
  next: Promise<T> | undefined
}

interface Traffic<T> {
  readonly key: string
  underWay: number
  newest: number | undefined
  landing: Promise<T> | undefined
  landed: { readonly flight: number, readonly value: T } | undefined
}

/**
 * @param landed told each answer that is newer than every answer before it for its key, in that order. A flight that
 *   fails tells nothing: all who joined it see the failure, and the next caller launches anew.
 */
export function createSingleFlight<T> (landed: (key: string, value: T) => void): SingleFlight<T> {
  const allTraffic = new UnderWay<Traffic<T>>()
  const lines = new UnderWay<Line<T>>()
  let lastFlight = 0

  function launch (key: string, ask: () => Promise<T>): Promise<T> {
    const asked = begun(ask)
    let traffic = allTraffic.find(key)
    if (traffic === undefined) {
      traffic = { key, underWay: 0, newest: undefined, landing: undefined, landed: undefined }
      allTraffic.set(traffic)
    }
    lastFlight += 1
    traffic.underWay += 1
    traffic.newest = lastFlight
    traffic.landing = fly(traffic, lastFlight, asked)
    return traffic.landing
  }

  function fly (traffic: Traffic<T>, flight: number, asked: Promise<T>): Promise<T> {
    return asked.then(value => {
      end(traffic, flight)
      // Overtaken: the answer that was asked for later is the truer one, a revocation above all.
      if (traffic.landed !== undefined && traffic.landed.flight > flight) return traffic.landed.value
      traffic.landed = { flight, value }
      landed(traffic.key, value)
      return value
    }, (failure: unknown) => {
      end(traffic, flight)
      throw failure
    })
  }

  function end (traffic: Traffic<T>, flight: number): void {
    traffic.underWay -= 1
    if (traffic.newest === flight) traffic.newest = undefined
    if (traffic.underWay === 0) allTraffic.delete(traffic.key)
  }

  function depart (key: string, ask: () => Promise<T>): Promise<T> {
    const flight = launch(key, ask)
    const line: Line<T> = { key, landed: Promise.resolve(), next: undefined }
    const land = (): void => { if (line.next === undefined) lines.delete(key) }
    line.landed = flight.then(land, land)
    lines.set(line)
    return flight
  }

  return {
    launch (key, ask) {
      const line = lines.find(key)
      if (line === undefined) return depart(key, ask)
      // Launched in the same step in which the line is replaced: nobody can join it after it was asked.
      line.next ??= line.landed.then(() => depart(key, ask))
      return line.next
    },
    join (key, ask) {
      const traffic = allTraffic.find(key)
      return traffic?.newest !== undefined && traffic.landing !== undefined ? traffic.landing : launch(key, ask)
    }
  }
}

/** A question that throws before there is a promise fails like any other. */
function begun<T> (ask: () => Promise<T>): Promise<T> {
  try {
    return ask()
  } catch (failure) {
    return new Promise(() => { throw failure })
  }
}
