// What is under way for this key? A table for what comes and goes with every request. It is not a Map: one that loses entries as
// fast as it gains them is laid out anew every few dozen times, and V8 ties each old layout to the next. Once one of them has
// survived two collections, it keeps alive all that came after it, with what they held, until a full collection: half of what
// cache misses left behind.

const BUCKETS = 256

interface Keyed { readonly key: string }

/** For keys that end in a digest: their last characters are spread evenly. */
export class UnderWay<Item extends Keyed> {
  /** Few in each, unless somebody looks for digests that end alike; and then at most what may be under way. */
  readonly #buckets: Item[][] = []

  find (key: string): Item | undefined {
    for (const item of this.#bucketOf(key)) if (item.key === key) return item
    return undefined
  }

  /** In place of what had its key. */
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
    // A key that is too short has no such number, and the bitwise operator makes that 0.
    const index = (key.charCodeAt(length - 2) * 31 + key.charCodeAt(length - 3)) & (BUCKETS - 1)
    const bucket = this.#buckets[index] ??= []
    return bucket
  }
}
