// The part of the configuration schema about one more endpoint of the process. What it does not say is as for the endpoint of `resource`,
// except for tools and audiences, which are never shared.

import { cardDescription, cardName } from './discovery-schema.ts'
import { choice, group, list, record } from './members.ts'
import { builtInTools, endpointPath, identifier, instructions, resourceName } from './resource-schema.ts'
import { isFilePath, isPrintable, isScopeToken } from './text-syntax.ts'
import { acceptedAudiences } from './token-rules-schema.ts'

const policy = group({
  authorizationDetailsWhenAbsent: choice(['deny', 'allow']).exactOptional()
    .describe('What a token without any `authorization_details` may do here where a tool needs them.'),
  unrelatedDetailsTypes: list('the name of an authorization details type', isPrintable).exactOptional()
    .describe('Types of `authorization_details` that say nothing about the tools of this endpoint.'),
  remediation: choice(['off', 'draft', 'sep-2643-2026-05']).exactOptional()
    .describe('How a refusal says which details would be enough.'),
  scopeImplications: record('a scope', isScopeToken).exactOptional().describe('Scopes that contain others at this endpoint.'),
  requestedScopes: record('a scope', isScopeToken).exactOptional()
    .describe('For a scope of its tools the scopes that clients have to request in its place.')
})

export const endpoint = group({
  identifier: identifier
    .describe('Its resource identifier: of the origin of `resource.identifier`, with another path. The audience that tokens for it ' +
      'carry. ' +
      'Its metadata are where RFC 9728 section 3.1 puts them: `/.well-known/oauth-protected-resource` and this path.'),
  endpointPath: endpointPath.describe('The path of the endpoint on this server, where it is not that of the identifier.'),
  name: resourceName.describe('A name for people, `resource_name` in its metadata.'),
  acceptedAudiences: acceptedAudiences
    .describe('The audiences of which a token must have one, whichever authorization server it is from. Absent: the identifier; those ' +
      'of `authorizationServer` are for `resource` alone. No audience may be accepted at two endpoints.'),
  upstreams: list('the path of an upstream file', isFilePath).default([])
    .describe('The upstream files whose tools it offers, relative to this file. A file belongs to one endpoint.'),
  tools: group({
    builtIn: builtInTools.default([]).describe('Which tools of the server it offers beside those.'),
    instructions: instructions.describe('How to use its tools.'),
    visibility: choice(['all', 'permitted']).exactOptional()
      .describe('Which of its tools `tools/list` shows. Absent: as `tools.visibility`.')
  }).prefault({}).describe('How its tools present themselves.'),
  policy: policy.prefault({}).describe('What takes the place of members of `policy` here. A member that is absent is as there.'),
  serverCard: group({
    name: cardName.describe('Its name in its server card. Absent: made from the host.'),
    description: cardDescription.describe('What it is for, in at most 100 characters.')
  }).prefault({}).describe('What its server card says, where `serverCard.mode` publishes them.')
})
