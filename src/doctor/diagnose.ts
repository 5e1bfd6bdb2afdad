// The `doctor` report: would the gateway work with this configuration? Runs all diagnoses; the functions that reach storage and
// authorization servers are passed in, so that doctor/ depends on neither.

import { randomBytes } from 'node:crypto'
import type { Authentication } from '../auth/authentication.ts'
import type { VerifiedGrant } from '../auth/grant.ts'
import { seenToken } from '../auth/hints/seen-token.ts'
import { PresentedToken } from '../auth/presented-token.ts'
import { createProber, type Prober } from '../check/prober.ts'
import type { Lookup } from '../check/route.ts'
import { authorizationServersOf, isAskedAboutTokens, type ConfiguredServer, type ServerConfig } from '../config/authorization-servers.ts'
import { hintContext } from '../config/hint-context.ts'
import { withMadeUpCredentials } from '../config/made-up-credentials.ts'
import type { ConfiguredEndpoint } from '../config/configured-endpoints.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Clock } from '../kernel/clock.ts'
import {
  answerOf, diagnoseCredentials, diagnoseKeys, diagnoseResource, diagnoseWrongCredentials, isInactive, isOnHttps, wasLate, type Answer
} from './answers.ts'
import { warning, type Diagnosis, type State } from './diagnosis.ts'
import { diagnoseEndpoint, diagnoseOtherEndpoint } from './endpoint-diagnosis.ts'
import { diagnoseTls, type TlsFiles } from './listener-diagnosis.ts'
import { diagnoseConnections, diagnoseNode, diagnosePort, diagnoseProofMemory, diagnoseStorage } from './machine-diagnosis.ts'
import { diagnoseSenderConstraint, takesBoundTokens } from './sender-constraint-diagnosis.ts'
import { createCautiousProber, diagnoseCors } from './cors-diagnosis.ts'
import {
  diagnoseClock, diagnoseForClients, diagnoseMetadata, lookForMetadata, type MetadataSeen, type Published
} from './server-metadata-diagnosis.ts'
import { serverPlace, type ServerPlace } from './server-place.ts'
import { diagnoseToken, type ToolLack } from './token-diagnosis.ts'
import { diagnoseTokenRules } from './token-rules-diagnosis.ts'
import { diagnoseTransactionEndpoint } from './transaction-diagnosis.ts'

export interface DoctorOptions {
  readonly loaded: LoadedConfig
  /** Of the running Node, such as `20.19.0`. */
  readonly nodeVersion: string
  /** How many connections of clients fit under the limit of open files; `undefined` where the system does not say. */
  readonly roomForConnections: number | undefined
  /** The scopes and details types that the tools need. */
  readonly published: Published
  /** The other endpoints of the process. */
  readonly endpoints?: readonly ConfiguredEndpoint[]
  /** Authenticates a token at one server as the gateway would, without a cache. */
  readonly authenticate: (server: ServerConfig, token: PresentedToken) => Promise<Authentication>
  /** Fetches the keys with which this server's JWTs are verified. @throws AuthorizationServerUnavailable (as a rejected promise) */
  readonly readKeys: (server: ServerConfig) => Promise<void>
  /** Authenticates a token at all servers, in the order of the gateway. */
  readonly authenticateAnywhere: (token: PresentedToken) => Promise<Authentication>
  /** For each tool that needs something of a grant: what every call of it lacks with this one, or `undefined`. */
  readonly lacks: (grant: VerifiedGrant) => ReadonlyArray<ToolLack | undefined>
  /** Reads the files of `tls` as the gateway would; `undefined` where another program terminates TLS. @throws GatewayError */
  readonly readTls: () => TlsFiles | undefined
  /** Opens the storage as the gateway would, and closes it. */
  readonly openStorage: () => Promise<void>
  /** Asks the memory of used DPoP proofs that gateways share; absent: there is none. */
  readonly askProofMemory?: (() => Promise<void>) | undefined
  /** The token of `--token-file`. */
  readonly token: PresentedToken | undefined
  readonly clock: Clock
  /** Of the names of hosts that a server names. Default: that of the system. */
  readonly lookup?: Lookup
}

