// The host of a URL that a tool is asked to open. Programs differ in how they read an unusual URL, so only plain ones have a host
// here: what one parser takes for a path is for another the host (https://url.spec.whatwg.org/#url-parsing).

const MAX_URL = 1024
/** Letters of other scripts are allowed: the parser writes them as Punycode. A user name, a backslash and `%` are not. */
const PLAIN_URL = /^[Hh][Tt][Tt][Pp][Ss]?:\/\/(?:[\p{L}\p{N}.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[/?#][^\s\\\p{Cc}\p{Cs}]*)?$/u
const HOST_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/
const IPV6 = /^\[[0-9a-f:.]+\]$/

/** In lower case, without a dot at its end, IPv6 in brackets; `undefined` for a URL that is not plain http or https. */
export function hostOfUrl (text: string): string | undefined {
  if (text.length > MAX_URL || !PLAIN_URL.test(text)) return undefined
  const host = hostName(text)?.replace(/\.$/, '')
  return host !== undefined && isHost(host) ? host : undefined
}

/** `URL.canParse` of Node.js 20 answers `false` for letters like `ü` once it is called often. */
function hostName (text: string): string | undefined {
  try {
    return new URL(text).hostname
  } catch {
    return undefined
  }
}

/** A host as it stands in a limit, or `.example.com` for all hosts below example.com. */
export function isHostPattern (text: string): boolean {
  return isHost(text.replace(/^\./, ''))
}

export function isHostWithin (host: string, pattern: string): boolean {
  return pattern.startsWith('.') ? host.endsWith(pattern) && host.length > pattern.length : host === pattern
}

function isHost (host: string): boolean {
  return host.length <= 253 && (HOST_NAME.test(host) || (IPV6.test(host) && hostName(`http://${host}`) === host))
}
