// The vocabulary of details types: each member of a type is one of these limits.
// No limit looks at another member, at a storage or at the token (RFC 9396 section 2.2 describes the common members).

import { total, upper } from './amount-limits.ts'
import { integerIdentifiers, locations, textIdentifiers, words } from './list-limits.ts'
import { currency, label, notAfter } from './text-limits.ts'

/**
 * The kinds of members that `defineDetailsType` takes. `of` reads the value of the call that the member limits.
 * @see https://www.rfc-editor.org/rfc/rfc9396#section-2.2
 * @example
 * const payment = defineDetailsType<{ amount: number, account: string }>({
 *   type: 'payment',
 *   title: { en: 'Payments' },
 *   description: { en: 'Lets a client pay, up to a limit.' },
 *   members: {
 *     maxAmount: limits.upper({
 *       of: ({ amount }) => amount, required: true, title: { en: 'Highest amount' }, description: { en: 'In cents.' }
 *     }),
 *     accounts: limits.textIdentifiers({
 *       of: ({ account }) => account, title: { en: 'Accounts' }, description: { en: 'Any when absent.' }
 *     })
 *   }
 * })
 */
export const limits = { upper, total, words, textIdentifiers, integerIdentifiers, currency, locations, notAfter, label } as const
