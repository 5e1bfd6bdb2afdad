// Another MCP server as the rest of the gateway uses it. One whose revision is in the lock can be called; one that was never reviewed
// can only be listed, and its revision is found by asking in a modern one first
// (https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning#backward-compatibility).

import type { Result } from '../kernel/result.ts'
import { NEWEST_LEGACY, NEWEST_MODERN } from './revision.ts'
import { ReviewedUpstream } from './reviewed-upstream.ts'
import type { CreateUpstream, ListingProblem, UpstreamListing, UpstreamSettings } from './upstream-port.ts'

/** A process that does not answer the first question of a modern client within this time is asked as a legacy one. */
const MODERN_ANSWER_MS = 5000

export const createUpstream: CreateUpstream = (name, settings, dependencies) => {
  const inRevision = (revision: string, timeoutMs: number) => new ReviewedUpstream(
    name, { ...settings, limits: { ...settings.limits, timeoutMs } }, revision, dependencies
  )
  if (settings.revision !== undefined) return inRevision(settings.revision, settings.limits.timeoutMs)

  /** What a program wrote before it ended is the only word about why it does not start. */
  let standardError: string | undefined

  async function listIn (revision: string, timeoutMs: number): Promise<Result<UpstreamListing, ListingProblem>> {
    const upstream = inRevision(revision, timeoutMs)
    try {
      return await upstream.list()
    } finally {
      await upstream.close(0)
      standardError = upstream.state().standardError
    }
  }

  return {
    name,
    async list () {
      const { timeoutMs } = settings.limits
      const modern = await listIn(NEWEST_MODERN, Math.min(MODERN_ANSWER_MS, timeoutMs))
      return modern.ok || !mayBeLegacy(modern.error, settings) ? modern : listIn(NEWEST_LEGACY, timeoutMs)
    },
    call: () => Promise.resolve({ kind: 'not-executed', reason: 'not-reviewed' }),
    state: () => ({
      breaker: 'closed', connections: 0, callsInFlight: 0, strayMessages: 0, ...(standardError !== undefined && { standardError })
    }),
    close: async () => {}
  }
}

function mayBeLegacy (problem: ListingProblem, { transport }: UpstreamSettings): boolean {
  if (problem.kind === 'endless') return false
  if (problem.kind !== 'not-executed') return true
  // A process that ended at the question did not know it; a server that is down, or wants other credentials, is not asked again.
  return problem.reason === 'rejected' || (transport.kind === 'stdio' && problem.reason === 'session-lost')
}
