// The clients that exist when the practice server starts. Client credentials and the assertions of an identity provider have no
// registration: both drafts of MCP's authorization extensions want the client to be known beforehand.

import type { ClientMetadata } from 'oidc-provider'
import { ENTERPRISE_CLIENT, GATEWAY_CLIENT, MACHINE_CLIENT, SHOP_CALLBACK_PATH, SHOP_CLIENT_ID } from './endpoints.ts'
import { JWT_BEARER, TOKEN_EXCHANGE } from './enterprise/grant-names.ts'

/** A client without a person: known by a secret (HTTP Basic), or by public keys (`private_key_jwt`). */
export type MachineClient =
  | { readonly id: string, readonly secret: string }
  | { readonly id: string, readonly keys: NonNullable<ClientMetadata['jwks']> }

const WITHOUT_BROWSER = { response_types: [], redirect_uris: [] }

/**
 * @param types the authorization details types that they may request
 * @param shop the origin of the ticket shop
 */
export function knownClients (furtherMachines: readonly MachineClient[], types: readonly string[], shop: string): ClientMetadata[] {
  return [
    {
      client_id: SHOP_CLIENT_ID,
      client_name: 'Ticket shop',
      redirect_uris: [new URL(SHOP_CALLBACK_PATH, shop).href],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      authorization_details_types: [],
      scope: 'openid'
    },
    ...[MACHINE_CLIENT, ...furtherMachines].map(client => machineClient(client, types)),
    {
      ...WITHOUT_BROWSER,
      authorization_details_types: [...types],
      client_id: ENTERPRISE_CLIENT.id,
      client_secret: ENTERPRISE_CLIENT.secret,
      client_name: 'An application of an enterprise',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: [JWT_BEARER]
    },
    {
      ...WITHOUT_BROWSER,
      authorization_details_types: [...types],
      client_id: GATEWAY_CLIENT.id,
      client_secret: GATEWAY_CLIENT.secret,
      client_name: 'A gateway that exchanges tokens',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: [TOKEN_EXCHANGE]
    }
  ]
}

function machineClient (client: MachineClient, types: readonly string[]): ClientMetadata {
  return {
    ...WITHOUT_BROWSER,
    authorization_details_types: [...types],
    client_id: client.id,
    client_name: 'A machine without a person',
    grant_types: ['client_credentials'],
    ...('secret' in client
      ? { client_secret: client.secret, token_endpoint_auth_method: 'client_secret_basic' }
      : { jwks: client.keys, token_endpoint_auth_method: 'private_key_jwt' })
  }
}
