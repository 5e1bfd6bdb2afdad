// The last events in their order, for every viewer. It is the only memory of the console: a viewer is a place in it and no queue, so
// a viewer that does not read costs nothing but its place.

interface RingEntry {
  readonly sequence: number
  readonly event: 'request' | 'drops'
  /** JSON. */
  readonly data: string
}

export interface Ring {
  readonly addRequest: (id: string, json: string) => void
  readonly addDropped: (count: number) => void
  /** @returns the next entry after this one that is still the newest of its request, and how many went before it could be read */
  readonly after: (sequence: number) => { readonly entry: RingEntry | undefined, readonly lost: number }
  readonly last: () => number
  /** The newest state of each request, in the order of arrival. */
  readonly requests: () => readonly string[]
}

export interface RingLimits {
  readonly entries: number
  readonly bytes: number
}

export function createRing (limits: RingLimits = { entries: 2000, bytes: 8 * 1024 * 1024 }): Ring {
  /** `undefined`: a newer state of the request follows. The first has the sequence `first`. */
  const entries: Array<RingEntry | undefined> = []
  let first = 1
  let bytes = 0
  let lastNumber = 0
  const places = new Map<string, { readonly number: number, sequence: number }>()
  const ids = new Map<number, string>()

  function add (event: RingEntry['event'], data: string): number {
    const sequence = first + entries.length
    entries.push({ sequence, event, data })
    bytes += data.length
    while (entries.length > limits.entries || bytes > limits.bytes) dropOldest()
    return sequence
  }

  function dropOldest (): void {
    const oldest = entries.shift()
    first += 1
    if (oldest === undefined) return
    bytes -= oldest.data.length
    const id = ids.get(oldest.sequence)
    ids.delete(oldest.sequence)
    if (id !== undefined) places.delete(id)
  }

  return {
    addRequest (id, json) {
      const place = places.get(id) ?? { number: ++lastNumber, sequence: 0 }
      const former = entries[place.sequence - first]
      if (place.sequence >= first && former !== undefined) {
        bytes -= former.data.length
        ids.delete(place.sequence)
        entries[place.sequence - first] = undefined
      }
      const sequence = first + entries.length
      places.set(id, { number: place.number, sequence })
      ids.set(sequence, id)
      add('request', `{"number":${place.number},"request":${json}}`)
    },
    addDropped: count => { add('drops', JSON.stringify({ count, why: 'busy-process' })) },
    after (sequence) {
      const lost = Math.max(0, first - 1 - sequence)
      for (let index = Math.max(0, sequence + 1 - first); index < entries.length; index += 1) {
        const entry = entries[index]
        if (entry !== undefined) return { entry, lost }
      }
      return { entry: undefined, lost }
    },
    last: () => first + entries.length - 1,
    requests: () => entries.flatMap(entry => entry?.event === 'request' ? [entry.data] : [])
  }
}
