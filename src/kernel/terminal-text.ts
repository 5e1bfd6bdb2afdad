// Text for a terminal. Claims of a token may hold escape sequences that move the cursor or set the title, and marks that turn the order of
// a line around (CWE-150): such characters are shown by their number.

/** Control and format characters, line and paragraph separators, and halves of surrogate pairs. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
/** The same in JSON, which has line feeds between members. */
const UNSAFE_IN_JSON = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** @example terminalLine('a\u001b[2Jb') // 'a\\u001b[2Jb' */
export function terminalLine (text: string): string {
  return text.replace(UNSAFE, byNumber)
}

/** JSON text; the value that it stands for does not change. */
export function terminalJson (value: unknown): string {
  return JSON.stringify(value, null, 2).replace(UNSAFE_IN_JSON, byNumber)
}

/** As JSON writes it: one escape for each UTF-16 code unit. */
function byNumber (character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  }).join('')
}
