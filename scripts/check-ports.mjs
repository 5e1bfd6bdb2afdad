// Is a port that the local stack needs taken? Asked before anything is installed or built, so that the answer comes in the first second; the
// launcher asks again with all it knows. Plain JavaScript without dependencies. Exit status 0 for no, 1 with one line a port for yes.

import { connect } from 'node:net'

const words = process.argv.slice(2)
if (words.includes('--help')) {
  console.log('Usage: node scripts/check-ports.mjs [--no-inspector] [--no-shop]\n\nSays which port of the local stack is in use.')
  process.exit(0)
}

/** With a GATEWAY_CONFIG the ports are those of that file, which the launcher reads. */
const hasOwnConfiguration = process.env.GATEWAY_CONFIG !== undefined
const NEEDED = [
  { name: 'practice authorization server', variable: 'PRACTICE_AS_PORT', port: 9000, asked: !hasOwnConfiguration },
  { name: 'gateway', variable: 'PORT', port: 3443, asked: !hasOwnConfiguration },
  { name: 'ticket shop', variable: 'SITE_PORT', port: 3000, asked: !hasOwnConfiguration && !words.includes('--no-shop') },
  { name: 'MCP Inspector', variable: 'CLIENT_PORT', port: 6274, asked: !words.includes('--no-inspector') }
]

/** Only a connection tells for sure, whatever address the other program listens on. */
function isTaken (port, host) {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: 1000 })
    const end = taken => { socket.destroy(); resolve(taken) }
    socket.once('connect', () => { end(true) })
    socket.once('timeout', () => { end(false) })
    socket.once('error', () => { end(false) })
  })
}

const asked = NEEDED.filter(({ asked }) => asked).map(needed => ({ ...needed, port: Number(process.env[needed.variable] ?? needed.port) }))
  .filter(({ port }) => Number.isInteger(port) && port > 0 && port < 65_536)
const states = await Promise.all(asked.map(async ({ port }) => (await Promise.all(['127.0.0.1', '::1'].map(host => isTaken(port, host)))).includes(true)))
const taken = asked.filter((_, index) => states[index])
for (const { name, port, variable } of taken) {
  console.error(`port ${port}, which the ${name} needs, is in use: end what listens there, or set ${variable} to another port`)
}
if (asked.length > 1 && taken.length === asked.length) console.error('All of them are in use: does the stack run already, in another terminal?')
process.exitCode = taken.length === 0 ? 0 : 1
