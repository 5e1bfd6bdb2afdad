// The listener for probes: `/health` and `/ready` at a port of their own, which clients do not reach. A client that holds every
// connection of the main listener does not keep an orchestrator from learning that the process is alive.

import type { FastifyInstance } from 'fastify'
import type { GatewayConfig } from '../config/schema.ts'
import { GatewayError } from '../kernel/fault.ts'
import { startSideListener, type SideListener } from '../listener/side-listener.ts'

const PROBES: ReadonlySet<string | undefined> = new Set(['/health', '/ready'])

/** The app opens it before it is ready, and closes it when it closes. Workers share its port, as they share the one for clients. */
export function serveHealth (app: FastifyInstance, at: Exclude<GatewayConfig['health'], undefined>): void {
  let listener: SideListener | undefined
  app.addHook('onReady', async () => {
    listener = await startSideListener(at, (request, response) => {
      if (PROBES.has(request.url)) app.routing(request, response)
      else response.writeHead(404, { 'content-length': 0 }).end()
    }).catch((cause: unknown) => {
      const { code } = cause as NodeJS.ErrnoException
      throw new GatewayError('GW_CONFIG_INVALID', `health.port: cannot listen there: ${code ?? 'unknown'}`, { cause })
    })
    app.log.info({ event: 'health', host: at.host, port: listener.port }, 'health is served')
  })
  app.addHook('onClose', async () => { await listener?.close() })
}
