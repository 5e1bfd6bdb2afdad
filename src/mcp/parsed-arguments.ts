// Parses the arguments of a call by the schema of its tool. More members than any tool has are refused before, since a schema looks at each
// of them: with 64 KiB of short names that took as long as twenty pings.

import { isJsonObject } from '../kernel/json.ts'
import { err, type Result } from '../kernel/result.ts'
import type { RegisteredTool } from './registered-tool.ts'
import type { ValueIssue } from './value-schema.ts'

const MAX_MEMBERS = 1000

const TOO_MANY: Result<never, readonly ValueIssue[]> = err([{ path: [], message: `more than ${MAX_MEMBERS} members` }])

export function parseArguments ({ input }: Pick<RegisteredTool, 'input'>, args: unknown): Result<unknown, readonly ValueIssue[]> {
  const hasTooMany = isJsonObject(args) && Object.keys(args).length > MAX_MEMBERS
  return hasTooMany ? TOO_MANY : input.parse(args ?? {})
}
