// What an audit line says of authorization details and of texts from a token: whole where that is short, otherwise a hash. A line has a
// bounded size, so that a client cannot make the log forget earlier calls faster than by calling.

import { plainHash } from '../audit/chain-line.ts'
import type { Permit } from '../policy/permit.ts'

/** For the elements of one call that are written whole. */
const WHOLE_BYTES = 2048
/** How many elements are listed one by one. */
const MOST_ELEMENTS = 16
const MOST_CHARACTERS = 200

/**
 * The elements that allow the call, in the token's order, as the authorization server wrote them; the first whose totals suffice is used,
 * which only the tool's transaction learns. Elements that are too large are there with a hash of their JSON.
 */
export function detailsForAudit ({ details }: Pick<Permit, 'details'>): unknown {
  if (details === 'unrestricted') return details
  let left = WHOLE_BYTES
  const listed = details.slice(0, MOST_ELEMENTS).map(({ index, element }) => {
    const json = JSON.stringify(element)
    const bytes = Buffer.byteLength(json)
    if (bytes > left) return { index, bytes, sha256: plainHash(json) }
    left -= bytes
    return { index, element }
  })
  const rest = details.slice(MOST_ELEMENTS)
  return rest.length === 0 ? listed : [...listed, { more: rest.length, sha256: plainHash(JSON.stringify(rest)) }]
}

/** A text from a token or a client, cut where it is long; the hash is of the whole. */
export function textForAudit (text: string | undefined): string | undefined {
  if (text === undefined || text.length <= MOST_CHARACTERS) return text
  return `${text.slice(0, MOST_CHARACTERS)}… sha256:${plainHash(text)}`
}
