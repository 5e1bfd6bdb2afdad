// Tells gateways that a person has withdrawn a grant, so that the next call asks about its token again (docs/operations.md). A gateway that
// does not answer changes nothing here: the grant is gone, and the gateway learns it when its cached answer ends.

export interface NoticeAddress {
  /** Of `POST /recheck`. */
  readonly url: string
  readonly secret: string
}

export interface RecheckNotices {
  /** Whether there are gateways to tell. */
  readonly areSent: boolean
  /** Resolves with whether every gateway has noted it. Never rejects. */
  readonly tell: (subject: string, clientId: string) => Promise<boolean>
}

const TIMEOUT_MS = 1000

export function createRecheckNotices (
  addresses: readonly NoticeAddress[], issuer: string, log: (line: string) => void
): RecheckNotices {
  async function tellOne ({ url, secret }: NoticeAddress, body: string): Promise<boolean> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS)
      })
      await response.body?.cancel()
      if (response.ok) return true
      log(`a gateway did not take the notice of a withdrawal: status ${response.status}`)
    } catch {
      log('a gateway could not be told of a withdrawal: it does not answer')
    }
    return false
  }

  return {
    areSent: addresses.length > 0,
    async tell (subject, clientId) {
      const body = JSON.stringify({ issuer, subject, client_id: clientId })
      return (await Promise.all(addresses.map(address => tellOne(address, body)))).every(isNoted => isNoted)
    }
  }
}
