// A visit of the doctor to a configuration and a server in good order, for tests that spoil one thing.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { runDoctor } from '../../src/cli/doctor-command.ts'
import type { DoctorReport } from '../../src/doctor/diagnose.ts'
import {
  answers, answersJson, startStubAuthorizationServer, type Behaviour, type StubAuthorizationServer
} from './stub-authorization-server.ts'

export const DOCTOR_SECRET = 'introspection-secret-of-the-doctor'
export const DOCTOR_ORIGIN = 'http://localhost:6274'
export const READ_SCOPE = 'mcp:tickets:read'

export type Members = Readonly<Record<string, unknown>>

export interface Visit { readonly status: number, readonly text: string, readonly report: DoctorReport, readonly complaints: string }

export const terminal = () => {
  const written = { text: '', complaints: '' }
  return { written, write: (text: string) => { written.text += text }, writeError: (text: string) => { written.complaints += text } }
}

export async function visit (members: Members | string, { args = [], env = {} }: {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
} = {}): Promise<Visit> {
  const sources = {
    env: { GATEWAY_CONFIG: 'doctor.json', ...env },
    readFile: () => typeof members === 'string' ? members : JSON.stringify(members)
  }
  const json = terminal()
  const status = await runDoctor([...args, '--json'], json, sources)
  return {
    status,
    text: json.written.text,
    complaints: json.written.complaints,
    report: JSON.parse(json.written.text || '{}') as DoctorReport
  }
}

export function configuration (issuer: string, more: Members = {}): Members {
  return {
    port: 0,
    resource: { identifier: 'http://localhost:3443/mcp' },
    authorizationServer: { issuer, introspection: { clientId: 'mcp-server', clientSecret: DOCTOR_SECRET } },
    policy: { authorizationDetailsWhenAbsent: 'deny' },
    storage: { url: 'sqlite::memory:' },
    cors: { allowedOrigins: [DOCTOR_ORIGIN] },
    ...more
  }
}

/** A server in good order, for tests that spoil one thing. */
export async function startServer (
  t: Test, more: Members = {}, headers: Readonly<Record<string, string>> = {}
): Promise<StubAuthorizationServer> {
  const server = await startStubAuthorizationServer()
  t.teardown(server.close)
  const open: Behaviour = answers(204, '', { 'access-control-allow-origin': '*' })
  server.on('/.well-known/oauth-authorization-server',
    answers(200, JSON.stringify({ ...documentOf(server.origin), ...more }), { 'access-control-allow-origin': '*', ...headers }))
  server.on('/introspect', (request, response, socket) => {
    const credentials = Buffer.from((request.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString()
    const answer = credentials.endsWith(`:${DOCTOR_SECRET}`) ? answersJson({ active: false }) : answers(401, '{"error":"invalid_client"}')
    answer(request, response, socket)
  })
  server.on('/token', open)
  server.on('/register', open)
  return server
}

export const documentOf = (issuer: string) => {
  return {
    issuer,
    introspection_endpoint: `${issuer}/introspect`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    scopes_supported: [READ_SCOPE, 'mcp:tickets:write'],
    authorization_details_types_supported: ['ticket-reservation'],
    code_challenge_methods_supported: ['S256']
  }
}

export const troubles = ({ report }: Visit) => report.diagnoses.filter(({ state }) => state === 'problem' || state === 'warning').map(({ check, state }) => `${state} ${check}`)
export const found = ({ report }: Visit, check: string) =>
  report.diagnoses.find(diagnosis => diagnosis.check === check) ?? { state: 'absent', found: '', remedy: '' }

export function temporaryDirectory (t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'doctor-'))
  t.teardown(() => { rmSync(directory, { recursive: true, force: true }) })
  return directory
}
