// A template tag for HTML. It escapes every interpolated text; only markup that the tag itself made passes unchanged.

export class Markup {
  readonly text: string

  constructor (text: string) {
    this.text = text
  }
}

/** A long address or name that breaks after a slash, a hyphen or an underscore, not inside a word. */
export function breakable (text: string): Markup {
  return new Markup(text.split(/(?<=[/_-])(?!\/)/).map(escape).join('<wbr>'))
}

type Piece = string | number | Markup | false | undefined | readonly Piece[]

export function html (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(strings.reduce((before, after, index) => before + render(pieces[index - 1]) + after))
}

function render (piece: Piece): string {
  if (piece === undefined || piece === false) return ''
  if (piece instanceof Markup) return piece.text
  if (typeof piece === 'string' || typeof piece === 'number') return escape(String(piece))
  return piece.map(render).join('')
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape (text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character] ?? '')
}
