// Where does this server listen? A free port on loopback, with room for bursts.

import type { FastifyInstance } from 'fastify'
import type { AddressInfo } from 'node:net'

export async function portOf (app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0, backlog: 4096 })
  return (app.server.address() as AddressInfo).port
}
