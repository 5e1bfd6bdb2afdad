// The log on a terminal: the same lines, as a person reads them. Where standard output is no terminal nothing of this is in the way of
// a line.

import { changedMembers } from '../config/changed-members.ts'
import { readableLine, type LineStyle } from '../kernel/readable-line.ts'
import type { LogOutput } from './log-output.ts'

/** Takes whole lines of JSON, as any output of the log does. */
export function readableOutput (output: LogOutput, color: boolean): LogOutput {
  const style: LineStyle = { color, shownConfiguration: changedMembers }
  const readable = (lines: Buffer | string) => Buffer.from(
    lines.toString().split('\n').map(line => line === '' ? '' : readableLine(line, style)).join('\n')
  )
  return {
    ...output,
    write: lines => output.write(readable(lines)),
    endNow: lines => { output.endNow(lines === undefined ? undefined : readable(lines)) }
  }
}
