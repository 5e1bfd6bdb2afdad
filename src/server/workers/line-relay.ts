// Writes the log lines of several processes to one output without tearing them: two processes that write to one pipe tear each other's
// lines as soon as the pipe is full, so the primary writes for all. The lines are not parsed.

import type { Readable } from 'node:stream'

export interface LineDestination {
  /** False: full, until `drain`. */
  readonly write: (lines: string) => boolean
  readonly on: (event: 'drain', listener: () => void) => unknown
}

/** @see https://man7.org/linux/man-pages/man7/pipe.7.html on PIPE_BUF */
export function createLineRelay (destination: LineDestination): (source: Readable) => void {
  const sources = new Set<Readable>()
  let full = false
  destination.on('drain', () => {
    full = false
    for (const source of sources) source.resume()
  })

  function pass (lines: string): void {
    if (destination.write(lines) || full) return
    full = true
    for (const source of sources) source.pause()
  }

  return source => {
    let begun = ''
    sources.add(source)
    source.setEncoding('utf8')
    source.on('data', (text: string) => {
      const end = text.lastIndexOf('\n') + 1
      if (end === 0) {
        begun += text
        return
      }
      pass(begun + text.slice(0, end))
      begun = text.slice(end)
    })
    source.on('error', () => {})
    source.once('close', () => {
      sources.delete(source)
      // The process was killed in the middle of a line.
      if (begun !== '') pass(`${begun}\n`)
    })
    if (full) source.pause()
  }
}
