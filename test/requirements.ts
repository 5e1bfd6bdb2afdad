// The requirements: each behaviour with its source. A test that shows one names it with covers(); docs/features.md lists all.

export const requirements = {
  // Authlete
  'authlete.actions': {
    source: 'https://docs.authlete.com/en/shared/latest#post-/api/auth/introspection',
    behaviour: 'OK is an answer, UNAUTHORIZED and FORBIDDEN are refusals of the token, everything else is an outage'
  },
  'authlete.deadline': {
    source: 'https://docs.authlete.com/en/shared/latest#post-/api/auth/introspection',
    behaviour: 'An introspection at Authlete has one deadline, a bounded reply and no redirects'
  },
  'authlete.nothing-printed': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-5.2',
    behaviour: 'Neither a token nor the service access token is printed, whatever the debug settings of the SDK are'
  },
  'authlete.parity': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'The same token gets the same answer, challenge and log reason through Authlete as through RFC 7662'
  },
  'authlete.reply-read-whole': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9.2',
    behaviour: 'No member of an authorization detail is lost between Authlete and the policy'
  },
  'authlete.request': {
    source: 'https://docs.authlete.com/en/shared/latest#post-/api/auth/introspection',
    behaviour: 'Introspection at Authlete is authenticated with the credentials of the service'
  },
  // ways of introspection
  'introspection.bearer': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.1',
    behaviour: 'The gateway can authenticate at introspection with an access token that was issued to it'
  },
  'introspection.client-secret-post': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1',
    behaviour: 'Client id and secret can be sent in the form, and then in no header'
  },
  'introspection.insecure-by-name': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'Plain http to another machine is refused for introspection, unless configuration names exactly that address'
  },
  'introspection.private-key-jwt': {
    source: 'https://www.rfc-editor.org/rfc/rfc7523#section-3',
    behaviour: 'A signed assertion, valid for a minute and for one server, authenticates the gateway'
  },
  'introspection.signed-reply': {
    source: 'https://www.rfc-editor.org/rfc/rfc9701#section-5',
    behaviour: 'A signed introspection reply is accepted only with the signature, typ and iss of the server and the gateway in aud'
  },
  'introspection.without-credentials': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.1',
    behaviour: 'The gateway introspects without credentials only where configuration says so and names the endpoint'
  },
  // tokens bound to a key
  'dpop.address-configured': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-4.3',
    behaviour: 'The address in a proof is compared with the configuration, never with the request'
  },
  'dpop.bound-token-not-bearer': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-7.2',
    behaviour: 'A token bound to a key is refused as a bearer token, on a cache hit too'
  },
  'dpop.challenge': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-7.1',
    behaviour: 'A challenge names the DPoP scheme and its algorithms, with or without Bearer'
  },
  'dpop.memory-after-limits': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-11.1',
    behaviour: 'A request that a limit refuses leaves nothing in the memory of used proofs'
  },
  'dpop.memory-fails-closed': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-11.1',
    behaviour: 'A memory of used proofs that cannot be asked lets no proof through: 503 with Retry-After'
  },
  'dpop.memory-per-person': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-11.1',
    behaviour: 'Room for used proofs is counted for each person or client; one that used up its room gets 429, and the others notice nothing'
  },
  'dpop.memory-shared': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-11.1',
    behaviour: 'Gateways that share a memory in Redis or PostgreSQL accept a proof once together'
  },
  'dpop.nonce': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-9',
    behaviour: 'Where configuration requires it, a proof needs a nonce of the gateway, and a new nonce is given before the old one expires'
  },
  'dpop.proof-accepted': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-7.1',
    behaviour: 'A token with the DPoP scheme and a proof with its key is accepted'
  },
  'dpop.proof-checked': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-4.3',
    behaviour: 'Type, algorithm, key, signature, method, address, token, time and id of a proof are checked'
  },
  'dpop.replay-memory-bounded': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-11.1',
    behaviour: 'The memory of used proofs is bounded, and none is dropped while its proof could be used again'
  },
  'dpop.replay-refused': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-11.1',
    behaviour: 'A proof works once, and of two simultaneous requests with one proof one is refused'
  },
  'dpop.required': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-2',
    behaviour: 'Where bound tokens are required no other token is accepted, and the metadata says so'
  },
  'dpop.unbound-token-refused': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-7.1',
    behaviour: 'A proof does not make an unbound token a bound one'
  },
  'mtls.certificate-bound': {
    source: 'https://www.rfc-editor.org/rfc/rfc8705#section-3',
    behaviour: 'A token bound to a certificate is accepted only from the holder of that certificate'
  },
  'mtls.tls-listener': {
    source: 'https://www.rfc-editor.org/rfc/rfc8705#section-3',
    behaviour: 'The gateway can terminate TLS and request client certificates without requiring one'
  },
  'mtls.trusted-proxy': {
    source: 'https://www.rfc-editor.org/rfc/rfc9440#section-4',
    behaviour: 'A certificate in a header is accepted only from configured proxies, in the configured form'
  },
  // profiles for authorization servers in the field
  'profiles.recorded-shapes': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'With the profile of a server its recorded access token is accepted; its ID and refresh tokens, and tokens for others, are refused'
  },
  // several authorization servers
  'servers.cache-per-server': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'Each authorization server has a separate cache, and a known token is introspected again at the server that knows it'
  },
  'servers.hanging-passed-over': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'A server that hangs delays the tokens of the others until its circuit opens, and no longer'
  },
  'servers.jwt-by-issuer': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'A JWT is verified with the keys of the configured server that it names, and sent to no other server'
  },
  'servers.listed': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-2',
    behaviour: 'The metadata lists every authorization server whose tokens are accepted'
  },
  'servers.outage-not-masked': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
    behaviour: 'An unknown token is not called invalid while a server that could know it is unavailable'
  },
  'servers.person-is-issuer-and-subject': {
    source: 'https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability',
    behaviour: 'Equal subjects of two issuers are two people'
  },
  // JWT access tokens
  'auth.foreign-endpoint-warned': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-6.2',
    behaviour: 'A line in the log says that a discovered introspection endpoint is on another origin than the issuer'
  },
  'jwt.one-text-for-a-signature': {
    source: 'https://www.rfc-editor.org/rfc/rfc4648#section-3.5',
    behaviour: 'A signature whose last character has bits that are left over is refused'
  },
  'jwt.algorithm-allow-list': {
    source: 'https://www.rfc-editor.org/rfc/rfc8725#section-3.1',
    behaviour: 'A JWT is verified with a configured algorithm only, none of them "none", whatever its header says'
  },
  'jwt.claims-like-introspection': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'The claims of a verified JWT pass the same checks as an introspection reply'
  },
  'jwt.key-cache-bounded': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'A withdrawn key is used no longer than a bound, and an outage does not extend it'
  },
  'jwt.key-fetches-bounded': {
    source: 'https://www.rfc-editor.org/rfc/rfc8725#section-3.10',
    behaviour: 'Invented key ids and forged signatures cause a few requests for keys a minute, and cost tokens of known keys nothing'
  },
  'jwt.key-rotation': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'A key that is published later, or replaced under the same id, is found when a token needs it, right after a fetch too'
  },
  'jwt.undecided-is-503': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
    behaviour: 'A token that newer keys might verify is refused only by keys fetched after it arrived; until then it is answered with 503'
  },
  'jwt.keys-from-metadata': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'Keys come from the jwks_uri of the metadata of the configured issuer, never from the token'
  },
  'jwt.never-introspected-instead': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'A JWT that fails is refused, and introspected only where configuration names both kinds'
  },
  'jwt.required-claims': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-2.2',
    behaviour: 'A JWT access token states its issuer and its expiry'
  },
  'jwt.shared-secret': {
    source: 'https://www.rfc-editor.org/rfc/rfc7518#section-3.2',
    behaviour: 'A shared secret is long enough for its algorithm and is used for no other algorithm'
  },
  'jwt.signature-checked': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'No claim of a JWT is used before its signature is verified'
  },
  'jwt.type-checked': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'The typ of a JWT access token is at+jwt, unless configuration accepts older issuers'
  },
  // authentication
  'auth.audience-compared-whole': {
    source: 'https://www.rfc-editor.org/rfc/rfc8707#section-2',
    behaviour: 'A token is accepted only when one whole audience value equals the resource identifier'
  },
  'auth.access-tokens-only': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-1.5',
    behaviour: 'Refresh, ID, logout and other tokens are refused by a list of the kinds that are accepted, in introspection replies and in JWTs'
  },
  'auth.authorization-server-failure-is-not-a-bad-token': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
    behaviour: 'Without a usable answer the authorization server is unavailable, and the token is not called invalid'
  },
  'auth.bearer-scheme-case-insensitive': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-11.1',
    behaviour: 'The authentication scheme is matched without regard to case'
  },
  'auth.bearer-syntax': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-2.1',
    behaviour: 'Credentials are one b64token after one or more spaces, and nothing else'
  },
  'auth.cache-answers-not-decisions': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'Every check runs again on a cached answer'
  },
  'auth.cache-keys-hashed': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'Cached answers are found by a digest of the token, separately for each verifier, and the token itself is not in memory'
  },
  'auth.cache-never-outlives-exp': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'A cached answer is not used beyond the exp it contains'
  },
  'auth.circuit-breaker': {
    source: 'https://learn.microsoft.com/en-us/azure/architecture/patterns/circuit-breaker',
    behaviour: 'A failing authorization server is not asked for a while, probed with one request, and used again without a restart'
  },
  'auth.circuit-closes-on-answer': {
    source: 'https://learn.microsoft.com/en-us/azure/architecture/patterns/circuit-breaker',
    behaviour: 'An answer about any token closes the circuit, and a server that fails for unknown tokens alone is asked about the others'
  },
  'auth.circuit-closes-on-new-credentials': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.1',
    behaviour: 'A replaced client secret closes the circuit at once'
  },
  'auth.circuit-not-in-clients-hands': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html',
    behaviour: 'No token that a client sends can stop the introspection of other tokens'
  },
  'auth.client-credentials-form-encoded': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1',
    behaviour: 'Client id and secret are form-encoded before they become Basic credentials'
  },
  'auth.contradicting-server-doubted': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'A server that calls one good token after the other inactive is not believed for a minute'
  },
  'auth.credentials-self-test': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.3',
    behaviour: 'When it begins to serve, and when its secret changes, the gateway tests its credentials with a made-up token, and whether the server refuses a made-up secret; rejected credentials turn readiness red at once'
  },
  'auth.doubt-not-in-clients-hands': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'Tokens that a client invents never make a server doubted that tells wrong credentials from right ones'
  },
  'auth.deadline-covers-everything': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'One deadline covers discovery, connection, retry and the last byte of the reply'
  },
  'auth.expiry-without-skew': {
    source: 'https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4',
    behaviour: 'A token is refused from the second of its exp'
  },
  'auth.explanation-agrees-with-verification': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'A token is explained as valid exactly when it is accepted, and refused for the same reason'
  },
  'auth.introspection-active-is-boolean': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'Only a boolean true makes a token active'
  },
  'auth.introspection-request': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.1',
    behaviour: 'A token is introspected by an authenticated form POST'
  },
  'auth.issuer-compared-exactly': {
    source: 'https://www.rfc-editor.org/rfc/rfc9207#section-2.4',
    behaviour: 'An issuer that is stated equals the configured one to the last character'
  },
  'auth.live-answer-wins': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'A fresh negative answer replaces a cached grant, and no older answer replaces a newer one'
  },
  'auth.recheck-notices': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'A notice of the authorization server makes the next call of that person and client a question, whatever is cached and in every worker; it decides nothing, needs the secret, and is off by default'
  },
  'auth.live-answers-shared': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'Simultaneous callers that need a live answer share one introspection that is sent after all of them arrived'
  },
  'auth.metadata-fetches-bounded': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-3',
    behaviour: 'Metadata and keys that cannot be fetched are requested once a second at most, however many clients need them'
  },
  'auth.metadata-issuer-compared-exactly': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-3.3',
    behaviour: 'Metadata is used only if its issuer equals the identifier it was requested with'
  },
  'auth.metadata-locations-in-order': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-3.1',
    behaviour: 'Metadata is looked for at the OAuth well-known URI, then at those of OpenID Connect'
  },
  'auth.no-stale-answers': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'During an outage a cached answer is used until its time to live ends, and no longer'
  },
  'auth.noise-harms-no-good-token': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html',
    behaviour: 'Invented tokens take a share of the connections, and 99 of 100 requests of a person next to them are answered'
  },
  'auth.not-before-with-skew': {
    source: 'https://www.rfc-editor.org/rfc/rfc7519#section-4.1.5',
    behaviour: 'A token is refused before its nbf, with the configured tolerance, five seconds by default'
  },
  'auth.questions-bounded': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html',
    behaviour: 'Simultaneous introspections are bounded, also after a recovery; requests beyond the bound are refused at once'
  },
  'auth.rate-limit-is-no-outage': {
    source: 'https://www.rfc-editor.org/rfc/rfc6585#section-4',
    behaviour: 'A rate limit of the authorization server slows unknown tokens down and is passed on for a few seconds, and no circuit opens'
  },
  'auth.redirect-not-followed': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.4',
    behaviour: 'Client credentials do not follow a redirect'
  },
  'auth.reply-outranks-status': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'What an introspection reply says of the token is believed whatever its status'
  },
  'auth.revocation-bound-stated': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'The longest time that a revoked token can be accepted is stated for clients, operators and metrics'
  },
  'auth.sender-constrained-is-no-bearer': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-7.2',
    behaviour: 'A token bound to a key is refused when presented as a bearer token'
  },
  'auth.single-flight': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'Simultaneous calls with one token make one introspection'
  },
  'auth.accepted-audiences': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'Audiences other than the identifier are accepted where configuration lists them for a server, byte for byte; metadata and proofs follow the identifier'
  },
  'auth.audience-of-a-bare-origin': {
    source: 'https://www.rfc-editor.org/rfc/rfc3986#section-6.2.3',
    behaviour: 'An identifier without a path and its form with a slash are one audience, unless audiences are configured'
  },
  'auth.claim-names': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'Scopes, client id and subject are read from the first configured claim that the token has'
  },
  'auth.revocation-counts-from-completion': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'The bound of a revocation counts from the last byte of a request: a request that is held open wins no time'
  },
  'auth.scopes-from-one-claim': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-2.2.3',
    behaviour: 'Scopes come from one claim, never from two, and never from roles or permissions'
  },
  'auth.scopes-text-or-list': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-2.2.3',
    behaviour: 'Scopes are read as a text or as a list of texts'
  },
  'auth.null-claim-absent': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'An optional claim that is null counts as absent'
  },
  'auth.expiry-counts-from-completion': {
    source: 'https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4',
    behaviour: 'A token whose exp has passed before the last byte of a request serves nothing, with any setting of the cache'
  },
  'auth.expiry-required': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'A token without exp is refused, unless configuration accepts introspection replies without one'
  },
  'auth.client-is-no-person': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-5',
    behaviour: 'A client that acts for itself is never the person whose subject is the same text, in storage, budgets and limits'
  },
  'auth.accepted-clients': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'Where configuration lists clients, a token of another client or of none is refused'
  },
  'auth.own-scope-required': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'Where configuration names a prefix, a token without a scope that begins with it is refused for every method'
  },
  'auth.subject-required': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'A token without a subject is refused, and its client id is not used instead, unless configuration lets clients act for themselves'
  },
  'auth.token-in-query-found': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-2.3',
    behaviour: 'A token in the query is recognised however its name is encoded'
  },
  'auth.unexplained-refusal': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.3',
    behaviour: 'A refusal without a reason is about the token only where the credentials of the gateway are proven'
  },
  'auth.unusable-reply-is-no-bad-token': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'A reply that calls a token active and states nothing about it, or its subject, scope, client or confirmation in another type, is the fault of the server: 503'
  },
  'auth.unsupported-token-type-is-about-the-token': {
    source: 'https://www.rfc-editor.org/rfc/rfc7009#section-2.2.1',
    behaviour: 'A server that cannot introspect this kind of token has answered about the token: 401, not 503'
  },

  // clients
  'clients.cimd': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document#section-3',
    behaviour: 'A client that is identified by the address of its metadata document authorizes without registration'
  },
  'clients.flow': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#authorization-flow-steps',
    behaviour: 'A client that knows only the endpoint discovers, registers, authorizes, calls and refreshes'
  },
  'clients.inspector-browser': {
    source: 'https://github.com/modelcontextprotocol/inspector',
    behaviour: 'MCP Inspector leads a person from the endpoint to a reservation'
  },
  'clients.inspector-command-line': {
    source: 'https://github.com/modelcontextprotocol/inspector',
    behaviour: 'The command line of MCP Inspector lists and calls tools in both eras'
  },
  'clients.step-up': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#step-up-authorization-flow',
    behaviour: 'A client that is refused for a missing scope authorizes again with the scope of the challenge, and succeeds'
  },

  // configuration
  'configuration.details-absent-denied-by-default': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9',
    behaviour: 'By default a call that needs authorization details is denied to a token without any'
  },
  'configuration.insecure-issuer-refused': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-2',
    behaviour: 'An authorization server off loopback is reached over https, unless the operator names it as an exception'
  },
  'configuration.placeholders-refuse-to-start': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-7.3',
    behaviour: 'The gateway does not start while a placeholder of a profile is not replaced'
  },
  'policy.requested-scopes': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3',
    behaviour: 'Challenges and metadata name the scopes that clients have to request at the authorization server, and no decision follows'
  },
  'configuration.hopeless-server-refused': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'The gateway does not start with an authorization server of which it can never verify a token'
  },
  'configuration.token-rules-in-start-line': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'The line at start shows every member that changes which tokens of a server are accepted'
  },
  'configuration.profiles-have-no-secret': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1',
    behaviour: 'A profile for an authorization server is complete but for its own values, and contains no secret'
  },
  'configuration.local-profile-stays-local': {
    source: 'https://www.rfc-editor.org/rfc/rfc9700#section-2.6',
    behaviour: 'The practice configuration does not serve other machines unless a flag allows it'
  },
  'configuration.no-query-in-the-log': {
    source: 'https://cwe.mitre.org/data/definitions/532.html',
    behaviour: 'Addresses are logged without their query, which may hold a key'
  },
  'configuration.placeholder-secret-refused': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1',
    behaviour: 'The gateway does not start with a placeholder as client secret'
  },

  // documents
  'documents.examples-run': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/server/tools#calling-tools',
    behaviour: 'The examples of the documents run as they are printed'
  },
  'documents.upstream-walk-is-true': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'Every command of the page about tools of other servers works in its order, from nothing to a retry with the remedy, in both languages'
  },
  'documents.tutorial-is-true': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#authorization-flow-steps',
    behaviour: 'Every command of the tutorial works, and is answered as the tutorial shows'
  },

  // eras
  'eras.cacheable-lists': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/caching',
    behaviour: 'Lists carry ttlMs and cacheScope, private when they depend on the token'
  },
  'eras.conformance-suite': {
    source: 'https://github.com/modelcontextprotocol/conformance',
    behaviour: 'Every scenario of the official suites that applies to a server of tools passes'
  },
  'eras.second-suite': {
    source: 'https://github.com/MCPJam/inspector',
    behaviour: 'Each protocol and OAuth check of a suite by other authors passes, or differs for a reason that is written down'
  },
  'eras.discover': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/discover',
    behaviour: 'server/discover states versions, capabilities and identity, and -32022 states the same versions'
  },
  'eras.headers-mirror-the-body': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#server-validation',
    behaviour: 'A request whose headers contradict its body is refused with 400 and -32020'
  },
  'eras.parameter-headers': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#custom-headers-from-tool-parameters',
    behaviour: 'Headers that mirror tool parameters are checked at registration and at every call'
  },
  'eras.request-metadata': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic#meta',
    behaviour: 'A modern request without its required metadata is refused with 400 and -32602'
  },
  'eras.results-say-who-answers': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic#meta',
    behaviour: 'Modern results carry resultType and the identity of the server, legacy ones neither'
  },
  'eras.sessions-ignored': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#earlier-streamable-http-revisions',
    behaviour: 'Session and resumption headers are ignored, GET and DELETE are 405'
  },
  'eras.trace-context': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic#meta',
    behaviour: 'A well-formed trace context, from _meta or headers, is in the decision line'
  },
  'eras.unknown-method': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#protocol-version-header',
    behaviour: 'An unknown method is 404 and -32601 for modern clients, 200 for legacy ones'
  },

  // fuzzing
  'fuzz.nothing-beyond-the-reference': {
    source: 'https://owasp.org/www-community/Fuzzing',
    behaviour: 'Random bodies, headers, replies and details cause no crash and no 500, and nothing is allowed that an independent decision refuses'
  },

  // http
  'http.origin-of-any-scheme': {
    source: 'https://www.rfc-editor.org/rfc/rfc6454#section-4',
    behaviour: 'An allowed origin may have any scheme; it is still compared exactly'
  },
  'http.local-path-behind-a-proxy': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-3.1',
    behaviour: 'Behind a proxy that changes the path, routes have the local path, and documents, challenges and proofs the public address'
  },
  'http.batch-refused': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#sending-messages',
    behaviour: 'A batch is refused whole, whatever it contains'
  },
  'http.body-errors-are-json-rpc': {
    source: 'https://www.jsonrpc.org/specification#error_object',
    behaviour: 'A body that cannot be read is answered with a JSON-RPC error, never a page or the shape of a framework'
  },
  'http.challenge-escaped': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4',
    behaviour: 'Reflected text cannot break out of a quoted string or a header line'
  },
  'http.challenge-names-metadata-and-scope': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-5.1',
    behaviour: 'Every challenge names the metadata and the scope to ask for'
  },
  'http.challenge-rfc6750-form': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
    behaviour: 'By configuration a request without credentials gets a challenge without an error'
  },
  'http.challenge-without-token': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3',
    behaviour: 'A request without a token is answered 401 with a Bearer challenge'
  },
  'http.cors-exposes-challenge': {
    source: 'https://fetch.spec.whatwg.org/#http-access-control-expose-headers',
    behaviour: 'A page of an allowed origin can read the challenge, and every page the metadata'
  },
  'http.host-not-trusted': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-3.3',
    behaviour: 'Host, Forwarded, X-Forwarded-* and the request target change neither documents nor challenges nor decisions'
  },
  'http.header-fields-unambiguous': {
    source: 'https://www.rfc-editor.org/rfc/rfc9112#section-3.2',
    behaviour: 'A second Host, Origin, Content-Type or Mcp field is 400, and too many fields are 431: none is dropped unseen'
  },
  'http.insufficient-authorization': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'Authorization details that do not allow a call are a 403 with a challenge'
  },
  'http.insufficient-authorization-status': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'Configuration can set the status of that refusal for all clients: 401 or 403'
  },
  'http.insufficient-scope': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#runtime-insufficient-scope-errors',
    behaviour: 'A missing scope is a 403 with every scope of the operation, before any byte of an answer'
  },
  'http.invalid-token': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
    behaviour: 'A token that is not good here is answered 401 invalid_token for every method'
  },
  'http.malformed-credentials': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
    behaviour: 'Credentials that cannot be read are a 400 invalid_request'
  },
  'http.metadata-document': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-2',
    behaviour: 'The metadata follows from configuration and the tools, at both well-known URIs'
  },
  'http.method-not-allowed': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6',
    behaviour: 'Every method but POST and OPTIONS is answered 405 with Allow'
  },
  'http.one-authorization-header': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-5.3',
    behaviour: 'A request with two Authorization fields, or two tokens in one, is refused'
  },
  'http.origin-checked': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#security-&-endpoint',
    behaviour: 'An Origin that is not allowed is a 403, before the token is looked at'
  },
  'http.outage-is-503': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4',
    behaviour: 'An outage is a 503 with Retry-After and without a challenge'
  },
  'http.path-variants-decide': {
    source: 'https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/',
    behaviour: 'No way of writing the path reaches a tool without a decision'
  },
  'http.query-token-refused': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#token-handling',
    behaviour: 'A token in the query is refused, and never logged'
  },
  'http.policy-of-kept-data': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-2',
    behaviour: 'The policy page says what the ledger keeps about a person and for how long, of the tools that are served'
  },
  'http.readiness': {
    source: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
    behaviour: 'Readiness fails while the storage or the metadata of the authorization server is unavailable, and recovers without a restart'
  },
  'http.remediation': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'The refusal contains the smallest details that would allow this call'
  },

  // launcher
  'launcher.ends-as-one': {
    source: 'https://www.gnu.org/software/libc/manual/html_node/Job-Control.html',
    behaviour: 'Ctrl-C, or the end of any one program, ends the whole local stack and leaves no process behind'
  },
  'launcher.inspector': {
    source: 'https://github.com/modelcontextprotocol/inspector#running-an-mcp-server-with-inspector',
    behaviour: 'MCP Inspector runs next to the gateway at the address with its token'
  },
  'launcher.old-node-refused': {
    source: 'https://docs.npmjs.com/cli/v11/configuring-npm/package-json#engines',
    behaviour: 'Every program says in one line that Node.js is too old, before it loads anything'
  },
  'launcher.language': {
    source: 'https://www.rfc-editor.org/rfc/rfc5646#section-2.2.1',
    behaviour: 'One option gives tools, tickets and pages in a language, and nothing has to be deleted to change it'
  },
  'launcher.port-in-use': {
    source: 'https://pubs.opengroup.org/onlinepubs/9799919799/functions/bind.html',
    behaviour: 'A port in use is one line that names the port and who needs it'
  },
  'launcher.second-start': {
    source: 'https://docs.npmjs.com/cli/v11/using-npm/scripts',
    behaviour: 'The start script builds nothing again while no source has changed'
  },
  'launcher.upstream-example': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/security_best_practices#local-mcp-server-compromise',
    behaviour: 'One command serves files of another MCP server, from a package at a pinned version, with the practice server'
  },
  'launcher.workshop': {
    source: 'https://www.rfc-editor.org/rfc/rfc8707#section-2',
    behaviour: 'One command starts what a class needs: two protected resources, forty accounts, console, lab and shop; a network address only where it is asked for'
  },
  'launcher.tutorial-works': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#authorization-flow-steps',
    behaviour: 'The tutorial, step by step with curl, works against the local stack'
  },

  // ledger
  'ledger.budget-of-person-and-client': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'A total over tools of other servers belongs to one person, one client and one currency'
  },
  'ledger.charged': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9',
    behaviour: 'What a result says was charged lowers the debit; a higher charge stops the tool until an operator has looked'
  },
  'ledger.counts-explained': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'An explanation says what is left of each total of an element, and spends nothing'
  },
  'ledger.crash-loses-nothing': {
    source: 'https://www.sqlite.org/atomiccommit.html',
    behaviour: 'A gateway that is killed in the middle of calls leaves every hold resolved or listed, and no total exceeded'
  },
  'ledger.old-calls-deleted': {
    source: 'https://www.rfc-editor.org/rfc/rfc6973#section-6.1',
    behaviour: 'Calls of known outcome are deleted after storage.ledgerRetentionDays, beside the requests; no total changes by it'
  },
  'ledger.idempotency-key': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header#section-2',
    behaviour: 'An idempotency key belongs to person, client, tool and arguments: one debit, and an executed call is not made again'
  },
  'ledger.operator-resolves': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html',
    behaviour: 'An operator lists, releases and settles calls of unknown outcome, each with an audit line'
  },
  'ledger.outcomes': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http',
    behaviour: 'A call that was not made gives its amount back; one whose outcome is unknown keeps it, and says so'
  },
  'ledger.refusal-says-what-remains': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'The refusal for a used-up total says what remains and until when, and its remedy has a total of this call'
  },
  'ledger.storage': {
    source: 'https://www.sqlite.org/pragma.html#pragma_application_id',
    behaviour: 'Totals are kept in the storage of the gateway; without one that outlives the process a total is a configuration mistake'
  },
  'ledger.total-across-calls': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'The calls of a budget together never exceed its total, in a day, in a month or altogether'
  },
  'ledger.total-across-processes': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'Gateways that share a database never exceed a total together'
  },

  // ticket shop
  'shop.applications': {
    source: 'https://www.rfc-editor.org/rfc/rfc7009#section-1',
    behaviour: 'A person sees which applications may act for them under which limits, and revokes one; its next call is refused'
  },
  'shop.catalogue': {
    source: 'https://developer.mozilla.org/en-US/docs/Glossary/Progressive_Enhancement',
    behaviour: 'The ticket shop shows and searches the catalogue without a login and without JavaScript, in two languages'
  },
  'shop.csrf': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-8.8',
    behaviour: 'A form without the token of its session, or of another site, is refused and changes nothing'
  },
  'shop.hostile-texts': {
    source: 'https://html.spec.whatwg.org/multipage/introduction.html#writing-secure-applications-with-html',
    behaviour: 'Titles of tickets and names of clients are text on every page, never markup'
  },
  'shop.launched': {
    source: 'https://12factor.net/config',
    behaviour: 'The launcher starts the ticket shop on the storage and with the authorization server of the gateway'
  },
  'shop.login': {
    source: 'https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth',
    behaviour: 'A person logs in by OpenID Connect with PKCE, state, nonce and issuer; an answer counts once, in the browser that began it'
  },
  'shop.made-by': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'A reservation says who made it: the person, or which client under which authorization details, in both databases'
  },
  'shop.nothing-shown': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-10.3',
    behaviour: 'No token, code or verifier of the ticket shop is in a page, a header or a line of its log'
  },
  'shop.open-redirect': {
    source: 'https://www.rfc-editor.org/rfc/rfc9700#section-4.11',
    behaviour: 'After a login the browser goes to a page of the shop and nowhere else'
  },
  'shop.outage': {
    source: 'https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig',
    behaviour: 'Without OpenID Connect, or while the authorization server is down, the shop says so and still shows tickets'
  },
  'shop.own-host': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20',
    behaviour: 'The ticket shop answers under its own host name alone'
  },
  'shop.own-reservations-only': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5',
    behaviour: 'A reservation of another person can neither be seen nor cancelled, and is as one that does not exist'
  },
  'shop.readable': {
    source: 'https://www.w3.org/TR/WCAG22/',
    behaviour: 'Every page works in both languages at 360 and 1920 pixels, light and dark, without a serious accessibility finding'
  },
  'shop.reserve-and-cancel': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.4.4',
    behaviour: 'A person reserves and cancels; a form that is sent twice reserves once, and a refusal shows what was typed'
  },
  'shop.session-fixation': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis-22#section-8.4',
    behaviour: 'A login begins a new session: one from before is worth nothing'
  },

  // limits
  'limits.token-characters': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-2.1',
    behaviour: 'Tokens of the configured length are accepted, whole headers included; a longer one and one with wrong characters are refused with different texts'
  },
  'limits.answers-bounded': {
    source: 'https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/',
    behaviour: 'No answer grows with the number of unknown arguments, of elements or of list items, beyond the first few'
  },
  'limits.connections-bounded': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html',
    behaviour: 'There are never more connections than configured, and one that is at work is not closed for another'
  },
  'limits.connection-shares': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html',
    behaviour: 'When there is no room, the address with the most connections gives one up, so one client cannot shut out the others'
  },
  'limits.no-body-without-token': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7',
    behaviour: 'Without a good token no body is waited for or parsed, whatever the method and the path'
  },
  'limits.open-files': {
    source: 'https://man7.org/linux/man-pages/man2/getrlimit.2.html',
    behaviour: 'A process without a free descriptor refuses connections and goes on; the limit of connections leaves some free'
  },
  'limits.unanswered-requests': {
    source: 'https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2',
    behaviour: 'A connection with too many unanswered requests is closed, on every route and listener, before they fill the memory'
  },
  'limits.health-listener': {
    source: 'https://kubernetes.io/docs/concepts/workloads/pods/probes/',
    behaviour: 'Probes can have a listener of their own, which answers while clients hold every connection of the main one'
  },
  'limits.late-requests-counted': {
    source: 'https://www.rfc-editor.org/rfc/rfc6585#section-4',
    behaviour: 'Requests that are held open for a minute and longer count again when they are complete'
  },
  'limits.load-shedding': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4',
    behaviour: 'An overloaded process refuses requests with 503 and Retry-After, and still answers /health'
  },
  'limits.overload-survived': {
    source: 'https://sre.google/sre-book/handling-overload/',
    behaviour: 'At four times the load it can serve, memory is bounded, health answers, and afterwards everything is as before'
  },
  'limits.rate-per-address': {
    source: 'https://www.rfc-editor.org/rfc/rfc6585#section-4',
    behaviour: 'Requests of one address, or one IPv6 network, are limited where configuration says so, and forwarding headers are no address'
  },
  'limits.rate-per-person': {
    source: 'https://www.rfc-editor.org/rfc/rfc6585#section-4',
    behaviour: 'A person with too many requests gets 429 with Retry-After, and no other person does'
  },
  'limits.redis-failure-said': {
    source: 'https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors',
    behaviour: 'When Redis does not count requests, the log names the cause and what to do, at start too; a cluster or a sentinel is refused at start'
  },
  'limits.redis-pause': {
    source: 'https://learn.microsoft.com/en-us/azure/architecture/patterns/circuit-breaker',
    behaviour: 'While Redis fails, one request a second waits for it; the others pass at once'
  },
  'limits.rate-monotonic': {
    source: 'https://man7.org/linux/man-pages/man2/clock_gettime.2.html',
    behaviour: 'A step of the system clock neither shortens nor lengthens the minute of a rate limit'
  },
  'limits.rate-shared': {
    source: 'https://www.rfc-editor.org/rfc/rfc6585#section-4',
    behaviour: 'Gateways that share Redis count together, without storing names there, and refuse no request while it is unavailable'
  },
  'limits.readiness-shared': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html',
    behaviour: 'Asking for readiness, which anybody may, costs the database one question at a time however many ask'
  },
  'limits.slow-clients': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9',
    behaviour: 'A client that sends too slowly, or nothing, loses its connection'
  },
  'limits.tool-time': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Denial_of_Service_Cheat_Sheet.html',
    behaviour: 'A tool that exceeds its time gets an abort signal, and the answer does not claim to know what it did'
  },

  // log
  'log.hint-from-what-was-seen': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
    behaviour: 'A hint names the cause that the form, the claim names and the server of a refused token show, and never a value of the token'
  },
  'log.wrong-address': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-3',
    behaviour: 'A request for a path that is none is answered with the address of the endpoint, and logged once in ten minutes'
  },
  'log.foreign-host': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-3.3',
    behaviour: 'A document that is read under another host than that of the resource is logged once in ten minutes'
  },
  'log.missing-scope-claim': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'For a token without any claim of scopes the log names the claims that were looked for and those that are there, without a value'
  },
  'log.no-token-id': {
    source: 'https://www.rfc-editor.org/rfc/rfc7519#section-4.1.7',
    behaviour: 'The jti of a token is never logged, because at some servers it is the token'
  },
  'log.likely-cause': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html',
    behaviour: 'Problems that only the operator can solve are logged with their likely cause, for example another registered resource URI'
  },
  'log.no-secrets': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude',
    behaviour: 'No token, secret or credential reaches the log, at any level'
  },
  'log.for-people': {
    source: 'https://no-color.org/',
    behaviour: 'On a terminal the log is short lines in words, with what is not the default of the configuration; elsewhere it is JSON'
  },
  'log.stands-still': {
    source: 'https://man7.org/linux/man-pages/man2/write.2.html#ERRORS',
    behaviour: 'A log on a full disk, or with a reader that does not read, delays no request and no end of the process; dropped lines are counted'
  },
  'log.one-line-per-decision': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html',
    behaviour: 'Each request to the endpoint leaves one line that says what was decided and why'
  },

  // mcp
  'mcp.null-member-absent': {
    source: 'https://www.jsonrpc.org/specification#request_object',
    behaviour: 'An optional member that is null counts as absent, in both eras'
  },
  'mcp.answers-never-crossed': {
    source: 'https://www.jsonrpc.org/specification#response_object',
    behaviour: 'Two clients that use one request id at the same time each get their own answer'
  },
  'mcp.initialize-stateless': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle',
    behaviour: 'Every legacy revision is served without a session'
  },
  'mcp.message-shape': {
    source: 'https://www.jsonrpc.org/specification#request_object',
    behaviour: 'What is not one JSON-RPC request or notification is refused'
  },
  'mcp.repeated-member-refused': {
    source: 'https://www.rfc-editor.org/rfc/rfc8259#section-4',
    behaviour: 'A body in which an object has one member twice is refused: what is judged and what is executed is one value'
  },
  'mcp.version-header-decides-nothing': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    behaviour: 'The same token, tool and arguments are allowed or refused alike in every era'
  },

  // operations
  'operations.audit': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#which-events-to-log',
    behaviour: 'Each decision about a tool call is recorded with the person, the client, the tool, what allowed it and what came of it'
  },
  'operations.audit-bounded-lines': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-11',
    behaviour: 'A line of the audit log has a bounded size, and details are in it once for each call'
  },
  'operations.audit-chain': {
    source: 'https://www.usenix.org/legacy/publications/library/proceedings/sec98/full_papers/schneier/schneier.pdf',
    behaviour: 'Each line of the audit log has a number and the hash of the line before it, across files, restarts and torn lines'
  },
  'operations.audit-deletion-told': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html',
    behaviour: 'A file of the audit log that is deleted is announced with the numbers of its lines'
  },
  'operations.audit-verify': {
    source: 'https://www.rfc-editor.org/rfc/rfc2104',
    behaviour: 'A command names the first line of the audit log that is missing, changed, out of order or inserted'
  },
  'operations.private-files': {
    source: 'https://man7.org/linux/man-pages/man2/open.2.html',
    behaviour: 'Audit log and database are readable by their owner only, and a link in place of the audit log is not followed'
  },
  'operations.audit-fails-closed': {
    source: 'https://csrc.nist.gov/projects/cprt/catalog#/cprt/framework/version/SP_800_53_5_1_1/home?element=AU-05',
    behaviour: 'A call that may change something is not made if it cannot be recorded'
  },
  'operations.audit-redacted': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude',
    behaviour: 'The audit log holds no token, no argument and no secret'
  },
  'operations.audit-rotated': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#storage',
    behaviour: 'The audit log only grows, within a bound, and no line is lost or torn when files change'
  },
  'operations.dashboard': {
    source: 'https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/',
    behaviour: 'The dashboard asks for metrics that exist, and for all of the gateway\'s own'
  },
  'operations.metrics': {
    source: 'https://prometheus.io/docs/instrumenting/exposition_formats/',
    behaviour: 'Decisions, questions, cache, circuit, storage and the revocation bound are counted, where clients do not reach'
  },
  'operations.metrics-tell-nobody': {
    source: 'https://prometheus.io/docs/practices/naming/#labels',
    behaviour: 'No label holds a token, a person, a client or anything that a client chose'
  },
  'operations.kubernetes-manifests': {
    source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
    behaviour: 'Each overlay renders, its objects are valid, refer to what is there, and meet the restricted standard for pods'
  },
  'operations.unit': {
    source: 'https://www.freedesktop.org/software/systemd/man/latest/systemd-analyze.html',
    behaviour: 'The unit of systemd is valid, and gives secrets as credentials'
  },
  'operations.production-install': {
    source: 'https://docs.docker.com/build/building/best-practices/',
    behaviour: 'The image contains what is needed to run, and nothing that only development needs'
  },
  'operations.rolling-update': {
    source: 'https://docs.haproxy.org/2.6/configuration.html#4-option%20httpchk',
    behaviour: 'Behind HAProxy, nginx and Caddy, as deploy/proxies configures them, one replica after the other is replaced and no request is lost'
  },
  'operations.traces': {
    source: 'https://www.w3.org/TR/trace-context/#traceparent-header',
    behaviour: 'A trace of the caller continues through the gateway, its storage and the authorization server'
  },

  // plugin
  'plugin.hooks-stay-on-own-routes': {
    source: 'https://fastify.dev/docs/latest/Reference/Encapsulation/',
    behaviour: 'Registered in a host, the gateway changes none of its routes, errors, parsers or CORS'
  },
  'plugin.late-requests': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'On a protected route of a host, revocation and expiry count from the last byte of a request'
  },
  'plugin.no-prefix': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-3.1',
    behaviour: 'A registration that would move the metadata away from the root is refused'
  },
  'plugin.one-details-type': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-10',
    behaviour: 'The authorization details type that is published for a tool is the one that its calls are judged by'
  },
  'plugin.relayed-results': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result',
    behaviour: 'The result of another server is passed on unchanged, but for what says who answers this request'
  },
  'plugin.strict-input': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool',
    behaviour: 'A tool whose input lets unknown arguments pass is not registered, unless its declaration says so'
  },
  'plugin.tools-replaced-whole': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#listing-tools',
    behaviour: 'A reload replaces all tools and everything derived from them, or nothing; running calls finish with the former tool'
  },
  'plugin.tools-checked': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools',
    behaviour: 'A tool that is declared wrongly or twice is refused at start'
  },

  // example client
  'client.range-tokens': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation-00#section-7.1',
    behaviour: 'A client tries a token that an earlier remedy led to before it asks a person again, and never twice for one reference'
  },
  'http.status-by-client': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation-00#section-7.1',
    behaviour: 'A request that declares the extension of denials or names an earlier refusal is answered 401, every other 403, unless configuration says which'
  },
  'client.conformance-suite': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    behaviour: 'The documented client passes the client leg of the official suite: discovery, registration, scopes, step-up, issuers'
  },
  'client.loop-protection': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'A client whose new token is refused with the same reference stops, within its stated number of attempts'
  },

  // rich authorization requests over HTTP
  'http.context-id-correlates': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643',
    behaviour: 'A refusal carries a handle, or in a challenge its reference, that the retry may echo: the log names it with both'
  },
  'http.denial-envelope': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643',
    behaviour: 'An authorization denial envelope stands in `_meta` of a result alone, with one remediation and its hints: in no error, and beside no challenge'
  },
  'http.denial-envelope-nothing-done': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643',
    behaviour: 'An envelope says that nothing was executed: a call that was made, or may have been, is answered without one'
  },
  'http.final-denial-is-a-result': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643',
    behaviour: 'A final denial of a tool is a result with `isError` and the remediation `unavailable`, or `undisclosed` where the server does not say'
  },
  'http.denial-without-challenge': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643',
    behaviour: 'Where no challenge can carry the remedy, in an open stream or because of its length, a result carries it as a hint'
  },
  'http.url-hint': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643',
    behaviour: 'A client of 2026-07-28 that declares URL elicitation gets an address at which the person can agree; every other one the challenge as before'
  },
  'configuration.agreement-page': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#url-mode-elicitation-requests',
    behaviour: 'A page to agree on is encrypted beyond loopback, and is refused for an authorization server of JWTs, whose limits cannot be raised'
  },
  'http.agreement-state': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr#server-requirements',
    behaviour: 'The state of such a request counts for this very call of this token alone, and only makes the gateway ask the authorization server again'
  },
  'practice.agreement-page': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#url-mode-elicitation-requests',
    behaviour: 'The page raises the limits of one token, after the login of the person whose token it is'
  },
  'http.former-denial-envelope': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643',
    behaviour: 'Configuration keeps the form of 2026-05: a challenge, and an envelope in the error'
  },
  'extensions.denials-declared': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643',
    behaviour: 'Discovery declares structured denials exactly where there are such, and envelopes do not depend on what a client declares'
  },
  'proxy.no-foreign-envelopes': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643',
    behaviour: 'The denial envelope of another server is not passed on, since its hints are about another authorization server'
  },
  'http.refusal-with-remedy': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'A refusal for missing authorization details names the smallest that would allow this call, in the challenge and in the body'
  },

  // policy
  'policy.details-of-unrelated-types': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'Details of types alone that configuration calls unrelated count as absent; any other type does not, nor does an empty list'
  },
  'policy.authentication-level': {
    source: 'https://www.rfc-editor.org/rfc/rfc9470#section-5',
    behaviour: 'Where a tool requires them, a missing or different acr and a missing or old authentication time are refused'
  },
  'policy.challenge-names-every-scope': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#runtime-insufficient-scope-errors',
    behaviour: 'A denial for scope names every scope that the operation needs, those the token has included'
  },
  'policy.check-order': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'Scope is checked before the authentication level, and that before the authorization details'
  },
  'policy.details-absent-as-configured': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9',
    behaviour: 'A token without authorization details is allowed or denied as configuration says'
  },
  'policy.details-authlete-form': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'Members inside otherFields count as if they stood in the element; a contradiction between the two denies'
  },
  'policy.details-elements-are-alternatives': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'Each element is judged whole, in order; the limits of two are never merged'
  },
  'policy.details-limits-enforced': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9.2',
    behaviour: 'actions, maxAmount, currency, ticketIds, locations and validUntil each deny a call they do not cover'
  },
  'policy.details-unreadable-denies': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-5',
    behaviour: 'Unreadable authorization details deny, even where absent ones are allowed'
  },
  'policy.explanation-agrees-with-decision': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9',
    behaviour: 'An explanation has the verdict of the decision, and reveals no more than the call itself would'
  },
  'policy.failing-check-denies': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html',
    behaviour: 'An exception or a time-out inside a check is a denial'
  },
  'policy.fresh-answer-after-arrival': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'A tool that insists on a fresh answer is never run on one asked for before the request arrived'
  },
  'policy.reference-stable': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'Equal details give equal references, which cannot be computed without the key'
  },
  'policy.reference-key-is-no-other-secret': {
    source: 'https://www.rfc-editor.org/rfc/rfc9700#section-4.3',
    behaviour: 'The key of references has no other use, so that a refusal is no test for guesses of another secret'
  },
  'policy.remedy-is-bounded': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'A remedy for a token with a total has a total, which allows the refused call alone'
  },
  'policy.remedy-suffices': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'The granted details of a remedy allow the refused call, and nothing more expensive'
  },
  'policy.scope-hierarchy': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    behaviour: 'A broader scope stands for those it implies; without configuration none does'
  },
  'policy.types-metadata': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'Each authorization details type is published with a JSON Schema of one object that pins its type and refuses unknown members'
  },

  'policy.empty-details-named': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-7',
    behaviour: 'An empty list of authorization details is refused as such, and not as details of other types'
  },
  // transaction
  'transaction.off-by-default': {
    source: 'https://datatracker.ietf.org/doc/html/draft-rosomakho-oauth-txn-challenge-00',
    behaviour: 'Without configuration nothing is signed or published, and a txn of a token means nothing; an unusable key is refused at start'
  },
  'transaction.signal': {
    source: 'https://datatracker.ietf.org/doc/html/draft-rosomakho-oauth-txn-challenge-00#section-4.1',
    behaviour: 'Only a client that signals it with a true Boolean item gets a transaction challenge'
  },
  'transaction.challenge': {
    source: 'https://datatracker.ietf.org/doc/html/draft-rosomakho-oauth-txn-challenge-00#section-4.2',
    behaviour: 'A challenge is a JWS of its type for this very call, signed with a key that the metadata name in their own member'
  },
  'transaction.this-call-only': {
    source: 'https://datatracker.ietf.org/doc/html/draft-rosomakho-oauth-txn-challenge-00#section-6.2',
    behaviour: 'A token with a txn allows the call of its challenge by the same person and client, and no other: edited arguments get nothing'
  },
  'transaction.single-use': {
    source: 'https://datatracker.ietf.org/doc/html/draft-rosomakho-oauth-txn-challenge-00#section-6.2',
    behaviour: 'A transaction is used once, by a call that everything else permits; of two at the same time one is made'
  },
  'transaction.whole-flow': {
    source: 'https://datatracker.ietf.org/doc/html/draft-rosomakho-oauth-txn-challenge-00#section-5',
    behaviour: 'A client validates the challenge, a person agrees to it at the authorization server, and the token makes the call'
  },
  'transaction.server': {
    source: 'https://datatracker.ietf.org/doc/html/draft-rosomakho-oauth-txn-challenge-00#section-4.6',
    behaviour: 'The practice server takes a challenge of a known resource server once, shows what was signed, and gives one token to its client'
  },
  // opinion
  'opinion.only-permitted-calls': {
    source: 'https://openid.net/specs/authorization-api-1_0.html#section-6',
    behaviour: 'A decision point is asked about a call that the policy permits, and about no other; before anything is held or executed'
  },
  'opinion.question': {
    source: 'https://github.com/openid/authzen/blob/main/profiles/authzen-coaz-mcp-binding-1_0.md',
    behaviour: 'The question names the person, the method, the tool and what the call needs; never a token, and arguments by choice only'
  },
  'opinion.may-only-refuse': {
    source: 'https://openid.net/specs/authorization-api-1_0.html#section-5.5',
    behaviour: 'A decision of false refuses the call; no answer allows a call that the policy refuses'
  },
  'opinion.remedy': {
    source: 'https://www.rfc-editor.org/rfc/rfc9470#section-3',
    behaviour: 'A remedy in the context is passed on where the policy of the gateway agrees that it suffices for this call'
  },
  'opinion.fails-closed': {
    source: 'https://openid.net/specs/authorization-api-1_0.html#section-10.1.2',
    behaviour: 'Everything but a 200 with one boolean is no opinion: the call is not made, and the client keeps its token'
  },
  'opinion.off-costs-nothing': {
    source: 'https://openid.net/specs/authorization-api-1_0.html#section-6',
    behaviour: 'Where no decision point is configured, none is asked, and a call takes no step for it'
  },
  'opinion.real-server': {
    source: 'https://openid.net/specs/authorization-api-1_0.html#section-10.1',
    behaviour: 'A decision point of another project permits and refuses calls'
  },
  // practice authorization server
  'practice.conformance-suite': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    behaviour: 'The practice authorization server passes the authorization leg of the official suite'
  },
  'practice.own-grants': {
    source: 'https://openid.net/specs/oauth-v2-grant-management.html#section-2',
    behaviour: 'A person reads and withdraws their own grants with the token of the ticket shop, and with no other; tokens and refresh tokens end with the grant'
  },
  'practice.login-alone': {
    source: 'https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest',
    behaviour: 'A client that asks who the person is, and for nothing else, gets a page without limits and an ID token'
  },
  'practice.classroom': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-10',
    behaviour: 'The practice server listens at a network address only where this is said, at a private address of the machine, and its lab needs a secret there'
  },
  'practice.kept-clients': {
    source: 'https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1',
    behaviour: 'A registered client without a secret is known after a restart of the practice server, where a file is configured'
  },
  'practice.lab-faults': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'Each switch of the lab makes one thing wrong, for one person or for all, and the client sees the status and challenge that the page names'
  },
  'practice.lab-guarded': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-10.12',
    behaviour: 'No page of another site and no foreign name of this machine turns a switch of the lab; off loopback only the teacher does'
  },
  'practice.lab-page': {
    source: 'https://www.w3.org/TR/WCAG22/',
    behaviour: 'The page of the lab works in both languages, at 360 px, by keyboard and without a script'
  },
  'http.pages-for-browsers': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1',
    behaviour: 'A browser gets pages, in both languages, where a program gets JSON: the first page, unknown addresses and the endpoint; they run nothing and work at 360 px'
  },
  'practice.pages-for-people': {
    source: 'https://www.w3.org/TR/WCAG22/',
    behaviour: 'The practice server asks a person for what a request needs and for nothing else, puts the focus where a mistake is, and has pages and an icon for browsers'
  },
  'practice.token-mistakes': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-5.2',
    behaviour: 'The practice server explains each mistake of a token request that invalid_grant stands for'
  },
  'practice.client-assertion': {
    source: 'https://www.rfc-editor.org/rfc/rfc7523#section-3',
    behaviour: 'The practice server takes a signed client assertion once, for itself alone, by a key that it knows'
  },
  'practice.client-credentials': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-4.4',
    behaviour: 'The practice server gives a known machine client a token for itself, for one resource, and registers no such client'
  },
  'practice.id-jag-exchange': {
    source: 'https://www.rfc-editor.org/rfc/rfc8693#section-2.2.2',
    behaviour: 'The practice identity provider exchanges only ID tokens that it issued, for one authorization server and the resources of that server'
  },
  'practice.client-id-metadata-document': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document#section-4',
    behaviour: 'A client is known by the URL of its metadata document, and the metadata says so'
  },
  'practice.details-issued': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-7',
    behaviour: 'The limit the person chose is what the token response and introspection say, with a fresh budget'
  },
  'practice.details-refused': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-5',
    behaviour: 'Requested details with unknown members, wrong values or of another type are refused'
  },
  'practice.any-gateway': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-2',
    behaviour: 'The practice server takes scopes, authorization details types and their words from the metadata of the gateway that a request names'
  },
  'practice.gateway-changes': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-2',
    behaviour: 'Other tools of a gateway are known to the practice server at the next request, and clients and tokens stay valid'
  },
  'practice.gateway-down': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-3',
    behaviour: 'A plain page tells the person about a gateway that does not answer, and the next try asks it again'
  },
  'practice.gateway-hostile': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-3.3',
    behaviour: 'Metadata of another resource, of another origin, too long or too slow is not used, and text of a gateway is never markup'
  },
  'practice.remedy-of-an-upstream': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'A client obtains what a refused call of another server needs at the practice server, and the retry succeeds, in both eras'
  },
  'practice.details-types-metadata': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'The metadata points at a document with a JSON Schema of each type, the same that the gateway enforces'
  },
  'practice.dynamic-registration': {
    source: 'https://www.rfc-editor.org/rfc/rfc7591#section-3',
    behaviour: 'A client registers itself, from a browser too'
  },
  'practice.host-not-trusted': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-3.3',
    behaviour: 'No Host header, forwarding header or request target changes an origin in the metadata'
  },
  'practice.introspection-for-the-resource-server': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'Only the resource server learns anything about a token, and only about access tokens'
  },
  'practice.iss-in-redirect': {
    source: 'https://www.rfc-editor.org/rfc/rfc9207#section-2',
    behaviour: 'Every redirect to the client, an error too, carries iss'
  },
  'practice.metadata': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-2',
    behaviour: 'Both well-known documents name every endpoint and feature'
  },
  'practice.page-not-framed': {
    source: 'https://www.rfc-editor.org/rfc/rfc9700#section-4.16',
    behaviour: 'The page cannot be framed, is never cached, and lets the browser return to the client'
  },
  'practice.pkce-s256': {
    source: 'https://www.rfc-editor.org/rfc/rfc7636#section-4.4.1',
    behaviour: 'A request without a code challenge, or with another method than S256, is refused'
  },
  'practice.refresh-rotation': {
    source: 'https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2',
    behaviour: 'A refresh token works once; its reuse ends the grant'
  },
  'practice.return-addresses': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/security-considerations#communication-security',
    behaviour: 'A client that registers itself, or is known by its document, returns to https or to its own machine'
  },
  'practice.revocation': {
    source: 'https://www.rfc-editor.org/rfc/rfc7009#section-2',
    behaviour: 'A revoked token is inactive at once'
  },
  'practice.unknown-resource': {
    source: 'https://www.rfc-editor.org/rfc/rfc8707#section-2',
    behaviour: 'A resource that is not known, to the last character, is invalid_target'
  },

  // storage shared by several gateways, shutdown, reload
  'reload.bad-file-changes-nothing': {
    source: 'https://www.gnu.org/software/libc/manual/html_node/Termination-Signals.html#index-SIGHUP-1',
    behaviour: 'A configuration file with a mistake changes nothing, and every mistake is a line in the log'
  },
  'reload.upstream-secrets': {
    source: 'https://docs.docker.com/compose/how-tos/use-secrets/',
    behaviour: 'A static secret of another server is read again on SIGHUP; one that is gone, empty or unusable changes nothing, and is never logged'
  },
  'reload.secret-files': {
    source: 'https://docs.docker.com/compose/how-tos/use-secrets/',
    behaviour: 'Secrets are read from the files that variables with _FILE name, at start and again on SIGHUP'
  },
  'reload.certificates': {
    source: 'https://nodejs.org/docs/latest-v20.x/api/tls.html#serversetsecurecontextoptions',
    behaviour: 'A renewed certificate is shown after SIGHUP, without closing a connection; a broken one changes nothing'
  },
  'reload.environment-is-said': {
    source: 'https://man7.org/linux/man-pages/man7/signal.7.html',
    behaviour: 'The line of a reload names the members that an environment variable sets, which only a restart changes'
  },
  'reload.during-start': {
    source: 'https://man7.org/linux/man-pages/man7/signal.7.html',
    behaviour: 'SIGHUP while the process starts does not end it, and the configuration is read again'
  },
  'reload.late-requests': {
    source: 'https://www.gnu.org/software/libc/manual/html_node/Termination-Signals.html#index-SIGHUP-1',
    behaviour: 'A request that was opened before a reload is judged by the rules in force when it is complete'
  },
  'reload.restart-needed-is-said': {
    source: 'https://www.gnu.org/software/libc/manual/html_node/Termination-Signals.html#index-SIGHUP-1',
    behaviour: 'A change that needs a restart is named in the log and has no effect until then'
  },
  'reload.safe-members-change': {
    source: 'https://www.gnu.org/software/libc/manual/html_node/Termination-Signals.html#index-SIGHUP-1',
    behaviour: 'SIGHUP changes secrets, origins, limits, time-outs, times to live and the log level without losing a request'
  },
  'reload.time-to-live-never-extended': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'A shorter time to live counts for answers that are kept already, a longer one only for new ones'
  },
  'shutdown.accepted-requests-answered': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2',
    behaviour: 'Every request accepted before the end is answered, and each receipt exists exactly once'
  },
  'shutdown.bounded': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4',
    behaviour: 'After SIGTERM the process ends by its deadline'
  },
  'shutdown.new-requests-refused': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4',
    behaviour: 'While it drains, /ready is red, and new requests get 503 with Retry-After on a connection that closes'
  },
  'storage.older-tools': {
    source: 'https://www.sqlite.org/releaselog/3_44_0.html',
    behaviour: 'The database file can be read and checked with the SQLite tools of older systems (3.40)'
  },
  'storage.created-is-said': {
    source: 'https://www.sqlite.org/c3ref/open.html',
    behaviour: 'A new database is announced in the log; with storage.create false, and in a folder that does not exist, none begins'
  },
  'storage.commit-beside-event-loop': {
    source: 'https://www.sqlite.org/pragma.html#pragma_synchronous',
    behaviour: 'A reservation in SQLite is on the disk before its receipt is sent, and other requests are served while the disk is waited for'
  },
  'storage.full-disk-not-ready': {
    source: 'https://www.sqlite.org/rescode.html#full',
    behaviour: 'A replica whose disk does not take writes is not ready, and is ready again when it does'
  },
  'storage.locked-row': {
    source: 'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS',
    behaviour: 'A row that stays locked takes a third of the connections at most: other tickets, reads and the readiness check go on'
  },
  'storage.driver-missing-is-said': {
    source: 'https://docs.npmjs.com/cli/v11/configuring-npm/package-json#peerdependenciesmeta',
    behaviour: 'Without its optional driver the gateway says in one line what to install'
  },
  'storage.held-lock-stalls-nobody': {
    source: 'https://www.sqlite.org/c3ref/busy_timeout.html',
    behaviour: 'While another process holds the lock of the database, requests that need no write are answered'
  },
  'storage.migrations-run-once': {
    source: 'https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS',
    behaviour: 'Of processes that start at once one creates the tables, and the others wait for it'
  },
  'storage.recovers-without-restart': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4',
    behaviour: 'While the database is unavailable requests get 503 and no transaction is half done; afterwards everything works as before'
  },
  'storage.replicas-share-one-database': {
    source: 'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS',
    behaviour: 'Several gateways on one database sell no seat twice and pass no total, whichever a request goes to'
  },
  // supply chain
  'supply.bill-of-materials': {
    source: 'https://cyclonedx.org/docs/1.5/json/',
    behaviour: 'A bill of materials names the production dependencies and what is bundled, and nothing else'
  },
  'supply.lock-file-exact': {
    source: 'https://docs.npmjs.com/cli/configuring-npm/package-lock-json',
    behaviour: 'The lock file names every package by exact version and digest, and no address to fetch it from'
  },
  'supply.no-install-scripts': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/NPM_Security_Cheat_Sheet.html#3-minimize-attack-surfaces-by-ignoring-run-scripts',
    behaviour: 'No production dependency runs a script when it is installed'
  },
  'supply.no-known-weaknesses': {
    source: 'https://docs.npmjs.com/cli/commands/npm-audit',
    behaviour: 'Where the registry answers, it knows of no weakness in the production dependencies'
  },
  'supply.package-contents': {
    source: 'https://docs.npmjs.com/cli/configuring-npm/package-json#files',
    behaviour: 'The published package holds what runs and what explains it, and no tests'
  },
  'supply.practice-programs-apart': {
    source: 'https://www.rfc-editor.org/rfc/rfc9700#section-2.5',
    behaviour: 'The practice programs are files of their own in the package, which nothing but the command tutorial starts'
  },
  'supply.package-shape': {
    source: 'https://nodejs.org/docs/latest-v20.x/api/packages.html#exports',
    behaviour: 'Every export of the package resolves, with types that match its code'
  },
  'supply.release': {
    source: 'https://docs.npmjs.com/cli/v11/commands/npm-version',
    behaviour: 'A release is one commit with a tag, whose changelog names the version, and is published with its provenance'
  },
  'supply.signatures': {
    source: 'https://docs.npmjs.com/cli/v11/commands/npm-audit#audit-signatures',
    behaviour: 'What is installed has the signatures of its registry'
  },
  'supply.installed-package-runs': {
    source: 'https://docs.npmjs.com/cli/commands/npm-exec',
    behaviour: 'The package, installed where nothing was, runs every command, and the tutorial without the repository'
  },

  // tickets
  'tickets.another-persons-reservation-looks-like-none': {
    source: 'https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/',
    behaviour: 'A reservation of another person is answered exactly like one that does not exist'
  },
  'tickets.budget-of-one-person': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'Two people never draw on one budget, whatever names it'
  },
  'tickets.budget-survives-refresh': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-6',
    behaviour: 'A refreshed token draws on the budget of the token before it; without a budgetId equal details do'
  },
  'tickets.cancelled-once': {
    source: 'https://owasp.org/www-project-web-security-testing-guide/stable/4-Web_Application_Security_Testing/10-Business_Logic_Testing/',
    behaviour: 'A cancelled reservation cannot be cancelled again, and gives seats and amount back once'
  },
  'tickets.crash-leaves-whole-transactions': {
    source: 'https://www.sqlite.org/atomiccommit.html',
    behaviour: 'A killed process leaves every transaction complete or absent, and no confirmed one is lost'
  },
  'tickets.idempotency-key': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header#section-2',
    behaviour: 'The same idempotency key with the same request gives the same reservation, debited once; with another request it is refused'
  },
  'tickets.person-is-issuer-and-subject': {
    source: 'https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability',
    behaviour: 'The same subject at two issuers is two people, and subjects are compared as text'
  },
  'tickets.price-inside-the-transaction': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9',
    behaviour: 'A reservation is judged by the price at the moment it takes the seats'
  },
  'tickets.schema-of-a-newer-version-refused': {
    source: 'https://www.sqlite.org/pragma.html#pragma_user_version',
    behaviour: 'A database of a newer version or another program is refused and not changed'
  },
  'tickets.search-flat': {
    source: 'https://www.sqlite.org/rowvalue.html#scrolling_window_queries',
    behaviour: 'A search for any part of a title, a price or free seats costs no more in a large catalogue than in a small one'
  },
  'tickets.seats-within-bounds': {
    source: 'https://cheatsheetseries.owasp.org/cheatsheets/Input_Validation_Cheat_Sheet.html',
    behaviour: 'Seats never fall below none nor rise above the total, whatever runs at once'
  },
  'tickets.storage-failure-changes-nothing': {
    source: 'https://www.sqlite.org/lang_transaction.html',
    behaviour: 'A storage that cannot answer says so and has changed nothing'
  },
  'tickets.text-never-cut': {
    source: 'https://www.sqlite.org/nulinstr.html',
    behaviour: 'A value that cannot be stored exactly is refused, never truncated or rounded'
  },
  'tickets.total-across-processes': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'However many processes share a database, and in whatever order calls are served, a total is never exceeded and nothing is lost'
  },
  'tickets.total-across-reservations': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'All reservations of a budget together never exceed its total; a cancellation gives its amount back'
  },

  // tools
  'tools.another-persons-reservation': {
    source: 'https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/',
    behaviour: 'Calls of one person never see or change what belongs to another'
  },
  'tools.arguments-strict': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#security-considerations',
    behaviour: 'An argument that is missing, unknown or of a wrong kind is refused and changes nothing'
  },
  'tools.details-enforced': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9',
    behaviour: 'The price in the transaction is held against the authorization details of the token in hand'
  },
  'tools.more-reservations': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/server/tools#structured-content',
    behaviour: 'A list of reservations that leaves older ones out says so'
  },
  'tools.list-stable': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#listing-tools',
    behaviour: 'The list of tools is what clients know, in a fixed order'
  },
  'tools.live-token': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'A tool that changes something refuses a revoked token at once'
  },
  'tools.structured-content': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#structured-content',
    behaviour: 'Every structured result is valid against the published output schema'
  },

  // check of other servers, doctor, commands
  'check.bounded-time': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.6.5',
    behaviour: 'A check takes no longer than its deadline, and reports nothing about rules that it had no time to test'
  },
  'check.bounded-work': {
    source: 'https://cwe.mitre.org/data/definitions/1333.html',
    behaviour: 'The work of a check grows in proportion to what a server sends, and its limit holds although a thread is busy'
  },
  'check.compares-with-baseline': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-3.1',
    behaviour: 'A rule about an oddity of a request compares its answer with that to a plain request, and one cause gives one finding'
  },
  'check.finds-each-fault': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    behaviour: 'Every rule of the check is shown to fail on a server that breaks it'
  },
  'check.follows-no-address-inwards': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-7.7',
    behaviour: 'A remote server cannot direct a check to an address that is not public: the resolved address decides, when it is connected'
  },
  'check.own-gateway-is-in-order': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    behaviour: 'The gateway passes its own check of resource servers, with a token and without'
  },
  'check.true-of-real-servers': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization',
    behaviour: 'On servers of other projects the check finds what is written down for each, and nothing that is not so'
  },
  'check.token-stays-secret': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-5.2',
    behaviour: 'A token given to a check goes to the endpoint alone and into no report'
  },
  'cli.says-what-it-can-do': {
    source: 'https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap12.html',
    behaviour: 'The program says what it can do, each command answers --help, and a wrong word is answered with the nearest right one'
  },
  'cli.progress': {
    source: 'https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap12.html',
    behaviour: 'A command that takes long says so on a terminal, and leaves nothing of that in its output'
  },
  'cli.completion': {
    source: 'https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html',
    behaviour: 'bash, zsh and fish complete every command, action and option'
  },
  'cli.no-escapes-on-a-terminal': {
    source: 'https://cwe.mitre.org/data/definitions/150.html',
    behaviour: 'Text of a token is shown without characters that a terminal obeys'
  },
  'cli.token-never-an-argument': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-5.2',
    behaviour: 'Commands read tokens from a file or standard input, and quote nothing of what they read'
  },
  'doctor.clock-skew': {
    source: 'https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4',
    behaviour: 'A clock that disagrees with the one of the authorization server is noticed before tokens are refused for it'
  },
  'doctor.decision-point': {
    source: 'https://openid.net/specs/authorization-api-1_0.html#section-10.1',
    behaviour: 'The doctor asks the decision point as the gateway would: reachable, in time, of the expected form, with accepted credentials'
  },
  'doctor.challenge-key': {
    source: 'https://datatracker.ietf.org/doc/draft-rosomakho-oauth-txn-challenge/',
    behaviour: 'The key of signed challenges is read, its mode is looked at, and a running gateway publishes the same one'
  },
  'doctor.credentials-self-test': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.3',
    behaviour: 'The doctor names a server that answers wrong credentials as it answers right ones'
  },
  'doctor.credentials-or-outage': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.3',
    behaviour: 'Rejected credentials are distinguished from a failing server, with status 401 or 500'
  },
  'doctor.each-server': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-2',
    behaviour: 'Each of several authorization servers is checked, and a finding names the member to correct'
  },
  'doctor.http-or-https': {
    source: 'https://www.rfc-editor.org/rfc/rfc8707#section-2',
    behaviour: 'A resource on http with a server on https is reported, because it looks like revoked tokens'
  },
  'doctor.keys': {
    source: 'https://www.rfc-editor.org/rfc/rfc7517#section-5',
    behaviour: 'The keys for JWTs are fetched as the gateway would, also where introspection is configured'
  },
  'doctor.metadata-and-issuer': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-3.3',
    behaviour: 'Metadata that is missing, or names another issuer, is found and said to be so'
  },
  'doctor.own-tls': {
    source: 'https://www.rfc-editor.org/rfc/rfc9525#section-6',
    behaviour: 'Certificate, key and authorities of the gateway\'s TLS listener are read, and their names and times looked at'
  },
  'doctor.says-whether-it-would-work': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2',
    behaviour: 'The exit status says whether the gateway would work with this configuration'
  },
  'doctor.token-rules-shown': {
    source: 'https://www.rfc-editor.org/rfc/rfc9068#section-4',
    behaviour: 'Every member that changes which tokens of a server are accepted is named, with what it opens'
  },
  'doctor.follows-no-address-inwards': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-7.7',
    behaviour: 'An authorization server cannot make the doctor connect to addresses that it is not near to itself'
  },
  'doctor.token-hint': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'The doctor and explain give the hint about a token that the log gives, word by word'
  },
  'doctor.no-usable-scope': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3.1',
    behaviour: 'A token that no tool would accept is not called good: it has no claim of scopes, none that a tool needs, or no usable details'
  },
  'doctor.scopes-and-details-types': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-10',
    behaviour: 'Scopes and details types that the tools need and the authorization server does not state are named'
  },
  'doctor.sender-constraint': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-5.1',
    behaviour: 'What the authorization server states of DPoP and of certificate-bound tokens is compared with what is configured'
  },
  'hosted.no-details-for-registered-clients': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-5',
    behaviour: 'A token without authorization details is unlimited or of no use for them, as configuration says, and the gateway says which'
  },
  'hosted.registered-uri-trap': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'With another registered URI every token is inactive, and the log gives the operator the reason'
  },
  'hosted.shared-resource-identifier': {
    source: 'https://www.rfc-editor.org/rfc/rfc8707#section-2',
    behaviour: 'Gateways with one resource identifier accept each other\'s tokens, and keep their own data'
  },
  'hosted.tutorial-walks': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#authorization-flow-steps',
    behaviour: 'The tutorial works from the challenge to a cancelled reservation with the hosted configuration'
  },

  // transport
  'transport.comments-in-silence': {
    source: 'https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes',
    behaviour: 'A permitted call that says nothing for long gets comments, which keep its connection alive and change no answer'
  },
  'transport.disconnect-cancels': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/cancellation',
    behaviour: 'A client that goes away cancels its request, and the work stops'
  },
  'transport.keep-alive': {
    source: 'https://www.rfc-editor.org/rfc/rfc9112#section-9.3',
    behaviour: 'One connection serves request after request'
  },
  'transport.pipelining': {
    source: 'https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2',
    behaviour: 'Pipelined requests are answered in order, each by its own token'
  },

  // extensions of MCP for clients, and the server card
  'extensions.client-credentials': {
    source: 'https://github.com/modelcontextprotocol/ext-auth/blob/main/specification/draft/oauth-client-credentials.mdx',
    behaviour: 'A client without a person, known by a secret or by a key, reaches the tools with the official SDK'
  },
  'extensions.enterprise': {
    source: 'https://github.com/modelcontextprotocol/ext-auth/blob/main/specification/stable/enterprise-managed-authorization.mdx',
    behaviour: 'With an ID token of an enterprise and no consent page the official SDK gets an assertion, an access token and a tool'
  },
  'extensions.id-jag-checked': {
    source: 'https://datatracker.ietf.org/doc/draft-ietf-oauth-identity-assertion-authz-grant/',
    behaviour: 'An assertion is accepted only with the type, issuer, signature, audience, client, resource and time that it must have'
  },
  'extensions.id-jag-details': {
    source: 'https://datatracker.ietf.org/doc/draft-ietf-oauth-identity-assertion-authz-grant/',
    behaviour: 'Authorization details go through exchange, assertion and access token to the decision, and no step adds to them'
  },
  'extensions.id-jag-single-use': {
    source: 'https://github.com/modelcontextprotocol/ext-auth/blob/main/specification/stable/enterprise-managed-authorization.mdx',
    behaviour: 'An assertion yields one access token, also when it is presented several times at once'
  },
  'extensions.machine-details': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-6',
    behaviour: 'Authorization details limit a client without a person as they limit a person'
  },
  'extensions.declared-by-choice': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/discover',
    behaviour: 'An authorization extension is in capabilities.extensions exactly where the operator declares it, in both eras'
  },
  'extensions.server-card': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2127',
    behaviour: 'A server card is published only by choice, follows replaced tools, and says no more than the list of tools says to everyone'
  },
  'extensions.server-card-cached': {
    source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2127',
    behaviour: 'The server card is readable by any page without a token, has an entity tag, and an unchanged card is answered 304'
  },

  // other MCP servers
  'upstream.bounded': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/pagination#operations-supporting-pagination',
    behaviour: 'Results, lines, pages and lists of another server have limits, and what is above one harms no other call'
  },
  'upstream.cancellation': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/cancellation',
    behaviour: 'A read whose caller goes away is cancelled at the other server, and a change is finished so that its outcome is known'
  },
  'upstream.credentials-stay': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/security_best_practices#token-passthrough',
    behaviour: 'No redirect is followed, and no challenge, cookie or session of another server is part of an outcome'
  },
  'upstream.environment': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/security_best_practices#local-mcp-server-compromise',
    behaviour: 'A process gets the variables that are named, an empty home directory, and no secret of the gateway'
  },
  'upstream.executed-or-not': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#sending-messages',
    behaviour: 'Each outcome of a call to another server says whether the call may have been executed'
  },
  'upstream.isolation': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/security_best_practices#session-hijacking',
    behaviour: 'A session or process of another server belongs to one person and client, unless configuration says otherwise'
  },
  'upstream.meta-of-this-hop': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic#meta',
    behaviour: 'Reserved members of _meta are written for each hop, and nothing that a client put there goes to another server'
  },
  'upstream.never-repeated': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2',
    behaviour: 'A call that may have been executed is never sent again'
  },
  'upstream.one-start': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#initialization',
    behaviour: 'A thousand first callers of one session or process make one start'
  },
  'upstream.server-streams': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#listening-for-messages-from-the-server',
    behaviour: 'Where configuration says `listen`, the stream of notifications of each session is kept open, and what comes there reaches that session alone'
  },
  'upstream.process-group': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio#shutdown',
    behaviour: 'A process ends with everything that it started: by the end of its input, by SIGTERM, by SIGKILL'
  },
  'upstream.progress': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/progress',
    behaviour: 'Progress of another server comes in order, and before the answer that follows it'
  },
  'upstream.rests-after-crashes': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio',
    behaviour: 'A server that crashes or cannot be reached is left alone for a while, and one call decides when that is over'
  },
  'upstream.revision-found': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning#backward-compatibility',
    behaviour: 'The revision of another server is found at review, and a server that speaks another one afterwards is refused'
  },
  'upstream.session-renewed': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management',
    behaviour: 'A session that the server has forgotten is renewed once for all who wait, whether it says 404 or 400'
  },
  'upstream.trace-continued': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic#meta',
    behaviour: 'Where traces are made, a server gets the context of the span of its call, in _meta and as headers, and nothing else of it'
  },

  // visibility
  'visibility.hidden-like-unknown': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#capabilities',
    behaviour: 'A tool that a token may not see answers exactly like one that does not exist'
  },
  'visibility.pages-reveal-no-more': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#capabilities',
    behaviour: 'Pages, metadata and the tool table reveal no more than the list does'
  },

  // more than one core
  'workers.audit-file-each': {
    source: 'https://man7.org/linux/man-pages/man2/rename.2.html',
    behaviour: 'Each worker writes and rotates a separate audit log, and its replacement continues it'
  },
  'workers.end-in-order': {
    source: 'https://www.freedesktop.org/software/systemd/man/latest/systemd.kill.html#KillMode=',
    behaviour: 'Workers end by the rules of a single process, whether the signal reaches the first process alone or all of them'
  },
  'workers.failure-at-start-told-once': {
    source: 'https://nodejs.org/docs/latest-v20.x/api/cluster.html#how-it-works',
    behaviour: 'A failure of the workers to start is one line, and the process ends with 1'
  },
  'workers.lines-stay-whole': {
    source: 'https://man7.org/linux/man-pages/man7/pipe.7.html',
    behaviour: 'Lines of several workers come out whole, however long and many they are and however slowly they are read'
  },
  'workers.lost-connection-closed': {
    source: 'https://nodejs.org/docs/latest-v20.x/api/cluster.html#how-it-works',
    behaviour: 'A connection whose worker ends before it has taken it is closed at once, and never handed to another worker'
  },
  'workers.metrics-of-all': {
    source: 'https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format',
    behaviour: 'One address serves the metrics of all workers, each with its label'
  },
  'workers.nothing-unsound-starts': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-11.1',
    behaviour: 'More than one worker is refused where each would have its own memory: of DPoP proofs, of tickets'
  },
  'workers.one-introspection-each': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-4',
    behaviour: 'For simultaneous requests with one unknown token each worker makes at most one introspection'
  },
  'workers.reload-reaches-all': {
    source: 'https://www.gnu.org/software/libc/manual/html_node/Termination-Signals.html#index-SIGHUP-1',
    behaviour: 'A reload reads the file once and reaches every worker, also one that starts later'
  },
  'workers.replaced-when-they-die': {
    source: 'https://nodejs.org/docs/latest-v20.x/api/cluster.html#how-it-works',
    behaviour: 'A worker that ends unexpectedly is replaced, after a pause that grows, and never while the gateway ends'
  },
  'workers.share-one-port': {
    source: 'https://nodejs.org/docs/latest-v20.x/api/cluster.html#how-it-works',
    behaviour: 'Several workers answer at one port, and bound their connections without passing them around endlessly'
  },
  // tools of other MCP servers
  'proxy.limits-closed': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'For each word of the vocabulary the smallest element that a remedy names suffices for the call'
  },
  'proxy.limits-monotone': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'A wider limit never refuses what a narrower one allows'
  },
  'proxy.limits-total': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-5',
    behaviour: 'Any JSON in an element of a declared type is judged, and none makes the judge throw'
  },
  'proxy.paths-compared-by-segments': {
    source: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.3',
    behaviour: 'Paths are compared by whole segments, and a path that is not in plain form is refused'
  },
  'proxy.undeclared-members-allow-nothing': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396.html#section-5',
    behaviour: 'An element of a declared type with a member that the type does not have allows nothing'
  },
  'proxy.hosts-of-plain-urls': {
    source: 'https://url.spec.whatwg.org/#host-parsing',
    behaviour: 'The host of a URL is compared as a URL parser writes it, and a URL that parsers read differently is refused'
  },
  'proxy.declared-type-published': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'JSON Schema, words in both languages and remedies of a declared type follow from its file'
  },
  'proxy.undecided-tools-do-not-exist': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools',
    behaviour: 'A tool of another server without a decision, or one that is hidden, does not exist for a client'
  },
  'proxy.effect-is-the-operators-word': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool',
    behaviour: 'Whether a proxied tool only reads follows the configuration, whatever the server says of its tool'
  },
  'proxy.file-mistakes': {
    source: 'https://12factor.net/config',
    behaviour: 'Each mistake in an upstream file is one line with its path and the nearest name'
  },
  'proxy.bindings-checked-against-the-lock': {
    source: 'https://www.rfc-editor.org/rfc/rfc6901',
    behaviour: 'Each pointer of a binding leads to an argument of the reviewed schema that has the right type'
  },
  'proxy.names-are-unique-and-short': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-names',
    behaviour: 'Two tools or two details types of one name do not start, and neither does a name above 64 characters'
  },
  'proxy.lock-read-strictly': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#security-considerations',
    behaviour: 'Without a lock, or with one that was edited after the review, the gateway does not start'
  },
  'proxy.secrets-by-reference': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1',
    behaviour: 'Secrets for other servers are named in the file and never written there, and travel only encrypted or on loopback'
  },
  'proxy.arguments-judged-as-forwarded': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-5',
    behaviour: 'The arguments that were judged are the ones that are forwarded, and none is read as another type'
  },
  'proxy.unknown-arguments-refused': {
    source: 'https://12factor.net/config#section-4',
    behaviour: 'An argument that the reviewed schema does not name is refused, and so is what is nested too deep'
  },
  'proxy.identity-comes-from-the-token': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#token-handling',
    behaviour: 'Who the caller is comes from the token: an argument that says so is unpublished, refused and set after the decision'
  },
  'proxy.major-units-exact': {
    source: 'https://www.iso.org/iso-4217-currency-codes.html',
    behaviour: 'Amounts in major units are judged exactly, and refused where they would be rounded'
  },
  'proxy.arguments-refused-whatever-the-token-says': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-5',
    behaviour: 'Configuration can refuse values of arguments that no token allows'
  },
  'proxy.denied-calls-stay-here': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#scope-challenge-handling',
    behaviour: 'A denied call of a proxied tool gets a 403 with its remedy, and the other server is not contacted'
  },
  'proxy.outcomes-say-what-happened': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2',
    behaviour: 'Each failure of another server has a status and a code that says whether the call was made'
  },
  'proxy.only-harmless-calls-are-repeated': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2',
    behaviour: 'A call that may have been executed is repeated only where it changes nothing, and once'
  },
  'proxy.results-relayed': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result',
    behaviour: 'Results of other servers are passed on without being judged, in the form of the era of the client'
  },
  'proxy.changed-tools-refused': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#list-changed-notification',
    behaviour: 'A tool that differs from the lock is refused until it is reviewed, and a model reads reviewed text alone'
  },
  'delegation.exchange-request': {
    source: 'https://www.rfc-editor.org/rfc/rfc8693#section-2.1',
    behaviour: 'A token is exchanged at the server that issued it, with the resource, the scopes and the client authentication that configuration names'
  },
  'delegation.narrow-as-the-consent': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-6',
    behaviour: 'The exchange asks for the scopes of the tool, and for the one element of the details that permits the call'
  },
  'delegation.reply-judged-strictly': {
    source: 'https://www.rfc-editor.org/rfc/rfc8693#section-2.2.1',
    behaviour: 'An exchanged token that is the same one, wider, of another type, without a usable expiry, too long or not confirmed is never used'
  },
  'delegation.not-for-the-gateway': {
    source: 'https://www.rfc-editor.org/rfc/rfc8707#section-2',
    behaviour: 'An exchanged JWT whose audience is the gateway is never shown to another server, unless configuration asks for that audience'
  },
  'delegation.bound-tokens-stay': {
    source: 'https://www.rfc-editor.org/rfc/rfc9449#section-5',
    behaviour: 'A token that was presented with a DPoP proof is not exchanged'
  },
  'delegation.one-exchange': {
    source: 'https://www.rfc-editor.org/rfc/rfc8693#section-2',
    behaviour: 'A thousand calls make one exchange, and no two tokens of clients share a result'
  },
  'delegation.kept-within-its-life': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-5.1',
    behaviour: 'An exchanged token is kept for the shortest time: its life, the life of the token of the client, what configuration says'
  },
  'delegation.revoked-here-dropped-there': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'When a token is found to be no longer good, what it was exchanged for is dropped, and an exchange in flight is not used'
  },
  'delegation.refusals-tell-whose-fault': {
    source: 'https://www.rfc-editor.org/rfc/rfc8693#section-2.2.2',
    behaviour: 'A refused exchange is 401 only if the token of the client is no longer good; everything else is 502 or 503 with a code and no challenge'
  },
  'delegation.outage': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4',
    behaviour: 'A token endpoint that fails or does not answer costs its callers a 503, and is not asked again and again'
  },
  'delegation.own-issuer-only': {
    source: 'https://www.rfc-editor.org/rfc/rfc9700#section-2.5',
    behaviour: 'The token of a person goes to the server that issued it, and the secret of the gateway to the server that it is for'
  },
  'delegation.refused-token-replaced-once': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#token-handling',
    behaviour: 'A token that another server refuses is replaced once, since the call was not executed'
  },
  'delegation.configuration': {
    source: 'https://www.rfc-editor.org/rfc/rfc8693#section-2.1',
    behaviour: 'An exchange that cannot work, or would mix the tokens of persons, is a mistake of the configuration'
  },
  'delegation.shown-in-every-request': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management',
    behaviour: 'Every request of a session shows the token of its person, from its beginning to its end'
  },
  'delegation.no-token-upstream': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization#token-handling',
    behaviour: 'The token of a client reaches no other server, in no header, body, line, argument or variable'
  },
  'delegation.practice': {
    source: 'https://www.rfc-editor.org/rfc/rfc8693#section-2.2',
    behaviour: 'The practice server exchanges a token for one of another resource that is never wider'
  },
  'delegation.doctor': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-2',
    behaviour: 'doctor says whether an exchange can work: the endpoint, the grant type, the credentials'
  },
  'proxy.generations': {
    source: 'https://www.gnu.org/software/libc/manual/html_node/Termination-Signals.html#index-SIGHUP-1',
    behaviour: 'New upstream files take the place of the former ones as a whole or not at all, and running calls finish'
  },
  'proxy.review-shows-what-changed': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#security-considerations',
    behaviour: 'A review says in words what differs from the lock, and warns of what a person could overlook'
  },
  'proxy.review-records-what-was-accepted': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#security-considerations',
    behaviour: 'A review records what was accepted and nothing else, and for CI ends with 1 when anything differs'
  },
  'proxy.new-arguments-held-back': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#security-considerations',
    behaviour: 'An argument that a decided tool gains is refused, also when the change was accepted, until the decision names it'
  },
  'proxy.review-shows-all-that-a-model-reads': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#security-considerations',
    behaviour: 'A review shows the texts inside the schemas of a new tool, says what it cut, and shows whole definitions on request'
  },
  'proxy.review-shows-hidden-text': {
    source: 'https://www.unicode.org/reports/tr36/',
    behaviour: 'Text that a terminal would not show is shown as escapes, and accepted only by name'
  },
  'rest.arguments-stay-in-place': {
    source: 'https://www.rfc-editor.org/rfc/rfc3986#section-2.1',
    behaviour: 'No argument of a REST operation escapes its place: path, query, header or body'
  },
  'rest.path-arguments-whole': {
    source: 'https://www.rfc-editor.org/rfc/rfc3986#section-3.3',
    behaviour: 'A path argument is encoded whole as one segment; empty, dot segments and control characters are refused'
  },
  'rest.only-what-the-document-names': {
    source: 'https://spec.openapis.org/oas/v3.1.1.html#parameter-object',
    behaviour: 'Nothing is sent to a REST API that is not a parameter or a body member of its document'
  },
  'rest.operations-become-tools': {
    source: 'https://spec.openapis.org/oas/v3.1.1.html#operation-object',
    behaviour: 'Each operation of an OpenAPI 3.0 or 3.1 document becomes a tool with a definition and the template of its request'
  },
  'rest.unsupported-is-left-out': {
    source: 'https://spec.openapis.org/oas/v3.1.1.html#style-values',
    behaviour: 'What of a document is not supported is said with its reason, and is no tool or no argument'
  },
  'rest.references-stay-inside': {
    source: 'https://spec.openapis.org/oas/v3.1.1.html#reference-object',
    behaviour: 'A reference to another document is never followed; a schema that contains itself is cut into $defs'
  },
  'rest.scopes-proposed': {
    source: 'https://spec.openapis.org/oas/v3.1.1.html#security-requirement-object',
    behaviour: 'Scopes are proposed from the security of the document'
  },
  'rest.document-read-at-review': {
    source: 'https://spec.openapis.org/oas/v3.1.1.html#openapi-object',
    behaviour: 'The document is read at review time alone: the lock holds definition and request of each operation'
  },
  'rest.status-decides-execution': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15',
    behaviour: 'The status of a REST API says whether a call was made, was not made, or is unknown'
  },
  'rest.bounded-exchange': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-15.4',
    behaviour: 'A REST API gets no redirect followed, and a limited time and size'
  },
  'rest.plain-http-same-checks': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3',
    behaviour: 'A call over plain HTTP passes the same checks, and gets the same challenges, as over MCP'
  },
  'rest.plain-http-finds-operation': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-4.2',
    behaviour: 'An operation is found by method and path, and its arguments are read strictly'
  },
  'rest.plain-http-off': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-4.2',
    behaviour: 'Without plainHttp no route exists for operations'
  },
  'rest.shop-walk-is-true': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-6',
    behaviour: 'Every command about the shop works as it is shown: challenge, token, calls over HTTP and MCP, refusals, refresh'
  },
  'proxy.adding-offers-nothing': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools',
    behaviour: 'Adding a server writes a file in which every tool is hidden'
  },
  'init.files-without-secrets': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-10.1',
    behaviour: 'The first files name where secrets are, hold none, and are what the gateway itself can read'
  },
  'init.follows-the-metadata': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-2',
    behaviour: 'The way to verify tokens is chosen from the metadata of the authorization server, where they can be read'
  },
  'init.works-without-the-servers': {
    source: 'https://www.rfc-editor.org/rfc/rfc8414#section-3',
    behaviour: 'A server that is down is said to be, and the files are written all the same'
  },
  'init.destroys-nothing': {
    source: 'https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap12.html',
    behaviour: 'A wrong command line, a file that exists or a missing answer writes nothing, and says what is missing'
  },
  'proxy.upstreams-fit-the-gateway': {
    source: 'https://nodejs.org/docs/latest-v20.x/api/cluster.html#how-it-works',
    behaviour: 'A server with memory behind several workers, or with more time than a tool has, does not start'
  },
  'endpoints.own-metadata': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-3.1',
    behaviour: 'Each endpoint of a process has its metadata at the well-known address of its identifier, and names it in its challenges'
  },
  'endpoints.tokens-stay-apart': {
    source: 'https://www.rfc-editor.org/rfc/rfc8707#section-2',
    behaviour: 'A token for one endpoint is refused at another, also when the answer about it is cached'
  },
  'endpoints.tools-stay-apart': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools',
    behaviour: 'No endpoint lists, describes or runs a tool of another'
  },
  'endpoints.shared-parts': {
    source: 'https://www.rfc-editor.org/rfc/rfc6585#section-4',
    behaviour: 'Endpoints of one process count requests together and ask the authorization server about a token once'
  },
  'endpoints.records-name-the-resource': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-1.2',
    behaviour: 'With several endpoints, lines of the log and of the audit log and metrics say which one a decision was made at'
  },
  'endpoints.configuration-mistakes': {
    source: 'https://www.rfc-editor.org/rfc/rfc9728#section-3.3',
    behaviour: 'Endpoints that share a path, an identifier, an audience or an upstream file do not start: one line a mistake'
  },
  'endpoints.reloaded-together': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#list-changed-notification',
    behaviour: 'A reload replaces the upstreams of all endpoints or of none, and never moves them to another endpoint'
  },
  'proxy.long-remedies-in-the-body': {
    source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation',
    behaviour: 'A remedy that is too long for a header of a client is in the body alone: a result with an envelope'
  },
  'proxy.down-takes-its-own-calls': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#error-handling',
    behaviour: 'A server that is down takes away its own calls: readiness, the list and the tools of others are unaffected'
  },
  'proxy.doctor-compares': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#security-considerations',
    behaviour: 'The doctor says of each server whether it answers, and whether its tools are those of the lock'
  },
  'proxy.declared-type-mistakes': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-5',
    behaviour: 'Each mistake in a declared type is one line with its path, and a type that could not be enforced does not start'
  },
  'proxy.conformance-suite': {
    source: 'https://github.com/modelcontextprotocol/conformance',
    behaviour: 'Every scenario of the official suites ends with tools of another server as with tools of the gateway'
  },
  'proxy.real-servers': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result',
    behaviour: 'Real servers are added, reviewed and called, and clients get the answers that the servers give without the gateway'
  },
  'proxy.workers-share-the-files': {
    source: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management',
    behaviour: 'Several workers serve the same upstreams, each with its own connections; a server that remembers is a mistake there'
  },
  'proxy.published-as-reviewed': {
    source: 'https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool',
    behaviour: 'The schemas of a tool are published as they were reviewed, their dialect included'
  },
  'console.request-appears': {
    source: 'https://html.spec.whatwg.org/multipage/server-sent-events.html',
    behaviour: 'A request appears on the page while it runs, and is replaced in place when it has ended'
  },
  'console.explains-each-check': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-9',
    behaviour: 'The page shows each check in order with its source and what it compared, the answer of the authorization server and its age, and the remedy decoded'
  },
  'console.no-secrets': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-5.3',
    behaviour: 'No token, digest, secret or undeclared member is in an event, a page or a saved session'
  },
  'console.own-listener': {
    source: 'https://www.rfc-editor.org/rfc/rfc9110#section-7.2',
    behaviour: 'The page has its own listener, off by default: on loopback for loopback names alone, beyond it with a secret, never for pages of other origins'
  },
  'console.totals': {
    source: 'https://www.rfc-editor.org/rfc/rfc9396#section-2',
    behaviour: 'What was left of a total before and after a call of a ticket tool or of a tool of another server, as the hold found it and as the outcome corrects it, and what was left where a total did not suffice'
  },
  'console.slow-viewers': {
    source: 'https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header',
    behaviour: 'A viewer that does not read delays no request and learns how much it missed; one that connects again goes on where it was'
  },
  'console.costs-nothing-unwatched': {
    source: 'https://nodejs.org/api/perf_hooks.html',
    behaviour: 'Without a viewer no notes are made'
  },
  'console.filters-and-pause': {
    source: 'https://www.w3.org/TR/WCAG22/#pause-stop-hide',
    behaviour: 'The page is filtered by person, client, tool and outcome, and can be paused; every key is a button too'
  },
  'console.accessible': {
    source: 'https://www.w3.org/TR/WCAG22/',
    behaviour: 'In both languages, both themes, on a phone and on a projector, the page has no serious finding of axe and never scrolls sideways'
  },
  'console.saved-sessions': {
    source: 'https://jsonlines.org',
    behaviour: 'A session is saved to a file and replayed without the gateway; the replay says that it is one, and another file is refused with its line'
  },
  'console.every-worker': {
    source: 'https://nodejs.org/api/cluster.html',
    behaviour: 'All workers of a process feed one page'
  },

  // exercises
  'exercises.ticked-by-decisions': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-3',
    behaviour: 'The exercises of a workshop tick themselves by what the gateway decided; nothing is typed in'
  },
  'exercises.of-one-person': {
    source: 'https://www.rfc-editor.org/rfc/rfc7662#section-2.2',
    behaviour: 'A request counts for the person of its token alone; a refused token belongs to the person whose good token it was'
  },
  'exercises.accessible': {
    source: 'https://www.w3.org/TR/WCAG22/',
    behaviour: 'The pages of the exercises work in both languages, from 360 to 1920 px, by keyboard, light and dark, without a serious finding'
  },
  'exercises.no-secrets': {
    source: 'https://www.rfc-editor.org/rfc/rfc6750#section-5.2',
    behaviour: 'No token and no secret is on a page of the exercises or in their file'
  },
  'exercises.class-of-forty': {
    source: 'https://html.spec.whatwg.org/multipage/server-sent-events.html',
    behaviour: 'Forty attendees at once: the console shows each request once with the outcome that its client saw, and each attendee is ticked'
  },
  'exercises.reset': {
    source: 'https://www.rfc-editor.org/rfc/rfc6749#section-10.12',
    behaviour: 'One reset forgets ticks, reservations, totals and tokens for another class; at a network address only the teacher does it'
  }
} as const satisfies Record<string, { source: string, behaviour: string }>
