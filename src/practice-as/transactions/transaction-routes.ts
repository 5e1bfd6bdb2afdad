// The two routes of transaction challenges: the endpoint of clients and the page of people, over one list of pending transactions.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSingleUse } from '../enterprise/single-use.ts'
import type { Account } from '../accounts.ts'
import { createPendingTransactions } from './pending-transactions.ts'
import { createTransactionEndpoint, type TransactionEndpointParts } from './transaction-endpoint.ts'
import { createTransactionPage } from './transaction-page.ts'

export interface TransactionRoutesParts extends Omit<TransactionEndpointParts, 'pending' | 'singleUse'> {
  readonly accounts: readonly Account[]
  /** Between two polls; default 5. */
  readonly intervalSeconds: number | undefined
}

/** @returns a function that says false for another path */
export function createTransactionRoutes (parts: TransactionRoutesParts) {
  const { context, accounts, intervalSeconds } = parts
  const { nowSeconds } = context()
  const pending = createPendingTransactions(nowSeconds, intervalSeconds)
  const endpoint = createTransactionEndpoint({ ...parts, pending, singleUse: createSingleUse(nowSeconds) })
  const page = createTransactionPage({ pending, knowledge: () => context().knowledge, accounts })
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> =>
    await endpoint(request, response, url.pathname) || page(request, response, url)
}
