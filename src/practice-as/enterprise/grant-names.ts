// Names of the Identity Assertion JWT Authorization Grant (ID-JAG), with which an identity provider of an enterprise vouches for a
// person and an application at another authorization server.
// @see https://datatracker.ietf.org/doc/draft-ietf-oauth-identity-assertion-authz-grant/ (-05, 2026-10-30)

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const ID_JAG_PROFILE = 'urn:ietf:params:oauth:grant-profile:id-jag'
export const ID_JAG_TYPE = 'oauth-id-jag+jwt'
export const TOKEN_TYPE = {
  idToken: 'urn:ietf:params:oauth:token-type:id_token',
  idJag: 'urn:ietf:params:oauth:token-type:id-jag'
} as const
