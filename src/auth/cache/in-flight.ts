// Hash table for introspections in flight, keyed by token digest. A `Map` that loses entries as fast as it gains them keeps its
// old tables alive until a major garbage collection: docs/performance.md#in-flight-table

const BUCKETS = 256

interface Keyed { readonly key: string }

/** For keys that end in a digest, whose last characters are evenly distributed. */
export class InFlightTable<Item extends Keyed> {
  /** Each bucket is searched one by one. Tokens whose digests end alike can fill one only up to the limit of requests in flight. */
  readonly #buckets: Item[][] = []

  find (key: string): Item | undefined {
    for (const item of this.#bucketOf(key)) if (item.key === key) return item
    return undefined
  }

  /** Replaces an item with the same key. */
  set (item: Item): void {
    const bucket = this.#bucketOf(item.key)
    const place = bucket.findIndex(({ key }) => key === item.key)
    if (place === -1) bucket.push(item)
    else bucket[place] = item
  }

  delete (key: string): void {
    const bucket = this.#bucketOf(key)
    const place = bucket.findIndex(item => item.key === key)
    const last = place === -1 ? undefined : bucket.pop()
    if (last !== undefined && place < bucket.length) bucket[place] = last
  }

  #bucketOf (key: string): Item[] {
    const { length } = key
    // For a key of fewer than three characters charCodeAt gives NaN, which the bitwise operator turns into 0.
    const index = (key.charCodeAt(length - 2) * 31 + key.charCodeAt(length - 3)) & (BUCKETS - 1)
    const bucket = this.#buckets[index] ??= []
    return bucket
  }
}
