// A client without a person: it gets tokens with its own key (MCP SEP-1046) and calls tools for itself. The issuer is part of its
// configuration, so that a server cannot send the client, and its assertions, to another authorization server.

import { Client, PrivateKeyJwtProvider, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

export interface MachineClientOptions {
  readonly serverUrl: URL
  /** The authorization server that knows the client. */
  readonly issuer: string
  readonly clientId: string
  /** A private key as JWK; ES256. */
  readonly privateKey: Record<string, unknown>
}

// #region connect
export async function connectMachineClient ({ serverUrl, issuer, clientId, privateKey }: MachineClientOptions): Promise<Client> {
  const authProvider = new PrivateKeyJwtProvider({ clientId, privateKey, algorithm: 'ES256', expectedIssuer: issuer })
  const client = new Client({ name: 'machine-client', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(serverUrl, { authProvider }))
  return client
}
// #endregion
