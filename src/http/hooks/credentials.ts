// Which Authorization header fields did the client send? All of them, unjoined: Node's own `headers` keeps the first
// and drops the rest, which hides the second.

import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { parseBearer } from '../../auth/bearer.ts'
import type { PresentedToken } from '../../auth/presented-token.ts'
import type { Rejection } from '../../auth/rejection.ts'
import type { Result } from '../../kernel/result.ts'

const NONE: readonly string[] = []

export function authorizationFields (raw: IncomingMessage): readonly string[] {
  const { rawHeaders } = raw
  let found: string[] | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name === undefined || name.length !== 13 || name.toLowerCase() !== 'authorization') continue
    (found ??= []).push(rawHeaders[index + 1] ?? '')
  }
  return found ?? NONE
}

export type ReadBearer = (raw: IncomingMessage, fields: readonly string[]) => Result<PresentedToken, Rejection>

/**
 * A client presents the same token with every request of a connection: it is read and hashed once. What is remembered is
 * what these very bytes mean, and nothing about whether they are any good.
 */
export function createBearerReader (): ReadBearer {
  const lastOf = new WeakMap<Socket, { readonly field: string, readonly presented: Result<PresentedToken, Rejection> }>()
  return ({ socket }, fields) => {
    const [field] = fields
    if (field === undefined || fields.length > 1) return parseBearer(fields)
    const last = lastOf.get(socket)
    if (last !== undefined && last.field === field) return last.presented
    const presented = parseBearer(fields)
    if (presented.ok) lastOf.set(socket, { field, presented })
    return presented
  }
}
