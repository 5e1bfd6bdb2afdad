// Authorization servers of the field that lack something this gateway needs, known by the host of their issuer. With one of these a
// configuration can never work, which is said at start and not with each token: docs/authorization-servers.md#what-cannot-work

/** Hosts of servers that have no introspection endpoint at all. */
const WITHOUT_INTROSPECTION =
  /^(?:.+\.auth0\.com|login\.microsoftonline\.com|sts\.windows\.net|cognito-idp\..+\.amazonaws\.com|.+\.supabase\.co|accounts\.google\.com)$/
const OKTA = /\.(?:okta|oktapreview|okta-emea)\.com$/

export function hasNoIntrospection (issuer: string): boolean {
  return WITHOUT_INTROSPECTION.test(new URL(issuer).hostname)
}

/** Why no token of this issuer can be shown to be for one resource, ASCII; `undefined` where nothing is known against it. */
export function unverifiableBecause (issuer: string): string | undefined {
  const { hostname, pathname } = new URL(issuer)
  if (hostname === 'accounts.google.com') return 'tokens of Google name no resource'
  return OKTA.test(hostname) && pathname === '/'
    ? 'the organization server of Okta publishes no keys for its access tokens; a custom one (/oauth2/...) does'
    : undefined
}
