// The upstreams of several endpoints as the server replaces them: all or none, and each at its own endpoint. No server is asked.

import { pino } from 'pino'
import t from 'tap'
import { z } from 'zod'
import type { ConfiguredUpstream } from '../../src/config/upstream/load-upstreams.ts'
import { createRegistryGenerations } from '../../src/mcp/registry-generations.ts'
import { defineTool } from '../../src/mcp/tool.ts'
import { createServedUpstreams } from '../../src/server/served-upstreams.ts'
import { createTestClock } from '../../src/testing/test-clock.ts'
import { covers } from '../support/covers.ts'
import { FILE_FILES, FILES, loadedFrom, PAYMENT_FILES, PAYMENTS } from '../support/upstream-files.ts'

const own = defineTool({
  name: 'own',
  title: 'Own',
  description: 'Own.',
  input: z.strictObject({}),
  access: { scopes: [] },
  run: async () => ({ kind: 'completed', text: 'own' })
})

function loaded (files: Readonly<Record<string, unknown>>): readonly ConfiguredUpstream[] {
  const made = loadedFrom(files)
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  return made.value
}

/** With the first tool under another name. */
const filesNamed = (as: string) => loaded(
  { ...FILE_FILES, 'files.json': { ...FILES, tools: { ...FILES.tools, read_text_file: { like: 'read', as } } } }
)
const payments = (tools: object) => loaded({ ...PAYMENT_FILES, 'payments.json': { ...PAYMENTS, tools: { ...PAYMENTS.tools, ...tools } } })

t.test('upstreams of several endpoints — a reload that fails at one changes none, and each keeps its own tools', async t => {
  covers('endpoints.reloaded-together', 'endpoints.tools-stay-apart')
  const clock = createTestClock()
  const configured = [loaded(PAYMENT_FILES), loaded(FILE_FILES)]
  const served = createServedUpstreams({
    configured,
    logger: pino({ level: 'silent' }),
    clock,
    environment: {},
    resources: [],
    openLedger: () => Promise.reject(new Error('no total is declared')),
    retentionDays: 90
  })
  t.teardown(() => served.close(0))
  const registries = configured.map((_, index) =>
    createRegistryGenerations(served.tools([own], index), { visibility: 'all', scopeImplications: {}, toolTimeoutMs: () => 0 }))
  const names = () => registries.map(({ current }) => current.tools.map(({ name }) => name))
  const before = [
    ['own', 'pay_transfer', 'pay_get_balance'], ['own', 'files_read_text_file', 'files_read_multiple_files', 'files_move_file']
  ]
  t.strictSame(names(), before)

  t.throws(() => served.reload([payments({ transfer: 'hidden' }), filesNamed('own')], 0), { code: 'GW_TOOL_INVALID' })
  t.strictSame(names(), before, 'neither has changed')
  t.equal(served.reload(configured, 0), undefined, 'nor do they differ from what was loaded')

  t.strictSame(served.reload([payments({ transfer: 'hidden' }), filesNamed('read')], 0), ['payments', 'files'])
  t.strictSame(names(), [['own', 'pay_get_balance'], ['own', 'read', 'files_read_multiple_files', 'files_move_file']])

  t.strictSame(served.reload([loaded(PAYMENT_FILES)], 0), ['payments', 'files'], 'an endpoint that is not given keeps its upstreams')
  t.strictSame(names(), [['own', 'pay_transfer', 'pay_get_balance'], ['own', 'read', 'files_read_multiple_files', 'files_move_file']])
})
