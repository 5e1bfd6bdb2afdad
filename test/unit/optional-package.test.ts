// Is a package that is not installed told apart from one that does not load?

import t from 'tap'
import { GatewayError } from '../../src/kernel/fault.ts'
import { importOptional } from '../../src/kernel/optional-package.ts'

t.test('optional package — one that is installed is handed on', async t => {
  t.equal((await importOptional(() => import('node:path'), 'install it')).sep, '/')
})

t.test('optional package — one that is missing is a mistake of the configuration, and says what to install and where', async t => {
  const missing = 'a-package-that-nobody-has-installed'
  const detail = 'npm install it (where mcp-resource-gateway is installed; with --global for a global one)'
  await t.rejects(importOptional(() => import(missing), 'npm install it'), { code: 'GW_CONFIG_INVALID', detail })
})

t.test('optional package — one that fails by itself is not called missing', async t => {
  for (const cause of [new TypeError('broken'), Object.assign(new Error('too many open files'), { code: 'EMFILE' })]) {
    const failure: unknown = await importOptional(() => Promise.reject(cause), 'npm install it').catch((error: unknown) => error)
    t.equal(failure, cause)
    t.notOk(failure instanceof GatewayError)
  }
})
