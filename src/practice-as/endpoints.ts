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

export const TICKET_SCOPES = ['mcp:tickets:read', 'mcp:tickets:write'] as const
export const DEFAULT_RESOURCE = 'http://localhost:3443/mcp'

/** The resource server that may introspect; published in the tutorial, so no secret at all. */
export const INTROSPECTION_CLIENT = { id: 'mcp-server', secret: 'mcp-server-secret' } as const
