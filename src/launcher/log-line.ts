// Shows a line of output to a person. The gateway logs JSON for machines; here it is put into words. Every other line
// passes as it is.

import { isJsonObject, type JsonObject } from '../kernel/json.ts'

const LEVELS: Readonly<Record<number, string>> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' }
const FRAME = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'v', 'name'])

/** `12:30:05 info decision granted=true tool=list_tickets` for a line of pino's; any other line unchanged. */
export function readableLine (line: string): string {
  const entry = parseEntry(line)
  if (entry === undefined) return line
  const { level, time, msg } = entry
  const words = [
    typeof time === 'number' || typeof time === 'string' ? new Date(time).toTimeString().slice(0, 8) : '',
    typeof level === 'number' ? LEVELS[level] ?? `level ${level}` : '',
    typeof msg === 'string' ? msg : '',
    ...Object.entries(entry)
      .filter(([name]) => !FRAME.has(name))
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  ]
  return words.filter(word => word !== '').join(' ')
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
