// The options of each command, in the shape of parseArgs. They stand apart from the commands so that shell completion knows them all
// without loading what a command runs.

import type { ParseArgsConfig } from 'node:util'

export type Options = NonNullable<ParseArgsConfig['options']>

const TEXT = { type: 'string' } as const
const FLAG = { type: 'boolean' } as const

export const AUDIT_OPTIONS = {
  'key-file': { type: 'string', multiple: true },
  head: { type: 'string', multiple: true }
} as const satisfies Options

export const CHECK_OPTIONS = {
  'token-file': TEXT,
  origin: TEXT,
  'timeout-seconds': { type: 'string', default: '5' },
  'deadline-seconds': { type: 'string', default: '60' },
  strict: FLAG,
  json: FLAG
} as const satisfies Options

export const DOCTOR_OPTIONS = { 'token-file': TEXT, endpoint: TEXT, json: FLAG } as const satisfies Options

export const EXPLAIN_OPTIONS = { 'token-file': { type: 'string', default: '-' }, endpoint: TEXT, json: FLAG } as const satisfies Options

export const INIT_OPTIONS = {
  'authorization-server': TEXT,
  upstream: TEXT,
  name: TEXT,
  resource: TEXT,
  'client-id': TEXT,
  'client-secret-file': TEXT,
  'secret-env': TEXT,
  directory: TEXT,
  force: FLAG,
  yes: FLAG
} as const satisfies Options

export const LEDGER_OPTIONS = { unknown: FLAG, limit: TEXT, charged: TEXT, note: TEXT, json: FLAG } as const satisfies Options

export const UPSTREAM_OPTIONS = {
  name: TEXT,
  file: TEXT,
  'secret-env': TEXT,
  openapi: TEXT,
  check: FLAG,
  accept: TEXT,
  'accept-invisible': FLAG,
  json: FLAG,
  full: FLAG
} as const satisfies Options

export const COMPLETION_OPTIONS = {} as const satisfies Options

export const TUTORIAL_OPTIONS = { directory: TEXT, language: TEXT, 'no-shop': FLAG } as const satisfies Options
