// Upstream files and locks for tests of src/proxy: a payments server and a file server, read from memory as from a disk.

import { loadUpstreams, type ConfiguredUpstream } from '../../src/config/upstream/load-upstreams.ts'
import type { ConfigMistake } from '../../src/config/mistake.ts'
import { formatMistake } from '../../src/config/mistake.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { Result } from '../../src/kernel/result.ts'
import { compileUpstreams } from '../../src/proxy/compiled-upstreams.ts'
import type { CompiledUpstream } from '../../src/proxy/compiled-upstream.ts'
import { definitionHash } from '../../src/proxy/lock/definition-hash.ts'
import { lockText } from '../../src/proxy/lock/lock-file.ts'

const words = (text: string) => ({ title: { en: text, ja: `${text}(日本語)` }, description: { en: `${text}.` } })
const text = { type: 'string' } as const

export const PAYMENT_TOOLS: readonly JsonObject[] = [
  {
    name: 'transfer',
    description: 'Moves money to another account.',
    inputSchema: {
      type: 'object',
      properties: {
        amount: { type: 'integer' },
        currency: text,
        to: text,
        account_holder: text,
        memo: { type: 'object', properties: { text } }
      },
      required: ['amount', 'currency', 'to', 'account_holder']
    },
    annotations: { readOnlyHint: true, destructiveHint: true }
  },
  { name: 'get_balance', inputSchema: { type: 'object', properties: { account_holder: text } } },
  { name: 'close_account', inputSchema: { type: 'object' } }
]

const transfer = {
  effect: 'change',
  scopes: ['payments:transfer'],
  details: {
    type: 'payment',
    values: {
      action: { const: 'transfer' }, amount: { argument: '/amount' }, currency: { argument: '/currency' }, to: { argument: '/to' }
    }
  },
  arguments: { set: { '/account_holder': { from: 'subject' } } }
}

export const PAYMENTS = {
  name: 'payments',
  prefix: 'pay_',
  transport: { http: { url: 'https://payments.example/mcp' } },
  detailsTypes: {
    payment: {
      ...words('Payments'),
      values: { action: 'word', amount: 'amount', currency: 'currency', to: 'text' },
      members: {
        actions: { limit: 'oneOf', of: 'action', words: ['transfer', 'refund'], required: true, ...words('Actions') },
        maxAmount: { limit: 'max', of: 'amount', currency: 'currency', required: true, ...words('Highest amount') },
        currency: { limit: 'currency', of: 'currency', whenAbsent: 'JPY', ...words('Currency') },
        recipients: { limit: 'oneOf', of: 'to', ...words('Recipients') }
      }
    }
  },
  tools: {
    transfer,
    get_balance: { effect: 'read', scopes: ['payments:read'], arguments: { set: { '/account_holder': { from: 'subject' } } } },
    close_account: 'hidden'
  }
} as const

export const FILE_TOOLS: readonly JsonObject[] = [
  { name: 'read_text_file', inputSchema: { type: 'object', properties: { path: text }, required: ['path'] } },
  {
    name: 'read_multiple_files',
    inputSchema: { type: 'object', properties: { paths: { type: 'array', items: text } }, required: ['paths'] }
  },
  { name: 'move_file', inputSchema: { type: 'object', properties: { source: text, destination: text } } }
]

const reading = (argument: string | readonly string[], action = 'read') => ({
  type: 'files', values: { action: { const: action }, paths: { argument } }
})

export const FILES = {
  name: 'files',
  transport: { stdio: { command: '/usr/bin/node', args: ['server.js'] } },
  isolation: 'shared',
  stateless: true,
  detailsTypes: {
    files: {
      ...words('Files'),
      values: { action: 'word', paths: 'paths' },
      members: {
        actions: { limit: 'oneOf', of: 'action', words: ['read', 'write'], required: true, ...words('Actions') },
        folders: { limit: 'prefix', of: 'paths', required: true, ...words('Folders') },
        maxFiles: { limit: 'max', of: { count: 'paths' }, remedy: false, ...words('Files at a time') }
      }
    }
  },
  templates: { read: { effect: 'read', scopes: ['files:read'], details: reading('/path') } },
  tools: {
    read_text_file: { like: 'read' },
    read_multiple_files: { like: 'read', details: reading('/paths/*') },
    move_file: { effect: 'change', scopes: ['files:write'], details: reading(['/source', '/destination'], 'write') }
  }
} as const

/** The lock that a review of these definitions writes. */
export function lockOf (upstream: string, tools: readonly JsonObject[], revision = '2025-11-25'): string {
  return lockText({
    upstream,
    revision,
    reviewed: '2026-11-20T09:12:44Z',
    server: { name: 'acme', version: '1.0.0' },
    tools: Object.fromEntries(tools.map(definition => {
      return [definition['name'] as string, { hash: definitionHash(definition) ?? '', definition }]
    }))
  })
}

type Files = Readonly<Record<string, unknown>>

/** @param files by their names; a text is taken as it is, everything else as JSON */
export function loadedFrom (
  files: Files, env: Readonly<Record<string, string>> = {}
): Result<readonly ConfiguredUpstream[], readonly ConfigMistake[]> {
  const names = Object.keys(files).filter(name => !name.endsWith('.lock.json') && name.endsWith('.json'))
  return loadUpstreams(names, {
    directory: '/etc/gateway',
    env,
    readFile (path) {
      const file = files[path.replace('/etc/gateway/', '')]
      if (file === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
      return typeof file === 'string' ? file : JSON.stringify(file)
    }
  })
}

export function compiledFrom (
  files: Files, env: Readonly<Record<string, string>> = {}
): Result<readonly CompiledUpstream[], readonly ConfigMistake[]> {
  const loaded = loadedFrom(files, env)
  return loaded.ok ? compileUpstreams(loaded.value) : loaded
}

/** One line for each mistake, as the gateway prints it. */
export function mistakesIn (files: Files, env: Readonly<Record<string, string>> = {}): readonly string[] {
  const loaded = loadedFrom(files, env)
  const made = loaded.ok ? compileUpstreams(loaded.value) : loaded
  return made.ok ? [] : made.error.map(formatMistake)
}

export const PAYMENT_FILES: Files = { 'payments.json': PAYMENTS, 'payments.lock.json': lockOf('payments', PAYMENT_TOOLS) }
export const FILE_FILES: Files = { 'files.json': FILES, 'files.lock.json': lockOf('files', FILE_TOOLS) }
