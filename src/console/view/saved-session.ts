// Reads a saved session: JSON lines, the head first. The file is read in the page and sent nowhere; a line of another shape is refused with
// its number.

import type { SessionHead, ShownRequest } from '../shown-request.ts'
import type { Numbered } from './page-state.ts'

const MAX_CHARACTERS = 50_000_000

export type SavedSession =
  | { readonly ok: true, readonly head: SessionHead, readonly requests: readonly Numbered[] }
  /** From 1. */
  | { readonly ok: false, readonly line: number }

export function readSession (text: string): SavedSession {
  if (text.length > MAX_CHARACTERS) return { ok: false, line: 1 }
  const [first = '', ...lines] = text.split('\n')
  const head = parsed(first)
  if (!isMembers(head) || head['format'] !== 'mcp-gateway-session/1' || typeof head['at'] !== 'string') return { ok: false, line: 1 }
  const requests: Numbered[] = []
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    const numbered = parsed(line)
    if (!isNumbered(numbered)) return { ok: false, line: index + 2 }
    requests.push(numbered)
  }
  return { ok: true, head: head as unknown as SessionHead, requests }
}

function parsed (line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}

function isMembers (value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNumbered (value: unknown): value is Numbered {
  return isMembers(value) && typeof value['number'] === 'number' && isRequest(value['request'])
}

const TEXTS = ['id', 'at', 'state'] as const
const OPTIONAL_TEXTS = [
  'phase', 'resource', 'clientId', 'method', 'tool', 'version', 'tokenHash', 'reason', 'remark', 'challenge', 'contextId', 'retryOf'
] as const

function isRequest (value: unknown): value is ShownRequest {
  return isMembers(value) && TEXTS.every(name => typeof value[name] === 'string') && typeof value['rev'] === 'number' &&
    OPTIONAL_TEXTS.every(name => value[name] === undefined || typeof value[name] === 'string') &&
    isListOf(value['steps'], step => typeof step['at'] === 'number' && typeof step['from'] === 'string' && typeof step['to'] === 'string' &&
      typeof step['step'] === 'string') &&
    isListOf(value['checks'], check => typeof check['check'] === 'string' && typeof check['outcome'] === 'string' &&
      (check['compared'] === undefined || isListOf(check['compared'], compared => typeof compared['member'] === 'string'))) &&
    isOptional(value['person'], person => typeof person['subject'] === 'string') &&
    isOptional(value['told'], told => isListOf(told['details'], () => true) && Array.isArray(told['scopes'])) &&
    isOptional(value['used'], used => typeof used['currency'] === 'string' && typeof used['before'] === 'number' &&
      typeof used['after'] === 'number' && (used['member'] === undefined || typeof used['member'] === 'string')) &&
    isOptional(value['reply'], reply => typeof reply['source'] === 'string')
}

function isOptional (value: unknown, accepts: (members: Readonly<Record<string, unknown>>) => boolean): boolean {
  return value === undefined || (isMembers(value) && accepts(value))
}

function isListOf (value: unknown, accepts: (members: Readonly<Record<string, unknown>>) => boolean): boolean {
  return Array.isArray(value) && value.every(item => isMembers(item) && accepts(item))
}
