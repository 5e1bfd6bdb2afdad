// Memoize with a size limit. A full map is cleared as a whole, which is cheaper than keeping an order of use:
// docs/performance.md#bounded-memoization

/**
 * @param make must give equal results for equal keys
 * @example const hashOf = memoize(1000, (text: string) => hash('sha256', text))
 */
export function memoize<Key extends string | number, Made extends object | string | null> (
  maxEntries: number, make: (key: Key) => Made
): (key: Key) => Made {
  const known = new Map<Key, Made>()
  // Most keys equal the one before, and comparing two texts costs less than a lookup: docs/performance.md#bounded-memoization
  return memoizeLast(key => {
    let made = known.get(key)
    if (made === undefined) {
      made = make(key)
      setWithLimit(known, maxEntries, key, made)
    }
    return made
  })
}

/** `Map.set`, after the map was cleared if it is full. */
export function setWithLimit<Key, Value> (map: Map<Key, Value>, maxEntries: number, key: Key, value: Value): void {
  if (map.size >= maxEntries) map.clear()
  map.set(key, value)
}

/**
 * Memoize for one key, the last one: for what is derived from an object that is replaced as a whole, such as the settings on a reload.
 * @example const setOf = memoizeLast((list: readonly string[]) => new Set(list))
 */
export function memoizeLast<Key extends object | string | number, Made> (make: (key: Key) => Made): (key: Key) => Made {
  let last: { readonly key: Key, readonly made: Made } | undefined
  return key => {
    if (last?.key !== key) last = { key, made: make(key) }
    return last.made
  }
}
