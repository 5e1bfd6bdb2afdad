// The codes of all faults with their public messages. docs/errors.md lists them, and a test compares both.

export const FAULT_MESSAGES = {
  GW_CONFIG_INVALID: 'The configuration is not valid.',
  GW_AUTHORIZATION_SERVER_UNAVAILABLE: 'The authorization server cannot be asked about this token right now.',
  GW_STORAGE_UNAVAILABLE: 'The storage is not available right now.',
  GW_STORAGE_BIND_INVALID: 'A value cannot be stored.',
  GW_STORAGE_SCHEMA_INCOMPATIBLE: 'The storage was written by another version or another program.',
  GW_AUDIT_UNAVAILABLE: 'This call cannot be recorded right now, and was not made.',
  GW_TOOL_INVALID: 'A tool is not declared correctly.',
  GW_TOOL_FAILED: 'A tool failed.',
  GW_TOOL_TIMEOUT: 'A tool did not end in time. If it changes anything, whether it did is not known.',
  GW_INTERNAL: 'The gateway failed.'
} as const

export type FaultCode = keyof typeof FAULT_MESSAGES

/** Faults of a declaration or a configuration. The developer who wrote it reads the detail in the stack trace. */
export const DEVELOPER_FAULTS: ReadonlySet<FaultCode> = new Set<FaultCode>(['GW_CONFIG_INVALID', 'GW_TOOL_INVALID'])
