// The key of the audit chain, from a file: its holder can write lines that verify, so it belongs neither into the configuration nor
// beside the audit log.

import { readFileSync } from 'node:fs'
import { err, ok, type Result } from '../kernel/result.ts'

const LEAST_BYTES = 32

/** @returns the bytes of the file without blanks at its end, or what is wrong, without the content */
export function readAuditKey (path: string): Result<Buffer, string> {
  try {
    const key = Buffer.from(readFileSync(path, 'latin1').trimEnd(), 'latin1')
    return key.length >= LEAST_BYTES ? ok(key) : err(`expected at least ${LEAST_BYTES} bytes, such as those of: openssl rand -base64 48`)
  } catch (error) {
    return err(`the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
}
