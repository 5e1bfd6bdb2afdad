// What `doctor` says about what `policy` brings in from outside: a policy decision point, and the key and memory of signed challenges.
// Each is asked and opened as the gateway does it.

import { createProber } from '../check/prober.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { tryEvaluation } from '../decision-point/trial-evaluation.ts'
import { diagnoseDecisionPoint } from '../doctor/decision-point-diagnosis.ts'
import type { Diagnosis } from '../doctor/diagnosis.ts'
import { isGatewayRunning, localUrl } from '../doctor/machine-diagnosis.ts'
import { diagnoseTransactions } from '../doctor/transaction-diagnosis.ts'
import { createTransactionParts, readPublishedChallengeKeys } from '../gateway/transaction-parts.ts'
import type { Clock } from '../kernel/clock.ts'

const PROBING = { timeoutMs: 5000, deadlineMs: 15_000, anyCertificate: true } as const

export async function diagnosePolicy (config: GatewayConfig, clock: Clock): Promise<readonly Diagnosis[]> {
  return [...await askDecisionPoint(config, clock), ...await lookAtTransactions(config, clock)]
}

async function askDecisionPoint (
  { policy: { secondOpinion }, resource, authorizationServer: { issuer } }: GatewayConfig, clock: Clock
): Promise<readonly Diagnosis[]> {
  if (secondOpinion === undefined) return []
  return diagnoseDecisionPoint(secondOpinion, settings => tryEvaluation(settings, { issuer, resource: resource.identifier }, clock))
}

async function lookAtTransactions (config: GatewayConfig, clock: Clock): Promise<readonly Diagnosis[]> {
  const { policy: { transactionChallenge }, resource } = config
  if (transactionChallenge === undefined) return []
  const { privateKeyFile, memoryUrl } = transactionChallenge
  const prober = createProber({ ...PROBING, clock })
  try {
    return await diagnoseTransactions({
      privateKeyFile,
      readKey: () => readPublishedChallengeKeys(privateKeyFile, resource),
      askMemory: memoryUrl === undefined ? undefined : () => askMemory(config, clock),
      async readPublished ({ keysPath }) {
        return await isGatewayRunning(prober, config) ? prober.send({ url: localUrl(config, keysPath) }) : undefined
      }
    })
  } finally {
    prober.close()
  }
}

async function askMemory (config: GatewayConfig, clock: Clock): Promise<void> {
  const parts = await createTransactionParts(config, clock)
  try {
    for (const { check } of parts?.readiness ?? []) await check()
  } finally {
    await parts?.close()
  }
}
