// Which calls tick which exercise, whose calls are they, and what is said after a failure? Stories of calls, and near misses of each.

import t from 'tap'
import { createClassBook, madeUpToken, type ClassBook } from '../../src/exercises/class-book.ts'
import { EXERCISES, type ExerciseId } from '../../src/exercises/exercise.ts'
import { EXERCISE_TEXTS } from '../../src/exercises/exercise-texts.ts'
import { readExercisesSettings } from '../../src/exercises/exercises-settings.ts'
import { HINTS } from '../../src/exercises/hint.ts'
import type { SeenCall } from '../../src/exercises/seen-call.ts'
import { PresentedToken } from '../../src/auth/presented-token.ts'
import { covers } from '../support/covers.ts'

const ISSUER = 'http://localhost:9000'
let at = 1_000

/** A call of user01 that was allowed, unless `more` says otherwise. */
function call (more: Partial<SeenCall> = {}): SeenCall {
  at += 1_000
  return {
    number: at / 1_000,
    at,
    home: true,
    issuer: ISSUER,
    subject: 'user01',
    resource: 'http://localhost:3443/mcp',
    tool: 'list_tickets',
    tokenHash: 'token-1',
    granted: true,
    reason: 'permitted',
    remark: '',
    status: 200,
    kept: false,
    scopes: ['mcp:tickets:read'],
    expiresAt: undefined,
    details: [],
    needed: {},
    wantedScopes: [],
    remedy: [],
    ...more
  }
}

/** As the gateway shows it: a rejected token names nobody. */
const rejected = (reason: string, more: Partial<SeenCall> = {}) =>
  call({ granted: false, status: 401, reason, subject: undefined, issuer: undefined, tool: undefined, ...more })

const LIMITED = { tool: 'reserve_ticket', needed: { maxAmount: 5_000 }, details: [{ maxAmount: 10_000 }] }
const OVER = {
  ...LIMITED,
  granted: false,
  status: 403,
  reason: 'insufficient-authorization',
  remark: 'insufficient:maxAmount',
  needed: { maxAmount: 15_000 },
  remedy: [{ type: 'ticket-reservation', maxAmount: 15_000 }]
}
const ENOUGH = { ...LIMITED, needed: { maxAmount: 15_000 }, details: [{ maxAmount: 15_000 }], tokenHash: 'token-2' }
const NO_SCOPE = { tool: 'reserve_ticket', granted: false, status: 403, reason: 'insufficient-scope', wantedScopes: ['write'] }
const FILES = { tool: 'files_read_text_file', needed: { folders: ['/a/b'] } }

function bookOf (calls: readonly SeenCall[]): ClassBook {
  const book = createClassBook({ logins: ['user01', 'user02'], issuer: ISSUER, now: () => at })
  for (const one of calls) book.see(one)
  return book
}

const doneBy = (calls: readonly SeenCall[], login = 'user01') => Object.keys(bookOf(calls).attendee(login)?.ticks ?? {})
const knock = (login: string) => rejected('inactive', { tokenHash: new PresentedToken(madeUpToken(login)).fingerprint })

const STORIES: Readonly<Record<ExerciseId, { readonly done: readonly SeenCall[], readonly missed: ReadonlyArray<readonly SeenCall[]> }>> = {
  'be-refused': { done: [knock('user01')], missed: [[rejected('missing-token', { tokenHash: undefined })], [knock('user02')]] },
  'come-in': {
    done: [call(), call({ kept: true })],
    missed: [[call(), call()], [call(), call({ kept: true, tokenHash: 'token-2' })], [call({ remark: 'timeout' }), call({ kept: true })]]
  },
  'step-up': {
    done: [call(NO_SCOPE), call({ tool: 'reserve_ticket', tokenHash: 'token-2', scopes: ['read', 'write'] })],
    missed: [
      [call({ tool: 'reserve_ticket', tokenHash: 'token-2', scopes: ['write'] }), call(NO_SCOPE)],
      [call(NO_SCOPE), call({ tokenHash: 'token-2', scopes: ['write'] })],
      [call(NO_SCOPE), call({ tool: 'reserve_ticket', scopes: ['write'] })],
      [call(NO_SCOPE), call({ tool: 'reserve_ticket', tokenHash: 'token-2', scopes: ['read'] })]
    ]
  },
  reserve: { done: [call(LIMITED)], missed: [[call({ ...LIMITED, needed: {} })], [call({ ...LIMITED, remark: 'not-enough-seats' })]] },
  exceed: { done: [call(OVER)], missed: [[call({ ...OVER, remark: 'insufficient:actions' })], [call({ ...OVER, tool: 'other' })]] },
  remedy: {
    done: [call(OVER), call(ENOUGH)],
    missed: [
      [call(ENOUGH), call(OVER)],
      [call(OVER), call({ ...ENOUGH, needed: { maxAmount: 5_000 } })],
      [call(OVER), call({ ...ENOUGH, tokenHash: 'token-1' })],
      [call(OVER), call({ ...ENOUGH, details: [{ maxAmount: 12_000 }] })],
      [call({ ...OVER, at: 1 }), call(ENOUGH)].map((one, index) => index === 0 ? { ...one, at: one.at - 3_600_000 } : one)
    ]
  },
  'other-resource': {
    done: [rejected('wrong-audience', { tokenHash: 'token-9' }), call({ tokenHash: 'token-9', resource: 'http://localhost:3443/files' })],
    missed: [[rejected('wrong-audience', { tokenHash: 'token-9' })], [call(), rejected('wrong-audience', { tokenHash: 'token-9' })]]
  },
  revoke: {
    done: [call({ kept: true, expiresAt: 9e12 }), rejected('inactive', { tokenHash: 'token-1' })],
    missed: [
      [call(), rejected('inactive', { tokenHash: 'token-1' })],
      [call({ kept: true, expiresAt: 1 }), rejected('inactive', { tokenHash: 'token-1' })],
      [call({ kept: true }), rejected('inactive', { tokenHash: 'token-2' })]
    ]
  },
  'own-tool': {
    done: [call({ ...NO_SCOPE, home: false }), call({ tool: 'reserve_ticket', home: false })],
    missed: [
      [call(NO_SCOPE), call({ tool: 'reserve_ticket', home: false })],
      [call({ ...NO_SCOPE, home: false }), call({ tool: 'x', home: false })]
    ]
  },
  files: {
    done: [call(FILES), call({ ...FILES, granted: false, reason: 'insufficient-authorization', status: 403 })],
    missed: [[call(FILES)], [call(FILES), call({ ...FILES, tool: 'files_write', granted: false, reason: 'insufficient-authorization' })]]
  }
}

