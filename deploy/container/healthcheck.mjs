// The health check of the image: asks /health where this configuration serves it, and ends with 0 when the answer is 200. It follows PORT,
// TLS and the listener for probes, so that a container is not called unhealthy because its port was changed.

import { readFileSync } from 'node:fs'
import { request as plain } from 'node:http'
import { request as encrypted } from 'node:https'

const TIMEOUT_MS = 4_000
/** An address that means all of this machine is reached at loopback. */
const LOOPBACK = { '0.0.0.0': '127.0.0.1', '::': '::1' }

const { GATEWAY_CONFIG = 'config/local.json', PORT, HOST } = process.env
const { host = 'localhost', port = 3443, tls, health } = JSON.parse(readFileSync(GATEWAY_CONFIG, 'utf8'))
const where = health === undefined
  ? { host: HOST ?? host, port: PORT ?? port, request: tls === undefined ? plain : encrypted }
  : { host: health.host ?? 'localhost', port: health.port, request: plain }

const sent = where.request({
  host: LOOPBACK[where.host] ?? where.host,
  port: Number(where.port),
  path: '/health',
  timeout: TIMEOUT_MS,
  // It asks this container, whose certificate is for another name.
  rejectUnauthorized: false
}, ({ statusCode }) => { process.exit(statusCode === 200 ? 0 : 1) })
sent.on('timeout', () => { process.exit(1) }).on('error', () => { process.exit(1) }).end()
