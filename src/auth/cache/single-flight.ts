// Single flight: concurrent callers with one key share one request. Callers that need an answer requested after their call share
// the next one. Flights of one key may finish out of order: the answer that was requested last counts for all of them.

import { InFlightTable } from './in-flight.ts'

export interface SingleFlight<T> {
  /** Joins the newest flight of this key, or starts one. */
  readonly join: (key: string, request: () => Promise<T>) => Promise<T>
  /**
   * An answer that is requested after this call. Starts a flight; while one that was started so is in flight, waits for its end and
   * shares the next one with all who wait. So there are never more than two of these flights, however many callers there are.
   */
  readonly launch: (key: string, request: () => Promise<T>) => Promise<T>
}

/** The flights of one key. */
interface Flights<T> {
  readonly key: string
  inFlight: number
  /** Number of the newest flight while it is in flight. */
  newest: number | undefined
  answer: Promise<T> | undefined
  /** The newest answer so far. */
  latest: { readonly flight: number, readonly value: T } | undefined
}

/** The flights of one key that `launch` started. */
interface LiveFlights<T> {
  readonly key: string
  /** Resolves when the current one has ended. */
  ended: Promise<void>
  /** Not started yet, so that further callers may share it. */
  next: Promise<T> | undefined
}

/**
 * @param onAnswer called with each answer that is newer than every earlier answer of its key. A failed flight calls nothing: all
 *   who joined it get the failure, and the next caller starts another one.
 */
export function createSingleFlight<T> (onAnswer: (key: string, value: T) => void): SingleFlight<T> {
  const flightsOf = new InFlightTable<Flights<T>>()
  const liveFlightsOf = new InFlightTable<LiveFlights<T>>()
  let lastFlight = 0

  function start (key: string, request: () => Promise<T>): Promise<T> {
    const requested = startRequest(request)
    let flights = flightsOf.find(key)
    if (flights === undefined) {
      flights = { key, inFlight: 0, newest: undefined, answer: undefined, latest: undefined }
      flightsOf.set(flights)
    }
    lastFlight += 1
    flights.inFlight += 1
    flights.newest = lastFlight
    flights.answer = settle(flights, lastFlight, requested)
    return flights.answer
  }

  function settle (flights: Flights<T>, flight: number, requested: Promise<T>): Promise<T> {
    return requested.then(value => {
      end(flights, flight)
      // An answer requested later arrived first. It is the truer one, a revocation above all.
      if (flights.latest !== undefined && flights.latest.flight > flight) return flights.latest.value
      flights.latest = { flight, value }
      onAnswer(flights.key, value)
      return value
    }, (failure: unknown) => {
      end(flights, flight)
      throw failure
    })
  }

  function end (flights: Flights<T>, flight: number): void {
    flights.inFlight -= 1
    if (flights.newest === flight) flights.newest = undefined
    if (flights.inFlight === 0) flightsOf.delete(flights.key)
  }

  function startLive (key: string, request: () => Promise<T>): Promise<T> {
    const flight = start(key, request)
    const live: LiveFlights<T> = { key, ended: Promise.resolve(), next: undefined }
    const forget = (): void => { if (live.next === undefined) liveFlightsOf.delete(key) }
    live.ended = flight.then(forget, forget)
    liveFlightsOf.set(live)
    return flight
  }

  return {
    launch (key, request) {
      const live = liveFlightsOf.find(key)
      if (live === undefined) return startLive(key, request)
      // startLive replaces the entry in the same step, so that no caller shares a flight that has already started.
      live.next ??= live.ended.then(() => startLive(key, request))
      return live.next
    },
    join (key, request) {
      const flights = flightsOf.find(key)
      return flights?.newest !== undefined && flights.answer !== undefined ? flights.answer : start(key, request)
    }
  }
}

/** A request that throws synchronously fails like one that rejects. */
function startRequest<T> (request: () => Promise<T>): Promise<T> {
  try {
    return request()
  } catch (failure) {
    return new Promise(() => { throw failure })
  }
}
