// The paths of the practice server, which are those of the au3te servers, so that the tutorial's commands need only another
// host, and its two scopes.

export const ENDPOINTS = {
  authorization: '/api/authorization',
  token: '/api/token',
  introspection: '/api/introspect',
  revocation: '/api/revoke',
  jwks: '/api/jwks',
  userinfo: '/api/userinfo',
  pushed_authorization_request: '/api/par',
  registration: '/connect/register'
} as const

export const METADATA_PATH = '/.well-known/oauth-authorization-server'
export const DETAILS_TYPES_PATH = '/authorization-details-types'
export const INTERACTION_PATH = '/interaction/'

/** Where a person raises the limits of a token; `agreementPage` of a gateway. */
export const AGREEMENT_PATH = '/agreement'

/** A person's own grants, for the ticket shop. */
export const GRANTS_PATH = '/api/my-grants'

/** Experimental: signed challenges for one call each (draft-rosomakho-oauth-txn-challenge-00), and the page of each. */
export const TRANSACTION_PATH = '/api/transaction'
export const TRANSACTION_PAGE_PATH = '/transaction/'

/** The web site for people (src/ticket-site): a public client, which logs people in and asks for nothing else. */
export const SHOP_CLIENT_ID = 'ticket-shop'
export const SHOP_CALLBACK_PATH = '/login/callback'
export const DEFAULT_SHOP = 'http://localhost:3000'

export const TICKET_WRITE_SCOPE = 'mcp:tickets:write'
export const TICKET_SCOPES = ['mcp:tickets:read', TICKET_WRITE_SCOPE] as const
export const DEFAULT_RESOURCE = 'http://localhost:3443/mcp'

/** The resource server that may introspect; published in the tutorial, so no secret at all. */
export const INTROSPECTION_CLIENT = { id: 'mcp-server', secret: 'mcp-server-secret' } as const

/**
 * Clients that are registered beforehand, because their grants have no registration request: a machine without a person
 * (MCP SEP-1046), and an application of an enterprise (SEP-990) with its credentials here and at the identity provider.
 */
export const MACHINE_CLIENT = { id: 'practice-machine', secret: 'practice-machine-secret' } as const
export const ENTERPRISE_CLIENT = { id: 'practice-enterprise-app', secret: 'practice-enterprise-secret' } as const
/** The client of a gateway that exchanges tokens for the servers behind it (RFC 8693). */
export const GATEWAY_CLIENT = { id: 'practice-gateway', secret: 'practice-gateway-secret' } as const
export const IDENTITY_PROVIDER_CLIENT = { id: 'practice-idp-app', secret: 'practice-idp-secret' } as const

/** The issuer of the practice identity provider is the issuer of this server followed by this path. */
export const IDENTITY_PROVIDER_PATH = '/idp'
