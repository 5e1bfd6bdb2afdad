// Every ledger against a model of ten lines: random holds, outcomes, resolutions, time that passes and restarts, in any order.

import fc from 'fast-check'
import type { Test } from 'tap'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import type { Alternative, Resolution, Settlement } from '../../src/ledger/hold.ts'
import { covers } from '../support/covers.ts'
import { AT, CALL_MS, charge, element, hold, inga, type LedgerUnderTest, type OpenUnderTest } from './ledger-under-test.ts'

const TOTAL = 1_000

interface ModelHold {
  id: number
  owner: string
  amount: number
  owed: number
  state: string
  expires: number
  key: string | undefined
  attempt: number
  /** An earlier attempt may have been executed. */
  inDoubt: boolean
  settledAt?: number | undefined
}
/** `gone`: what was deleted. */
interface Model { now: number, holds: ModelHold[], gone: ModelHold[] }
interface Real { under: LedgerUnderTest }
type Step = fc.AsyncCommand<Model, Real>

const spentOf = (model: Model, owner: string): number =>
  [...model.holds, ...model.gone].filter(hold => hold.owner === owner).reduce((sum, { owed }) => sum + owed, 0)
const money = (amount: number): readonly Alternative[] => [element(0, charge(TOTAL, amount))]
const same = (found: unknown, expected: unknown): void => {
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(found)} is not ${JSON.stringify(expected)}`)
}

function holding (owner: string, amount: number, key: string | undefined): Step {
  return {
    check: () => true,
    toString: () => `hold(${owner}, ${amount}, ${key ?? 'no key'})`,
    async run (model, { under: { ledger } }) {
      const at = epochMilliseconds(model.now)
      const expires = model.now + CALL_MS
      const idempotency = key === undefined ? undefined : { key, argumentsHash: String(amount) }
      const made = await hold(ledger, { clientId: owner, alternatives: money(amount), at, idempotency })
      const earlier = key === undefined ? undefined : model.holds.find(other => other.owner === owner && other.key === key)
      if (earlier !== undefined && earlier.amount !== amount) return same(made.ok || made.error.kind, 'idempotency-key-reused')
      if (earlier?.state === 'settled') return same(made.ok && made.value.kind, 'repeated')
      if (earlier?.state === 'held' && earlier.expires > model.now) return same(made.ok || made.error.kind, 'still-running')
      if (model.holds.some(({ state }) => state === 'overcharged')) return same(made.ok || made.error.kind, 'tool-suspended')
      if (earlier !== undefined && earlier.state !== 'released') {
        Object.assign(earlier, { state: 'held', expires, attempt: earlier.attempt + 1, inDoubt: true })
        const { id, attempt } = earlier
        return same(made, { ok: true, value: { kind: 'held', id, attempt, elementIndex: 0, again: true } })
      }
      if (spentOf(model, owner) + amount > TOTAL) return same(made.ok || made.error.kind, 'total-exceeded')
      if (!made.ok || made.value.kind !== 'held') throw new Error(`refused: ${JSON.stringify(made)}`)
      const { id, spent } = made.value
      same(spent, [spentOf(model, owner)])
      if (earlier !== undefined) {
        Object.assign(earlier, { state: 'held', owed: amount, expires, attempt: earlier.attempt + 1, inDoubt: false, settledAt: undefined })
      } else model.holds.push({ id, owner, amount, owed: amount, state: 'held', expires, key, attempt: 1, inDoubt: false })
    }
  }
}

/** @param late how many attempts were made since the one that ends now */
function settling (place: number, settlement: Settlement, late: number): Step {
  return {
    check: ({ holds }) => holds.length > 0,
    toString: () => `settle(${place}, ${JSON.stringify(settlement)}, ${late} attempts late)`,
    async run (model, { under: { ledger } }) {
      const found = model.holds[place % model.holds.length]
      if (found === undefined) return
      const settled = settlement.kind === 'executed' && settlement.charged !== undefined
        ? { ...settlement, charged: Math.min(settlement.charged, found.amount) }
        : settlement
      const attempt = Math.max(1, found.attempt - late)
      const isOpen = found.state === 'held' || found.state === 'unknown'
      const mayBe = isOpen && (settled.kind !== 'not-executed' || attempt === found.attempt)
      const became = await ledger.settle(found.id, settled, epochMilliseconds(model.now), attempt)
      if (!mayBe) return same(became, undefined)
      switch (settled.kind) {
        case 'executed':
          Object.assign(found, { state: 'settled', owed: settled.charged ?? found.owed })
          break
        case 'not-executed':
          Object.assign(found, found.inDoubt ? { state: 'unknown' } : { state: 'released', owed: 0 })
          break
        case 'unknown':
        case 'overcharged': found.state = settled.kind
      }
      if (found.state === 'settled' || found.state === 'released') found.settledAt = model.now
      same(became, found.state)
    }
  }
}

const isOpenIn = ({ now }: Model) => ({ state, expires }: ModelHold): boolean => {
  return state === 'unknown' || state === 'overcharged' || (state === 'held' && expires <= now)
}

const listing: Step = {
  check: () => true,
  toString: () => 'list what is open',
  async run (model, { under: { ledger } }) {
    const open = model.holds.filter(isOpenIn(model)).map(({ id }) => id)
    same((await ledger.list({ openAt: epochMilliseconds(model.now), limit: 3 })).map(({ id }) => id), open.slice(0, 3))
  }
}

function resolving (place: number, resolution: Resolution): Step {
  return {
    check: ({ holds }) => holds.length > 0,
    toString: () => `resolve(${place}, ${JSON.stringify(resolution)})`,
    async run (model, { under: { ledger } }) {
      const found = model.holds[place % model.holds.length]
      if (found === undefined) return
      const isOpen = isOpenIn(model)(found)
      const resolved = await ledger.resolve(found.id, resolution, epochMilliseconds(model.now))
      same(resolved.ok, isOpen)
      if (!isOpen) return
      found.settledAt = model.now
      if (resolution.kind === 'release') Object.assign(found, { state: 'released', owed: 0 })
      else Object.assign(found, { state: 'settled', owed: resolution.charged ?? found.owed })
    }
  }
}

const passing = (ms: number): Step => ({
  check: () => true,
  toString: () => `wait(${ms})`,
  async run (model, { under: { ledger } }) {
    model.now += ms
    const due = model.holds.filter(({ state, expires }) => state === 'held' && expires <= model.now)
    same((await ledger.expire(epochMilliseconds(model.now))).map(({ id }) => id).toSorted((a, b) => a - b), due.map(({ id }) => id))
    for (const found of due) found.state = 'unknown'
  }
})

/** What is gone is not settled, and nobody can resolve it. */
function pruning (ageMs: number, most: number): Step {
  return {
    check: () => true,
    toString: () => `prune(${ageMs}, ${most})`,
    async run (model, { under: { ledger } }) {
      const before = model.now - ageMs
      const old = model.holds.filter(({ settledAt = Infinity }) => settledAt < before)
        .toSorted((one, other) => Number(one.settledAt) - Number(other.settledAt) || one.id - other.id).slice(0, most)
      same(await ledger.prune(epochMilliseconds(before), most), old.length)
      model.holds = model.holds.filter(found => !old.includes(found))
      model.gone.push(...old)
      for (const { id } of old) {
        same(await ledger.settle(id, { kind: 'not-executed' }, epochMilliseconds(model.now)), undefined)
        same(await ledger.resolve(id, { kind: 'release' }, epochMilliseconds(model.now)), { ok: false, error: 'not-found' })
      }
    }
  }
}

/** A clock that goes back expires nothing. */
const settingBack = (ms: number): Step => ({
  check: () => true,
  toString: () => `set the clock back(${ms})`,
  async run (model, { under: { ledger } }) {
    model.now -= ms
    const due = model.holds.filter(({ state, expires }) => state === 'held' && expires <= model.now)
    same((await ledger.expire(epochMilliseconds(model.now))).length, due.length)
    for (const found of due) found.state = 'unknown'
  }
})

const restarting: Step = {
  check: () => true, toString: () => 'restart', async run (_model, real) { real.under = await real.under.restart() }
}

const owner = fc.constantFrom('a', 'b')
const amount = fc.integer({ min: 0, max: 600 })
const place = fc.nat(20)
const charged = fc.option(fc.integer({ min: 0, max: 600 }), { nil: undefined })
const settlement: fc.Arbitrary<Settlement> = fc.oneof(
  charged.map(value => ({ kind: 'executed', charged: value } as const)),
  fc.constantFrom({ kind: 'not-executed' } as const, { kind: 'unknown' } as const, { kind: 'overcharged', charged: 601 } as const))
const resolution: fc.Arbitrary<Resolution> = fc.oneof(
  fc.constant({ kind: 'release' } as const), charged.map(value => ({ kind: 'settle', charged: value } as const)))
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(owner, amount, fc.constantFrom(undefined, undefined, 'k', 'l')).map(given => holding(...given)) },
  { weight: 5, arbitrary: fc.tuple(place, settlement, fc.constantFrom(0, 0, 1)).map(given => settling(...given)) },
  { weight: 2, arbitrary: fc.tuple(place, resolution).map(given => resolving(...given)) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: CALL_MS }).map(passing) },
  { weight: 2, arbitrary: fc.tuple(fc.integer({ min: 0, max: CALL_MS }), fc.integer({ min: 1, max: 4 })).map(given => pruning(...given)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: CALL_MS }).map(settingBack) },
  { weight: 1, arbitrary: fc.constantFrom(restarting, listing) })

export function ledgerModel (t: Test, open: OpenUnderTest, runs: number): void {
  t.test('any sequence of calls, outcomes and restarts — is what the model says, and the books agree', async t => {
    covers('ledger.total-across-calls', 'ledger.outcomes', 'ledger.crash-loses-nothing', 'ledger.old-calls-deleted')
    await fc.assert(fc.asyncProperty(fc.commands([step], { maxCommands: 40 }), async commands => {
      const real: Real = { under: await open(t) }
      const model: Model = { now: AT, holds: [], gone: [] }
      await fc.asyncModelRun(() => ({ model, real }), commands)
      const { ledger, audit, restart } = await real.under.restart()
      for (const clientId of ['a', 'b']) {
        same(await ledger.spent({ person: inga, clientId }, [{ counterKey: 'budget', unit: 'JPY' }]), [spentOf(model, clientId)])
      }
      same(await audit(), [])
      same((await ledger.list({ limit: 1_000 })).map(({ id, state }) => [id, state]), model.holds.map(({ id, state }) => [id, state]))
      await (await restart()).ledger.close()
    }), { numRuns: runs })
    t.pass('every run')
  })
}
