// The settings of the ticket shop, from environment variables. The launcher sets them from the configuration of the gateway, so that both
// have one storage and one authorization server.

import { isLoopbackHost } from '../kernel/loopback.ts'
import { problemOfClassAddress } from '../kernel/private-address.ts'
import { err, ok, type Result } from '../kernel/result.ts'

export interface SiteSettings {
  /** Where browsers find the shop, without a path: `http://localhost:3000`. */
  readonly origin: string
  readonly port: number
  /** Where it listens: `localhost`, or the one private address of a class. */
  readonly address: string
  /** The authorization server, written as the gateway has it: the issuer is part of who a person is. */
  readonly issuer: string
  readonly clientId: string
  /** Absent: a public client. */
  readonly clientSecret: string | undefined
  readonly storageUrl: string
  /** How long the gateway may go on to answer reading calls after a withdrawal; absent: not known here. */
  readonly readsEndAfterSeconds: number | undefined
}

const DEFAULT_PORT = 3000

export const SITE_VARIABLES = `  SITE_PORT             port on localhost (default ${DEFAULT_PORT})
  SITE_ADDRESS          one private address of this machine to listen at, in place of localhost, for a class: without
                        encryption, so SITE_ORIGIN and SITE_ISSUER may then be http at this address
  SITE_ORIGIN           where browsers find the shop (default http://localhost:SITE_PORT)
  SITE_ISSUER           issuer of the authorization server (default http://localhost:9000)
  SITE_CLIENT_ID        the client that logs people in (default ticket-shop)
  SITE_CLIENT_SECRET    its secret; none by default, as the client is public
  SITE_STORAGE          the storage of the gateway (default sqlite:./data/tickets.db)
  SITE_READS_END_AFTER  seconds for which the gateway keeps an answer about a token`

/** An error is one sentence that names the variable, and never its value. */
export function readSiteSettings (env: Readonly<Record<string, string | undefined>>): Result<SiteSettings, string> {
  const given = (name: string) => env[name] === '' ? undefined : env[name]
  const port = wholeNumber(given('SITE_PORT') ?? String(DEFAULT_PORT), 65_535)
  if (port === undefined) return err('SITE_PORT: expected a port number')
  const address = given('SITE_ADDRESS') ?? 'localhost'
  const problem = address === 'localhost' ? undefined : problemOfClassAddress(address)
  if (problem !== undefined) return err(`SITE_ADDRESS: ${problem}`)
  const origin = given('SITE_ORIGIN') ?? `http://${address}:${port}`
  if (!isOrigin(origin, address)) {
    return err('SITE_ORIGIN: expected an origin such as https://shop.example, with https except on this machine')
  }
  const issuer = given('SITE_ISSUER') ?? 'http://localhost:9000'
  const isUsable = URL.canParse(issuer) && isSecure(new URL(issuer), address)
  if (!isUsable) return err('SITE_ISSUER: expected a URL, with https except on this machine')
  const reads = given('SITE_READS_END_AFTER')
  const readsEndAfterSeconds = reads === undefined ? undefined : wholeNumber(reads, 86_400)
  if (reads !== undefined && readsEndAfterSeconds === undefined) return err('SITE_READS_END_AFTER: expected a number of seconds')
  return ok({
    origin,
    port,
    address,
    issuer,
    clientId: given('SITE_CLIENT_ID') ?? 'ticket-shop',
    clientSecret: given('SITE_CLIENT_SECRET'),
    storageUrl: given('SITE_STORAGE') ?? 'sqlite:./data/tickets.db',
    readsEndAfterSeconds
  })
}

function wholeNumber (text: string, largest: number): number | undefined {
  return /^\d{1,6}$/.test(text) && Number(text) <= largest ? Number(text) : undefined
}

function isOrigin (text: string, address: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && isSecure(new URL(text), address)
}

function isSecure ({ protocol, hostname }: URL, address: string): boolean {
  return protocol === 'https:' || (protocol === 'http:' && (isLoopbackHost(hostname) || hostname === address))
}
