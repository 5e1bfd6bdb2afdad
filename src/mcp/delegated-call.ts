// Obtains a token for another server on behalf of one call. A client whose own token is found to be no longer good meanwhile gets the
// challenge of that token; every other failure of an exchange is a fault, and no reason for a client to throw its token away.

import type { Delegated, DelegationTarget } from '../auth/delegation/delegation-target.ts'
import type { Rejection } from '../auth/rejection.ts'
import { err } from '../kernel/result.ts'
import type { Caller } from './call-authorization.ts'
import type { ToolCall } from './tool.ts'

/** Thrown through a running tool, and turned into a refusal by the runner. */
export class TokenNoLongerGood extends Error {
  readonly rejection: Rejection

  constructor (rejection: Rejection) {
    super('the access token of this call is no longer good')
    this.rejection = rejection
  }
}

/** @throws TokenNoLongerGood (or as a rejected promise) */
export function delegateFor (target: DelegationTarget, { record, grant, delegate }: Caller): ReturnType<NonNullable<ToolCall['delegate']>> {
  const delegated = delegate(target, record.grant ?? grant)
  return delegated instanceof Promise ? delegated.then(unlessRejected) : unlessRejected(delegated)
}

function unlessRejected (delegated: Delegated) {
  if (delegated.ok) return delegated
  const { error } = delegated
  if (error.kind === 'rejected') throw new TokenNoLongerGood(error.rejection)
  return err(error)
}
