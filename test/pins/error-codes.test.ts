// Which codes does the gateway promise? Frozen text against the code and against docs/errors.md, both ways.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { FAULT_MESSAGES } from '../../src/kernel/fault-codes.ts'
import { RPC } from '../../src/mcp/protocol.ts'

const FAULTS = {
  GW_CONFIG_INVALID: 'The configuration is not valid.',
  GW_AUTHORIZATION_SERVER_UNAVAILABLE: 'The authorization server cannot be asked about this token right now.',
  GW_STORAGE_UNAVAILABLE: 'The storage is not available right now.',
  GW_STORAGE_BIND_INVALID: 'A value cannot be stored.',
  GW_STORAGE_SCHEMA_INCOMPATIBLE: 'The storage was written by another version or another program.',
  GW_PROOF_MEMORY_UNAVAILABLE: 'The memory of used proofs is not available right now.',
  GW_DECISION_POINT_UNAVAILABLE: 'The policy decision point cannot be asked about this call right now, and the call was not made.',
  GW_DECISION_POINT_UNMAPPED: 'The policy decision point cannot be asked about this tool, and the call was not made.',
  GW_AUDIT_UNAVAILABLE: 'This call cannot be recorded right now, and was not made.',
  GW_TOOL_INVALID: 'A tool is not declared correctly.',
  GW_TOOL_FAILED: 'A tool failed.',
  GW_TOOL_TIMEOUT: 'A tool did not end in time. If it changes anything, whether it did is not known.',
  GW_UPSTREAM_UNAVAILABLE: 'The server behind this tool cannot be reached right now, and the call was not made.',
  GW_UPSTREAM_BUSY: 'The server behind this tool takes no more calls right now, and this one was not made.',
  GW_UPSTREAM_OUTCOME_UNKNOWN: 'The call may have been made, and its outcome is not known: look before you repeat it.',
  GW_UPSTREAM_CHANGED: 'The server behind this tool has changed, and is not called before it is reviewed again.',
  GW_UPSTREAM_TOOL_CHANGED: 'This tool has changed, and is not called before it is reviewed again.',
  GW_UPSTREAM_OVERCHARGED: 'This tool charged more than it was asked for, and is not called before an operator has looked.',
  GW_UPSTREAM_TOO_LARGE: 'The call was made, and its result is larger than the gateway passes on.',
  GW_UPSTREAM_CREDENTIALS: 'The server behind this tool does not accept the credentials of the gateway, and the call was not made.',
  GW_TOKEN_EXCHANGE_REFUSED: 'The authorization server gives no token for the server behind this tool, and the call was not made.',
  GW_TOKEN_EXCHANGE_UNUSABLE: 'The authorization server gave a token that is not used at the server behind this tool. No call was made.',
  GW_TOKEN_EXCHANGE_UNAVAILABLE: 'No token for the server behind this tool can be obtained right now, and the call was not made.',
  GW_UPSTREAM_UNUSABLE: 'The server behind this tool does not answer as an MCP server does, and the call was not made.',
  GW_INTERNAL: 'The gateway failed.'
}
const CHALLENGE_ERRORS = [
  'invalid_request', 'invalid_token', 'insufficient_scope', 'invalid_dpop_proof', 'use_dpop_nonce', 'insufficient_user_authentication',
  'insufficient_authorization', 'transaction_authorization_required'
]
const JSON_RPC_CODES = [-32700, -32600, -32601, -32602, -32603, -32020, -32022, 403, 429, 503]

const page = readFileSync('docs/errors.md', 'utf8')

/** First cells of the rows under a heading of level 2. */
function firstCells (heading: string): string[] {
  const section = page.split(/^## /m).find(text => text.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell)
}

t.test('fault codes — the code, the pin and the document name the same ones', async t => {
  t.strictSame(FAULT_MESSAGES, FAULTS)
  t.strictSame(firstCells('Faults').sort(), Object.keys(FAULTS).sort())
})

t.test('JSON-RPC codes — the code, the pin and the document name the same ones', async t => {
  t.strictSame(Object.values(RPC), JSON_RPC_CODES)
  t.strictSame(firstCells('JSON-RPC codes').map(Number).sort(), [...JSON_RPC_CODES].sort())
})

t.test('challenge errors — each has a section, and no section is about another', async t => {
  const sections = [...page.matchAll(/^### \d{3} `(\w+)`$/gm)].map(([, error = '']) => error)
  t.strictSame([...new Set(sections)].sort(), [...CHALLENGE_ERRORS].sort())
})
