// Opens the memory of used DPoP proofs that `dpop.proofMemoryUrl` names. The scheme chooses the adapter, and only that one is loaded.

import { hash } from 'node:crypto'
import { AHEAD_MS } from '../auth/possession/dpop-proof.ts'
import { createProcessMemory } from '../auth/possession/process-memory.ts'
import type { ProofMemory } from '../auth/possession/proof-memory.ts'
import type { GatewayConfig } from '../config/schema.ts'

type ProofSettings = Pick<GatewayConfig['dpop'], 'maxProofs' | 'maxAgeSeconds' | 'proofMemoryUrl'>

/**
 * @param resource keeps the proofs of different resources apart in one memory
 * @throws GatewayError `GW_CONFIG_INVALID` when a package is missing (as a rejected promise)
 */
export async function openProofMemory (
  { maxProofs, maxAgeSeconds, proofMemoryUrl: url }: ProofSettings, resource: string
): Promise<ProofMemory> {
  if (url === undefined) return createProcessMemory(maxProofs)
  const nameSpace = hash('sha256', resource, 'base64url').slice(0, 12)
  if (url.startsWith('postgres')) {
    const { openPostgresMemory } = await import('./postgres-memory.ts')
    return openPostgresMemory({ url, nameSpace, maxProofs })
  }
  const { openRedisMemory } = await import('./redis-memory.ts')
  return openRedisMemory({ url, nameSpace, maxProofs, longestLifeMs: maxAgeSeconds * 1000 + AHEAD_MS })
}
