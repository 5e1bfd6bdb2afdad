// Is a package that is not installed told apart from one that does not load?

import t from 'tap'
import { GatewayError } from '../../src/kernel/fault.ts'
import { importOptional, missingPackageText } from '../../src/kernel/optional-package.ts'

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

t.test('needed package — the message of import and of require becomes its name and a command, and nothing else does', async t => {
  const failure = async (name: string): Promise<unknown> => import(name).catch((error: unknown) => error)
  const required = Object.assign(new Error("Cannot find module 'zod'\nRequire stack:\n- /srv/x.cjs"), { code: 'MODULE_NOT_FOUND' })
  t.match(missingPackageText(await failure('a-package-that-nobody-has-installed/file')),
    /^the package a-package-that-nobody-has-installed is not installed: npm install a-package-that-nobody-has-installed \(where/)
  t.match(missingPackageText(await failure('@scope/none')), /^the package @scope\/none is not installed/)
  t.match(missingPackageText(required), /^the package zod is not installed: npm install zod \([^\n]*\)$/)
  t.equal(missingPackageText(await failure('/srv/nowhere.js')), undefined)
  t.equal(missingPackageText(new Error("Cannot find module 'zod'")), undefined)
})
