// Text that a client or a gateway chose, for a page on which a person decides. Marks that turn the direction of a line around, invisible
// characters and length could make it look like text of the page: https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu
const LONGEST_NAME = 60
const LONGEST_QUOTED = 100
const LONGEST_DESCRIPTION = 400

/** The name of a client; put it into a `<bdi>` element. Empty when nothing visible is left. */
export function visibleName (name: string): string {
  return shortened(name.replace(INVISIBLE, '').replace(/\s+/gu, ' ').trim(), LONGEST_NAME)
}

/** Between quotation marks, of which the text has none, so that it cannot end them. */
export function quoted (text: string): string {
  return `"${shortened(text.replace(INVISIBLE, '').replaceAll('"', "'"), LONGEST_QUOTED)}"`
}

/** A description that a gateway publishes. */
export function visibleDescription (text: string): string {
  return shortened(text.replace(INVISIBLE, '').trim(), LONGEST_DESCRIPTION)
}

function shortened (text: string, longest: number): string {
  const characters = Array.from(text)
  return characters.length > longest ? `${characters.slice(0, longest).join('')}…` : text
}
