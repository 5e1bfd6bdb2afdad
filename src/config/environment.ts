// The environment variables that override members of the configuration, and the files with secrets that some of them name. Only this
// file reads process.env; the tables of docs/configuration.md are generated from it. Values are checked by the schema, not here.

export type Environment = Readonly<Record<string, string | undefined>>
export type MemberPath = readonly [string, ...string[]]

export interface EnvironmentVariable {
  readonly name: string
  readonly path: MemberPath
  readonly form: 'text' | 'whole number' | 'comma-separated list'
  /** Also read from the file that the variable with `_FILE` at the end of its name names, as Docker and Kubernetes give secrets. */
  readonly secret?: true
  /**
   * Whose name is that of OpenTelemetry, where an empty value is none.
   * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
   */
  readonly emptyIsUnset?: true
}

/** Names the configuration file. */
export const CONFIG_FILE_VARIABLE = 'GATEWAY_CONFIG'
export const DEFAULT_CONFIG_FILE = 'config/local.json'

/** Every variable that overrides a member. No other variable is read. */
export const ENVIRONMENT_VARIABLES: readonly EnvironmentVariable[] = [
  { name: 'HOST', path: ['host'], form: 'text' },
  { name: 'PORT', path: ['port'], form: 'whole number' },
  { name: 'WORKERS', path: ['workers'], form: 'whole number' },
  { name: 'RESOURCE_IDENTIFIER', path: ['resource', 'identifier'], form: 'text' },
  { name: 'AUTHORIZATION_SERVER_ISSUER', path: ['authorizationServer', 'issuer'], form: 'text' },
  { name: 'INTROSPECTION_ENDPOINT', path: ['authorizationServer', 'introspection', 'endpoint'], form: 'text' },
  { name: 'INTROSPECTION_CLIENT_ID', path: ['authorizationServer', 'introspection', 'clientId'], form: 'text' },
  { name: 'INTROSPECTION_CLIENT_SECRET', path: ['authorizationServer', 'introspection', 'clientSecret'], form: 'text', secret: true },
  { name: 'INTROSPECTION_BEARER_TOKEN', path: ['authorizationServer', 'introspection', 'bearerToken'], form: 'text', secret: true },
  { name: 'JWT_SHARED_SECRET', path: ['authorizationServer', 'jwt', 'sharedSecret'], form: 'text', secret: true },
  { name: 'AUTHLETE_BASE_URL', path: ['authorizationServer', 'authlete', 'baseUrl'], form: 'text' },
  { name: 'AUTHLETE_SERVICE_ID', path: ['authorizationServer', 'authlete', 'serviceId'], form: 'text' },
  { name: 'AUTHLETE_SERVICE_ACCESS_TOKEN', path: ['authorizationServer', 'authlete', 'accessToken'], form: 'text', secret: true },
  { name: 'DPOP_NONCE_SECRET', path: ['dpop', 'nonceSecret'], form: 'text', secret: true },
  { name: 'REFERENCE_SECRET', path: ['policy', 'referenceSecret'], form: 'text', secret: true },
  { name: 'SECOND_OPINION_BEARER_TOKEN', path: ['policy', 'secondOpinion', 'bearerToken'], form: 'text', secret: true },
  { name: 'TRANSACTION_MEMORY_URL', path: ['policy', 'transactionChallenge', 'memoryUrl'], form: 'text', secret: true },
  { name: 'DPOP_PROOF_MEMORY_URL', path: ['dpop', 'proofMemoryUrl'], form: 'text', secret: true },
  { name: 'CONSOLE_SECRET', path: ['console', 'secret'], form: 'text', secret: true },
  { name: 'NOTICES_PORT', path: ['notices', 'port'], form: 'whole number' },
  { name: 'NOTICES_SECRET', path: ['notices', 'secret'], form: 'text', secret: true },
  { name: 'CACHE_TTL_SECONDS', path: ['cache', 'ttlSeconds'], form: 'whole number' },
  { name: 'AUTHORIZATION_DETAILS_WHEN_ABSENT', path: ['policy', 'authorizationDetailsWhenAbsent'], form: 'text' },
  { name: 'TOOLS_LOCALE', path: ['tools', 'locale'], form: 'text' },
  { name: 'STORAGE_URL', path: ['storage', 'url'], form: 'text', secret: true },
  { name: 'REDIS_URL', path: ['limits', 'rateLimitRedisUrl'], form: 'text', secret: true },
  { name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', path: ['tracing', 'endpoint'], form: 'text', emptyIsUnset: true },
  { name: 'OTEL_SERVICE_NAME', path: ['tracing', 'serviceName'], form: 'text', emptyIsUnset: true },
  { name: 'OTEL_RESOURCE_ATTRIBUTES', path: ['tracing', 'resourceAttributes'], form: 'text', emptyIsUnset: true },
  { name: 'ALLOWED_ORIGINS', path: ['cors', 'allowedOrigins'], form: 'comma-separated list' },
  { name: 'LOG_LEVEL', path: ['log', 'level'], form: 'text' }
]

export interface Override {
  readonly variable: EnvironmentVariable
  readonly value: unknown
  /** The variable that was set: the name of `variable`, or that with `_FILE`. */
  readonly source: string
}

interface UnreadableOverride {
  readonly variable: EnvironmentVariable
  readonly source: string
  readonly expected: string
}

export interface Overrides {
  readonly overrides: readonly Override[]
  readonly mistakes: readonly UnreadableOverride[]
}

/** The variable that names a file with the value of a secret. */
export function fileVariableOf ({ name }: EnvironmentVariable): string {
  return `${name}_FILE`
}

export function processEnvironment (): Environment {
  return process.env
}

/**
 * The overrides that are set. An empty value is an override too, but for the variables of OpenTelemetry: the schema checks it, and the
 * file's value is not used.
 * @param readFile throws what `fs.readFileSync` throws
 */
export function readOverrides (environment: Environment, readFile: (path: string) => string): Overrides {
  const overrides: Override[] = []
  const mistakes: UnreadableOverride[] = []
  for (const variable of ENVIRONMENT_VARIABLES) {
    const source = fileVariableOf(variable)
    const given = environment[variable.name]
    const text = given === '' && variable.emptyIsUnset === true ? undefined : given
    const file = variable.secret === true ? environment[source] : undefined
    if (text !== undefined && file !== undefined) {
      mistakes.push({ variable, source, expected: `expected either ${variable.name} or ${source}` })
    } else if (text !== undefined) {
      overrides.push({ variable, value: parseValue(variable.form, text), source: variable.name })
    } else if (file !== undefined) {
      try {
        // Editors and `echo` end a file with a line break, which is no part of the secret.
        overrides.push({ variable, value: readFile(file).replace(/\r?\n$/, ''), source })
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
        mistakes.push({ variable, source, expected: `the file cannot be read (${code})` })
      }
    }
  }
  return { overrides, mistakes }
}

/** The variable that overrides the member at this path, if there is one. */
export function variableFor (path: readonly PropertyKey[]): EnvironmentVariable | undefined {
  const wanted = path.join('.')
  return ENVIRONMENT_VARIABLES.find(variable => variable.path.join('.') === wanted)
}

function parseValue (form: EnvironmentVariable['form'], text: string): unknown {
  switch (form) {
    case 'text': return text
    case 'whole number': return /^\d+$/.test(text) ? Number(text) : text
    case 'comma-separated list': return text.split(',').map(item => item.trim()).filter(item => item !== '')
  }
}
