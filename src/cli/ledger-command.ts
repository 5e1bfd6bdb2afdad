// `ledger`: shows the calls that count against totals, and resolves those whose outcome is not known. What an operator decides here is
// written to the audit log first; a gateway that runs on the same storage sees it with the next call.

import type { ConfigSources } from '../config/load.ts'
import { formatMistake } from '../config/mistake.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { systemClock } from '../kernel/clock.ts'
import { GatewayError } from '../kernel/fault.ts'
import { isOpen, type HoldRecord, type Resolution } from '../ledger/hold.ts'
import type { HoldLedger } from '../ledger/hold-ledger.ts'
import { loadServed } from '../server/load-served.ts'
import { MissingDatabase } from '../storage/missing-database.ts'
import { openLedger } from '../storage/open-ledger.ts'
import { complain, EXIT, readCommandLine, wholeNumber, type Terminal } from './command-line.ts'
import { LEDGER_OPTIONS } from './command-options.ts'
import { writeResolution } from './ledger-audit.ts'
import { holdJson, holdLine } from './ledger-text.ts'
import { terminalJson } from '../kernel/terminal-text.ts'

const USAGE = `Usage: mcp-resource-gateway ledger list [options]
       mcp-resource-gateway ledger release ID [options]
       mcp-resource-gateway ledger settle ID [options]

list     shows calls of other servers' tools that count against totals
  --unknown         only those that wait for you: of unknown outcome, charged too much, or
                    longer than their time limit
  --limit COUNT     at most so many, the oldest first; default 100
release  the call was not made: its amount is given back
settle   the call was made: its amount is spent
  --charged AMOUNT  so much was charged, in minor units of the currency; needed for a call
                    that was charged too much

  --note TEXT       why, for the audit log
  --json            JSON
  --help            prints this

Uses the storage of the configuration that GATEWAY_CONFIG and the environment describe. release
and settle write a line to the file of audit.file with .ledger at its end, before they change
anything. Only calls that wait for you can be resolved.

Exit status: 0 when done, 1 when not (no such call, or it does not wait for you, or the storage
does not answer), 2 for a wrong command line.
`

const MAX_NOTE = 500

export async function runLedger (args: readonly string[], terminal: Terminal, sources: ConfigSources = {}): Promise<number> {
  const read = readCommandLine(args, USAGE, LEDGER_OPTIONS, terminal)
  if (typeof read === 'number') return read
  const { values, operands: [action, operand, ...more] } = read
  const { unknown = false, limit = '100', charged, note, json = false } = values
  if (more.length > 0) return complain(terminal, 'too many operands')
  const most = wholeNumber(limit, 1, 100_000)
  if (most === undefined) return complain(terminal, '--limit: expected a number from 1 to 100000')
  if (note !== undefined && note.length > MAX_NOTE) return complain(terminal, `--note: expected at most ${MAX_NOTE} characters`)
  switch (action) {
    case 'list':
      if (operand !== undefined || charged !== undefined) return complain(terminal, 'expected no operand and no --charged')
      return withLedger(sources, terminal, ledger => list(ledger, { unknown, most, json }, terminal))
    case 'release':
    case 'settle': {
      const id = wholeNumber(operand ?? '', 1, 999_999_999)
      if (id === undefined) return complain(terminal, 'expected the number of a call, as list shows it')
      if (action === 'release' && charged !== undefined) return complain(terminal, '--charged: only settle takes it')
      const amount = charged === undefined ? undefined : amountOf(charged)
      if (charged !== undefined && amount === undefined) return complain(terminal, '--charged: expected a whole number of minor units')
      const resolution: Resolution = action === 'release' ? { kind: 'release' } : { kind: 'settle', charged: amount }
      return withLedger(sources, terminal, (ledger, config) => resolveHold(ledger, config, { id, resolution, note, json }, terminal))
    }
    case undefined:
    default: return complain(terminal, 'expected list, release or settle')
  }
}

async function withLedger (
  sources: ConfigSources, terminal: Terminal, use: (ledger: HoldLedger, config: GatewayConfig) => Promise<number>
): Promise<number> {
  const loaded = loadServed(sources)
  if (!loaded.ok) {
    for (const mistake of loaded.error) terminal.writeError(`${formatMistake(mistake)}\n`)
    return EXIT.bad
  }
  const { config } = loaded.value
  try {
    const ledger = await openLedger({ url: config.storage.url, create: false, maxConnections: 1 })
    try {
      return await use(ledger, config)
    } finally {
      await ledger.close()
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    terminal.writeError(error instanceof MissingDatabase ? `${NO_LEDGER}\n` : `${error.code}: ${error.detail}\n`)
    return EXIT.bad
  }
}

const NO_LEDGER = 'there is no database at storage.url: no call has counted against a total yet, ' +
  'or the address is another one than the gateway uses'

interface ListRequest {
  readonly unknown: boolean
  readonly most: number
  readonly json: boolean
}

async function list (ledger: HoldLedger, { unknown, most, json }: ListRequest, terminal: Terminal): Promise<number> {
  const now = systemClock.now()
  // Calls that run do not take the places of those that wait.
  const holds = await ledger.list({ openAt: unknown ? now : undefined, limit: most })
  if (json) terminal.write(`${terminalJson(holds.map(hold => holdJson(hold, now)))}\n`)
  else if (holds.length === 0) terminal.write(unknown ? 'no call waits for you\n' : 'no call\n')
  else for (const hold of holds) terminal.write(`${holdLine(hold, now)}\n`)
  return EXIT.good
}

interface ResolveRequest {
  readonly id: number
  readonly resolution: Resolution
  readonly note: string | undefined
  readonly json: boolean
}

async function resolveHold (
  ledger: HoldLedger, { audit }: GatewayConfig, { id, resolution, note, json }: ResolveRequest, terminal: Terminal
): Promise<number> {
  const found = await ledger.find(id)
  if (found === undefined) return refuse('there is no such call', terminal)
  if (!isOpen(found, systemClock.now())) return refuse(`it does not wait for you: ${found.state}`, terminal)
  // Both amounts may be right: the one that was asked for, and the one that the server says.
  if (found.state === 'overcharged' && resolution.kind === 'settle' && resolution.charged === undefined) {
    return refuse(`the server says that it charged ${found.charged ?? 'more'}: say with --charged what is spent`, terminal)
  }
  // A line without the change says what was tried; a change without the line is not made.
  writeResolution(audit, found, resolution, note)
  const resolved = await ledger.resolve(id, resolution, systemClock.now())
  if (!resolved.ok) return refuse('it was resolved meanwhile', terminal)
  show(resolved.value, json, terminal)
  return EXIT.good
}

function refuse (why: string, terminal: Terminal): number {
  terminal.writeError(`${why}\n`)
  return EXIT.bad
}

function show (hold: HoldRecord, json: boolean, terminal: Terminal): void {
  const now = systemClock.now()
  terminal.write(json ? `${terminalJson(holdJson(hold, now))}\n` : `${holdLine(hold, now)}\n`)
}

/** Larger than `wholeNumber` takes: amounts have up to 15 digits. */
function amountOf (text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
