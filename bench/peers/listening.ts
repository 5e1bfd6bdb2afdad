// Where does a peer that is a request handler listen? As the gateway does: loopback, any port, room for bursts.

import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tellParent } from '../measured-process.ts'

export function listenWith (handler: RequestListener): void {
  const server = createServer(handler)
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => { tellParent((server.address() as AddressInfo).port) })
}
