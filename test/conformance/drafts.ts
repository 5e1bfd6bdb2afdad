// The part of docs/conformance.md about documents that are not final: which text of each was built, and what of it was not.

export const DRAFTS = `## Drafts

Documents that are not final, with the text that was built from. A later text may differ.

| document | text | what is built |
| --- | --- | --- |
| OAuth client credentials (SEP-1046), ext-auth | draft, 2025-10-24 | the declaration; tokens without a person ([clients](clients.md#clients-without-a-person)); both ways of authentication at the practice server |
| Enterprise-managed authorization (SEP-990), ext-auth | stable text, commit 3daee734 | the declaration; the grant and an identity provider at the practice server ([clients](clients.md#applications-of-an-enterprise)) |
| ID-JAG, draft-ietf-oauth-identity-assertion-authz-grant | -05, 2026-10-30 | assertions with authorization details; where the profile of MCP is stricter (one use, \`resource\` required), the profile. Not built: assertions bound to a key, \`actor_token\`, SAML |
| Structured authorization denials (SEP-2643), MCP | text of 2026-08-21, commit 6bff817; open | challenges alone, results with envelopes, pages to agree on ([refusals](rich-authorization.md#denials-without-a-challenge)), by \`policy.remediation\`. Not built: tasks (case 2) |
| OAuth RAR metadata and error remediation | draft-ietf-oauth-rar-metadata-remediation-00, 2026-08-23 | challenges, references, metadata of types, an example client ([where this differs](rich-authorization.md#where-this-differs-from-the-draft)) |
| OAuth transaction authorization challenge, draft-rosomakho-oauth-txn-challenge | -00, 2026-06-25; expires 2026-12-27 | experimental and off by default: signed challenges, tokens for one call, the endpoint at the practice server ([transaction challenges](transaction-challenge.md), [report](drafts/transaction-challenge.md)). Not built: \`act\`, \`reason_uri\`, proofs of possession at that endpoint |
| AuthZEN Authorization API, and COAZ-MCP | 1.0 Final; Draft 1, 2026-02-13, text of 2026-07-17 | a second opinion for \`tools/call\` ([second opinion](second-opinion.md), [report](drafts/authzen.md)). Not built: mappings in CEL, other methods, batches, obligations |
| Server cards (SEP-2127) | draft, 2026-08-21 | the card at \`<endpoint>/server-card\`, off by default ([clients](clients.md#the-server-card)). Not built: the catalogue at \`/.well-known/ai-catalog.json\` |
`
