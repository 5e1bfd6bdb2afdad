// A change that is about to be made: a permitted call of a tool that is not read-only, before the tool runs. The audit log writes its
// line first, so that no change is made without one.

import type { Permit } from '../policy/permit.ts'
import type { ToolAnnotations } from './tool.ts'

interface ComingChange {
  readonly permit: Permit
  readonly tokenHash: string
  /** The resource of the endpoint; absent where the process has one. */
  readonly resource?: string
}

/** @throws GatewayError when the call must not be made */
export type BeforeChange = (change: ComingChange) => void

/** A tool counts as changing something unless it declares that it only reads. */
export function mayChange ({ readOnlyHint }: ToolAnnotations): boolean {
  return readOnlyHint !== true
}
