// The listeners of the app, one for each address that it listens on, under one table of connections. Fastify makes a second server
// for `localhost` (127.0.0.1 and ::1), which app.server does not know: limits that are set there would not hold for every client.

import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import http, { type RequestListener, type Server } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { GatewayConfig } from '../config/schema.ts'
import { answerClientError } from '../http/routes/unrouted.ts'
import { OTHER_HEADERS_BYTES } from '../kernel/token-length.ts'
import type { ConnectionTable } from '../listener/connection-table.ts'
import { guardServer } from '../listener/guarded-server.ts'
import { readTlsOptions, type TlsOptions } from './tls.ts'

/** How often Node checks the time-outs for headers and requests. */
const SLOWNESS_CHECK_MS = 1000
const IDLE_CHECK_MS = 50
const BACKLOG = 4096

type AddressesOf = (host: string) => Promise<ReadonlyArray<{ readonly address: string }>>

export interface Listeners {
  /** For Fastify; called once. */
  readonly serverFactory: (handler: RequestListener) => Server
  /**
   * @param addressesOf the addresses of `localhost`
   * @returns the address of the first listener, such as `http://127.0.0.1:3443`
   */
  readonly listen: (
    app: FastifyInstance, at: { readonly host: string, readonly port: number }, addressesOf?: AddressesOf
  ) => Promise<string>
  /** After a reload: Node reads these from the server at each use. */
  readonly applyLimits: (limits: GatewayConfig['limits']) => void
  /** For new connections; open ones stay. Without effect where TLS is off. */
  readonly renewCertificate: (renewed: TlsOptions) => void
  readonly closeIdleConnections: () => void
  readonly getConnections: (callback: (error: Error | null, count: number) => void) => void
  /** Ends the listeners that Fastify does not know. */
  readonly closeOthers: () => Promise<void>
}

export function createListeners ({ limits, tls }: Pick<GatewayConfig, 'limits' | 'tls'>, table: ConnectionTable): Listeners {
  const servers: Server[] = []
  let answer: RequestListener = (_request, response) => { response.destroy() }
  let current = limits
  let certificate = tls === undefined ? undefined : readTlsOptions(tls)

  function createServer (): Server {
    const options = {
      maxHeaderSize: limits.tokenCharacters + OTHER_HEADERS_BYTES,
      connectionsCheckingInterval: SLOWNESS_CHECK_MS
    }
    const server = certificate === undefined
      ? http.createServer(options)
      : https.createServer({ ...options, ...certificate, handshakeTimeout: limits.headersTimeoutMs })
    guardServer(server, table, (request, response) => { answer(request, response) })
    // Node drops the fields beyond this number silently; 0: none. The size of all of them is limited above.
    server.maxHeadersCount = 0
    setTimeouts(server, current)
    servers.push(server)
    return server
  }

  async function listenBeside (first: AddressInfo, host: string, addressesOf: AddressesOf): Promise<void> {
    const addresses = await addressesOf(host).catch(() => [])
    for (const { address } of addresses) {
      if (address === first.address) continue
      const server = createServer().on('clientError', answerClientError)
      server.listen({ host: address, port: first.port, backlog: BACKLOG })
      // One of the addresses of localhost may be switched off on this machine.
      await once(server, 'listening').catch(() => { servers.splice(servers.indexOf(server), 1) })
    }
  }

  return {
    serverFactory (handler) {
      answer = handler
      return createServer()
    },
    async listen (app, { host, port }, addressesOf = name => lookup(name, { all: true })) {
      const address = await app.listen({ host, port, backlog: BACKLOG })
      if (host === 'localhost') await listenBeside(app.server.address() as AddressInfo, host, addressesOf)
      return address
    },
    applyLimits (changed) {
      current = changed
      for (const server of servers) setTimeouts(server, changed)
    },
    renewCertificate (renewed) {
      certificate = renewed
      for (const server of servers) if (server instanceof https.Server) server.setSecureContext(renewed)
    },
    closeIdleConnections: table.closeIdle,
    getConnections (callback) { callback(null, table.open()) },
    async closeOthers () {
      await Promise.all(servers.slice(1).filter(({ listening }) => listening).map(async server => {
        const closed = once(server, 'close')
        server.close()
        await closed
      }))
    }
  }
}

function setTimeouts (server: Server, { headersTimeoutMs, requestTimeoutMs, idleTimeoutMs }: GatewayConfig['limits']): void {
  // Node refuses to give the headers more time than the whole request.
  server.headersTimeout = Math.min(headersTimeoutMs, requestTimeoutMs)
  server.requestTimeout = requestTimeoutMs
  server.keepAliveTimeout = idleTimeoutMs
}

/** Node closes the connections that are idle when closing begins; a connection that becomes idle later would delay the end. */
export function endIdleConnections (app: FastifyInstance, listeners: Listeners): void {
  let timer: NodeJS.Timeout | undefined
  app.addHook('preClose', done => {
    timer = setInterval(listeners.closeIdleConnections, IDLE_CHECK_MS)
    done()
  })
  app.addHook('preClose', listeners.closeOthers)
  app.addHook('onClose', (_instance, done) => {
    clearInterval(timer)
    done()
  })
}
