// What the console shows of a request: made of the one record of a decision, and of nothing that must stay inside.

import { randomBytes, createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { createInquiries } from '../../src/console/inquiries.ts'
import { Notebook } from '../../src/console/notebook.ts'
import { createRecorder, type Batch } from '../../src/console/recorder.ts'
import { createRing } from '../../src/console/ring.ts'
import { shownText, shownValue } from '../../src/console/shown-value.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import type { CallStep } from '../../src/mcp/call-notes.ts'
import { DecisionRecord } from '../../src/mcp/decision-record.ts'
import { epochMilliseconds } from '../../src/kernel/units.ts'
import { covers } from '../support/covers.ts'
import { eventually } from '../support/eventually.ts'

const RESOURCE = 'https://gateway.example/mcp'

function noted (record: DecisionRecord, inquiries = createInquiries(), steps: readonly CallStep[] = []) {
  const notebook = new Notebook({
    id: '0-1', arrivedAt: epochMilliseconds(1_000), arrivedAtMs: 100, monotonicMs: () => 105, changed: () => {}
  })
  for (const step of steps) notebook.step(step)
  notebook.decided(record)
  notebook.ended(undefined, false)
  return notebook.show(inquiries, RESOURCE)
}

/** A grant as the record holds it; the brand is not looked at here. */
function recordWith (claims: Readonly<Record<string, unknown>>, tokenHash: string): DecisionRecord {
  const record = new DecisionRecord()
  Object.assign(record, {
    tokenHash,
    grant: {
      person: { issuer: 'https://as.example', subject: '1004' },
      clientId: 'client-1',
      scopes: new Set(['read']),
      askedAtMonotonicMs: 40,
      tokenFingerprint: tokenHash,
      ...claims
    },
    requirement: {
      tool: 'pay',
      scopes: ['read'],
      freshness: 'cached',
      details: { type: 'payment', judge: () => ({ kind: 'sufficient' }), smallest: () => ({ type: 'payment', maxAmount: 5 }) }
    }
  })
  record.conclude(true, 'permitted')
  record.status = 200
  record.durationMs = 5
  return record
}

t.test('secrets — an authorization server may say anything: no token, digest, secret or undeclared member is in an event', async () => {
  covers('console.no-secrets')
  const json = fc.jsonValue({ maxDepth: 3 })
  const places = fc.constantFrom('subject', 'client', 'declared', 'undeclared', 'type', 'scope')
  fc.assert(fc.property(fc.integer({ min: 24, max: 48 }), json, places, (bytes, other, place) => {
    const secret = randomBytes(bytes).toString('base64url')
    const token = new PresentedToken(secret)
    const at = (name: string) => place === name ? secret : 'plain'
    const record = recordWith({
      person: { issuer: 'https://as.example', subject: at('subject') },
      clientId: at('client'),
      scopes: new Set([at('scope')]),
      authorizationDetails: [
        { type: 'payment', maxAmount: at('declared'), [at('undeclared')]: at('undeclared'), other },
        { type: at('type'), secret: at('undeclared') },
        other
      ]
    }, token.fingerprint)
    const text = JSON.stringify(noted(record))
    const digest = createHash('sha256').update(secret)
    const parts = [secret, secret.slice(0, 16), secret.slice(16), digest.copy().digest('base64url'), digest.digest('hex')]
    return !parts.some(part => text.includes(part))
  }), { numRuns: 300 })
})

t.test('values — texts are cut, secrets become their beginning, identifiers and addresses stay readable', async t => {
  covers('console.no-secrets')
  t.equal(shownText('mcp:tickets:read'), 'mcp:tickets:read')
  t.equal(shownText('5f0c6a52-9a1e-4f70-bd8e-0d4c3b5d2f11'), '5f0c6a52-9a1e-4f70-bd8e-0d4c3b5d2f11')
  const address = 'https://client.example/a-long-path/of-an-application-that-has-metadata'
  t.equal(shownText(address), address)
  t.equal(shownText('https://client.example/?key=AbCdEfGhIjKlMnOpQrStUvWxYz0123'), 'https:…')
  t.equal(shownText('eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'), 'eyJhbG…')
  for (const path of ['/srv/class2026/workshop/files/projects/zeus/secret.txt', '/Users/taro/work/mcp-resource-gateway/data/files']) {
    t.equal(shownText(path), path, 'a folder is no secret, however long its path is')
  }
  t.equal(shownText('/srv/AbCdEfGhIjKlMnOpQrStUvWxYz0123/file'), '/srv/A…')
  t.equal(shownText('/k3Jd82LmQpZx71Vb/9sTr4WqYh26NfGc'), '/k3Jd8…', 'base64 with slashes')
  t.equal(shownText('a'.repeat(300)), `${'a'.repeat(200)}…`)
  t.equal(shownText('up\u202Edown\n'), 'up down ')
  t.equal(shownValue({ any: 'object' }), undefined)
  t.strictSame(shownValue(['read', 7, {}]), ['read', 7, '…'])
})

t.test('the source of an answer — kept with its age, asked for this request, or for another one before it', async t => {
  covers('console.explains-each-check')
  const record = recordWith({}, 'abcdefghij')
  t.strictSame(noted(record).reply, { source: 'kept', ageMs: 60 })
  t.strictSame(noted(record).steps.map(({ step }) => step), ['arrived', 'cache', 'decided', 'answer'])
  const asked = (durationMs: number, live = false, steps: readonly CallStep[] = live ? ['asks-again'] : [], endedAtMs = 104) => {
    const inquiries = createInquiries()
    inquiries.ended({ kind: 'inquiry', outcome: 'active', live, durationMs, tokenFingerprint: 'abcdefghij' }, endedAtMs)
    return noted(record, inquiries, steps)
  }
  t.match(asked(3).reply, { source: 'asked', ms: 3 })
  t.match(asked(30).reply, { source: 'joined' })
  t.match(asked(3, true).reply, { source: 'live' })
  t.match(asked(3, true, []).reply, { source: 'kept' }, 'another request of this token needed the live answer')
  t.match(asked(3, false, [], 106).reply, { source: 'kept' }, 'the question of a later request')
  const steps = [{}, { step: 'asked', at: 1, to: 'authorization-server' }, { step: 'answered', at: 4, outcome: 'active' }, {}, {}]
  t.match(asked(3).steps, steps)
})

t.test('a total — before and after a call, and as it was where it did not suffice', async t => {
  covers('console.totals')
  const record = recordWith({}, 'abcdefghij')
  const notebook = new Notebook({
    id: '0-1', arrivedAt: epochMilliseconds(1_000), arrivedAtMs: 100, monotonicMs: () => 105, changed: () => {}
  })
  notebook.used({ currency: 'JPY', total: 30_000, before: 30_000, after: 22_000 })
  notebook.decided(record)
  t.strictSame(notebook.show(createInquiries(), RESOURCE).used, { currency: 'JPY', total: 30_000, before: 30_000, after: 22_000 })
  const held = { currency: '', total: 5, before: 4, after: 3, held: true }
  notebook.used({ ...held, member: 'max\u202eCalls' })
  t.strictSame(notebook.show(createInquiries(), RESOURCE).used, { ...held, member: 'max Calls' })
  t.equal(noted(record).used, undefined)
  record.denial = {
    kind: 'insufficient-authorization',
    problem: 'insufficient',
    member: 'maxTotalAmount',
    remedy: [],
    scopes: [],
    shortage: { member: 'maxTotalAmount', needed: 9_000, remaining: 6_000, currency: 'JPY' }
  }
  t.strictSame(noted(record).used, { currency: 'JPY', before: 6_000, after: 6_000 })
})

t.test('a refused token — the failed check and those that were not reached', async t => {
  covers('console.explains-each-check')
  const record = new DecisionRecord()
  record.rejection = { kind: 'invalid-token', problem: { kind: 'wrong-audience' } }
  record.tokenHash = 'abcdefghij'
  record.conclude(false, 'wrong-audience')
  const { checks, told } = noted(record)
  t.match(checks.filter(({ outcome }) => outcome === 'failed'), [{ check: 'audience', problem: 'wrong-audience' }])
  t.equal(checks.at(-1)?.outcome, 'not-reached')
  t.equal(told, undefined)
})

t.test('the recorder — notes nothing without a viewer, sends each request once, counts what is too much', async t => {
  covers('console.costs-nothing-unwatched', 'console.slow-viewers')
  const batches: Batch[] = []
  const recorder = createRecorder({ worker: 3, resource: RESOURCE, clock: createManualClock(), deliver: batch => { batches.push(batch) } })
  t.teardown(recorder.close)
  t.equal(recorder.watch.watched, false)
  recorder.setWatched(true)
  const notes = Array.from({ length: 300 }, () => recorder.watch.begin())
  t.equal(notes.filter(one => one === undefined).length, 50)
  notes[0]?.step('authenticated')
  notes[0]?.ended(undefined, true)
  await eventually('a batch is delivered', () => batches.length > 0)
  t.equal(batches[0]?.records.length, 250)
  t.equal(batches[0]?.dropped, 50)
  t.match(JSON.parse(batches[0]?.records[0]?.json ?? ''), { id: '3-1', rev: 1, state: 'left' })
})

t.test('the ring — a newer state replaces an older one, its number stays, and what left is counted for a slow viewer', async t => {
  covers('console.slow-viewers')
  const ring = createRing({ entries: 4, bytes: 10_000 })
  ring.addRequest('0-1', '{"rev":1}')
  ring.addRequest('0-2', '{"rev":1}')
  ring.addRequest('0-1', '{"rev":2}')
  t.strictSame(ring.requests(), ['{"number":2,"request":{"rev":1}}', '{"number":1,"request":{"rev":2}}'])
  t.match(ring.after(0), { entry: { sequence: 2 }, lost: 0 })
  ring.addRequest('0-3', '{}')
  ring.addRequest('0-4', '{}')
  ring.addDropped(7)
  t.match(ring.after(0), { entry: { sequence: 3 }, lost: 2 })
  t.match(ring.after(5), { entry: { event: 'drops', data: '{"count":7,"why":"busy-process"}' }, lost: 0 })
  t.equal(ring.after(ring.last()).entry, undefined)
})
