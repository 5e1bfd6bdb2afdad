// The codes of all faults with their public messages. docs/errors.md lists them, and a test compares both.

export const FAULT_MESSAGES = {
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
} as const

export type FaultCode = keyof typeof FAULT_MESSAGES

/** Faults of a declaration or a configuration. The developer who wrote it reads the detail in the stack trace. */
export const DEVELOPER_FAULTS: ReadonlySet<FaultCode> = new Set<FaultCode>(['GW_CONFIG_INVALID', 'GW_TOOL_INVALID'])
