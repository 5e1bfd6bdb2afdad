// The fixtures behind the gateway as another server, over each transport and in each era, adopted as an operator does it: with names as
// they are there (`"prefix": ""`), and the decision that the suite may call everything.

import { adoptUpstreams } from '../support/adopted-upstream.ts'
import { programArguments } from '../support/program.ts'
import { startHttpFixtures, type HttpFixtureKind } from './fixture-http.ts'
import { CONFORMANCE_SCOPE } from './fixture-tools.ts'
import { startProtectedTarget, type ProtectedTarget } from './protected-target.ts'

export interface FixtureUpstream {
  /** For people. */
  readonly title: string
  /** What the review finds. */
  readonly revision: string
  /** Absent: over stdio. */
  readonly http?: HttpFixtureKind
}

export const FIXTURE_UPSTREAMS: readonly FixtureUpstream[] = [
  { title: 'stdio, 2025-11-25', revision: '2025-11-25' },
  { title: 'stdio, 2026-07-28', revision: '2026-07-28' },
  { title: 'Streamable HTTP with sessions, 2025-11-25', revision: '2025-11-25', http: 'sessions' },
  { title: 'Streamable HTTP without sessions, 2025-11-25', revision: '2025-11-25', http: 'no-sessions' },
  { title: 'Streamable HTTP, 2026-07-28', revision: '2026-07-28', http: 'modern' }
]

export interface UpstreamTarget extends ProtectedTarget {
  /** Where the fixtures are without the gateway; absent for stdio. */
  readonly directUrl?: string
  /** As the review found it. */
  readonly revision: string
}

export async function startUpstreamTarget ({ revision, http }: FixtureUpstream): Promise<UpstreamTarget> {
  const served = http === undefined ? undefined : await startHttpFixtures(http)
  const era = revision >= '2026' ? 'modern' : 'legacy'
  const adopted = await adoptUpstreams({
    name: 'fixtures',
    server: served?.url ?? [process.execPath, ...programArguments('test/conformance/fixture-stdio'), era],
    members: { prefix: '', isolation: 'shared' },
    decide: () => ({ effect: 'read', scopes: [CONFORMANCE_SCOPE] })
  })
  const target = await startProtectedTarget(adopted.toolSet)
  return {
    ...target,
    ...(served === undefined ? {} : { directUrl: served.url }),
    revision: adopted.locks['fixtures']?.revision ?? '',
    async close () {
      await target.close()
      await adopted.close()
      await served?.close()
    }
  }
}
