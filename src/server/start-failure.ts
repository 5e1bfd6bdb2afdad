// Why does the gateway not start? One line for what the operator can mend; a stack would only hide it.

import { GatewayError } from '../kernel/fault.ts'

export function explainFailure (error: unknown): string {
  if (error instanceof GatewayError) return `${error.code}: ${error.detail}`
  const { code, message, port } = error as { code?: string, message?: string, port?: number }
  if (code === 'EADDRINUSE') return `port ${port ?? ''} is in use: stop what listens there, or choose another with PORT`
  if (code === 'EACCES') return `port ${port ?? ''} may not be opened by this user: choose another with PORT`
  return `the gateway could not start: ${message ?? 'unknown'}`
}
