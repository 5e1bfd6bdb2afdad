// The challenge of a refusal, member by member, and the remedy in it (RFC 6750 section 3, draft-ietf-oauth-rar-metadata-remediation). The
// client decodes the same text.

export interface DecodedChallenge {
  readonly scheme: string
  readonly members: ReadonlyArray<readonly [name: string, value: string]>
  /** The elements to ask the person for; `undefined`: the refusal has no remedy. */
  readonly remedy: unknown
}

export function decodeChallenge (challenge: string): DecodedChallenge {
  const [, scheme = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(challenge) ?? []
  const members = [...rest.matchAll(/([\w-]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => {
    return [name, value.replace(/\\(.)/g, '$1')] as const
  })
  const encoded = members.find(([name]) => name === 'authorization_remediation')?.[1]
  return { scheme, members, remedy: encoded === undefined ? undefined : remedyIn(encoded) }
}

function remedyIn (encoded: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0))
    const remediation = JSON.parse(new TextDecoder().decode(bytes)) as { readonly authorization_details?: unknown }
    return remediation.authorization_details ?? remediation
  } catch {
    return undefined
  }
}
