// The part of the configuration schema about what a grant allows: limits that are absent, implied scopes, and what a refusal says.

import { choice, group, list, record, text, wholeNumber } from './members.ts'
import { isLongSecret } from './placeholder.ts'
import { secondOpinion } from './second-opinion-schema.ts'
import { isPrintable, isScopeToken } from './text-syntax.ts'
import { transactionChallenge } from './transaction-challenge-schema.ts'

export const policy = group({
  authorizationDetailsWhenAbsent: choice(['deny', 'allow']).default('deny')
    .describe('What a token without any `authorization_details` may do where a tool needs them. Unreadable details are always denied.'),
  unrelatedDetailsTypes: list('the name of an authorization details type', isPrintable).default(['openid_credential'])
    .describe('Types of `authorization_details` that say nothing about tools, compared exactly: a token with details of these types ' +
      'alone ' +
      'counts as one without any. `openid_credential` (OpenID4VCI) says which credentials a wallet may obtain. A type that holds limits ' +
      'must not be listed: with `allow` a token with such limits would have none.'),
  remediation: choice(['off', 'draft', 'sep-2643-2026-05']).default('off')
    .describe('How a refusal says which details would be enough. `draft`: in the challenge, by ' +
      'draft-ietf-oauth-rar-metadata-remediation-00; where no challenge can say it, in a result, by MCP SEP-2643 as of 2026-08-21. ' +
      '`sep-2643-2026-05`: the former form, a challenge and the same in the body, for one minor version. `off`: not at all.'),
  referenceSecret: text('a secret of at least 32 characters that is not a placeholder', isLongSecret).exactOptional()
    .describe('The key of `authorization_reference` in such a refusal, and of nothing else. Replicas need the same one, so that equal ' +
      'details have equal references at all of them; absent: a random one for each start. Better set in the environment than in a file.'),
  insufficientAuthorizationStatus: choice(['auto', 403, 401]).default('auto')
    .describe('The HTTP status of that refusal. `auto`: 401, on which alone clients of the draft act, for a request that declares the ' +
      'extension of SEP-2643 or names the refusal that it retries; 403, as MCP has it, for every other, and wherever `remediation` is ' +
      'not `draft`.'),
  agreementWaitMs: wholeNumber({ from: 0, to: 120_000, unit: 'milliseconds', byDefault: 20_000 })
    .describe('How long a repeated call waits for a person who reads the page of `authorizationServer.agreementPage`. After that the ' +
      'page is named again, five times in all.'),
  secondOpinion: secondOpinion.exactOptional(),
  transactionChallenge: transactionChallenge.exactOptional(),
  scopeImplications: record('a scope', isScopeToken).default({})
    .describe('Scopes that contain others: `{"invoices:admin": ["invoices:read"]}` lets a token with the first do what the second ' +
      'allows. Also for clients that replace their scopes in place of adding to them (clients.md), and for servers that put a prefix ' +
      'before scopes: `{"orders/read": ["orders:read"]}`.'),
  requestedScopes: record('a scope', isScopeToken).default({})
    .describe('For a scope of the tools the scopes that clients have to request in its place, where the authorization server has other ' +
      'names: `{"orders:read": ["https://shop.example/orders.read"]}`. Challenges and the metadata (`scopes_supported`) name these. It ' +
      'changes no decision: where tokens have the other name too, `scopeImplications` says what it contains.')
}).describe('What a grant allows.')
