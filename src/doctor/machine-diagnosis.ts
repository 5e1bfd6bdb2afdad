// Diagnoses the machine: the version of Node.js, the port, the storage.

import { once } from 'node:events'
import { createServer } from 'node:net'
import { jsonOf, statusOf } from '../check/outcome.ts'
import type { Prober } from '../check/prober.ts'
import type { GatewayConfig } from '../config/schema.ts'
import { isJsonObject } from '../kernel/json.ts'
import { describe } from './answers.ts'
import { good, problem, unknown, warning, type Diagnosis } from './diagnosis.ts'

/** @param version `20.19.0` */
export function diagnoseNode (version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 19)
    ? good('node', `Node.js ${version}`)
    : problem('node', `Node.js ${version}`, 'Install Node.js 20.19 or newer; 24 is recommended.')
}

/** @param room how many fit under the limit of open files; `undefined` where the system does not say */
export function diagnoseConnections (room: number | undefined, maxConnections: number): Diagnosis {
  if (room === undefined) return unknown('connections', `${maxConnections}; how many files a process may open is not known on this system`)
  return room >= maxConnections
    ? good('connections', `${maxConnections}, and a process may open enough files for them`)
    : warning(
      'connections',
      `a process started like this one may keep ${room}, and limits.maxConnections is ${maxConnections}`,
      'Raise the limit of open files (ulimit -n, LimitNOFILE= of systemd), or lower limits.maxConnections; otherwise the gateway lowers it.'
    )
}

/**
 * Whether the port is free, or used by a running gateway.
 * @param prober accepts any certificate, because the certificate does not name the address used here
 */
export async function diagnosePort (prober: Prober, { host, port, tls }: Listener): Promise<Diagnosis> {
  if (port === 0) return good('port', 'any free port')
  const failure = await tryToListen(host, port)
  if (failure === undefined) return good('port', `${port} is free`)
  switch (failure) {
    case 'EADDRINUSE': {
      return await isGatewayRunning(prober, { host, port, tls })
        ? good('port', `${port} is taken, by a gateway that is running`)
        : problem(
          'port',
          `${port} is taken by another program`,
          'Stop that program, or choose another port with PORT (and RESOURCE_IDENTIFIER, when clients come to the port directly).'
        )
    }
    case 'EACCES': return problem(
      'port', `${port} may not be opened by this user`, 'Choose a port above 1023 with PORT, or have a proxy listen in front.'
    )
    case 'EADDRNOTAVAIL': case 'ENOTFOUND': return problem(
      'port',
      'the host to listen on is no address of this machine',
      'Set HOST to localhost, to 0.0.0.0 for every address, or to an address this machine has.'
    )
    default: return problem('port', `listening failed with ${failure}`, 'Check HOST and PORT.')
  }
}

type Listener = Pick<GatewayConfig, 'host' | 'port'> & { readonly tls?: GatewayConfig['tls'] | undefined }

/** A URL of a gateway that listens as configured, for this machine. */
export function localUrl ({ host, port, tls }: Listener, path: string): URL {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  return new URL(`${tls === undefined ? 'http' : 'https'}://${name}:${port}${path}`)
}

export async function isGatewayRunning (prober: Prober, listener: Listener): Promise<boolean> {
  if (listener.port === 0) return false
  const health = await prober.send({ url: localUrl(listener, '/health') })
  const body = jsonOf(health)
  return statusOf(health) === 200 && isJsonObject(body) && body.status === 'alive'
}

/** @returns the code of the system error; `undefined` on success */
async function tryToListen (host: string, port: number): Promise<string | undefined> {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  }
  const closed = once(server, 'close')
  server.close()
  await closed
  return undefined
}

/** @param open opens the storage as the gateway would, and closes it */
export async function diagnoseStorage (open: () => Promise<void>): Promise<Diagnosis> {
  try {
    await open()
    return good('storage', 'opens, and its schema is the one of this version')
  } catch (failure) {
    return problem(
      'storage',
      describe(failure),
      'Check STORAGE_URL: that the directory exists and may be written, or that the database server runs and knows the user. ' +
        'docs/errors.md explains the code.'
    )
  }
}

/** @param ask asks the memory of used DPoP proofs that gateways share, as the gateway would */
export async function diagnoseProofMemory (ask: () => Promise<void>): Promise<Diagnosis> {
  try {
    await ask()
    return good('proof-memory', 'the memory of used proofs answers')
  } catch (failure) {
    return problem(
      'proof-memory',
      describe(failure),
      'Check DPOP_PROOF_MEMORY_URL (dpop.proofMemoryUrl): that the server runs and takes the password. ' +
        'Without it no DPoP proof is accepted.'
    )
  }
}
