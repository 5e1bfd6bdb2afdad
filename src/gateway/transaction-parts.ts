// Builds what configuration says about transaction challenges: the key, the memory of used transactions, and the published keys.
// Composition only.

import { readConfiguredFile } from '../config/configured-file.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Transactions } from '../mcp/transactions.ts'
import { openProofMemory } from '../operations/proof-memories.ts'
import { addressesOf } from '../http/addresses.ts'
import { createTransactionKey, type TransactionKey } from '../transaction/transaction-key.ts'
import { createTransactions } from '../transaction/resource-transactions.ts'

export interface TransactionParts {
  readonly transactions: Transactions
  readonly published: {
    /** A JWK set. */
    readonly keysJson: string
    readonly algorithms: readonly string[]
  }
  readonly readiness: ReadonlyArray<{ readonly name: string, readonly check: () => Promise<void> }>
  readonly close: () => Promise<void>
}

/** Used transactions that one process stores at a time, about 250 bytes each; a tenth of them for one person. */
const MAX_USED = 100_000

/** @throws GatewayError `GW_CONFIG_INVALID` (as a rejected promise) */
export async function createTransactionParts (
  { policy: { transactionChallenge: settings }, resource: { identifier: resource } }: GatewayConfig, clock: Clock
): Promise<TransactionParts | undefined> {
  if (settings === undefined) return undefined
  const { privateKeyFile, lifetimeSeconds, memoryUrl: proofMemoryUrl } = settings
  const key = readKey(privateKeyFile, resource)
  // Beside the proofs of DPoP, if they are in the same place.
  const memory = await openProofMemory(
    { maxProofs: MAX_USED, maxAgeSeconds: lifetimeSeconds, ...(proofMemoryUrl === undefined ? {} : { proofMemoryUrl }) },
    `${resource}#transactions`
  )
  return {
    transactions: createTransactions({ resource, key, lifetimeSeconds, memory, clock }),
    published: { keysJson: key.publishedJson, algorithms: [key.algorithm] },
    readiness: proofMemoryUrl === undefined ? [] : [{ name: 'transaction-memory', check: memory.check }],
    close: memory.close
  }
}

function readKey (privateKeyFile: string, resource: string): TransactionKey {
  return createTransactionKey(readConfiguredFile('policy.transactionChallenge.privateKeyFile', privateKeyFile), resource)
}

/** What a gateway with this key would publish, and where: the path on this server, and the address for clients. */
export interface PublishedChallengeKeys {
  /** A JWK set. */
  readonly keysJson: string
  readonly algorithms: readonly string[]
  readonly keysUrl: string
  readonly keysPath: string
}

/** @throws GatewayError `GW_CONFIG_INVALID` */
export function readPublishedChallengeKeys (
  privateKeyFile: string, { identifier, endpointPath }: GatewayConfig['resource']
): PublishedChallengeKeys {
  const { publishedJson: keysJson, algorithm } = readKey(privateKeyFile, identifier)
  const { transactionKeysUrl: keysUrl, transactionKeysPath: keysPath } = addressesOf(identifier, endpointPath)
  return { keysJson, algorithms: [algorithm], keysUrl, keysPath }
}
