// Paths of files as texts: which are in plain form, and which lie below a folder. A path that is not in plain form is refused and never
// cleaned up, because the server that opens it may clean it up in another way. Symbolic links are not seen here.

const MAX_PATH = 1024

/** Begins with `/`; no empty, `.` or `..` segment; no backslash and no control character. `/` alone is the root. */
export function isAbsolutePath (text: string): boolean {
  if (text === '/') return true
  if (!text.startsWith('/') || text.length > MAX_PATH || /[\p{Cc}\p{Cs}\\]/u.test(text)) return false
  return text.slice(1).split('/').every(segment => segment !== '' && segment !== '.' && segment !== '..')
}

/** Whether the path is the folder, or below it. Compared by whole segments: `/srv/ap` does not contain `/srv/apollo`. */
export function isWithin (path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`)
}
