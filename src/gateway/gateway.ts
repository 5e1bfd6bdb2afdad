// The gateway put together: the authenticator, the policy, the registry of tools and the texts of the documents.
// It opens no port and registers no route, so a test can look at it without Fastify; routes.ts registers what is here.

import { createTracedDispatcher } from '../auth/traced-verifier.ts'
import type { Authenticator } from '../auth/authentication.ts'
import type { Delegation } from '../auth/delegation/delegation.ts'
import type { AuthenticationEvent, ServerEvent } from '../auth/observation.ts'
import { hintContext } from '../config/hint-context.ts'
import type { GatewayConfig } from '../config/schema.ts'
import type { SettingsSource } from '../config/settings.ts'
import { createDecisionPoint } from '../decision-point/decision-point.ts'
import { addressesOf, type Addresses } from '../http/addresses.ts'
import { createRejectionAnswers, type RejectionAnswers } from '../http/answers/rejection-answer.ts'
import type { DenialAnswerOptions } from '../http/answers/denial-answer.ts'
import { createOperatorHints, type WarnOperator } from '../http/decisions/operator-hints.ts'
import type { SenderProofs } from '../http/hooks/sender-proof.ts'
import type { Documents } from '../http/routes/document-routes.ts'
import type { ReadinessCheck } from '../http/routes/health-routes.ts'
import type { PublishedCard } from '../http/routes/server-card-route.ts'
import type { Clock } from '../kernel/clock.ts'
import { createDispatcher, type Dispatcher } from '../mcp/dispatcher.ts'
import type { ServerIdentity } from '../mcp/prepared-results.ts'
import { createRegistryGenerations, type RegistryGenerations } from '../mcp/registry-generations.ts'
import type { ToolSet } from '../mcp/tool-set.ts'
import type { Operations } from '../operations/operations.ts'
import { createPolicy, type Policy } from '../policy/policy.ts'
import { createAuthentication, type AuthenticationSurroundings, type ConfiguredAuthentication } from './authenticators.ts'
import { refusalOptions } from './refusal-options.ts'
import { publishedDocuments } from './published-documents.ts'
import { publishedServerCard } from './published-server-card.ts'
import { createSenderConstraint, type SenderConstraint } from './sender-constraint.ts'
import { createTransactionParts } from './transaction-parts.ts'

export interface GatewayParts {
  /** The configuration. Members that may change are read at each use; all others once, here. */
  readonly settings: SettingsSource
  readonly tools: ToolSet
  readonly server: ServerIdentity
  /** Sentences of the tools for the policy page, in the configured language. */
  readonly policyStatements: readonly string[]
  readonly operations: Operations
  /** Whether client certificates of the own TLS listener count. */
  readonly certificatesFromConnection: boolean
  /** What keys are derived from, the same in all processes that answer for one another; absent: a secret of the configuration. */
  readonly secret?: string | undefined
  /** Called with what happens to tokens. Must not throw. */
  readonly observe?: ((event: AuthenticationEvent) => void) | undefined
  /** Called with what is noticed about an authorization server. Must not throw. */
  readonly onServerEvent: (event: ServerEvent) => void
  readonly clock: Clock
  /** Takes the place of the connection pools to the authorization servers. */
  readonly dispatcher?: AuthenticationSurroundings['dispatcher']
  /** The gateway of the first endpoint of this process, where this is another one: what the two share is there. */
  readonly beside?: SharedParts | undefined
}

/** What the endpoints of one process share. It belongs to the gateway of the first one, which closes it. */
interface SharedParts {
  readonly authentication: Pick<ConfiguredAuthentication, 'authenticatorFor' | 'delegation' | 'issuers' | 'recheck'>
  readonly constraint: SenderConstraint
}

export interface Gateway {
  readonly settings: SettingsSource
  readonly addresses: Addresses
  readonly registries: RegistryGenerations
  readonly dispatcher: Dispatcher
  readonly policy: Policy
  readonly authenticator: Authenticator
  readonly delegation: Delegation
  readonly senderProofs: SenderProofs | undefined
  readonly maxTokenCharacters: number
  readonly rejections: RejectionAnswers
  readonly denials: DenialAnswerOptions
  readonly warnOperator: WarnOperator
  readonly documents: Documents
  /** Absent: no server card is published. */
  readonly serverCard: (() => PublishedCard) | undefined
  readonly operations: Operations
  /** Of the authorization servers, and of what the configuration has switched on. */
  readonly readiness: readonly ReadinessCheck[]
  readonly clock: Clock
  /** The resource identifier for records of decisions; absent where the process has one endpoint. */
  readonly recordedResource: string | undefined
  readonly shared: SharedParts
  /** Tests the credentials at each authorization server; never rejects. Once, when the gateway begins to serve. */
  readonly selfTest: () => Promise<void>
  readonly close: () => Promise<void>
}

