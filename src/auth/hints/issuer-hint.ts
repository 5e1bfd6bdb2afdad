// The likely cause of an issuer that differs from the configured one, where it differs in a way that is known: a slash at the end, or the
// version of the tokens of Entra ID. https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#token-formats

import type { SeenToken } from './seen-token.ts'

interface Named { readonly issuer: string }

interface IssuerHint {
  readonly cause: string
  /** ASCII. */
  readonly text: string
}

const ENTRA_V2 = /^https:\/\/login\.microsoftonline\.com\/([0-9a-f-]{36})\/v2\.0$/
const ENTRA_V1 = /^https:\/\/sts\.windows\.net\/([0-9a-f-]{36})\/$/

/** @returns `undefined` where the issuer is another one altogether */
export function issuerHint (servers: readonly Named[], { isFrom }: SeenToken): IssuerHint | undefined {
  if (servers.some(({ issuer }) => isFrom(issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/`))) {
    return {
      cause: 'issuer-slash',
      text: 'The iss of the token and authorizationServer.issuer differ in a slash at the end and in nothing else. Issuers are compared ' +
        'character for character: write it as the token and the metadata of the server have it.'
    }
  }
  return servers.some(({ issuer }) => isOfOtherVersion(issuer, isFrom))
    ? {
        cause: 'entra-version',
        text: 'The token is one of Entra ID for the configured tenant, of the other version: authorizationServer.issuer is that of ' +
          'version 2 and the token of version 1, or the other way round. The manifest of the API decides ' +
          '(requestedAccessTokenVersion), and config/profiles has a profile for each.'
      }
    : undefined
}

function isOfOtherVersion (issuer: string, isFrom: SeenToken['isFrom']): boolean {
  const [, tenant] = ENTRA_V2.exec(issuer) ?? []
  if (tenant !== undefined) return isFrom(`https://sts.windows.net/${tenant}/`)
  const [, older] = ENTRA_V1.exec(issuer) ?? []
  return older !== undefined && isFrom(`https://login.microsoftonline.com/${older}/v2.0`)
}
