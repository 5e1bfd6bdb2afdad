// Transactions of one resource: challenges are signed, and a token that has a `txn` is accepted for the call of its challenge, once. Such a
// token is never a general one: section 6.2 of draft-rosomakho-oauth-txn-challenge-00 (docs/transaction-challenge.md).

import { createHash, randomUUID } from 'node:crypto'
import type { VerifiedGrant } from '../auth/grant.ts'
import type { ProofMemory } from '../auth/possession/proof-memory.ts'
import type { Clock } from '../kernel/clock.ts'
import { ProofMemoryUnavailable } from '../kernel/fault.ts'
import { personKey } from '../kernel/person.ts'
import type { Authorization, Authorize, Caller } from '../mcp/call-authorization.ts'
import type { RegisteredTool } from '../mcp/registered-tool.ts'
import type { ChallengedCall, Transactions } from '../mcp/transactions.ts'
import type { TransactionKey } from './transaction-key.ts'
import { createMark, judgeMark, type MarkVerdict } from './transaction-mark.ts'

export interface TransactionSettings {
  readonly resource: string
  readonly key: TransactionKey
  /** Of a challenge, and of the whole transaction: consent, token and retry. */
  readonly lifetimeSeconds: number
  /** Of used transactions. */
  readonly memory: ProofMemory
  readonly clock: Clock
}

/** Clients read headers of 16 KiB in all. */
const MAX_CHALLENGE_CHARACTERS = 8192

export function createTransactions ({ resource, key, lifetimeSeconds, memory, clock }: TransactionSettings): Transactions {
  const nowSeconds = (): number => Math.floor(clock.now() / 1000)

  function judge (mark: string, tool: RegisteredTool, args: unknown, grant: VerifiedGrant): MarkVerdict {
    const { person, clientId } = grant
    return judgeMark(mark, key.markKey, { tool: tool.name, args, person, clientId }, nowSeconds())
  }

  function refused (problem: 'other-transaction' | 'used-transaction', tool: RegisteredTool, { record }: Caller): Authorization {
    const details = record.requirement?.details
    if (details === undefined) return { kind: 'denial', denial: { kind: problem } }
    const { scopes } = tool.access
    const remedy = [details.smallest({ now: clock.now(), resource })]
    return { kind: 'denial', denial: { kind: 'insufficient-authorization', problem, member: undefined, remedy, scopes } }
  }

  /** The live grant, where the tool demanded one: a token may have been replaced meanwhile. */
  const grantOf = ({ record, grant }: Caller): VerifiedGrant => record.grant ?? grant
  const transactionOf = (caller: Caller): string | undefined => grantOf(caller).transaction ?? caller.grant.transaction

  function checked (authorize: Authorize): Authorize {
    return (tool, input, caller, args) => {
      const authorizing = authorize(tool, input, caller, args)
      const judged = (authorization: Authorization): Authorization => {
        const transaction = transactionOf(caller)
        if (transaction === undefined || authorization.kind !== 'permit' || !input.ok) return authorization
        return judge(transaction, tool, args, grantOf(caller)).kind === 'this-call'
          ? authorization
          : refused('other-transaction', tool, caller)
      }
      return authorizing instanceof Promise ? authorizing.then(judged) : judged(authorizing)
    }
  }

  /** Judged again: what was asked in between may have taken time. */
  async function use (transaction: string, tool: RegisteredTool, caller: Caller, args: unknown): Promise<Authorization | undefined> {
    const grant = grantOf(caller)
    const verdict = judge(transaction, tool, args, grant)
    if (verdict.kind !== 'this-call') return refused('other-transaction', tool, caller)
    const person = digest(personKey(grant.person).join(' '))
    const used = { person, id: digest(transaction), expiresAtMs: verdict.expiresAtSeconds * 1000 }
    const redeemed = await memory.redeem(used, clock.now())
    switch (redeemed.kind) {
      case 'fresh': return undefined
      case 'replayed': return refused('used-transaction', tool, caller)
      case 'too-old': return refused('other-transaction', tool, caller)
      case 'full': throw new ProofMemoryUnavailable('no room for a used transaction')
    }
  }

  function usedOnce (authorize: Authorize): Authorize {
    return async (tool, input, caller, args) => {
      const authorization = await authorize(tool, input, caller, args)
      const transaction = transactionOf(caller)
      if (transaction === undefined || authorization.kind !== 'permit' || !input.ok) return authorization
      return await use(transaction, tool, caller, args) ?? authorization
    }
  }

  function challengeFor ({ tool, title, args, grant, remedy, scopes }: ChallengedCall): string | undefined {
    const { person, clientId } = grant
    const iat = nowSeconds()
    const exp = iat + lifetimeSeconds
    const challenge = key.signed({
      iss: resource,
      // The person is one at this server, and must be the same one who agrees.
      aud: person.issuer,
      iat,
      exp,
      jti: randomUUID(),
      txn: createMark(key.markKey, { tool, args, person, clientId }, exp),
      authorization_details: remedy,
      reason: title,
      // Beside those of the draft: without it a server could not know the scopes of the operation.
      ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') })
    })
    return challenge.length > MAX_CHALLENGE_CHARACTERS ? undefined : challenge
  }

  return { checked, usedOnce, challengeFor }
}

function digest (text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
