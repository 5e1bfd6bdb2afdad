// When does a switch of the practice server's lab hit, and when does it end? With a clock that stands still.

import { test } from 'tap'
import { readClassroom } from '../../src/practice-as/classroom.ts'
import { accountsFor } from '../../src/practice-as/class-accounts.ts'
import { createSwitches, SWITCHES } from '../../src/practice-as/lab/switches.ts'
import { LAB_TEXTS } from '../../src/practice-as/lab/lab-texts.ts'
import { wishFromJson } from '../../src/practice-as/lab/wishes.ts'
import { covers } from '../support/covers.ts'

const WISH = { subject: undefined, seconds: undefined, requests: undefined, value: undefined }

test('switches — hit one person or all, and end by time, by requests, or by hand', async t => {
  covers('practice.lab-faults')
  let now = 1_000_000
  const switches = createSwitches(() => now)
  t.equal(switches.hit('slow', '1004'), undefined, 'all are off at the start')

  switches.on('slow', { ...WISH, subject: '1004', seconds: 60 })
  t.equal(switches.hit('slow', '1004'), 2_000)
  t.equal(switches.hit('slow', '1005'), undefined, 'another person')
  t.equal(switches.hit('slow', undefined), undefined, 'a machine')
  now += 60_000
  t.equal(switches.hit('slow', '1004'), undefined, 'its time is over')
  t.strictSame(switches.active(), [])

  switches.on('small-limit', { ...WISH, requests: 2, value: 5 })
  t.equal(switches.hit('small-limit', '1005'), 5)
  t.equal(switches.active()[0]?.requestsLeft, 1)
  t.equal(switches.hit('small-limit', undefined), 5)
  t.equal(switches.hit('small-limit', '1004'), undefined, 'its requests are used up')

  for (const id of SWITCHES) switches.on(id, WISH)
  switches.off('down')
  t.equal(switches.hit('down', undefined), undefined)
  t.equal(switches.active().length, SWITCHES.length - 1)
  switches.allOff()
  t.strictSame(switches.active(), [])
})

test('revocation — counts for what was issued until then, and stays', async t => {
  covers('practice.lab-faults')
  let now = 1_000_000
  const switches = createSwitches(() => now)
  switches.revokeUntilNow('1004')
  now += 1_000
  t.ok(switches.isRevoked('1004', 1_000))
  t.notOk(switches.isRevoked('1004', 1_001), 'issued afterwards')
  t.notOk(switches.isRevoked('1005', 1_000))
  switches.allOff()
  t.ok(switches.isRevoked('1004', 1_000), 'it cannot be undone')
  switches.revokeUntilNow(undefined)
  t.ok(switches.isRevoked(undefined, 1_001))
})

test('wishes — a person, a time and a value, each refused with a sentence where it cannot be', async t => {
  covers('practice.lab-faults')
  const accounts = accountsFor(2)
  t.strictSame(accounts.map(({ loginId }) => loginId), ['inga', 'taro', 'user01', 'user02'])
  t.match(wishFromJson('slow', { for: { person: 'user02' }, seconds: null, value: 10 }, accounts),
    { ok: true, value: { subject: 'user02', seconds: undefined, value: 10 } })
  t.match(wishFromJson('down', {}, accounts), { ok: true, value: { subject: undefined, seconds: 600 } })
  for (const [id, body, problem] of [
    ['down', undefined, /object/],
    ['down', { for: { person: 'user03' } }, /no account "user03"/],
    ['down', { for: 'inga' }, /^for:/],
    ['down', { seconds: 0 }, /^seconds:/],
    ['down', { requests: 1.5 }, /^requests:/],
    ['down', { value: 1 }, /^value: this switch has none/],
    ['slow', { value: 30_001 }, /^value:.*30000/],
    ['new-key', { for: { person: 'inga' } }, /for all only/]
  ] as const) t.match(wishFromJson(id, body, accounts), { ok: false, error: { text: problem } }, String(problem))
})

test('texts — each switch says in both languages what one should see', async t => {
  covers('practice.lab-page')
  t.strictSame(Object.keys(LAB_TEXTS.ja.switches), [...SWITCHES])
  t.strictSame(Object.keys(LAB_TEXTS.en.switches), [...SWITCHES])
})

test('classroom — one private address of this machine, and only when it is said', async t => {
  covers('practice.classroom')
  const here = ['127.0.0.1', '192.168.10.5', '203.0.113.7', '::1']
  const classroom = { PRACTICE_AS_ADDRESS: '192.168.10.5', PRACTICE_AS_CLASSROOM: 'everyone-on-this-network' }
  t.strictSame(readClassroom({}, here), { ok: true, value: { address: undefined, lab: undefined } })
  t.strictSame(readClassroom({ PRACTICE_AS_LAB: '1' }, here), { ok: true, value: { address: undefined, lab: {} } })
  t.strictSame(readClassroom(classroom, here), { ok: true, value: { address: '192.168.10.5', lab: undefined } })
  t.match(readClassroom({ ...classroom, PRACTICE_AS_LAB: '1', PRACTICE_AS_TEACHER_SECRET: 'a secret of 12' }, here),
    { ok: true, value: { lab: { teacherSecret: 'a secret of 12' } } })
  for (const [env, problem] of [
    [{ PRACTICE_AS_ADDRESS: '192.168.10.5' }, /PRACTICE_AS_CLASSROOM=everyone-on-this-network/],
    [{ ...classroom, PRACTICE_AS_ADDRESS: '0.0.0.0' }, /expected a private address of this machine: 192\.168\.10\.5$/],
    [{ ...classroom, PRACTICE_AS_ADDRESS: '203.0.113.7' }, /private address/],
    [{ ...classroom, PRACTICE_AS_ADDRESS: '10.0.0.1' }, /of this machine/],
    [{ ...classroom, PRACTICE_AS_LAB: '1' }, /PRACTICE_AS_TEACHER_SECRET/],
    [{ PRACTICE_AS_LAB: 'yes' }, /expected 0 or 1/]
  ] as const) t.match(readClassroom(env, here), { ok: false, error: problem }, String(problem))
})
