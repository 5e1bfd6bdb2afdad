// The program of the practice server: reads its variables, prints a line when it is ready, ends on SIGINT or SIGTERM.

import { isLoopbackHost } from '../kernel/loopback.ts'
import { readClassroom } from './classroom.ts'
import { DEFAULT_RESOURCE, DEFAULT_SHOP } from './endpoints.ts'
import { MAX_PEOPLE } from './class-accounts.ts'
import type { NoticeAddress } from './grants/recheck-notices.ts'
import { createPracticeServer } from './practice-server.ts'

const DEFAULT_PORT = 9000

const HELP = `An OAuth 2.1 authorization server for practice. Never use it to protect anything.

Usage: npm run local-as

Environment:
  PRACTICE_AS_PORT      port on localhost (default ${DEFAULT_PORT})
  PRACTICE_AS_GATEWAY   resource identifiers of gateways that it issues tokens for, separated by
                        commas: it asks each for its scopes and authorization details types
  PRACTICE_AS_RESOURCE  resource identifiers with the tickets of the tutorial, which it does not ask,
                        separated by commas (default ${DEFAULT_RESOURCE},
                        or none with PRACTICE_AS_GATEWAY)
  PRACTICE_AS_SHOP      origin of the ticket shop, which logs people in (default ${DEFAULT_SHOP})
  PRACTICE_AS_LAB       1 switches the page /lab on, which makes one thing wrong on purpose
  PRACTICE_AS_PEOPLE    accounts of a class, 1 to ${MAX_PEOPLE}: user01 / user01, user02 / user02 and so on
  PRACTICE_AS_TOKEN_SECONDS  life of access tokens (default 86400)
  PRACTICE_AS_SHARED_SECRET  signs access tokens (HS256, a list in scope) in place of opaque ones;
                        32 characters or more, the same as JWT_SHARED_SECRET of the gateway
  PRACTICE_AS_CLIENTS   a file that keeps registered clients over a restart
  PRACTICE_AS_NOTICES   where a gateway takes notices of withdrawn grants, such as http://localhost:3446/recheck;
                        needs PRACTICE_AS_NOTICES_SECRET, which is notices.secret of the gateway
  PRACTICE_AS_ADDRESS   one network address of this machine to listen at, in place of localhost, for a class:
                        needs PRACTICE_AS_CLASSROOM=everyone-on-this-network, and with the lab
                        PRACTICE_AS_TEACHER_SECRET of 12 characters or more

Accounts: inga / inga, taro / taro.
Clients without a registration: practice-machine (client credentials), practice-enterprise-app (assertions of the
identity provider at /idp, whose client is practice-idp-app). docs/clients.md has their secrets.
Grants and tokens are forgotten when it stops, and clients too without PRACTICE_AS_CLIENTS.`

const [argument] = process.argv.slice(2)
if (argument === '--help' || argument === '-h') console.log(HELP)
else if (argument !== undefined) fail(`unknown argument ${argument}; --help lists the variables`)
else {
  const [resources, gateways] = [readResources('PRACTICE_AS_RESOURCE'), readResources('PRACTICE_AS_GATEWAY')]
  await run(readPort(process.env['PRACTICE_AS_PORT']), resources, gateways, readShop())
}

