// The first JSON-RPC response in an event stream: tells when enough of the stream has arrived.
// Every byte is looked at once, however small the pieces are: a hostile server sends 256 kB in pieces of one byte.

import { StringDecoder } from 'node:string_decoder'
import { isJsonObject } from '../kernel/json.ts'
import { parseJson } from './json-text.ts'

/** @returns feeds on the pieces of a stream; true as soon as an event held a result or an error */
export function createMessageWatch (): (piece: Buffer) => boolean {
  const decoder = new StringDecoder('utf8')
  let data: string[] = []
  let line: string[] = []
  let afterReturn = false
  let begun = false

  function endLine (): boolean {
    const text = line.join('')
    line = []
    if (text.startsWith('data:')) data.push(text.slice('data:'.length).trimStart())
    if (text !== '') return false
    const event = data.join('\n')
    data = []
    // A quarter of a million empty events would throw as often.
    if (!event.startsWith('{')) return false
    const message = parseJson(event)
    return isJsonObject(message) && ('result' in message || 'error' in message)
  }

  return piece => {
    let found = false
    let start = 0
    const decoded = decoder.write(piece)
    // One byte order mark at the beginning belongs to no line.
    const text = !begun && decoded.startsWith('\uFEFF') ? decoded.slice(1) : decoded
    begun ||= decoded !== ''
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at]
      // CR, LF and CRLF each end one line: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
      if (character === '\n' && afterReturn) start = at + 1
      else if (character === '\n' || character === '\r') {
        line.push(text.slice(start, at))
        start = at + 1
        found = endLine() || found
      }
      afterReturn = character === '\r'
    }
    if (start < text.length) line.push(text.slice(start))
    return found
  }
}
