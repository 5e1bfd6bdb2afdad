// Tools of another system that change while the gateway runs: a reload replaces all tools and what is published about them, or nothing.

import type { FastifyInstance } from 'fastify'
import { createToolSet, mcpResourceGateway, type GatewayOptions, type Tool } from 'mcp-resource-gateway'

export interface PaymentTools {
  readonly current: readonly Tool[]
  /** Asks the other system; the I/O of a source happens here. */
  readonly refresh: () => Promise<void>
}

// #region reload
/** @returns reads the tools again; rejects with `GW_TOOL_INVALID` for a wrong tool, and then nothing has changed */
export async function registerPayments (
  app: FastifyInstance, own: readonly Tool[], payments: PaymentTools, options: Omit<GatewayOptions, 'tools'>
): Promise<() => Promise<void>> {
  const tools = createToolSet(own, [{ name: 'payments', tools: () => payments.current }])
  await app.register(mcpResourceGateway, { ...options, tools })
  return async () => {
    await payments.refresh()
    tools.reload()
  }
}
// #endregion
