// Placeholders in the place of secrets. Recognises what examples and templates leave behind; it does not measure
// how strong a secret is, and the tutorial's published `mcp-server-secret` is a secret like any other.

const TEMPLATE_WORDS = new Set(['changeme', 'change-me', 'change_me', 'secret', 'password', 'placeholder', 'todo'])
const TEMPLATE_SLOT = /^(?:<.*>|\$\{.*\}|\{\{.*\}\})$/s

/** True for an empty text, a word that templates use, or a slot such as `<your secret>` that nothing was put into. */
export function isPlaceholderSecret (secret: string): boolean {
  const text = secret.trim().toLowerCase()
  return text === '' || TEMPLATE_WORDS.has(text) || TEMPLATE_SLOT.test(text)
}
