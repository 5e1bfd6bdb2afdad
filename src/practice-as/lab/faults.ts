// Makes one thing wrong in the answers of the authorization server while a switch of the lab is on. The gateway is not touched: it
// meets what a real server may answer (RFC 7662).

import { setTimeout as delay } from 'node:timers/promises'
import type { errors, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { isJsonObject, type JsonObject } from '../../kernel/json.ts'
import type { Switches } from './switches.ts'

const OTHER_RESOURCE = 'http://other.example/mcp'

/** Answers introspection wrongly where a switch says so. */
export function addFaults (provider: Provider, switches: Switches): void {
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next()
    // Undefined for a path that the library does not have.
    if ((ctx.oidc as KoaContextWithOIDC['oidc'] | undefined)?.route === 'introspection') await spoilIntrospection(ctx, switches)
  })
}

async function spoilIntrospection (ctx: KoaContextWithOIDC, switches: Switches): Promise<void> {
  const { AccessToken: accessToken, ClientCredentials: machine } = ctx.oidc.entities
  const token = accessToken ?? machine
  const subject = accessToken?.accountId
  if (switches.hit('down', subject) !== undefined) {
    ctx.respond = false
    ctx.req.socket.destroy()
    return
  }
  const waitMs = switches.hit('slow', subject)
  if (waitMs !== undefined) await delay(waitMs)
  if (switches.hit('refused-credentials', undefined) !== undefined) {
    ctx.status = 401
    ctx.set('WWW-Authenticate', 'Basic realm="introspection"')
    ctx.body = { error: 'invalid_client', error_description: 'client authentication failed' }
    return
  }
  // A signed answer is a text; what it says cannot be changed after it was signed.
  if (token === undefined || !isJsonObject(ctx.body) || ctx.body['active'] !== true) return
  ctx.body = token.iat !== undefined && switches.isRevoked(subject, token.iat)
    ? { active: false }
    : { ...ctx.body, ...changedClaims(ctx.body, switches, subject) }
}

function changedClaims (claims: JsonObject, switches: Switches, subject: string | undefined): JsonObject {
  const { scope, authorization_details: details } = claims
  const changed: Record<string, JsonObject[string]> = {}
  if (switches.hit('wrong-audience', subject) !== undefined) changed['aud'] = OTHER_RESOURCE
  if (typeof scope === 'string' && switches.hit('no-write', subject) !== undefined) {
    changed['scope'] = scope.split(' ').filter(one => !one.endsWith(':write')).join(' ')
  }
  const limit = Array.isArray(details) ? switches.hit('small-limit', subject) : undefined
  if (limit !== undefined && Array.isArray(details)) {
    const elements: readonly JsonObject[string][] = details
    changed['authorization_details'] = elements.map(element => isJsonObject(element) && typeof element['maxAmount'] === 'number'
      ? { ...element, maxAmount: Math.min(element['maxAmount'], limit) }
      : element)
  }
  return changed
}

/** For a refresh token that was found good (RFC 6749 section 6). @throws InvalidGrant where a switch refuses it */
export function refuseRefresh (ctx: KoaContextWithOIDC, switches: Switches, InvalidGrant: typeof errors.InvalidGrant): void {
  const { RefreshToken: refreshToken } = ctx.oidc.entities
  const subject = refreshToken?.accountId
  if (refreshToken?.iat !== undefined && switches.isRevoked(subject, refreshToken.iat)) throw new InvalidGrant('refresh token was revoked')
  if (switches.hit('no-refresh', subject) !== undefined) throw new InvalidGrant('refresh is switched off in the lab')
}
