// A reader for Markdown pages: fenced blocks, and the anchors of headings as GitHub makes them. Fences inside lists and indented code
// are not recognised.

export interface Fence {
  readonly language: string
  readonly text: string
  /** Of its opening line, from 1. */
  readonly line: number
  /** The last line before it that is not empty. */
  readonly lineBefore: string
}

export function fencesOf (page: string): Fence[] {
  const fences: Fence[] = []
  let lineBefore = ''
  let open: { language: string, line: number, lines: string[], lineBefore: string } | undefined
  for (const [index, line] of page.split('\n').entries()) {
    if (open === undefined) {
      const language = /^```([\w-]*)\s*$/.exec(line)?.[1]
      if (language !== undefined) open = { language, line: index + 1, lines: [], lineBefore }
      else if (line.trim() !== '') lineBefore = line
    } else if (line === '```') {
      fences.push({ language: open.language, text: open.lines.join('\n'), line: open.line, lineBefore: open.lineBefore })
      open = undefined
      lineBefore = ''
    } else {
      open.lines.push(line)
    }
  }
  if (open !== undefined) throw new Error(`the block that begins in line ${open.line} has no end`)
  return fences
}

/** The page without its fenced blocks. */
export function withoutFences (page: string): string {
  return page.replace(/^```[^\n]*\n[\s\S]*?^```$/gm, '')
}

/** The page without its fenced blocks and code spans: words and links are left. */
export function withoutCode (page: string): string {
  return withoutFences(page).replace(/`[^`\n]*`/g, '')
}

/** What `#anchor` may name. */
export function anchorsOf (page: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  const prose = withoutFences(page)
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} +(.+?) *#*$/gm)) anchors.add(freeName(slugOf(heading), anchors))
  for (const [, id = ''] of prose.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id)
  return anchors
}

function slugOf (heading: string): string {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '')
  return words.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-')
}

function freeName (slug: string, taken: ReadonlySet<string>): string {
  let name = slug
  for (let repetition = 1; taken.has(name); repetition += 1) name = `${slug}-${repetition}`
  return name
}
