// Does a text hold something that is not to be seen? C0, DEL, C1, and unpaired surrogates, which no UTF-8 can carry.

const CONTROL = /[\p{Cc}\p{Cs}]/u

export function hasControlCharacter (text: string): boolean {
  return CONTROL.test(text)
}
