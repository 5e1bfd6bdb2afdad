// How is a part of a title looked up in the index of title pieces (migration 0001)? One or two code points are the
// beginning of a piece; three are a piece; more are pieces that follow each other, each one code point further.

const PIECE_LENGTH = 3
const SEPARATOR = '\x1f'

/**
 * An FTS5 expression, or `undefined` when no title can contain the text. All characters are ordinary ones in it.
 *
 * @param part at least one character
 * @see https://www.sqlite.org/fts5.html#fts5_phrases
 */
export function titleMatch (part: string): string | undefined {
  if (part.includes(SEPARATOR)) return undefined
  const points = Array.from(part)
  if (points.length < PIECE_LENGTH) return `${quoted(part)} *`
  const pieces = points.slice(PIECE_LENGTH - 1).map((_, index) => points.slice(index, index + PIECE_LENGTH).join(''))
  return quoted(pieces.join(SEPARATOR))
}

function quoted (text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
