// An MCP server of a bank, made with the official SDK and without a thought of OAuth: each of its callers may move everybody's money. Its
// arguments are `stdio` or `http`, which writes its address, and `legacy` or `modern` (2026-07-28). Amounts are whole yen; all of it is
// forgotten when it ends.

import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { createMcpHandler, McpServer as ModernServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { z } from 'zod'

const balances = new Map()
const transfers = new Map()
const balanceOf = holder => balances.get(holder) ?? 100_000

function answer (structuredContent) {
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent }
}

const holder = z.string().describe('Whose account')
/** The tools are the same in both lines of the SDK. */
function bank (Server) {
  const server = new Server({ name: 'bank', version: '1.0.0' })
  server.registerTool('get_balance', {
    title: 'Balance',
    description: 'Says how much money an account has.',
    inputSchema: { account_holder: holder },
    annotations: { readOnlyHint: true }
  }, ({ account_holder: from }) => answer({ holder: from, balance: balanceOf(from) }))

  server.registerTool('transfer', {
    title: 'Transfer',
    description: 'Moves money to another account.',
    inputSchema: { account_holder: holder, amount: z.int().positive(), currency: z.string(), to: z.string() }
  }, ({ account_holder: from, amount, currency, to }) => {
    const id = randomUUID()
    balances.set(from, balanceOf(from) - amount)
    balances.set(to, balanceOf(to) + amount)
    transfers.set(id, { from, amount, to })
    return answer({ id, amount, currency, to, balance: balanceOf(from) })
  })

  server.registerTool('refund', {
    title: 'Refund',
    description: 'Gives the money of a transfer back to its payer.',
    inputSchema: { account_holder: holder, amount: z.int().positive(), currency: z.string(), payer: z.string() }
  }, ({ account_holder: from, amount, currency, payer }) => {
    balances.set(from, balanceOf(from) - amount)
    balances.set(payer, balanceOf(payer) + amount)
    return answer({ amount, currency, payer, balance: balanceOf(from) })
  })
  return server
}

const handlers = {
  legacy () {
    const sessions = new Map()
    return async (request, response) => {
      const known = sessions.get(request.headers['mcp-session-id'])
      if (known !== undefined) return known.handleRequest(request, response)
      const transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID, onsessioninitialized: id => { sessions.set(id, transport) }
      })
      await bank(McpServer).connect(transport)
      return transport.handleRequest(request, response)
    }
  },
  modern () {
    const { fetch } = createMcpHandler(() => bank(ModernServer), { legacy: 'reject' })
    return async (request, response) => {
      const { method, headers, url } = request
      const chunks = await request.toArray()
      const body = method === 'POST' ? Buffer.concat(chunks) : undefined
      const asked = new Request(`http://${headers.host}${url}`, { method, headers, body })
      const answered = await fetch(asked)
      response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(Buffer.from(await answered.arrayBuffer()))
    }
  }
}

const [, , way = 'stdio', era = 'legacy'] = process.argv
if (way === 'http') {
  const handle = handlers[era]()
  const listener = createServer((request, response) => { handle(request, response).catch(() => { response.destroy() }) })
  listener.listen(0, '127.0.0.1', () => { console.log(`http://127.0.0.1:${listener.address().port}/mcp`) })
} else if (era === 'modern') {
  serveStdio(() => bank(ModernServer), { legacy: 'reject' })
} else {
  await bank(McpServer).connect(new StdioServerTransport())
}
