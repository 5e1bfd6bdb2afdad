// Text of another server as it is shown to a person who reviews it. What a terminal would hide or turn around is written as an escape:
// invisible and bidirectional characters, and the tag characters that hide a text in another one (https://www.unicode.org/reports/tr36/).

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u{e0000}-\u{e007f}\u3164\uffa0\u115f\u1160]|[\u{fe00}-\u{fe0f}]/gu

/** Line ends stay. */
export function shownText (text: string): string {
  return text.replace(HIDDEN, character => character === '\n' ? character : `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`)
}

/** Whether a person who reads the text would not see all of it. */
export function hasHiddenText (text: string): boolean {
  return shownText(text).replaceAll('\\u{9}', '').replaceAll('\\u{d}', '') !== text.replaceAll('\t', '').replaceAll('\r', '')
}
