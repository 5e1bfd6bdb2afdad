// What has gone wrong in systems like this one, case by case, and which test shows that it does not happen here. `shownBy` names
// requirements that other tests show; a case without any has a test with its name in security-cases.test.ts or security-requests.test.ts.

import type { requirements } from '../requirements.ts'

type Requirement = keyof typeof requirements

export interface SecurityCase {
  readonly name: string
  readonly shownBy?: readonly Requirement[]
  /** Why it cannot happen at all. */
  readonly notApplicable?: string
}

const shown = (name: string, ...shownBy: readonly Requirement[]): SecurityCase => ({ name, shownBy })
const here = (name: string): SecurityCase => ({ name })
const never = (name: string, notApplicable: string): SecurityCase => ({ name, notApplicable })

/** Tokens, grants and what they allow; state, logs, overload. */
export const GRANT_CASES: Readonly<Record<string, readonly SecurityCase[]>> = {
  audience: [
    here('a token for another resource, without an audience, or with one that only looks alike'),
    shown('trailing slash, upper-case scheme or host: compared byte for byte', 'auth.audience-compared-whole'),
    shown('a token whose signature fails is introspected instead', 'jwt.never-introspected-instead', 'jwt.claims-like-introspection'),
    shown('a token of the same authorization server for another service', 'auth.audience-compared-whole')
  ],
  cache: [
    here('cached under a cheap tool, used on a dear one'),
    shown('two verifiers sharing an entry', 'servers.cache-per-server'),
    here('exp passing while cached, and a hit that extends life'),
    here('exp missing, huge, negative, not a number'),
    shown('a revoked token accepted longer than the stated bound', 'auth.revocation-bound-stated', 'auth.cache-never-outlives-exp'),
    shown('a revoked token at once where something changes', 'tools.live-token', 'policy.fresh-answer-after-arrival'),
    shown(
      'a request that is held open while its token is revoked or runs out, then completed',
      'auth.revocation-counts-from-completion', 'auth.expiry-counts-from-completion', 'plugin.late-requests'
    ),
    shown(
      'requests of many minutes held open and completed in one; or across a reload, or the end of the process',
      'limits.late-requests-counted', 'reload.late-requests', 'shutdown.accepted-requests-answered'
    ),
    shown('a hundred cold calls with one token make one introspection; a failure or an abort hurts nobody else', 'auth.single-flight'),
    here('a flood of random tokens grows memory or evicts good entries'),
    shown('token text in keys, labels or names', 'auth.cache-keys-hashed', 'log.no-secrets', 'operations.metrics-tell-nobody')
  ],
  'authorization server failing': [
    shown('time-out, refused connection, 5xx, 429, HTML, truncated JSON, a 10 MB body, a slow drip',
      'auth.authorization-server-failure-is-not-a-bad-token', 'auth.deadline-covers-everything', 'http.outage-is-503'),
    shown('active: "true"', 'auth.introspection-active-is-boolean'),
    shown('a redirect that credentials would follow', 'auth.redirect-not-followed'),
    shown('401, 403 or 500 for our own credentials', 'auth.authorization-server-failure-is-not-a-bad-token', 'log.likely-cause'),
    shown('client id or secret with ":", "%" or non-ASCII', 'auth.client-credentials-form-encoded'),
    shown('placeholder secrets, or plain http off loopback', 'configuration.placeholder-secret-refused',
      'configuration.insecure-issuer-refused'),
    shown('one that stays away, and comes back to a crowd', 'auth.circuit-breaker', 'auth.circuit-not-in-clients-hands',
      'auth.no-stale-answers', 'auth.questions-bounded')
  ],
  'JSON-RPC': [
    shown('a batch with one allowed and one forbidden call', 'http.batch-refused'),
    shown('old, absent or modern version header', 'mcp.version-header-decides-nothing'),
    shown('header and body naming different tools', 'eras.headers-mirror-the-body'),
    shown('a tool hidden from the list, called by name', 'visibility.hidden-like-unknown')
  ],
  state: [
    shown('another person\'s reservation id', 'tools.another-persons-reservation', 'tickets.another-persons-reservation-looks-like-none'),
    shown('two subjects with one client; a refreshed token of the same subject', 'tickets.person-is-issuer-and-subject',
      'tickets.budget-of-one-person', 'tickets.budget-survives-refresh'),
    shown('no subject', 'auth.subject-required'),
    shown('the same id from two clients at once', 'mcp.answers-never-crossed'),
    shown('a subject that looks like a number', 'tickets.person-is-issuer-and-subject')
  ],
  browser: [
    shown('foreign Origin, null, none; which origins may read which headers', 'http.origin-checked', 'http.cors-exposes-challenge'),
    shown('a rebinding Host', 'http.host-not-trusted', 'http.origin-checked')
  ],
  'rich authorization': [
    shown('details missing, of another type, with unknown members, with unreadable otherFields', 'policy.details-absent-as-configured',
      'policy.details-unreadable-denies', 'policy.details-authlete-form'),
    here('maxAmount as text, NaN, 1e309, negative, fraction, 0, above 2^53'),
    shown('quantity negative, fraction, text', 'tools.arguments-strict'),
    here('another currency, no book, another server, past validUntil'),
    shown('two elements that would suffice only when added', 'policy.details-elements-are-alternatives'),
    shown(
      'split purchases, many connections, cancel and refund, retries, failure after the money is held', 'tickets.total-across-reservations',
      'tickets.total-across-processes', 'tickets.idempotency-key', 'tickets.cancelled-once', 'tickets.crash-leaves-whole-transactions'
    ),
    shown('a price that changes between check and purchase', 'tickets.price-inside-the-transaction'),
    shown('an exception or time-out inside a policy', 'policy.failing-check-denies'),
    here('a denial that reveals another person\'s data')
  ],
  'proof of possession': [
    shown('a bound token presented as Bearer', 'auth.sender-constrained-is-no-bearer'),
    here('a bound token presented as Bearer, out of the cache'),
    shown('DPoP: wrong ath, htu or htm, old iat, alg none, private key in the header', 'dpop.proof-checked', 'dpop.address-configured'),
    shown('DPoP: replayed jti', 'dpop.replay-refused', 'dpop.replay-memory-bounded'),
    shown(
      'DPoP: one proof at several replicas or workers, at the same moment, or while their memory is away',
      'dpop.memory-shared', 'dpop.memory-fails-closed', 'workers.nothing-unsound-starts'
    ),
    shown(
      'DPoP: one person with many keys fills the memory of proofs for everybody, with refused requests too',
      'dpop.memory-per-person', 'dpop.memory-after-limits'
    ),
    shown('a certificate that another client has, or that a header invents', 'mtls.certificate-bound', 'mtls.trusted-proxy')
  ],
  logs: [
    shown('token, Authorization, client secret or proof at any level, in crash output, in error objects', 'log.no-secrets',
      'operations.audit-redacted', 'authlete.nothing-printed'),
    shown('calls with details of 200 kB push a line out of the audit log', 'operations.audit-bounded-lines',
      'operations.audit-deletion-told'),
    shown('a line of the audit log changed, deleted, moved, inserted, or cut off', 'operations.audit-chain', 'operations.audit-verify'),
    shown('a link in place of the audit log, files that others may read', 'operations.private-files')
  ],
  overload: [
    shown('slow headers, slow body, answers that nobody reads, thousands of idle connections', 'limits.slow-clients',
      'limits.connections-bounded', 'limits.overload-survived'),
    shown('more requests than one core can serve', 'limits.load-shedding', 'limits.rate-per-person', 'limits.overload-survived'),
    shown('a tool that never ends', 'limits.tool-time'),
    shown('SIGTERM loses no accepted request', 'shutdown.accepted-requests-answered'),
    shown('requests without waiting for answers, which are not read: on documents, health, metadata, the endpoint, metrics',
      'limits.unanswered-requests'),
    shown('one client that holds every connection, and a liveness probe that finds none', 'limits.connection-shares',
      'limits.health-listener'),
    shown('more connections than the process has descriptors', 'limits.open-files'),
    shown('a megabyte of nested JSON without a token, to the endpoint or to no route at all', 'limits.no-body-without-token'),
    never('memory that a client decides about',
      'bodies, headers, connections, unanswered requests, counters, both caches and questions under way are bounded; see the tests above')
  ]
}

