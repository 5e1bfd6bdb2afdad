// What to type into a terminal for each exercise, with the functions of workshop.sh (workshop-script.ts) and the addresses of this class.

import { madeUpToken } from './class-book.ts'
import type { ExerciseId } from './exercise.ts'
import type { WorkshopAddresses } from './workshop-script.ts'

const READ = 'mcp:tickets:read'
const BOTH = "'mcp:tickets:read mcp:tickets:write'"
const ONE_SEAT = 'call reserve_ticket \'{"ticket_id":1,"seats":1}\''
const THREE_SEATS = 'call reserve_ticket \'{"ticket_id":1,"seats":3}\''
const OWN_TOOL = 'http://localhost:3543/mcp'

export function commandsFor (id: ExerciseId, login: string, { folder }: WorkshopAddresses): readonly string[] {
  const oneFolder = `'[{"type":"files","actions":["read"],"folders":["${folder}/apollo"]}]'`
  const read = (file: string) => `call files_read_text_file '{"path":"${folder}/${file}"}' "$FILES"`
  switch (id) {
    case 'be-refused': return ['knock', `knock ${madeUpToken(login)}`]
    case 'come-in': return [`ask ${BOTH}`, 'call list_tickets', 'call list_tickets']
    case 'step-up': return [`ask ${READ}`, ONE_SEAT, `ask ${BOTH}`, ONE_SEAT]
    case 'reserve': return [`ask ${BOTH}`, ONE_SEAT]
    case 'exceed': return [THREE_SEATS]
    case 'remedy': return [
      `ask ${BOTH} '[{"type":"ticket-reservation","actions":["book"],"ticketIds":[1],"maxAmount":15000,"currency":"JPY"}]'`, THREE_SEATS
    ]
    case 'other-resource': return [
      `ask files:read ${oneFolder} "$FILES"`, 'call files_list_allowed_directories \'{}\' "$FILES"', 'call list_tickets'
    ]
    case 'revoke': return [
      `ask ${BOTH}`, 'call list_tickets; call list_tickets', 'revoke', 'call list_tickets; sleep 5; call list_tickets', ONE_SEAT
    ]
    case 'own-tool': return [
      'node --import ./scripts/from-source.mjs docs/examples/greetings.ts &',
      `ask greetings:read '' ${OWN_TOOL}`, `call write_greeting '{"text":"hello"}' ${OWN_TOOL}`,
      `ask 'greetings:read greetings:write' '' ${OWN_TOOL}`, `call write_greeting '{"text":"hello"}' ${OWN_TOOL}`
    ]
    case 'files': return [`ask files:read ${oneFolder} "$FILES"`, read('apollo/plan.txt'), read('zeus/secret.txt')]
  }
}
