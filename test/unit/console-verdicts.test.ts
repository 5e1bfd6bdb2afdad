// The sentence about a refusal in the console: an amount is over a limit, a folder or an action is outside of what was allowed.

import t from 'tap'
import type { ShownComparison, ShownRequest } from '../../src/console/shown-request.ts'
import { verdictOf } from '../../src/console/view/shown-words.ts'
import { english } from '../../src/console/view/words-en.ts'
import { japanese } from '../../src/console/view/words-ja.ts'
import { covers } from '../support/covers.ts'

function refused (compared: ShownComparison): ShownRequest {
  return {
    id: '0-1',
    rev: 1,
    at: '2026-11-28T10:00:00.000Z',
    state: 'ended',
    reason: 'insufficient-authorization',
    remark: `insufficient:${compared.member}`,
    steps: [],
    checks: [{ check: 'authorization-details', outcome: 'failed', compared: [compared] }]
  }
}

t.test('verdict — what is no number is not over a limit, but outside of what was allowed', async t => {
  covers('console.explains-each-check')
  const folder = refused({ member: 'folders', needed: '/srv/zeus/secret.txt', found: ['/srv/apollo'] })
  t.equal(verdictOf(folder, japanese, 'ja'), '拒否：/srv/zeus/secret.txt は、許可された範囲（/srv/apollo）に含まれません')
  t.equal(verdictOf(folder, english, 'en'), 'Refused: /srv/zeus/secret.txt asked, /srv/apollo allowed')
  const seats = refused({ member: 'maxSeats', needed: 3, found: 2 })
  t.equal(verdictOf(seats, japanese, 'ja'), '拒否：3 は上限 2 を超えています')
})
