// What a person allowed, for the person: lists the clients with a grant, and withdraws all grants of one. RFC 7009 revokes a token for the
// client that holds it; a web site that a person visits holds no token of another client.
// Only the ticket shop may ask, with the token of the person who is logged in there.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AdapterFactory, Provider } from 'oidc-provider'
import { GRANTS_PATH, SHOP_CLIENT_ID } from '../endpoints.ts'
import { visibleName } from '../../kernel/foreign-text.ts'
import type { GrantIndex, StoredGrant } from './grant-index.ts'
import type { RecheckNotices } from './recheck-notices.ts'

interface Parts {
  readonly provider: () => Provider
  readonly index: GrantIndex
  readonly storage: AdapterFactory
  readonly notices: RecheckNotices
  readonly log: (line: string) => void
}

export interface MyGrants {
  /** @returns false for another path */
  readonly answer: (request: IncomingMessage, response: ServerResponse, pathname: string) => Promise<boolean>
}

/** What can still be used after the grant itself is gone. */
const ISSUED_UNDER_A_GRANT = ['AccessToken', 'RefreshToken', 'AuthorizationCode'] as const

export function createMyGrants ({ provider, index, storage, notices, log }: Parts): MyGrants {
  async function personOf (authorization: string | undefined): Promise<string | undefined> {
    const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization ?? '')?.[1]
    const found = token === undefined ? undefined : await provider().AccessToken.find(token)
    return found?.clientId === SHOP_CLIENT_ID ? found.accountId : undefined
  }

  const othersOf = async (person: string) => (await index.grantsOf(person)).filter(grant => grant.payload['clientId'] !== SHOP_CLIENT_ID)

  async function list (person: string) {
    const byClient = new Map<string, StoredGrant[]>()
    for (const grant of await othersOf(person)) {
      const clientId = String(grant.payload['clientId'])
      byClient.set(clientId, [...byClient.get(clientId) ?? [], grant])
    }
    return Promise.all([...byClient].map(async ([clientId, grants]) => ({ ...await nameOf(clientId), grants: grants.map(shown) })))
  }

  /** The name and the addresses are what the client said of itself. */
  async function nameOf (clientId: string) {
    // A client may be a document on another host, which may be gone.
    const client = await provider().Client.find(clientId).catch(() => undefined)
    const uris = (client?.redirectUris ?? []).filter(uri => URL.canParse(uri))
    return {
      client_id: clientId,
      client_name: visibleName(client?.clientName ?? ''),
      returns_to: [...new Set(uris.map(uri => { const url = new URL(uri); return url.host === '' ? url.protocol : url.host }))]
    }
  }

  /** @returns whether every gateway knows */
  async function withdraw (person: string, clientId: string): Promise<boolean> {
    const grants = (await othersOf(person)).filter(({ payload }) => payload['clientId'] === clientId)
    for (const { id } of grants) {
      await storage('Grant').destroy(id)
      for (const kind of ISSUED_UNDER_A_GRANT) await storage(kind).revokeByGrantId(id)
    }
    log(`withdrawn by the person: ${grants.length} grants of client ${JSON.stringify(clientId.slice(0, 80))}`)
    return notices.areSent && await notices.tell(person, clientId)
  }

  return {
    async answer (request, response, pathname) {
      if (pathname !== GRANTS_PATH && !pathname.startsWith(`${GRANTS_PATH}/`)) return false
      // A server asks here. A page in a browser has neither reason nor right to.
      const { origin, authorization } = request.headers
      if (origin !== undefined) return send(response, 403, { error: 'access_denied', error_description: 'not for browsers' })
      const person = await personOf(authorization)
      if (person === undefined) {
        response.setHeader('WWW-Authenticate', 'Bearer')
        return send(response, 401, { error: 'invalid_token' })
      }
      if (pathname === GRANTS_PATH) {
        if (request.method !== 'GET') return notAllowed(response, 'GET')
        return send(response, 200, { clients: await list(person), gateways_are_told: notices.areSent })
      }
      if (request.method !== 'DELETE') return notAllowed(response, 'DELETE')
      const clientId = decoded(pathname.slice(GRANTS_PATH.length + 1))
      if (clientId === undefined) return send(response, 400, { error: 'invalid_request' })
      return send(response, 200, { gateways_told: await withdraw(person, clientId) })
    }
  }
}

/** What the library stores of a grant, as far as it is shown. */
interface GrantPayload {
  readonly iat?: number
  readonly rar?: unknown
  readonly openid?: { readonly scope?: string }
  readonly resources?: Readonly<Record<string, string>>
}

function shown ({ payload }: StoredGrant) {
  const { iat, rar, openid, resources } = payload as GrantPayload
  const scopes = [openid?.scope, ...Object.values(resources ?? {})].flatMap(scope => scope?.split(' ') ?? [])
  return {
    since: new Date((iat ?? 0) * 1000).toISOString(),
    scopes: [...new Set(scopes)].filter(scope => scope !== ''),
    resources: Object.keys(resources ?? {}),
    authorization_details: Array.isArray(rar) ? rar as unknown[] : []
  }
}

function decoded (text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function notAllowed (response: ServerResponse, allowed: string): true {
  response.setHeader('Allow', allowed)
  return send(response, 405, { error: 'invalid_request' })
}

function send (response: ServerResponse, status: number, body: object): true {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body))
  return true
}
