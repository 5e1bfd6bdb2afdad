// What does a client of the SDK keep, and what does its person do at the browser? One provider for both lines of the
// SDK, which keeps everything in memory and answers an authorization request at once through the consent page.

import type { OAuthClientInformationMixed, OAuthClientMetadata, OAuthDiscoveryState, OAuthTokens } from '@modelcontextprotocol/client'
import { openPage, submitAndReturn } from './practice-client.ts'

export interface PersonAtBrowser {
  /** What is filled in and clicked, beside name and password. */
  readonly form?: Readonly<Record<string, string>>
}

export class TestClientProvider {
  readonly redirectUrl = 'http://127.0.0.1:33418/callback'
  readonly clientMetadataUrl?: string
  /** Every authorization request that was made, oldest first. */
  readonly authorizations: URL[] = []
  /** How often a client was registered. */
  registrations = 0
  /** Where the browser came back to, the last time. */
  returned: URL | undefined
  readonly #form: Readonly<Record<string, string>>
  #information: OAuthClientInformationMixed | undefined
  #tokens: OAuthTokens | undefined
  #discovery: OAuthDiscoveryState | undefined
  #verifier = ''

  constructor ({ form = {} }: PersonAtBrowser = {}, clientMetadataUrl?: string) {
    this.#form = form
    if (clientMetadataUrl !== undefined) this.clientMetadataUrl = clientMetadataUrl
  }

  get clientMetadata (): OAuthClientMetadata {
    return {
      client_name: 'A client of the tests',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native'
    }
  }

  clientInformation = (): OAuthClientInformationMixed | undefined => this.#information
  saveClientInformation = (information: OAuthClientInformationMixed): void => {
    this.registrations += 1
    this.#information = information
  }

  tokens = (): OAuthTokens | undefined => this.#tokens
  saveTokens = (tokens: OAuthTokens): void => { this.#tokens = tokens }
  discoveryState = (): OAuthDiscoveryState | undefined => this.#discovery
  saveDiscoveryState = (state: OAuthDiscoveryState): void => { this.#discovery = state }
  invalidateCredentials = (scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void => {
    if (scope === 'all' || scope === 'client') this.#information = undefined
    if (scope === 'all' || scope === 'tokens') this.#tokens = undefined
    if (scope === 'all' || scope === 'discovery') this.#discovery = undefined
  }

  codeVerifier = (): string => this.#verifier
  saveCodeVerifier = (verifier: string): void => { this.#verifier = verifier }

  redirectToAuthorization = async (url: URL): Promise<void> => {
    this.authorizations.push(url)
    const page = await openPage(url.href)
    this.returned = await submitAndReturn(page, { loginId: 'inga', password: 'inga', authorized: 'Authorize', ...this.#form })
  }

  /** The access token is forgotten by everyone but the client, as after its expiry. */
  spoilAccessToken (): void {
    if (this.#tokens !== undefined) this.#tokens = { ...this.#tokens, access_token: 'no-longer-good' }
  }

  /** The parameters with which the browser came back. */
  get callbackParameters (): URLSearchParams {
    if (this.returned === undefined) throw new Error('nobody came back from the authorization server')
    return this.returned.searchParams
  }
}
