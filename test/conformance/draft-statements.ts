// The normative statements of drafts that are implemented, each with its section and the requirements whose tests show it. A draft is named
// with the date of the text that was built from.

import type { requirements } from '../requirements.ts'

type Id = keyof typeof requirements

export interface BuiltDraft {
  readonly title: string
  readonly source: string
  /** The date of the text, and what to know about it. */
  readonly text: string
  readonly statements: readonly Statement[]
}

interface Statement {
  readonly section: string
  readonly says: string
  /** What is built; `not built` where nothing is. */
  readonly here: string
  readonly shownBy: readonly Id[]
}

const of = (section: string, says: string, here: string, ...shownBy: readonly Id[]): Statement => ({ section, says, here, shownBy })

export const BUILT_DRAFTS: readonly BuiltDraft[] = [{
  title: 'MCP SEP-2643, structured authorization denials',
  source: 'https://github.com/modelcontextprotocol/modelcontextprotocol/pull/2643',
  text: 'text of 2026-08-21, commit 6bff817; open. Its sections have titles and no numbers',
  statements: [
    of('Envelope', 'SHOULD: one envelope in `_meta["io.modelcontextprotocol/authorization"]` of a result, never in an error',
      'as said', 'http.denial-envelope'),
    of('Envelope', '`reason` and `remediation` are required; MUST NOT: hints beside `unavailable` or `undisclosed`', 'as said',
      'http.denial-envelope'),
    of('Envelope', 'MUST NOT be attached where a part was executed', 'a call that was made, or may have been, has none',
      'http.denial-envelope-nothing-done'),
    of('Attachment, case 1', 'a page for the person: `InputRequiredResult`, the hint `url`', 'by `authorizationServer.agreementPage`',
      'http.url-hint', 'http.agreement-state', 'practice.agreement-page'),
    of('Attachment, case 2', 'a decision that is pending: a task', 'not built: the gateway has no tasks'),
    of('Attachment, case 3', 'no challenge can say it: `isError`, the hint `authorization_remediation`',
      'details of more than 8 KB, and streams that were opened', 'http.denial-without-challenge', 'proxy.long-remedies-in-the-body'),
    of('Attachment, case 4', 'final, or not disclosed: `isError`', 'of tools, of a decision point, and of a check that failed',
      'http.final-denial-is-a-result'),
    of('Attachment, case 5', 'a challenge that says everything: no result, no envelope', 'as said', 'http.denial-envelope',
      'http.remediation'),
    of('Retry echo', 'client MUST send the handle back', 'the example client sends the reference of a challenge, which has no handle',
      'http.context-id-correlates'),
    of('Retry echo', 'MUST NOT reject a retry whose handle is missing or unknown, nor take it for authorization',
      'it is logged, and compared with nothing', 'http.context-id-correlates'),
    of('Use case 1, page', 'MUST NOT without `elicitation.url` on the denied request', 'as said', 'http.url-hint'),
    of('Use case 1, neither', 'MUST NOT say `unavailable` because the client cannot follow', 'such clients get the challenge',
      'http.url-hint'),
    of('Use case 2', '`authorization_details` required, sufficient if granted; the reference stable', 'as said', 'policy.remedy-suffices',
      'policy.reference-stable'),
    of('Security', 'SHOULD: the handle is opaque and encodes nothing', 'a random one', 'http.denial-envelope'),
    of('Security', 'MUST NOT: hints with what needs authorization to read', 'details are checked after scopes', 'policy.check-order'),
    of('Security', 'MUST NOT accept a token that merely resembles the details', 'each retry is decided by its own token and arguments',
      'policy.remedy-suffices'),
    of('(open)', 'negotiation', '`server/discover` declares the extension; envelopes depend on no declaration',
      'extensions.denials-declared'),
    of('(open)', 'envelopes of servers behind a gateway', 'taken out of their results', 'proxy.no-foreign-envelopes')
  ]
}, {
  title: 'OAuth RAR metadata and error remediation',
  source: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-rar-metadata-remediation-00',
  text: 'draft-ietf-oauth-rar-metadata-remediation-00, 2026-08-23; read as draft-zehavi-oauth-rar-metadata-06 of 2026-08-09',
  statements: [
    of('4', 'SHOULD: `insufficient_authorization`; the details SHALL satisfy the resource server', 'as said; 401 or 403 by the request',
      'http.remediation', 'policy.remedy-suffices', 'http.status-by-client'),
    of('4', '`authorization_remediation`, base64url', 'without padding', 'http.refusal-with-remedy'),
    of('4', 'equal details, equal references; MUST NOT reveal private data', 'an HMAC of the canonical details', 'policy.reference-stable'),
    of('5', 'metadata of types: a schema that validates one object and pins `type`', 'at the gateway and at the practice server',
      'policy.types-metadata', 'practice.details-types-metadata'),
    of('6', 'the authorization server MUST give the resource server the approved details', 'in introspection, and in JWTs',
      'http.refusal-with-remedy'),
    of('7.1', 'MAY try any unexpired token of an earlier remedy, for smaller needs too', 'the example client does, two at most',
      'client.range-tokens'),
    of('7.1', 'MUST NOT use a token again for a reference for which it was refused', 'as said', 'client.range-tokens'),
    of('7.1', 'MUST NOT loop on the same reference; per session of a person', 'as said', 'client.loop-protection'),
    of('7.2', 'token, scope, authentication level, details, in this order', 'as said', 'policy.check-order'),
    of('7.3', 'MUST have a maximum of retries', 'five: two held tokens, and one question for each kind of lack', 'client.loop-protection')
  ]
}]
