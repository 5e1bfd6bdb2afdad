// A log line for a person at a terminal: JSON in, one short line out. Text in a log may come from a token or a client, so characters that a
// terminal obeys are shown by their number (CWE-150).

import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import { terminalLine } from './terminal-text.ts'

export interface LineStyle {
  readonly color: boolean
  /** What is worth showing of the configuration at start. */
  readonly shownConfiguration: (members: JsonObject) => JsonObject
}

/** What the terminal wants by the conventions of its user. https://no-color.org, https://force-color.org */
export function wantsColor (env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  const { FORCE_COLOR: force, NO_COLOR: none } = env
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false'
  return isTerminal && (none === undefined || none === '') && env['TERM'] !== 'dumb'
}

const LEVELS: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' }
const COLORS = { red: 31, green: 32, yellow: 33, faint: 2 } as const
/** Not shown: they are said in words, or of no use to a person. */
const FRAME = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'v', 'name', 'event', 'reqId'])
/** Of a decision, those that its words hold. */
const IN_WORDS = new Set([
  'granted', 'reason', 'remark', 'method', 'tool', 'status', 'durationMs', 'authenticationMs', 'version', 'traceId', 'parentId', 'sampled'
])

/**
 * @param line one line without its end
 * @example '12:30:05 granted 200 tools/call list_orders (2.7 ms) clientId=c tokenHash=abc' for a line of pino's; any other line unchanged
 */
export function readableLine (line: string, style: LineStyle): string {
  const entry = parseEntry(line)
  if (entry === undefined) return line
  const paint = (text: string, color: keyof typeof COLORS) => style.color ? `\u001b[${COLORS[color]}m${text}\u001b[0m` : text
  const { level, time, event } = entry
  const clock = typeof time === 'number' || typeof time === 'string' ? `${new Date(time).toTimeString().slice(0, 8)} ` : ''
  const name = typeof level === 'number' && level !== 30 ? LEVELS[level] ?? `level ${level}` : ''
  const mark = name === '' ? '' : `${paint(name, Number(level) >= 50 ? 'red' : Number(level) === 40 ? 'yellow' : 'faint')} `
  const { words, rest } = event === 'decision' ? decision(entry) : other(entry, style)
  const color = event !== 'decision' ? undefined : entry['granted'] === true ? 'green' : 'yellow'
  const said = terminalLine(words)
  const members = terminalLine(rest)
  const colored = color === undefined ? said : paint(said, color)
  return `${paint(clock, 'faint')}${mark}${colored}${members === '' ? '' : ` ${paint(members, 'faint')}`}`
}

interface Said {
  readonly words: string
  /** Further members, as `name=value`. */
  readonly rest: string
}

function decision (entry: JsonObject): Said {
  const { granted, reason, remark, method, tool, status, durationMs } = entry
  const verdict = granted === true ? 'granted' : 'denied'
  const why = granted === true ? [] : [[reason, remark].filter(part => part !== undefined).map(textOf).join(', ')]
  const what = [method, tool].filter(part => part !== undefined).map(textOf).join(' ')
  const took = durationMs === undefined ? '' : ` (${textOf(durationMs)} ms)`
  const words = [verdict, status === undefined ? '' : textOf(status), what].filter(word => word !== '').join(' ')
  return { words: [words, ...why].join(': ') + took, rest: members(entry, name => IN_WORDS.has(name)) }
}

function other (entry: JsonObject, { shownConfiguration }: LineStyle): Said {
  const words = entry['msg'] === undefined ? '' : textOf(entry['msg'])
  if (entry['event'] !== 'configuration') return { words, rest: members(entry, () => false) }
  const { level: _, time: __, msg: ___, event: ____, file = '', ...described } = entry
  const shown = shownConfiguration(described)
  return { words: `${words}: ${textOf(file)}`, rest: members(shown, () => false) }
}

function members (entry: JsonObject, isLeftOut: (name: string) => boolean): string {
  const shown = Object.entries(entry).filter(([name]) => !FRAME.has(name) && !isLeftOut(name))
  return shown.map(([name, value]) => `${name}=${textOf(value)}`).join(' ')
}

function textOf (value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function parseEntry (line: string): JsonObject | undefined {
  if (!line.startsWith('{"level":')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