t.test('each exercise — its story ticks it, near misses do not, and neither do the calls of another person', async t => {
  covers('exercises.ticked-by-decisions', 'exercises.of-one-person')
  const wrong = EXERCISES.flatMap(id => {
    const { done, missed } = STORIES[id]
    return [
      ...(doneBy(done).includes(id) ? [] : [`${id}: not ticked`]),
      ...missed.flatMap((calls, index) => doneBy(calls).includes(id) ? [`${id}: ticked by near miss ${index}`] : []),
      ...(doneBy(done, 'user02').length === 0 ? [] : [`${id}: ticked for another person`]),
      ...(doneBy(done.map(one => ({ ...one, issuer: one.issuer === undefined ? undefined : 'http://other' }))).includes(id) && id !== 'be-refused'
        ? [`${id}: ticked for a person of another issuer`]
        : [])
    ]
  })
  t.strictSame(wrong, [])
})

t.test('a refused token — belongs to the first person whose good token it was, also where the refusal came first', async t => {
  covers('exercises.of-one-person')
  const refusal = rejected('inactive', { tokenHash: 'token-5' })
  const book = bookOf([refusal])
  t.equal(book.unowned(), 1)
  book.see(call({ tokenHash: 'token-5', subject: 'user02' }))
  t.equal(book.unowned(), 0)
  t.equal(book.attendee('user02')?.calls.length, 2)
  t.equal(book.attendee('user01')?.calls.length, 0)
  t.equal(book.attendee('user99'), undefined)
})

t.test('a reset — forgets everything, and what the console still has from before does not count', async t => {
  covers('exercises.reset')
  const story = STORIES['come-in'].done
  const book = bookOf(story)
  t.strictSame(Object.keys(book.attendee('user01')?.ticks ?? {}), ['come-in'])
  at += 1_000
  book.reset()
  for (const one of story) book.see(one)
  t.strictSame(book.attendee('user01')?.ticks, {})
  const again = createClassBook({ logins: ['user01'], issuer: ISSUER, now: () => at, kept: book.kept() })
  for (const one of story) again.see(one)
  t.strictSame(again.attendee('user01')?.ticks, {}, 'after a restart neither')
})

t.test('stuck — after three refusals since the last tick, with the hint that fits', async t => {
  covers('exercises.ticked-by-decisions')
  const book = bookOf([knock('user01'), ...STORIES['come-in'].done])
  t.match(book.attendee('user01'), { current: 'step-up', stuck: false })
  for (let count = 0; count < 3; count += 1) book.see(call(NO_SCOPE))
  t.match(book.attendee('user01'), { current: 'step-up', stuck: true, hint: 'scope-of-the-challenge' })
  book.see(call({ tool: 'reserve_ticket', tokenHash: 'token-2', scopes: ['read', 'write'] }))
  t.match(book.attendee('user01'), { current: 'reserve', stuck: false, hint: 'choose-a-limit' })
  for (const language of ['en', 'ja'] as const) t.ok(HINTS.every(hint => EXERCISE_TEXTS[language].hints[hint].length > 5))
})

t.test('settings — a network address is a private one of this machine with a secret; consoles are at this machine', async t => {
  covers('exercises.reset')
  t.match(readExercisesSettings({}), { ok: true, value: { origin: 'http://localhost:3445', people: 40, teacherSecret: undefined } })
  for (const env of [
    { EXERCISES_ADDRESS: '0.0.0.0' }, { EXERCISES_ADDRESS: '8.8.8.8' }, { EXERCISES_PEOPLE: '0' }, { EXERCISES_PORT: 'x' },
    { EXERCISES_CONSOLE: 'http://192.168.1.1:3444' }, { EXERCISES_STORAGE: 'postgres://user:secret@db/x' }
  ]) {
    const read = readExercisesSettings(env)
    t.equal(read.ok, false, JSON.stringify(env))
    t.notMatch(read.ok ? '' : read.error, /secret@|8\.8\.8\.8/, 'never the value')
  }
})