async function run (
  port: number, resources: readonly string[] | undefined, gateways: readonly string[] | undefined, shop: string | undefined
): Promise<void> {
  try {
    const classroom = readClassroom(process.env)
    if (!classroom.ok) fail(classroom.error)
    const { address, lab } = classroom.value
    const people = readCount('PRACTICE_AS_PEOPLE', MAX_PEOPLE)
    const tokenSeconds = readCount('PRACTICE_AS_TOKEN_SECONDS', 86_400)
    const clientsFile = process.env['PRACTICE_AS_CLIENTS']
    const notices = readNotices()
    const sharedSecret = readSecret()
    const server = await createPracticeServer({
      port,
      ...(address !== undefined && { host: address }),
      ...(lab !== undefined && { lab }),
      ...(people !== undefined && { people }),
      ...(tokenSeconds !== undefined && { accessTokenTtlSeconds: tokenSeconds }),
      ...(clientsFile !== undefined && clientsFile !== '' && { clientsFile }),
      ...(sharedSecret !== undefined && { sharedSecret }),
      ...(resources !== undefined && { resources }),
      ...(gateways !== undefined && { gateways }),
      ...(shop !== undefined && { shop }),
      ...(notices !== undefined && { notices }),
      log: line => { console.log(line) }
    })
    const end = (): void => {
      server.close().then(() => process.exit(0), () => process.exit(1))
    }
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
    console.log(`practice authorization server ready: ${server.issuer}`)
    console.log('for practice only: everyone knows the passwords (inga / inga, taro / taro) and nothing is kept')
    if (!isLoopbackHost(new URL(server.issuer).hostname)) {
      console.log(`CLASSROOM: everybody on the network of ${address ?? ''} reaches this server, without encryption; practice data only`)
    }
    if (lab !== undefined) console.log(`lab: ${server.issuer}/lab`)
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && problem.code === 'EADDRINUSE') {
      fail(`port ${port} on localhost is in use; end what runs there or set PRACTICE_AS_PORT to another port`)
    }
    if (problem instanceof Error && 'code' in problem && problem.code === 'EACCES') {
      fail(`port ${port} on localhost may not be used by this user; set PRACTICE_AS_PORT to one above 1023`)
    }
    throw problem
  }
}

function readPort (text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (port <= 65_535) return port
  return fail('PRACTICE_AS_PORT: expected a port number from 0 to 65535')
}

function readResources (variable: 'PRACTICE_AS_RESOURCE' | 'PRACTICE_AS_GATEWAY'): readonly string[] | undefined {
  const text = process.env[variable]
  if (text === undefined || text === '') return undefined
  const resources = text.split(',').map(item => item.trim())
  const wanted = variable === 'PRACTICE_AS_GATEWAY' ? 'http and https URLs' : 'absolute URIs'
  const isWanted = (uri: string) => variable === 'PRACTICE_AS_RESOURCE' || /^https?:/i.test(uri)
  if (resources.every(resource => URL.canParse(resource) && !resource.includes('#') && isWanted(resource))) return resources
  return fail(`${variable}: expected ${wanted} without a fragment, separated by commas`)
}

function readShop (): string | undefined {
  const text = process.env['PRACTICE_AS_SHOP']
  if (text === undefined || text === '') return undefined
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text) return text
  return fail('PRACTICE_AS_SHOP: expected an origin such as http://localhost:3000')
}

function readNotices (): readonly [NoticeAddress] | undefined {
  const { PRACTICE_AS_NOTICES: url = '', PRACTICE_AS_NOTICES_SECRET: secret = '' } = process.env
  if (url === '') return undefined
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return fail('PRACTICE_AS_NOTICES: expected an http or https URL')
  if (!/^[\w.~+/=-]+$/.test(secret)) return fail('PRACTICE_AS_NOTICES_SECRET: missing; expected the notices.secret of the gateway')
  return [{ url, secret }]
}

function readSecret (): string | undefined {
  const text = process.env['PRACTICE_AS_SHARED_SECRET']
  if (text === undefined || text === '') return undefined
  return text.length >= 32 ? text : fail('PRACTICE_AS_SHARED_SECRET: expected 32 characters or more')
}

function readCount (variable: string, max: number): number | undefined {
  const text = process.env[variable]
  if (text === undefined || text === '') return undefined
  const count = /^\d{1,6}$/.test(text) ? Number(text) : NaN
  if (count >= 1 && count <= max) return count
  return fail(`${variable}: expected a whole number from 1 to ${max}`)
}

function fail (message: string): never {
  console.error(`practice authorization server: ${message}`)
  process.exit(1)
}
