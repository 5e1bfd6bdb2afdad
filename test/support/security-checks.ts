// Runs the cases of test/support/security-cases.ts: one test for each case that has its own, and one assertion for each of the others.

import { readdirSync, readFileSync } from 'node:fs'
import type { Test } from 'tap'
import { requirements } from '../requirements.ts'
import { collected } from './collected.ts'
import { call, type CallAnswer, type Gateway } from './gateway.ts'
import type { SecurityCase } from './security-cases.ts'

/** By the name of the case. */
export type CaseTests = Readonly<Record<string, (t: Test) => Promise<void>>>

export const list = (gateway: Gateway, token = 'token-full'): Promise<CallAnswer> => call(gateway, { token, tool: 'list_tickets' })
export const reserve = (gateway: Gateway, token: string, args: object = { ticket_id: 3, seats: 1 }): Promise<CallAnswer> =>
  call(gateway, { token, tool: 'reserve_ticket', args })

export function testCases (t: Test, subjects: Readonly<Record<string, readonly SecurityCase[]>>, tests: CaseTests): void {
  const cases = Object.entries(subjects).flatMap(([subject, list]) => list.map(entry => ({ subject, ...entry })))
  for (const { subject, name, shownBy, notApplicable } of cases) {
    const test = tests[name]
    if (test !== undefined) t.test(`${subject} — ${name}`, test)
    else t.ok(shownBy !== undefined || notApplicable !== undefined, `${subject} — ${name}: ${notApplicable ?? `shown by ${shownBy?.join(', ') ?? 'nothing'}`}`)
  }

  t.test('cases — every test here belongs to one, and what others show is a requirement that a test cites', t => {
    const names = cases.map(({ name }) => name)
    t.equal(new Set(names).size, names.length)
    t.same(Object.keys(tests).filter(name => !names.includes(name)), [])
    const cited = readdirSync('test', { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.test.ts') && !file.includes('node_modules')).map(file => readFileSync(`test/${file}`, 'utf8')).join('\n')
    const each = collected(t)
    for (const id of new Set(cases.flatMap(({ shownBy = [] }) => shownBy))) {
      each.ok(Object.hasOwn(requirements, id), id)
      each.ok(new RegExp(`covers\\([^)]*'${id.replace('.', '\\.')}'`).test(cited), `${id} is cited`)
    }
    each.end()
    t.end()
  })
}
