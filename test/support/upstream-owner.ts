// A program that uses an upstream process and exits without ending it, as a gateway does whose shutdown took too long. Its argument is the
// arguments of the upstream as JSON; it prints the ids of the upstream's processes.

import { systemClock } from '../../src/kernel/clock.ts'
import { createUpstream } from '../../src/upstream/create-upstream.ts'

const args = JSON.parse(process.argv[2] ?? '[]') as string[]
const upstream = createUpstream('owned', {
  transport: { kind: 'stdio', command: process.execPath, args, env: {}, wrapper: [], startTimeoutMs: 20_000 },
  isolation: 'shared',
  limits: { timeoutMs: 20_000, idleMs: 60_000, maxConnections: 1, concurrent: 10, maxResultBytes: 100_000 },
  revision: '2025-11-25'
}, { clock: systemClock })
const caller = { person: { issuer: 'https://as.example', subject: '1004' }, clientId: 'app' }
const outcome = await upstream.call({ tool: 'family', arguments: {}, caller, changes: false })
process.stdout.write(`${JSON.stringify(outcome.kind === 'answered' ? outcome.result['structuredContent'] : outcome)}\n`, () => { process.exit(1) })
