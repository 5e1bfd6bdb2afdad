// Reads `notifications/progress` of another server
// (https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/progress). Which request it belongs to is stated by the token.

import type { JsonObject } from '../kernel/json.ts'
import type { UpstreamProgress } from './upstream-port.ts'

const LONGEST_MESSAGE = 1000

/** @returns undefined when the progress is no number */
export function progressOf ({ progress, total, message }: JsonObject): UpstreamProgress | undefined {
  if (typeof progress !== 'number') return undefined
  return {
    progress,
    ...(typeof total === 'number' && { total }),
    ...(typeof message === 'string' && { message: message.slice(0, LONGEST_MESSAGE) })
  }
}