export interface DoctorReport {
  readonly configuration: string
  readonly resource: string
  /** Whether the gateway would work: no problem was found. */
  readonly works: boolean
  readonly diagnoses: readonly Diagnosis[]
  readonly summary: Readonly<Record<State, number>>
}

const DEADLINE_MS = 60_000
/** For documents. The gateway has less time, but a slow server should be reported as slow, not as missing. */
const DOCUMENT_TIMEOUT_MS = 10_000
/** For a second attempt, when the first was not answered within the configured time. */
const SECOND_DEADLINE_MS = 15_000

export async function diagnose (options: DoctorOptions): Promise<DoctorReport> {
  const { loaded: { config, warnings, file }, clock } = options
  const servers = authorizationServersOf(config)
  const probing = { timeoutMs: DOCUMENT_TIMEOUT_MS, deadlineMs: DEADLINE_MS, clock }
  const prober = createProber(probing)
  const ownProber = createProber({ ...probing, anyCertificate: true })
  try {
    const diagnoses = [
      diagnoseNode(options.nodeVersion),
      diagnoseConnections(options.roomForConnections, config.limits.maxConnections),
      ...warnings.map(({ path, message }) => warning(
        `configuration.${path}`, message, 'Leave it if it is meant so; docs/configuration.md explains the member.'
      )),
      await diagnosePort(ownProber, config),
      ...diagnoseTls(config, options.readTls, clock.now()),
      ...diagnoseEndpoint(config),
      await diagnoseStorage(options.openStorage),
      ...(options.askProofMemory === undefined ? [] : [await diagnoseProofMemory(options.askProofMemory)]),
      ...(await Promise.all(servers.map(configured => diagnoseServer(prober, options, configured)))).flat(),
      diagnoseResource(config.resource.identifier, servers.map(({ server }) => server)),
      ...(options.endpoints ?? []).flatMap(diagnoseOtherEndpoint),
      ...options.token === undefined ? [] : await explainGiven(options, options.token, servers.map(({ server }) => server))
    ]
    return report(file, config.resource.identifier, diagnoses)
  } finally {
    prober.close()
    ownProber.close()
  }
}

async function diagnoseServer (prober: Prober, options: DoctorOptions, configured: ConfiguredServer): Promise<Diagnosis[]> {
  const { loaded: { config }, clock, published } = options
  const { server } = configured
  const place = serverPlace(configured)
  const { name } = place
  const [origin] = config.cors.allowedOrigins
  const seen = await lookForMetadata(prober, server.issuer, origin, clock.now)
  return [
    ...diagnoseMetadata(place, server, seen),
    ...diagnoseTokenRules(name, server),
    ...server.jwt === undefined ? [] : [await diagnoseKeys(place, server, () => options.readKeys(server))],
    ...isAskedAboutTokens(server) ? await askAboutMadeUp(place, options, server) : [],
    diagnoseClock(name, seen),
    ...seen.metadata === undefined ? [] : diagnoseForClients(name, seen.metadata, published, config),
    ...diagnoseSenderConstraint(name, server, seen.metadata?.document, config),
    ...seen.metadata === undefined || config.policy.transactionChallenge === undefined
      ? []
      : [diagnoseTransactionEndpoint(name, seen.metadata.document)],
    ...seen.metadata === undefined || origin === undefined ? [] : [await askAsPage(name, options, seen, origin)]
  ]
}

async function askAsPage (name: string, { clock, lookup }: DoctorOptions, seen: MetadataSeen, origin: string): Promise<Diagnosis> {
  const probing = { timeoutMs: DOCUMENT_TIMEOUT_MS, deadlineMs: DEADLINE_MS, clock }
  const prober = await createCautiousProber(seen.metadata?.issuer ?? '', probing, lookup)
  try {
    return await diagnoseCors(name, prober, seen, origin)
  } finally {
    prober.close()
  }
}