/** Requests: headers, routes, bodies. */
export const REQUEST_CASES: Readonly<Record<string, readonly SecurityCase[]>> = {
  'header and token': [
    shown('two Authorization headers, or a comma-joined one', 'http.one-authorization-header'),
    shown('bearer and BEARER; tab, double blank, empty, control characters, 100 kB', 'auth.bearer-scheme-case-insensitive',
      'auth.bearer-syntax'),
    shown('a token in the query', 'http.query-token-refused', 'log.no-secrets'),
    here('a token in the body'),
    shown('quote, CR or LF in scope, description or realm', 'http.challenge-escaped'),
    shown('spoofed Host, X-Forwarded-Host, -Proto, -Uri, Forwarded', 'http.host-not-trusted'),
    here('a header that is folded, misspelt, or hidden from one of two readers'),
    shown('a second Authorization, Origin, DPoP or Client-Cert behind a thousand other fields; a second Host, Content-Type or Mcp field',
      'http.header-fields-unambiguous')
  ],
  'routing and bodies': [
    shown('encoded, doubled, absolute-form, dot segments, case variants', 'http.path-variants-decide'),
    shown('GET, HEAD, PUT, DELETE, OPTIONS on the endpoint', 'http.method-not-allowed'),
    here('headers that name another method or another path'),
    here('a second request smuggled behind the first'),
    here('a protocol that is not HTTP/1.1'),
    shown('Content-Type with tab, case, charset, missing; compressed body; no JSON-RPC', 'http.body-errors-are-json-rpc',
      'mcp.message-shape'),
    here('deep nesting, duplicate keys, "Method", __proto__, an argument of 1 MB')
  ]
}
