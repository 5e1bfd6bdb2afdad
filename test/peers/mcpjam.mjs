// A conformance class of @mcpjam/sdk as a program: runs the one that CONFIG names, and prints what it found as one line of JSON.
// The package reports its use to a service on the internet, so a connection that leaves this machine is refused and counted.

import { Socket } from 'node:net'

const elsewhere = []
const { connect } = Socket.prototype
Socket.prototype.connect = function (...args) {
  const { host = 'localhost' } = args.flat()[0]
  if (['localhost', '127.0.0.1', '::1'].includes(host)) return connect.apply(this, args)
  elsewhere.push(host)
  process.nextTick(() => this.destroy(new Error(`not on this machine: ${host}`)))
  return this
}

const { MCPConformanceTest, OAuthConformanceTest } = await import('@mcpjam/sdk')
const { kind, document, ...config } = JSON.parse(process.env.CONFIG)
if (config.auth?.mode === 'interactive') config.auth.openUrl = async url => { console.log(`open ${url}`) }
// The document of a client is at an address on the internet; this machine serves it.
if (document !== undefined) {
  config.fetchFn = async (url, init) => String(url) === document.client_id ? Response.json(document) : await fetch(url, init)
}
const { checks, steps } = await new (kind === 'protocol' ? MCPConformanceTest : OAuthConformanceTest)(config).run()
const found = (checks ?? steps).map(({ id, step, status, error }) => ({ id: id ?? step, status, message: error?.message ?? '' }))
console.log(`found ${JSON.stringify({ found, elsewhere })}`)
process.exit()
