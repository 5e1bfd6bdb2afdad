// Diagnoses the signed challenges of `policy.transactionChallenge`: the private key and who may read it, the memory of used transactions,
// and whether a gateway that runs already publishes the same key (docs/transaction-challenge.md).

import { statSync } from 'node:fs'
import { jsonOf, statusOf, type Outcome } from '../check/outcome.ts'
import { isJsonObject, type JsonObject } from '../kernel/json.ts'
import { describe } from './answers.ts'
import { good, problem, unknown, warning, type Diagnosis } from './diagnosis.ts'

/** What the gateway makes of the key. */
interface ChallengeKey {
  /** A JWK set with the public key. */
  readonly keysJson: string
  readonly algorithms: readonly string[]
  /** Where clients read the key set. */
  readonly keysUrl: string
  /** The path of it on this server. */
  readonly keysPath: string
}

export interface TransactionTrial {
  readonly privateKeyFile: string
  /** @throws GatewayError where the file cannot be read, or holds no usable key */
  readonly readKey: () => ChallengeKey
  /** Asks the memory that gateways share; absent: each process has its own. */
  readonly askMemory?: (() => Promise<void>) | undefined
  /** Reads the key set of a gateway that runs with this configuration; `undefined`: none runs. */
  readonly readPublished: (key: ChallengeKey) => Promise<Outcome | undefined>
}

const NAME = 'transaction-challenge'
const OF_OTHERS = 0o007
const WRITE_OF_GROUP = 0o020

export async function diagnoseTransactions (trial: TransactionTrial): Promise<readonly Diagnosis[]> {
  const { privateKeyFile, readKey, askMemory } = trial
  let key: ChallengeKey
  try {
    key = readKey()
  } catch (failure) {
    return [problem(`${NAME}.key`, describe(failure), REMEDY)]
  }
  const memory = askMemory === undefined ? [] : [await diagnoseMemory(askMemory)]
  return [
    good(`${NAME}.key`, `signs with ${key.algorithms.join(' ')}`),
    ...diagnoseMode(privateKeyFile),
    ...memory,
    diagnosePublished(key, await trial.readPublished(key))
  ]
}

const REMEDY = 'policy.transactionChallenge.privateKeyFile names one private key, P-256 or Ed25519, without a passphrase, readable by ' +
  'the user that runs the gateway: openssl genpkey -algorithm ed25519 -out FILE'

/** Nothing on Windows, where the mode of a file says nothing. */
function diagnoseMode (file: string): readonly Diagnosis[] {
  if (process.platform === 'win32') return []
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
  return (mode & (OF_OTHERS | WRITE_OF_GROUP)) === 0
    ? []
    : [warning(
        `${NAME}.key-file`,
        'users of this machine other than its owner may use or replace the private key',
        'chmod 600 the file, or 640 for a group. Leave it in a container without other users.'
      )]
}

async function diagnoseMemory (ask: () => Promise<void>): Promise<Diagnosis> {
  try {
    await ask()
    return good(`${NAME}.memory`, 'the memory of used transactions answers')
  } catch (failure) {
    return problem(
      `${NAME}.memory`,
      describe(failure),
      'Check TRANSACTION_MEMORY_URL (policy.transactionChallenge.memoryUrl): that the server runs and takes the password. ' +
        'Without it no token of a transaction is accepted.'
    )
  }
}

function diagnosePublished ({ keysJson, keysUrl }: ChallengeKey, outcome: Outcome | undefined): Diagnosis {
  const check = `${NAME}.published`
  if (outcome === undefined) return good(check, `the public key will be at ${keysUrl}`)
  if (statusOf(outcome) === undefined) return unknown(check, 'the gateway that is running did not answer')
  const again = 'The gateway that is running was started with another configuration or key: start it again, and give replicas the same key.'
  const published = keyIdsOf(jsonOf(outcome))
  if (published === undefined) return warning(check, 'the gateway that is running publishes no keys for challenges', again)
  return keyIdsOf(JSON.parse(keysJson))?.every(id => published.includes(id)) === true
    ? good(check, `the gateway that is running publishes this key; clients read it at ${keysUrl}`)
    : warning(check, 'the gateway that is running publishes another key', again)
}

function keyIdsOf (set: unknown): readonly unknown[] | undefined {
  const keys = isJsonObject(set) ? set['keys'] : undefined
  return Array.isArray(keys) && keys.length > 0 ? keys.map(key => isJsonObject(key) ? key['kid'] : undefined) : undefined
}

/**
 * Whether clients can take a challenge to the server.
 * @param name prefix of the checks of this server
 * @see https://datatracker.ietf.org/doc/draft-rosomakho-oauth-txn-challenge/ section 5
 */
export function diagnoseTransactionEndpoint (name: string, document: JsonObject): Diagnosis {
  const check = `${name}.${NAME}`
  return typeof document['transaction_authorization_endpoint'] === 'string'
    ? good(check, 'the server takes signed challenges')
    : warning(
      check,
      'the server does not state that it takes signed challenges (transaction_authorization_endpoint)',
      'Clients that ask for a challenge cannot use it here. Enable it there, or remove policy.transactionChallenge.'
    )
}
