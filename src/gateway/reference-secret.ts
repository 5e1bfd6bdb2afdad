// The secret of the references in remedies. It is no other secret of the configuration: a reference stands beside the details that it is
// made of, so a client with one refusal could try out guesses of the key, and would find the introspection secret.

import { randomBytes } from 'node:crypto'
import type { GatewayConfig } from '../config/schema.ts'

/** A random one, different in each process, when the configuration has none. */
export function referenceSecret ({ policy }: Pick<GatewayConfig, 'policy'>): string {
  return policy.referenceSecret ?? randomBytes(32).toString('base64url')
}
