// The output of a walk: headings, commands, the interesting part of each answer, and the result of each expectation.

/** A step did not answer as the tutorial says; the message is one line for the person who watches. */
export class TutorialFailure extends Error {
  override readonly name = 'TutorialFailure'
}

const SHOWN_OF_TOKEN = 6

export interface Narrator {
  /** The number is that of docs/tutorial.md; `+` is what the tutorial does not do. */
  readonly heading: (step: number | '+', title: string) => void
  /** A command line as a person could type it; secrets abbreviated. */
  readonly command: (words: readonly string[]) => void
  readonly line: (text: string) => void
  /** Shows a tick, or ends the walk. */
  readonly expect: (holds: boolean, what: string, found: string) => void
  /** From now on this text is abbreviated wherever it would be shown. */
  readonly hide: (secret: string) => void
}

export function createNarrator (write: (text: string) => void): Narrator {
  const secrets: string[] = []
  const shown = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, `${secret.slice(0, SHOWN_OF_TOKEN)}...`), text)
  return {
    heading: (step, title) => { write(step === '+' ? `\n+ ${title}\n` : `\n${step}. ${title}\n`) },
    command: words => { write(`  $ ${shown(inLines(words.map(quoted)))}\n`) },
    line: text => { write(`  ${shown(text)}\n`) },
    expect: (holds, what, found) => {
      if (!holds) throw new TutorialFailure(shown(`expected ${what}; found ${found}`))
      write(`  ok: ${shown(what)}\n`)
    },
    hide: secret => { secrets.push(secret) }
  }
}

function quoted (word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** Options begin a new line, so that a long command can be read. */
function inLines (words: readonly string[]): string {
  return words.map((word, index) => index > 0 && /^(?:-H|-d|--data-urlencode)$/.test(word) ? `\\\n      ${word}` : word).join(' ')
}
