// The known name that is most similar to a mistyped one, for the suggestion with an unknown member or option.

/** The most similar of the known names; `undefined` when none is similar enough for a suggestion. */
export function nearestName (name: string, known: readonly string[]): string | undefined {
  const completion = known.filter(candidate => candidate.startsWith(name))
  if (name.length > 2 && completion.length === 1) return completion[0]
  let nearest: string | undefined
  let least = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      least = distance
      nearest = candidate
    }
  }
  return nearest
}

/** Levenshtein distance: insertions, deletions and replacements of one character. */
function editDistance (from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [line, character] of [...from].entries()) {
    const next = [line + 1]
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (character === other ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
