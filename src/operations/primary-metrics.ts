// Metrics of the primary of several workers, in the text format of Prometheus: restarts of workers, reloads, its log. Written by hand,
// because the primary loads as little as it can.

export interface PrimaryMetrics {
  readonly workerReplaced: () => void
  readonly reloaded: (isApplied: boolean) => void
  readonly render: () => string
}

/** @param lostLines of the log, dropped so far */
export function createPrimaryMetrics (lostLines: () => number, now: () => number = Date.now): PrimaryMetrics {
  let replaced = 0
  let isApplied = true
  let appliedAtMs = now()
  return {
    workerReplaced: () => { replaced += 1 },
    reloaded (applied) {
      isApplied = applied
      if (applied) appliedAtMs = now()
    },
    render: () => [
      family('mcp_gateway_worker_restarts_total', 'counter', 'Workers that ended unexpectedly and were replaced.', replaced),
      family('mcp_gateway_config_last_reload_successful', 'gauge',
        'Whether the last reload of the configuration was applied: 1, or 0 where the file had a mistake.', Number(isApplied)),
      family('mcp_gateway_config_last_reload_success_timestamp_seconds', 'gauge',
        'When the configuration in force was read, in seconds since the epoch.', appliedAtMs / 1000),
      family('mcp_gateway_log_lines_lost_total', 'counter',
        'Log lines that were dropped because the log could not be written.', lostLines())
    ].join('')
  }
}

function family (name: string, type: 'counter' | 'gauge', help: string, value: number): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}{worker="primary"} ${value}\n`
}
