// What a workshop says when it is ready: the addresses for the teacher and those for everyone, and what to open first.

import { classroomWarning } from '../../src/launcher/classroom-address.ts'
import type { Workshop } from '../../src/launcher/part.ts'
import type { Plan } from '../../src/launcher/plan.ts'

export interface Addresses {
  readonly console: string | undefined
  readonly lab: string | undefined
  readonly shop: string | undefined
  readonly exercises: string | undefined
  readonly inspector: string | undefined
}

export function workshopReady ({ gatewayUrl, issuer }: Plan, { filesUrl, classroom }: Workshop, addresses: Addresses): string {
  const { console, lab, shop, exercises, inspector } = addresses
  const lines = [
    ...(classroom === undefined ? [] : [...classroomWarning(classroom), '']),
    'The workshop is ready.',
    '',
    'For everyone (user01 / user01 to user40 / user40)',
    ...row('exercises', exercises),
    ...row('gateway: tickets', gatewayUrl),
    ...row('gateway: files', filesUrl),
    ...row('authorization server', issuer),
    ...row('ticket shop', shop),
    '',
    'For the teacher, at this machine',
    ...row('class overview', exercises === undefined ? undefined : `${exercises}/class`),
    ...row('console', console),
    ...row('lab', lab),
    ...row('MCP Inspector', inspector),
    ...(classroom === undefined ? [] : row('secret of the teacher', `${classroom.teacherSecret}  (lab and reset; any user name)`)),
    '',
    'What to do next',
    '  - docs/workshop.md is the script of ninety minutes.',
    '  - Put the console on the projector, and let everyone open the exercises.',
    '',
    'Ctrl-C ends everything.'
  ]
  return `\n${lines.join('\n')}\n\n`
}

function row (name: string, address: string | undefined): string[] {
  return address === undefined ? [] : [`  ${name.padEnd(22)}${address}`]
}
