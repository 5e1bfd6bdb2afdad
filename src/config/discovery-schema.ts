// Members about what clients learn before they call a tool: the authorization extensions of MCP that are declared, and the server
// card. Both only describe: no member here changes which tokens are accepted.

import { choice, flag, group, text } from './members.ts'
import { isCardName, isPrintable } from './text-syntax.ts'

const MAX_CARD_TEXT = 100
const CARD_TEXT = `a text of 1 to ${MAX_CARD_TEXT} characters without control characters`
const isCardText = (value: string) => isPrintable(value) && [...value].length <= MAX_CARD_TEXT

export const extensions = group({
  clientCredentials: flag().default(false)
    .describe('Declares `io.modelcontextprotocol/oauth-client-credentials` (draft, SEP-1046): a client may get tokens for itself, ' +
      'without a person. Which tokens are accepted follows from `authorizationServer`.'),
  enterpriseManagedAuthorization: flag().default(false)
    .describe('Declares `io.modelcontextprotocol/enterprise-managed-authorization` (SEP-990): the authorization server accepts the ' +
      'assertions of an identity provider of an enterprise (ID-JAG). Declare it only where it does.')
}).describe('Which authorization extensions of MCP the gateway declares in `capabilities.extensions`.')

export const cardName = text('a name such as com.example/shop, 3 to 200 characters', isCardName).exactOptional()
export const cardDescription = text(CARD_TEXT, isCardText).exactOptional()

export const serverCard = group({
  mode: choice(['off', 'draft']).default('off')
    .describe('Whether a server card is published at the address of the endpoint followed by `/server-card`, readable without a token: ' +
      '`draft` follows SEP-2127 of 2026-08-21.'),
  name: cardName
    .describe('The name of the server in the card: reversed domain, slash, name. Absent: from the host of `resource.identifier` and ' +
      'the name of the server.'),
  description: cardDescription
    .describe('What the server is for, in at most 100 characters. Absent: a sentence with `resource.name` or the name of the server.')
}).describe('The server card: what clients and catalogues read about the server before they connect.')

export const pages = group({
  docs: flag().default(true)
    .describe('The page about the tools at `/docs…`, and `resource_documentation` in the metadata.'),
  policy: flag().default(true)
    .describe('The page about tokens and data at `/policy…`, and `resource_policy_uri` in the metadata.'),
  toolTable: flag().default(true)
    .describe('The table of the tools as JSON, at the address of the endpoint followed by `/tools`.'),
  detailsTypes: flag().default(true)
    .describe('The authorization details types as JSON Schema at `/authorization-details-types…`, and their address in the metadata.')
}).describe('Which documents for people and programs are served. The protected resource metadata always is.')
