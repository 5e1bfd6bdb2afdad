// How every upstream lists its tools, whatever its transport and revision: page by page, and never without end.

import type { Test } from 'tap'
import { SERVER_INFO } from '../support/hostile-reactions.ts'
import { covers } from '../support/covers.ts'
import type { OpenUnderTest } from './upstream-contract.ts'

/** What the official SDK's client lists too. */
export function agreedListing (t: Test, open: OpenUnderTest, revision: string): void {
  t.test('list — every page, and who the server is', async t => {
    const { upstream } = await open(t, {}, { pages: 3 })
    const listed = await upstream.list()
    t.match(listed, { ok: true, value: { revision, server: SERVER_INFO } })
    t.strictSame(listed.ok && listed.value.tools.map(({ name }) => name),
      ['tool-0-0', 'tool-0-1', 'tool-1-0', 'tool-1-1', 'tool-2-0', 'tool-2-1'])
  })
}

export function listingContract (t: Test, open: OpenUnderTest, revision: string): void {
  agreedListing(t, open, revision)

  t.test('list — what the server says about itself, within bounds', async t => {
    const { upstream } = await open(t)
    const listed = await upstream.list()
    t.match(listed, { ok: true, value: { capabilities: { tools: {} } } })
    t.equal(listed.ok && listed.value.instructions?.length, 16_384)
  })

  t.test('list — a server that was never reviewed is listed in its revision, and called not at all', async t => {
    covers('upstream.revision-found')
    const { upstream, call } = await open(t, { revision: null })
    t.match(await upstream.list(), { ok: true, value: { revision } })
    t.strictSame(await call('echo'), { kind: 'not-executed', reason: 'not-reviewed' })
  })

  t.test('list — pages that never end, a cursor that comes again, too many tools and too many bytes are refused', async t => {
    covers('upstream.bounded')
    const refused = async (what: string, listing: Parameters<OpenUnderTest>[2]): Promise<void> => {
      const { upstream, call } = await open(t, {}, listing)
      t.strictSame(await upstream.list(), { ok: false, error: { kind: 'endless', what } })
      t.match(await call('echo'), { kind: 'answered' }, `${what}: calls go on`)
    }
    await refused('pages', { pages: 'endless' })
    await refused('cursor', { pages: 'loop' })
    await refused('tools', { pages: 'endless', toolsPerPage: 500 })
    await refused('bytes', { pages: 'endless', toolsPerPage: 10, toolBytes: 100_000 })
  })

  t.test('list — a thousand at once ask once', async t => {
    const { upstream, events } = await open(t)
    const listed = await Promise.all(Array.from({ length: 1000 }, () => upstream.list()))
    t.ok(listed.every(result => result === listed[0]))
    t.ok(events.filter(({ kind }) => kind === 'opened').length <= 1)
  })
}