/** A server that does not answer in time gets a second attempt with more time, to tell a slow server from one that is down. */
async function askAboutMadeUp (place: ServerPlace, { authenticate }: DoctorOptions, server: ServerConfig): Promise<Diagnosis[]> {
  const madeUp = new PresentedToken(`doctor-${randomBytes(24).toString('base64url')}`)
  const answer = await answerOf(() => authenticate(server, madeUp))
  if (!wasLate(answer)) {
    const compared = await askWithMadeUpCredentials(place, server, madeUp, answer, authenticate)
    return [diagnoseCredentials(place, server, answer), ...compared]
  }
  const second = await answerOf(() => authenticate({ ...server, deadlineMs: Math.max(SECOND_DEADLINE_MS, server.deadlineMs) }, madeUp))
  const diagnosis = diagnoseCredentials(place, server, second)
  return wasLate(second)
    ? [diagnosis]
    : [
        diagnosis,
        warning(
        `${place.name}.speed`,
        `the first answer took longer than the ${server.deadlineMs} ms of ${place.member('deadlineMs')}`,
        'The gateway answers 503 whenever this happens. Find out what is slow (a first connection, a server that sleeps without ' +
          'requests), or allow more time.'
        )
      ]
}

async function askWithMadeUpCredentials (
  place: ServerPlace, server: ServerConfig, token: PresentedToken, own: Answer, authenticate: DoctorOptions['authenticate']
): Promise<Diagnosis[]> {
  const wrong = server.selfTest === 'full' ? withMadeUpCredentials(server) : undefined
  return wrong === undefined || !isInactive(own) ? [] : [diagnoseWrongCredentials(place, await answerOf(() => authenticate(wrong, token)))]
}

async function explainGiven (
  { loaded: { config }, authenticateAnywhere, lacks, clock }: DoctorOptions,
  token: PresentedToken,
  servers: readonly ServerConfig[]
): Promise<Diagnosis[]> {
  const { issuer } = servers.find(isOnHttps) ?? config.authorizationServer
  const seen = seenToken(token, clock.now())
  const context = { ...hintContext(config), issuer, seen, lacks, takesBoundTokens: takesBoundTokens(config) }
  return diagnoseToken(context, await answerOf(() => authenticateAnywhere(token)))
}

/** Of a configuration that cannot be read. */
export const UNKNOWN_RESOURCE = 'unknown'

export function report (configuration: string, resource: string, diagnoses: readonly Diagnosis[]): DoctorReport {
  const count = (state: State) => diagnoses.filter(diagnosis => diagnosis.state === state).length
  const summary = { good: count('good'), warning: count('warning'), problem: count('problem'), unknown: count('unknown') }
  return { configuration, resource, works: summary.problem === 0, diagnoses, summary }
}

const MARKS: Readonly<Record<State, string>> = { problem: 'PROBLEM', warning: 'warning', unknown: '?      ', good: 'ok     ' }

/** The report as text, problems first. */
export function formatDoctorReport ({ configuration, resource, works, diagnoses, summary }: DoctorReport): string {
  const order: readonly State[] = ['problem', 'warning', 'unknown', 'good']
  const lines = order.flatMap(state => diagnoses.filter(diagnosis => diagnosis.state === state).flatMap(({ check, found, remedy }) => [
    `${MARKS[state]}  ${check}: ${found}`,
    ...(remedy === undefined ? [] : [`         ${remedy}`, ''])
  ]))
  const verdict = works ? 'The gateway would work' : 'The gateway would not work'
  const last = `${verdict}: ${summary.problem} problem(s), ${summary.warning} warning(s).`
  const title = resource === UNKNOWN_RESOURCE ? configuration : `${configuration}, ${resource}`
  return `${[title, '', ...lines, '', last].join('\n')}\n`
}
