// Recognises secrets that were never filled in, such as `changeme` or `<your secret>`. The strength of a secret is not checked; the
// tutorial's published `mcp-server-secret` is accepted.

const TEMPLATE_WORDS = new Set(['changeme', 'change-me', 'change_me', 'secret', 'password', 'placeholder', 'todo'])
const TEMPLATE_SLOT = /^(?:<.*>|\$\{.*\}|\{\{.*\}\})$/s

/** True for an empty text, a word that templates use, and a slot such as `<your secret>`. */
export function isPlaceholderSecret (secret: string): boolean {
  const text = secret.trim().toLowerCase()
  return text === '' || TEMPLATE_WORDS.has(text) || TEMPLATE_SLOT.test(text)
}
