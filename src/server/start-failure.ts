// Why the process does not start, as one line for the operator. A stack would only hide it.

import { GatewayError } from '../kernel/fault.ts'
import { missingPackageText } from '../kernel/optional-package.ts'

export function startFailureText (error: unknown): string {
  if (error instanceof GatewayError) return `${error.code}: ${error.detail}`
  const { code, message, port } = error as { code?: string, message?: string, port?: number }
  if (code === 'EADDRINUSE') return `port ${port ?? ''} is in use: stop what listens there, or choose another with PORT`
  if (code === 'EACCES') return `port ${port ?? ''} may not be opened by this user: choose another with PORT`
  return missingPackageText(error) ?? `the gateway could not start: ${message ?? 'unknown'}`
}
