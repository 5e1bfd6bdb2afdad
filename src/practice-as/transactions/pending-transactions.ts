// Transactions that wait for a person: who asked, what for, and what the person decided. Each has two secrets, one for the client that
// polls and one in the address of the page, and gives one token at most (section 5 of draft-rosomakho-oauth-txn-challenge-00).

import { randomBytes } from 'node:crypto'
import type { SignedChallenge } from './signed-challenge.ts'

export interface PendingTransaction {
  readonly challenge: SignedChallenge
  readonly clientId: string
  readonly clientName: string
  /** `transaction_authorization_id`: only the client that asked may use it. */
  readonly id: string
  /** In the address of the page; it shows the transaction and decides nothing. */
  readonly pageId: string
  decision: 'pending' | 'denied' | { readonly subject: string }
  /** Seconds that must pass between two polls; `slow_down` adds five. */
  intervalSeconds: number
  /** Seconds since 1970. */
  polledAt: number
}

type Polled =
  | { readonly kind: 'authorization_pending' | 'slow_down' | 'access_denied' | 'expired_token' }
  | { readonly kind: 'approved', readonly transaction: PendingTransaction, readonly subject: string }

export interface PendingTransactions {
  /** @returns `undefined` when there is no room */
  readonly add: (challenge: SignedChallenge, client: { readonly id: string, readonly name: string }) => PendingTransaction | undefined
  readonly ofPage: (pageId: string) => PendingTransaction | undefined
  readonly poll: (id: string, clientId: string) => Polled
}

const INTERVAL_SECONDS = 5
const SLOWER_SECONDS = 5
const MAX_PENDING = 1000
const EXPIRED: Polled = { kind: 'expired_token' }

export function createPendingTransactions (nowSeconds: () => number, intervalSeconds = INTERVAL_SECONDS): PendingTransactions {
  const byId = new Map<string, PendingTransaction>()

  function forgetExpired (): void {
    const now = nowSeconds()
    for (const [id, { challenge }] of byId) if (challenge.expiresAtSeconds <= now) byId.delete(id)
  }

  return {
    add (challenge, { id: clientId, name: clientName }) {
      forgetExpired()
      if (byId.size >= MAX_PENDING) return undefined
      const transaction: PendingTransaction = {
        challenge, clientId, clientName, id: secret(), pageId: secret(), decision: 'pending', intervalSeconds, polledAt: 0
      }
      byId.set(transaction.id, transaction)
      return transaction
    },
    ofPage (pageId) {
      forgetExpired()
      return [...byId.values()].find(transaction => transaction.pageId === pageId)
    },
    poll (id, clientId) {
      forgetExpired()
      const transaction = byId.get(id)
      // Another client learns no more than that there is nothing for it.
      if (transaction === undefined || transaction.clientId !== clientId) return EXPIRED
      const { decision } = transaction
      if (decision === 'pending') {
        const now = nowSeconds()
        const tooSoon = now - transaction.polledAt < transaction.intervalSeconds
        transaction.polledAt = now
        if (tooSoon && transaction.intervalSeconds > 0) transaction.intervalSeconds += SLOWER_SECONDS
        return { kind: tooSoon ? 'slow_down' : 'authorization_pending' }
      }
      byId.delete(id)
      return decision === 'denied' ? { kind: 'access_denied' } : { kind: 'approved', transaction, subject: decision.subject }
    }
  }
}

function secret (): string {
  return randomBytes(24).toString('base64url')
}
