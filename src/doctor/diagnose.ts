// Would the gateway work, as it is configured here? Puts the questions together; what is asked of whom is handed in.

import { randomBytes } from 'node:crypto'
import type { Authentication } from '../auth/authentication.ts'
import { PresentedToken } from '../auth/presented-token.ts'
import { createProber, type Prober } from '../check/prober.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Clock } from '../kernel/clock.ts'
import { answerOf, diagnoseCredentials, diagnoseKeys, diagnoseResource, diagnoseToken, isOnHttps, wasLate } from './answers.ts'
import { warning, type Diagnosis, type State } from './diagnosis.ts'
import { diagnoseTls, type TlsFiles } from './listener-diagnosis.ts'
import { diagnoseNode, diagnosePort, diagnoseStorage } from './machine-diagnosis.ts'
import { diagnoseSenderConstraint, takesBoundTokens } from './sender-constraint-diagnosis.ts'
import { diagnoseClock, diagnoseCors, diagnoseForClients, diagnoseMetadata, lookForMetadata, type Published, type ServerConfig } from './server-metadata-diagnosis.ts'
import { serverPlace, type ServerPlace } from './server-place.ts'

export interface Patient {
  readonly loaded: LoadedConfig
  /** Of the running Node, such as `20.19.0`. */
  readonly nodeVersion: string
  /** What the tools ask for. */
  readonly published: Published
  /** Asks this one server about a token, as the gateway would, past every cache. */
  readonly authenticate: (server: ServerConfig, token: PresentedToken) => Promise<Authentication>
  /** Fetches the keys with which this server's JWTs are verified. @throws AuthorizationServerUnavailable (as a rejected promise) */
  readonly readKeys: (server: ServerConfig) => Promise<void>
  /** Asks all of them, in the gateway's order. */
  readonly authenticateAnywhere: (token: PresentedToken) => Promise<Authentication>
  /** Reads the files of `tls` as the gateway would; `undefined` where it ends no TLS. @throws GatewayError */
  readonly readTls: () => TlsFiles | undefined
  /** Opens the storage as the gateway would, and closes it. */
  readonly openStorage: () => Promise<void>
  /** A token to be explained. */
  readonly token: PresentedToken | undefined
  readonly clock: Clock
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
/** For documents: a doctor can wait longer than a gateway. */
const DOCUMENT_TIMEOUT_MS = 10_000
/** For a second question, when the first was not answered within the time that is configured. */
const PATIENT_DEADLINE_MS = 15_000

export async function diagnose (patient: Patient): Promise<DoctorReport> {
  const { loaded: { config, warnings, file }, clock } = patient
  const servers = [config.authorizationServer, ...config.furtherAuthorizationServers]
  const probing = { timeoutMs: DOCUMENT_TIMEOUT_MS, deadlineMs: DEADLINE_MS, clock }
  const prober = createProber(probing)
  const ownProber = createProber({ ...probing, anyCertificate: true })
  try {
    const diagnoses = [
      diagnoseNode(patient.nodeVersion),
      ...warnings.map(({ path, message }) => warning(`configuration.${path}`, message, 'Leave it if it is meant so; docs/configuration.md explains the member.')),
      await diagnosePort(ownProber, config),
      ...diagnoseTls(config, patient.readTls, clock.now()),
      await diagnoseStorage(patient.openStorage),
      ...(await Promise.all(servers.map((server, index) => diagnoseServer(prober, patient, server, serverPlace(index))))).flat(),
      diagnoseResource(config.resource.identifier, servers),
      ...patient.token === undefined ? [] : await explainGiven(patient, patient.token, servers)
    ]
    return report(file, config.resource.identifier, diagnoses)
  } finally {
    prober.close()
    ownProber.close()
  }
}

async function diagnoseServer (prober: Prober, patient: Patient, server: ServerConfig, place: ServerPlace): Promise<Diagnosis[]> {
  const { loaded: { config }, clock, published } = patient
  const { name } = place
  const [origin] = config.cors.allowedOrigins
  const seen = await lookForMetadata(prober, server.issuer, origin, clock.now)
  return [
    ...diagnoseMetadata(place, server, seen),
    ...server.jwt === undefined ? [] : [await diagnoseKeys(place, server, () => patient.readKeys(server))],
    ...server.introspection === undefined && server.authlete === undefined ? [] : await askAboutMadeUp(place, patient, server),
    diagnoseClock(name, seen),
    ...seen.metadata === undefined ? [] : diagnoseForClients(name, seen.metadata, published, config),
    ...diagnoseSenderConstraint(name, server, seen.metadata?.document, config),
    ...seen.metadata === undefined || origin === undefined ? [] : [await diagnoseCors(name, prober, seen, origin)]
  ]
}

/** Slow is something else than down: who is not answered in time is asked once more. */
async function askAboutMadeUp (place: ServerPlace, { authenticate }: Patient, server: ServerConfig): Promise<Diagnosis[]> {
  const madeUp = new PresentedToken(`doctor-${randomBytes(24).toString('base64url')}`)
  const answer = await answerOf(() => authenticate(server, madeUp))
  if (!wasLate(answer)) return [diagnoseCredentials(place, server, answer)]
  const second = await answerOf(() => authenticate({ ...server, deadlineMs: Math.max(PATIENT_DEADLINE_MS, server.deadlineMs) }, madeUp))
  const diagnosis = diagnoseCredentials(place, server, second)
  return wasLate(second) ? [diagnosis] : [diagnosis, warning(`${place.name}.speed`, `the first answer took longer than the ${server.deadlineMs} ms of ${place.member('deadlineMs')}`, 'The gateway answers 503 whenever this happens. Find out what is slow (a first connection, a server that sleeps when nobody asks), or allow more time.')]
}

async function explainGiven ({ loaded: { config }, authenticateAnywhere }: Patient, token: PresentedToken, servers: readonly ServerConfig[]): Promise<Diagnosis[]> {
  const { issuer } = servers.find(isOnHttps) ?? config.authorizationServer
  return diagnoseToken({ resource: config.resource.identifier, issuer, takesBoundTokens: takesBoundTokens(config) }, await answerOf(() => authenticateAnywhere(token)))
}

export function report (configuration: string, resource: string, diagnoses: readonly Diagnosis[]): DoctorReport {
  const count = (state: State) => diagnoses.filter(diagnosis => diagnosis.state === state).length
  const summary = { good: count('good'), warning: count('warning'), problem: count('problem'), unknown: count('unknown') }
  return { configuration, resource, works: summary.problem === 0, diagnoses, summary }
}

const MARKS: Readonly<Record<State, string>> = { problem: 'PROBLEM', warning: 'warning', unknown: '?      ', good: 'ok     ' }

/** For people: what is wrong first. */
export function formatDoctorReport ({ configuration, resource, works, diagnoses, summary }: DoctorReport): string {
  const order: readonly State[] = ['problem', 'warning', 'unknown', 'good']
  const lines = order.flatMap(state => diagnoses.filter(diagnosis => diagnosis.state === state).flatMap(({ check, found, remedy }) => [
    `${MARKS[state]}  ${check}: ${found}`,
    ...(remedy === undefined ? [] : [`         ${remedy}`, ''])
  ]))
  const verdict = works ? 'The gateway would work' : 'The gateway would not work'
  return `${[`${configuration}, ${resource}`, '', ...lines, '', `${verdict}: ${summary.problem} problem(s), ${summary.warning} warning(s).`].join('\n')}\n`
}
