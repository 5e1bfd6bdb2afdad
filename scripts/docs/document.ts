// Generated documents, and the places of generated text in hand-written pages.

export interface GeneratedFile {
  /** Relative to the root of the repository. */
  readonly file: string
  /** The whole new content, from the content it has now; `undefined` when there is no such file yet. */
  readonly render: (current: string | undefined) => string
}

/** A check of documents that nothing generates: one line for each thing that is wrong. */
export type DocumentCheck = () => readonly string[]

/**
 * Replaces what stands between `<!-- generated: name -->` and `<!-- /generated -->`.
 * @throws Error when the page has no such place
 */
export function replaceSection (page: string, name: string, content: string): string {
  const opening = `<!-- generated: ${name} -->`
  const closing = '<!-- /generated -->'
  const start = page.indexOf(opening)
  const end = page.indexOf(closing, start)
  if (start === -1 || end === -1) throw new Error(`no place for the generated section "${name}"`)
  return `${page.slice(0, start + opening.length)}\n${content.trim()}\n${page.slice(end)}`
}

export function table (head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
