// The memory of used DPoP proofs of one process. It is bounded by refusing further proofs, never by dropping an id early.

import { FRESH, full, REPLAYED, shareOfOnePerson, type ProofMemory, type Redemption } from './proof-memory.ts'

interface Holder {
  count: number
  /** Its oldest and its newest proof. */
  first: Stored | undefined
  last: Stored | undefined
}

interface Stored {
  readonly person: string
  readonly holder: Holder
  readonly expiresAtMs: number
  /** The next proof of the same person. */
  next: Stored | undefined
}

/** @param maxProofs about 250 bytes each */
export function createProcessMemory (maxProofs: number): ProofMemory {
  const maxOfOnePerson = shareOfOnePerson(maxProofs)
  // In order of arrival, which is nearly the order of expiry: an id is stored a little longer at worst.
  const proofs = new Map<string, Stored>()
  const holders = new Map<string, Holder>()
  let forgottenUntilMs = -Infinity

  function forgetExpired (now: number): void {
    for (const [id, { person, holder, expiresAtMs, next }] of proofs) {
      if (expiresAtMs >= now) return
      proofs.delete(id)
      forgottenUntilMs = Math.max(forgottenUntilMs, expiresAtMs)
      holder.count -= 1
      holder.first = next
      if (holder.count === 0) holders.delete(person)
    }
  }

  function store (person: string, holder: Holder, id: string, expiresAtMs: number): void {
    const stored: Stored = { person, holder, expiresAtMs, next: undefined }
    if (holder.last === undefined || holder.count === 0) holder.first = stored
    else holder.last.next = stored
    holder.last = stored
    holder.count += 1
    holders.set(person, holder)
    proofs.set(id, stored)
  }

  return {
    redeem ({ person, id, expiresAtMs }, now): Redemption {
      forgetExpired(now)
      if (proofs.has(id)) return REPLAYED
      // The wall clock was set back: a proof of this age may have been used and forgotten.
      if (expiresAtMs <= forgottenUntilMs) return { kind: 'too-old' }
      const holder = holders.get(person) ?? { count: 0, first: undefined, last: undefined }
      if (holder.count >= maxOfOnePerson) return full(holder.first?.expiresAtMs ?? now, now)
      if (proofs.size >= maxProofs) return full(proofs.values().next().value?.expiresAtMs ?? now, now)
      store(person, holder, id, expiresAtMs)
      return FRESH
    },
    check: () => Promise.resolve(),
    close: () => Promise.resolve()
  }
}
