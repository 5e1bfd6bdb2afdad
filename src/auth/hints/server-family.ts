// Recognises the product that issued a token by the names of its claims, for hints that name a switch of that product. A guess: a hint
// says "looks like", and no decision follows from it.

export type ServerFamily = 'keycloak' | 'cognito' | 'entra' | 'auth0' | 'okta' | 'zitadel' | 'authentik'

type Recognised = readonly [ServerFamily, (has: (name: string) => boolean, names: readonly string[]) => boolean]

const FAMILIES: readonly Recognised[] = [
  ['cognito', (has, names) =>
    names.some(name => name.startsWith('cognito:')) || (has('token_use') && (has('origin_jti') || has('event_id') || has('version')))],
  ['zitadel', (_has, names) => names.some(name => name.startsWith('urn:zitadel:'))],
  ['entra', has => has('tid') && has('ver') && (has('azp') || has('appid') || has('oid'))],
  ['okta', has => has('cid') && has('ver')],
  ['authentik', has => has('azp') && has('uid') && !has('typ')],
  ['keycloak', has => has('azp') && (has('typ') || has('realm_access') || has('resource_access') || has('session_state'))],
  ['auth0', has => has('gty') || (has('permissions') && has('scope'))]
]

/** @param names of the claims of a token or of an introspection reply */
export function serverFamily (names: readonly string[]): ServerFamily | undefined {
  const known = new Set(names)
  return FAMILIES.find(([, recognise]) => recognise(name => known.has(name), names))?.[0]
}
