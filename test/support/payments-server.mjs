// An MCP server of a bank over stdio, made with the official SDK and without a thought of OAuth: whoever holds its standard input may move
// everybody's money. Amounts are whole yen; all of it is forgotten when it ends.

import { randomUUID } from 'node:crypto'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

const balances = new Map()
const transfers = new Map()
const balanceOf = holder => balances.get(holder) ?? 100_000

function answer (structuredContent) {
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent }
}

const holder = z.string().describe('Whose account')
const server = new McpServer({ name: 'bank', version: '1.0.0' })

server.registerTool('get_balance', {
  title: 'Balance', description: 'Says how much money an account has.', inputSchema: { account_holder: holder }, annotations: { readOnlyHint: true }
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

await server.connect(new StdioServerTransport())
