// Rules about two or more members of one upstream file, and about an upstream file together with the configuration.

import { isClearTextOffLoopback } from '../address-syntax.ts'
import type { Finding } from '../finding.ts'
import type { ConfigMistake } from '../mistake.ts'
import type { GatewayConfig } from '../schema.ts'
import { authorizationServersOf } from '../authorization-servers.ts'
import { MEMORY_STORAGE } from '../storage-url.ts'
import { exchangeOf } from './exchange-secrets.ts'
import type { UpstreamDeclaration } from './upstream-schema.ts'

const EXCHANGE = 'credentials.tokenExchange'

export function upstreamConflicts (declaration: UpstreamDeclaration): Finding[] {
  const { transport: { http: mcp, stdio, openapi }, credentials } = declaration
  const findings: Finding[] = []
  const http = mcp ?? openapi
  const way = mcp === undefined ? 'transport.openapi' : 'transport.http'
  const insecure = `${way}.allowInsecureUrl`
  if (http !== undefined && isClearTextOffLoopback(http.url) && http.allowInsecureUrl !== http.url) {
    findings.push({ path: `${way}.url`, message: `expected https: plain http is for loopback only, unless ${insecure} is this URL` })
  }
  if (http?.allowInsecureUrl !== undefined && http.allowInsecureUrl !== http.url) {
    findings.push({ path: insecure, message: `expected exactly the value of ${way}.url, or nothing` })
  }
  if (http?.tls !== undefined && (http.tls.cert === undefined) !== (http.tls.key === undefined)) {
    findings.push({ path: `${way}.tls`, message: 'expected cert and key together' })
  }
  if (stdio !== undefined && credentials !== 'none') {
    findings.push({ path: 'credentials', message: 'expected "none": a process gets its secrets in transport.stdio.env' })
  }
  const tokenEndpoint = exchangeOf(declaration)?.tokenEndpoint
  if (tokenEndpoint !== undefined && isClearTextOffLoopback(tokenEndpoint)) {
    findings.push({ path: `${EXCHANGE}.tokenEndpoint`, message: 'expected https: plain http is for loopback only' })
  }
  if (stdio !== undefined && stdio.wrapper.length > 0 && stdio.wrapper[0]?.startsWith('/') !== true) {
    findings.push({ path: 'transport.stdio.wrapper', message: 'expected an absolute path first' })
  }
  return findings
}

interface FiledUpstream {
  readonly file: string
  readonly declaration: UpstreamDeclaration
}

/** What an upstream needs of the gateway that it stands behind. */
export function gatewayConflicts (upstreams: readonly FiledUpstream[], config: GatewayConfig): ConfigMistake[] {
  const { workers, limits, storage } = config
  return upstreams.flatMap(({ file, declaration }) => {
    const { stateless, name, isolation, transport } = declaration
    const mistakes: ConfigMistake[] = []
    // A REST API has no sessions, and a session that everyone shares remembers nothing of anybody: each worker may have its own.
    const remembers = !stateless && transport.openapi === undefined && !(transport.http !== undefined && isolation === 'shared')
    if (workers > 1 && remembers) {
      const expected = `expected "stateless": true, or 1 in workers: each worker would have its own sessions at ${name}`
      mistakes.push({ path: 'stateless', source: file, expected })
    }
    for (const path of storage.url === MEMORY_STORAGE ? countedMembers(declaration) : []) {
      const expected = `expected a file or a database in storage.url of the configuration, not ${MEMORY_STORAGE}, where what was ` +
        'spent would be forgotten with the process'
      mistakes.push({ path, source: file, expected })
    }
    for (const [path, timeoutMs] of timeLimits(declaration)) {
      if (limits.toolTimeoutMs === 0 || timeoutMs < limits.toolTimeoutMs) continue
      mistakes.push({
        path,
        source: file,
        expected: `expected less than limits.toolTimeoutMs of the configuration (${limits.toolTimeoutMs})`
      })
    }
    return [...mistakes, ...exchangeConflicts(declaration, config).map(({ path, message }) => ({ path, source: file, expected: message }))]
  })
}

function exchangeConflicts (declaration: UpstreamDeclaration, config: GatewayConfig): Finding[] {
  const exchange = exchangeOf(declaration)
  if (exchange === undefined) return []
  const findings: Finding[] = []
  const issuers = authorizationServersOf(config).map(({ server }) => server.issuer)
  const { issuer, clientSecret } = exchange
  if (issuer !== undefined && !issuers.includes(issuer)) {
    findings.push({ path: `${EXCHANGE}.issuer`, message: 'expected the issuer of an authorization server of the configuration' })
  }
  if (issuer === undefined && issuers.length > 1 && clientSecret !== undefined) {
    const message = 'missing; there are several authorization servers, and clientSecret is for one of them'
    findings.push({ path: `${EXCHANGE}.issuer`, message })
  }
  if (config.dpop.mode === 'required') {
    const message = 'expected other credentials, or another dpop.mode: a token that is bound to the key of a client cannot be exchanged'
    findings.push({ path: EXCHANGE, message })
  }
  return findings
}

/** What the gateway has to remember. */
function countedMembers ({ detailsTypes, tools, templates }: UpstreamDeclaration): readonly string[] {
  const totals = Object.entries(detailsTypes).flatMap(([type, { members }]) => {
    return Object.entries(members).filter(([, { limit }]) => limit === 'total').map(([name]) => `detailsTypes.${type}.members.${name}`)
  })
  const own = (group: string, decisions: UpstreamDeclaration['tools']) => Object.entries(decisions).flatMap(([name, tool]) => {
    return tool === 'hidden' || tool.spending === undefined ? [] : [`${group}.${name}.spending`]
  })
  return [...totals, ...own('tools', tools), ...own('templates', templates)]
}

function timeLimits ({ limits, tools, templates }: UpstreamDeclaration): ReadonlyArray<readonly [path: string, timeoutMs: number]> {
  const own = (group: string, decisions: UpstreamDeclaration['tools']) => Object.entries(decisions).flatMap(([name, tool]) => {
    const timeoutMs = tool === 'hidden' ? undefined : tool.limits?.timeoutMs
    return timeoutMs === undefined ? [] : [[`${group}.${name}.limits.timeoutMs`, timeoutMs] as const]
  })
  return [['limits.timeoutMs', limits.timeoutMs], ...own('tools', tools), ...own('templates', templates)]
}
