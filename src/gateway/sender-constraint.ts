// Builds what configuration says about sender-constrained tokens: DPoP proofs (RFC 9449), nonces, client certificates (RFC 8705).
// Composition only: it decides nothing about a token.

import { randomBytes } from 'node:crypto'
import { createNonceSource } from '../auth/possession/dpop-nonce.ts'
import { createProofVerifier } from '../auth/possession/dpop-proof.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { BEARER_ONLY, type AcceptedSchemes } from '../http/answers/challenge.ts'
import { createCertificateReader, type CertificateOf, type DpopProofs, type SenderProofs } from '../http/hooks/sender-proof.ts'
import type { Clock } from '../kernel/clock.ts'
import { openProofMemory } from '../operations/proof-memories.ts'

type ProofSettings = Pick<GatewayConfig, 'dpop' | 'mutualTls' | 'resource'>

export interface SenderConstraint {
  /** Absent: bearer tokens only. */
  readonly senderProofs: SenderProofs | undefined
  readonly schemes: AcceptedSchemes
  /** The current nonce, where proofs need one. */
  readonly nonce: (() => string) | undefined
  readonly certificateBoundTokens: boolean
  readonly readiness: ReadonlyArray<{ readonly name: string, readonly check: () => Promise<void> }>
  readonly close: () => Promise<void>
}

/**
 * @param certificatesFromConnection whether client certificates of the own TLS listener count
 * @throws GatewayError `GW_CONFIG_INVALID` (as a rejected promise)
 */
export async function createSenderConstraint (
  config: ProofSettings, certificatesFromConnection: boolean, clock: Clock
): Promise<SenderConstraint> {
  const { algorithms, mode } = config.dpop
  const dpop = await dpopProofs(config, clock)
  const certificateOf = certificateReader(config, certificatesFromConnection)
  return {
    senderProofs: dpop === undefined && certificateOf === undefined ? undefined : { dpop, certificateOf },
    schemes: mode === 'off' ? BEARER_ONLY : { dpop: { algorithms, required: mode === 'required' } },
    nonce: dpop?.nonces?.current,
    certificateBoundTokens: certificateOf !== undefined,
    // The memory of a process is always there.
    readiness: dpop === undefined || config.dpop.proofMemoryUrl === undefined ? [] : [{ name: 'proof-memory', check: dpop.memory.check }],
    close: async () => { await dpop?.memory.close() }
  }
}

async function dpopProofs ({ dpop, resource }: ProofSettings, clock: Clock): Promise<DpopProofs | undefined> {
  const { mode, algorithms, maxAgeSeconds, nonce, nonceSecret } = dpop
  if (mode === 'off') return undefined
  const key = nonceSecret === undefined ? randomBytes(32) : Buffer.from(nonceSecret)
  const nonces = nonce === 'required' ? createNonceSource(key, clock) : undefined
  const memory = await openProofMemory(dpop, resource.identifier)
  return { verify: createProofVerifier({ algorithms, maxAgeSeconds, nonces, clock }), memory, nonces }
}

function certificateReader ({ mutualTls }: ProofSettings, fromConnection: boolean): CertificateOf | undefined {
  if (!fromConnection && mutualTls === undefined) return undefined
  return createCertificateReader({
    fromConnection,
    fromProxy: mutualTls === undefined ? undefined : { ...mutualTls, header: mutualTls.header.toLowerCase() }
  })
}
