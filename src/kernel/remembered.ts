// Is this worth making again? What was made of a value is remembered with it, for a bounded number of values; beyond that all is
// forgotten and begun anew, which costs less than knowing which one is the oldest.

/** @param make gives the same for the same key, whenever it is asked */
export function remembered<Key extends string | number, Made extends object | string | null> (maxEntries: number, make: (key: Key) => Made): (key: Key) => Made {
  const known = new Map<Key, Made>()
  // Mostly the same as before, and to compare two texts is cheaper than to look one up.
  return lastMade(key => {
    let made = known.get(key)
    if (made === undefined) {
      made = make(key)
      remember(known, maxEntries, key, made)
    }
    return made
  })
}

/** For what is not made of the key alone. */
export function remember<Key, Made> (known: Map<Key, Made>, maxEntries: number, key: Key, made: Made): void {
  if (known.size >= maxEntries) known.clear()
  known.set(key, made)
}

/** The same for one value alone: the one that was asked about last, which mostly is the one that is asked about next. */
export function lastMade<Value extends object | string | number, Made> (make: (value: Value) => Made): (value: Value) => Made {
  let last: { readonly value: Value, readonly made: Made } | undefined
  return value => {
    if (last?.value !== value) last = { value, made: make(value) }
    return last.made
  }
}
