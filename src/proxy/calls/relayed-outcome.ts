// What the caller gets of an outcome at another server: its result as it is, an error of the tool, or a fault where nothing is known. The
// text of an error is the server's own, which no review covers (https://modelcontextprotocol.io/specification/2026-07-28/server/tools#error-handling).

import type { ToolOutcome } from '../../mcp/tool-outcome.ts'
import type { UpstreamOutcome } from '../../upstream/upstream-port.ts'
import { faultOf } from './upstream-fault.ts'

type Answered = Extract<UpstreamOutcome, { readonly kind: 'answered' | 'refused' }>

/** @throws UpstreamFault */
export function toolOutcome (outcome: UpstreamOutcome, upstream: string): ToolOutcome {
  switch (outcome.kind) {
    case 'answered':
    case 'refused': return answered(outcome)
    case 'not-executed':
      if (outcome.reason === 'input-required') return INPUT_REQUIRED
      if (outcome.reason === 'unsendable') return UNSENDABLE
      throw faultOf(outcome, upstream)
    case 'unknown':
    case 'too-large':
    case 'changed': throw faultOf(outcome, upstream)
  }
}

const INPUT_REQUIRED: ToolOutcome = {
  kind: 'failed',
  code: 'input-required',
  text: 'The tool wants to ask its user something, which this gateway does not pass on. The call was not made.'
}

const UNSENDABLE: ToolOutcome = {
  kind: 'failed',
  code: 'unsendable-arguments',
  text: 'An argument does not fit its place in the request. The call was not made.'
}

function answered (outcome: Answered): ToolOutcome {
  if (outcome.kind === 'answered') {
    const { result, http } = outcome
    return { kind: 'relayed', result, code: 'upstream-tool-error', ...(http === undefined ? {} : { http }) }
  }
  const { code, message, executed } = outcome
  const caution = executed === 'unknown' ? ' The call may have been made all the same: look before you repeat it.' : ''
  return { kind: 'failed', code: `upstream-error:${code}`, text: `The server answered with an error: ${message}${caution}` }
}
