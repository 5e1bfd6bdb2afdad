// Who answers introspections during the measurements? node:http, and one answer for every token: what a real
// authorization server costs is not the question.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tellParent } from '../measured-process.ts'
import { ISSUER, RESOURCE } from './identifiers.ts'

const body = JSON.stringify({
  active: true,
  iss: ISSUER,
  sub: '1004',
  client_id: 'bench-client',
  scope: 'mcp:tickets:read mcp:tickets:write',
  aud: [RESOURCE],
  exp: Math.floor(Date.now() / 1000) + 86_400,
  authorization_details: [{ type: 'ticket-reservation', actions: ['book', 'cancel'], maxAmount: 10_000, currency: 'JPY' }]
})

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => { response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body) })
})
server.keepAliveTimeout = 60_000
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => { tellParent((server.address() as AddressInfo).port) })
