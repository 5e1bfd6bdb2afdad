// What authorization servers and clients in the field really send: 43 cases from public reports, with what the gateway does in each. Each
// names the requirements whose tests show it.

import type { requirements } from '../requirements.ts'

type Id = keyof typeof requirements

interface FieldCase {
  readonly kind: string
  readonly what: string
  /** What the gateway does. */
  readonly outcome: string
  readonly shownBy: readonly Id[]
}

function cases (kind: string, ...rows: ReadonlyArray<readonly [what: string, outcome: string, ...shownBy: Id[]]>): FieldCase[] {
  return rows.map(([what, outcome, ...shownBy]) => ({ kind, what, outcome, shownBy }))
}

const FIELD_CASES: readonly FieldCase[] = [
  ...cases('What a server says of an unknown token',
    ['401 with `{"active":false}` (demo server of the official SDK)', '401: the body is believed', 'auth.reply-outranks-status',
      'auth.noise-harms-no-good-token'],
    ['400 with `invalid_request` (django-oauth-toolkit before 3.0.1, older Hydra)', 'no outage for others', 'auth.unexplained-refusal',
      'auth.noise-harms-no-good-token'],
    ['429, or a slow server, while one client sends made-up tokens', 'good tokens go first', 'auth.rate-limit-is-no-outage',
      'auth.noise-harms-no-good-token']),
  ...cases('A server that hides what is wrong',
    ['wrong credentials are answered `{"active":false}` (authentik)',
      'noticed by the self-test at start; five good tokens called inactive are 503, and `/ready` is red',
      'auth.credentials-self-test', 'auth.contradicting-server-doubted', 'auth.doubt-not-in-clients-hands'],
    ['`{"active":true}` and nothing else (PingFederate without attributes)', '503, and the hint names it',
      'auth.unusable-reply-is-no-bad-token', 'log.hint-from-what-was-seen'],
    ['wrong credentials are refused with 401 and no word (java-oauth-server)',
      '`/ready` is red from the start; the hint names form encoding where it may be the cause',
      'auth.credentials-self-test', 'log.hint-from-what-was-seen']),
  ...cases('Address, identifier and audience',
    ['Entra ID: the audience is an application id', '`acceptedAudiences`, compared exactly', 'auth.accepted-audiences',
      'profiles.recorded-shapes'],
    ['a proxy that strips a prefix of the path', '`resource.endpointPath` is the local path', 'http.local-path-behind-a-proxy'],
    ['an identifier without a path, and its form with `/`', 'both are accepted, where no audience is configured',
      'auth.audience-of-a-bare-origin']),
  ...cases('Names of claims',
    ['Okta, Entra ID, Hydra: `scp`, a list or a text', '`claims.scope`: the first that is there, never a union', 'auth.claim-names',
      'auth.scopes-from-one-claim'],
    ['no claim of scopes at all', '403; the log, `doctor` and `explain` name what was looked for and what is there',
      'log.missing-scope-claim', 'doctor.no-usable-scope']),
  ...cases('Other tokens than access tokens',
    ['Keycloak: refresh token with `token_type: "Refresh"`', '401', 'auth.access-tokens-only'],
    ['Doorkeeper: refresh token without `token_type` and `exp`', '401: a token needs an expiry', 'auth.expiry-required'],
    ['ID tokens, device secrets, `token_use` and `token_usage` of refresh tokens', '401', 'auth.access-tokens-only',
      'profiles.recorded-shapes']),
  ...cases('Habits of a server',
    ['introspection: `scope` as a list', 'read as scopes', 'auth.scopes-text-or-list'],
    ['an optional member that is `null`', 'read as absent', 'profiles.recorded-shapes'],
    ['a numeric `client_id`', 'read as a text', 'profiles.recorded-shapes']),
  ...cases('Bounds',
    ['Entra ID: 150 groups, a token of 11 kB', 'accepted: `limits.tokenCharacters`', 'limits.token-characters'],
    ['a token that is too long, and one with wrong characters', '400 with different texts', 'limits.token-characters'],
    ['clocks that differ by a minute', '`clockToleranceSeconds`, for `nbf` alone', 'auth.not-before-with-skew']),
  ...cases('What configuration refuses',
    ['`Origin: tauri://localhost`', 'may be listed in `cors.allowedOrigins`', 'http.origin-of-any-scheme'],
    ['introspection at `http://hydra-admin…:4445` without credentials', '`allowInsecureIntrospection` and `clientAuthentication: "none"`', 'introspection.insecure-by-name', 'introspection.without-credentials'],
    ['`"params": null` in a message', 'read as absent', 'mcp.null-member-absent']),
  ...cases('`check` of other servers',
    ['metadata fetched with a hostile `Origin` is called missing', 'compared with a plain request', 'check.compares-with-baseline'],
    ['a token in the query is reported although the answer is the same without', 'compared with a plain request',
      'check.compares-with-baseline'],
    ['a static text that breaks quoting is called injection', 'reported as a fault of syntax', 'check.compares-with-baseline'],
    ['one HTTP 500 is reported under three names', 'reported once', 'check.compares-with-baseline'],
    ['two resources on one host', 'each has its document', 'check.compares-with-baseline'],
    ['200 for a notification is not seen', 'reported', 'check.finds-each-fault'],
    ['a DPoP challenge without `resource_metadata` is not seen', 'reported', 'check.finds-each-fault']),
  ...cases('Hints',
    ['Cognito: no `aud`', 'the hint names resource binding', 'log.hint-from-what-was-seen'],
    ['Keycloak from 26.6.2: `active: false` to a client that is not in `aud`', 'the hint names the mapper', 'log.hint-from-what-was-seen'],
    ['Keycloak: no `sub`', 'the hint names the client scope `basic`', 'log.hint-from-what-was-seen'],
    ['Auth0: an encrypted token', 'the hint says so', 'log.hint-from-what-was-seen'],
    ['Auth0: an opaque token, and no introspection', 'the hint names the audience of the API', 'log.hint-from-what-was-seen'],
    ['a server that does not decode form-encoded credentials', 'the hint names the characters', 'log.hint-from-what-was-seen'],
    ['`/mcp/` and `/`', '404 with the address of the endpoint, and a log line', 'log.wrong-address'],
    ['a document that is read under another host', 'a log line', 'log.foreign-host'],
    ['keys as `text/plain`', 'the hint names jwks_uri', 'log.hint-from-what-was-seen'],
    ['a key that is rotated right after a fetch', 'fetched within a budget; 503 until then', 'jwt.key-rotation', 'jwt.undecided-is-503'],
    ['`authorization_details: []`', '403, and the text calls it an empty list', 'policy.empty-details-named']),
  ...cases('Also',
    ['machine tokens without `sub`', '`subjectless: "client"`', 'auth.client-is-no-person'],
    ['a key that is replaced under the same `kid`', 'fetched with the first token that it signs', 'jwt.key-rotation',
      'jwt.key-fetches-bounded'],
    ['a client that replaces its scopes', '`policy.scopeImplications`', 'policy.scope-hierarchy'],
    ['a token with details of other types only', 'refused, but for `policy.unrelatedDetailsTypes`', 'policy.details-of-unrelated-types'],
    ['a tool without a title', '`GW_TOOL_INVALID` names the tool', 'plugin.tools-checked'])
]

export function renderFieldCases (): string {
  const rows = FIELD_CASES.map(({ kind, what, outcome, shownBy }, index) =>
    `| ${index + 1} | ${kind} | ${what} | ${outcome} | ${shownBy.map(id => `\`${id}\``).join(' ')} |`)
  return `## Cases from the field

What authorization servers and clients in the field really send, from public reports; the shapes of single servers are in
[authorization-servers.md](authorization-servers.md). The list is \`test/conformance/field-cases.ts\`.

| | kind | case | here | shown by |
| --- | --- | --- | --- | --- |
${rows.join('\n')}`
}
