// Requests of one era or the other, and what came back.

import type { CallAnswer } from './gateway.ts'

export const FULL = { authorization: 'Bearer token-full' }

export const resultOf = ({ body }: CallAnswer) => (body as { result?: Readonly<Record<string, unknown>> }).result ?? {}
