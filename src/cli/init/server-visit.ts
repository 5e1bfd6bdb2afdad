// Reads the metadata of an authorization server once, as the gateway would (RFC 8414, OpenID Connect Discovery): no redirect, a bounded
// document that is about this very issuer, one deadline. A server that is down is a remark, and no reason to write nothing.

import { createAuthorizationServer, type AuthorizationServerSettings } from '../../auth/server/authorization-server.ts'
import { systemClock } from '../../kernel/clock.ts'
import { AuthorizationServerUnavailable } from '../../kernel/fault.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { err, ok, type Result } from '../../kernel/result.ts'

const DEADLINE_MS = 10_000

/** An error is a phrase for the operator. */
export async function visitServer (
  issuer: string, dispatcher?: AuthorizationServerSettings['dispatcher']
): Promise<Result<JsonObject, string>> {
  const server = createAuthorizationServer({ issuer, deadlineMs: DEADLINE_MS, clock: systemClock, dispatcher })
  try {
    return ok((await server.metadata.get()).document)
  } catch (error) {
    if (error instanceof AuthorizationServerUnavailable) return err(`${error.detail} (${error.reason})`)
    throw error
  } finally {
    await server.close()
  }
}
