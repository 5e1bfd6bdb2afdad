// The value of a header that mirrors a part of the body
// (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http#value-encoding).

const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** The text as it is, or in base64 where a header cannot hold it or would be read as base64. */
export function encodeHeaderValue (text: string): string {
  return PLAIN.test(text) && !text.startsWith('=?') ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`
}