/** @throws GatewayError `GW_CONFIG_INVALID`, `GW_TOOL_INVALID` (as a rejected promise) */
export async function createGateway (parts: GatewayParts): Promise<Gateway> {
  const { settings, tools, server, operations, clock } = parts
  const config = settings.current()
  const resource = config.resource.identifier
  const addresses = addressesOf(resource, config.resource.endpointPath)
  const registries = createRegistryGenerations(tools, {
    visibility: config.tools.visibility,
    scopeImplications: config.policy.scopeImplications,
    toolTimeoutMs: () => settings.current().limits.toolTimeoutMs
  })
  const policy = createPolicy({
    resource,
    whenAbsent: config.policy.authorizationDetailsWhenAbsent,
    unrelatedTypes: config.policy.unrelatedDetailsTypes,
    scopeImplications: config.policy.scopeImplications
  })
  const { secondOpinion } = config.policy
  const transactionParts = await createTransactionParts(config, clock)
  const decisionPoint = secondOpinion === undefined ? undefined : createDecisionPoint(secondOpinion, resource, clock)
  const dispatcher = createDispatcher({
    registries,
    policy,
    clock,
    server,
    extensions: config.extensions,
    refusals: refusalOptions(config, parts.secret, clock),
    decisionTrace: config.log.decisionTrace,
    secondOpinion: decisionPoint,
    transactions: transactionParts?.transactions
  })

  const { shared, authenticator, readiness, selfTest, close } = await partsOf(parts, config)
  const { authentication: { issuers, delegation }, constraint } = shared
  const { senderProofs, schemes, nonce, certificateBoundTokens } = constraint
  const { whenTokenMissing } = config.challenge
  const { requestedScopes: scopeNames } = config.policy
  return {
    settings,
    addresses,
    registries,
    dispatcher,
    policy,
    authenticator,
    delegation,
    senderProofs,
    maxTokenCharacters: config.limits.tokenCharacters,
    rejections: createRejectionAnswers({
      addresses, initialScopes: registries.derive(({ initialScopes }) => initialScopes), whenTokenMissing, schemes, scopeNames, nonce
    }),
    denials: {
      addresses,
      schemes,
      scopeNames
    },
    warnOperator: createOperatorHints(hintContext(config), clock),
    documents: publishedDocuments({
      settings,
      registries,
      addresses,
      issuers,
      server,
      schemes,
      certificateBoundTokens,
      policyStatements: parts.policyStatements,
      transactionKeys: transactionParts?.published
    }),
    serverCard: publishedServerCard({ config, registries, addresses, server }),
    operations,
    readiness: [...readiness, ...operations.readiness, ...transactionParts?.readiness ?? []],
    clock,
    recordedResource: parts.beside === undefined && config.endpoints.length === 0 ? undefined : resource,
    shared,
    selfTest,
    close: async () => {
      registries.close()
      await Promise.all([close(), decisionPoint?.close(), transactionParts?.close()])
    }
  }
}

type OwnParts = Pick<Gateway, 'shared' | 'authenticator' | 'readiness' | 'selfTest' | 'close'>

async function partsOf (parts: GatewayParts, config: GatewayConfig): Promise<OwnParts> {
  const { beside, certificatesFromConnection, clock } = parts
  if (beside !== undefined) {
    const authenticator = beside.authentication.authenticatorFor(config)
    return { shared: beside, authenticator, readiness: [], selfTest: async () => {}, close: async () => {} }
  }
  const authentication = await openAuthentication(parts)
  const { authenticator, prepare, selfTest } = authentication
  await prepare()
  const constraint = await createSenderConstraint(config, certificatesFromConnection, clock)
  return {
    shared: { authentication, constraint },
    authenticator,
    readiness: [...authentication.readiness, ...constraint.readiness],
    selfTest,
    close: async () => { await Promise.all([authentication.close(), constraint.close()]) }
  }
}

async function openAuthentication (
  { settings, operations, dispatcher, clock, observe, onServerEvent }: GatewayParts
): Promise<ConfiguredAuthentication> {
  const { tracing } = operations
  const traced = tracing === undefined ? undefined : await createTracedDispatcher(tracing, dispatcher)
  const authentication = createAuthentication({
    settings,
    clock,
    dispatcher: traced?.dispatcher ?? dispatcher,
    tracing,
    onServerEvent,
    observers: [operations.authentication, operations.console?.authentication, observe].filter(observer => observer !== undefined)
  })
  return {
    ...authentication,
    close: async () => {
      await authentication.close()
      await traced?.close()
    }
  }
}
