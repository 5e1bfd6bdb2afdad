// The protocol revisions in which another server is asked. A modern one states its revision in every request; a legacy one begins with
// `initialize`. The list is not that of src/mcp, which says in which revisions the gateway answers.

/** Newest first. */
const MODERN: readonly string[] = ['2026-07-28']
const LEGACY: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']

export const NEWEST_MODERN = '2026-07-28'
/** What `initialize` asks for when no revision is known. */
export const NEWEST_LEGACY = '2025-11-25'

export function isModern (revision: string): boolean {
  return MODERN.includes(revision)
}

export function isLegacy (revision: string): boolean {
  return LEGACY.includes(revision)
}
