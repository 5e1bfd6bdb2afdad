// The steps of the tutorial in its two languages: the blocks between <!-- tutorial --> and <!-- /tutorial -->, in order. A test runs
// them, and a check holds that the commands of both languages are equal.

import { readFileSync } from 'node:fs'
import { fencesOf } from './markdown.ts'

export const TUTORIALS = ['docs/tutorial.md', 'docs/ja/tutorial.md'] as const
/** The way from nothing to the tools of another server. */
export const UPSTREAM_WALKS = ['docs/upstreams.md', 'docs/ja/upstreams.md'] as const
export const SHOP_WALKS = ['docs/shop.md', 'docs/ja/shop.md'] as const

/**
 * `bash`: to be run. `http`: status line and headers of the answer to the last command. `json`: members of its body, or of a file that
 * `<!-- into: … -->` above the block names. `text` under `<!-- printed -->`: what the last command printed. Other blocks of `text`, and of
 * `sh`, are for the reader alone.
 */
export interface TutorialBlock {
  readonly kind: 'bash' | 'http' | 'json' | 'text'
  readonly text: string
  /** In its page, from 1. */
  readonly line: number
  /** The members are to be put into it. */
  readonly into: string | undefined
}

/** @throws Error when the page has no tutorial, or a block in it that is of no kind */
export function tutorialBlocks (file: string): TutorialBlock[] {
  const page = readFileSync(file, 'utf8')
  const start = page.indexOf('<!-- tutorial -->')
  const end = page.indexOf('<!-- /tutorial -->', start)
  if (start === -1 || end === -1) throw new Error(`${file}: no <!-- tutorial --> … <!-- /tutorial -->`)
  const linesBefore = page.slice(0, start).split('\n').length - 1
  return fencesOf(page.slice(start, end)).flatMap(({ language, text, line, lineBefore }) => {
    if (language === 'sh' || (language === 'text' && lineBefore !== '<!-- printed -->')) return []
    if (language !== 'text' && language !== 'bash' && language !== 'http' && language !== 'json') {
      throw new Error(`${file}:${linesBefore + line}: a block of the tutorial is bash, http, json, sh or text`)
    }
    return [{ kind: language, text, line: linesBefore + line, into: /^<!-- into: (\S+) -->$/.exec(lineBefore)?.[1] }]
  })
}

export function checkTutorials (): string[] {
  return [...sameCommands(...TUTORIALS), ...sameCommands(...UPSTREAM_WALKS), ...sameCommands(...SHOP_WALKS)]
}

function sameCommands (english: string, japanese: string): string[] {
  // Prose and comments are translated, commands are not.
  const commands = (file: string) => tutorialBlocks(file).filter(({ kind }) => kind === 'bash')
    .map(({ text, line }) => ({ line, text: text.split('\n').filter(line => !line.startsWith('#')).join('\n').trim() }))
  const theirs = commands(japanese)
  const ours = commands(english)
  const different = ours.findIndex(({ text }, index) => theirs[index]?.text !== text)
  const lineOf = (blocks: typeof ours) => blocks[different]?.line ?? 0
  if (different !== -1) return [`${english}:${lineOf(ours)} and ${japanese}:${lineOf(theirs)}: the commands differ`]
  return theirs.length === ours.length ? [] : [`${japanese}: has commands that ${english} has not`]
}
