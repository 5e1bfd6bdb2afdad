// A gateway whose metrics can be read, the value of a series, and a folder for what an operator looks at.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { buildGateway, type Gateway, type GatewayOverrides } from './gateway.ts'

const OFF = { requestsPerMinutePerPerson: 0, maxEventLoopDelayMs: 0 }

export function folder (t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'operations-'))
  t.teardown(() => { rmSync(path, { recursive: true, force: true }) })
  return path
}

export async function measured (
  t: Test, overrides: GatewayOverrides = {}
): Promise<{ gateway: Gateway, scrape: () => Promise<string>, origin: string }> {
  const gateway = await buildGateway(t,
    { ...overrides, config: { metrics: { enabled: true, host: '127.0.0.1', port: 0 }, limits: OFF, ...overrides.config } })
  const port = gateway.lines().find(({ event }) => event === 'metrics')?.['port']
  const origin = `http://127.0.0.1:${String(port)}`
  return { gateway, origin, scrape: async () => (await fetch(`${origin}/metrics`)).text() }
}

/** The value of one series. */
export function valueOf (text: string, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const line = text.split('\n').find(line => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)) &&
    Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)))
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1))
}
