// What the operator does next, in numbered lines: a program that knows no secret and takes no decisions can do none of it.

import { CONFIGURATION_FILE, KEY_FILE, secretVariable, VARIABLES_FILE, type Choices } from './first-files.ts'

interface Situation {
  /** Of the other server; absent: it could not be asked. */
  readonly toolCount: number | undefined
  /** A command that goes to the files; empty: they are here. */
  readonly goThere: string
  /** How this program is called. */
  readonly program: string
}

export function nextSteps (choices: Choices, { toolCount, goThere, program }: Situation): readonly string[] {
  const steps = [
    ...(goThere === '' ? [] : [goThere]),
    ...upstreamSteps(choices, toolCount, program),
    ...registrationSteps(choices),
    ...(hasVariables(choices) ? [READ_VARIABLES] : []),
    `GATEWAY_CONFIG=${CONFIGURATION_FILE} ${program} doctor`,
    `GATEWAY_CONFIG=${CONFIGURATION_FILE} ${program} start`
  ]
  return ['What to do next:', ...steps.map((step, index) => `  ${index + 1}. ${step}`)]
}

/** The gateway reads no such file. */
const READ_VARIABLES = 'in this shell: set -a; . ./.env; set +a   (with .env, your filled-in copy of .env.example)'

function hasVariables (choices: Choices): boolean {
  return secretVariable(choices) !== undefined || choices.upstream?.secretEnv !== undefined
}

function upstreamSteps ({ upstream }: Choices, toolCount: number | undefined, program: string): readonly string[] {
  if (upstream === undefined) {
    return [`add a server: ${program} upstream add URL, and name its file in "upstreams" of ${CONFIGURATION_FILE}`]
  }
  const { file, secretEnv } = upstream
  const review = `${program} upstream review ${file}`
  const secret = secretEnv === undefined ? [] : [`put the token that the server wants into ${secretEnv}`]
  const decide = `decide about each tool in ${file}; what is "hidden" does not exist for clients (docs/upstreams.md)`
  if (toolCount !== undefined) return [...secret, decide, `${review}   (read every text; it writes the lock)`]
  return [...secret, `start the server, then ${review}   (it shows the tools)`, `${decide}, and review again`]
}

function registrationSteps (choices: Choices): readonly string[] {
  const { issuer, resource, verification: { way }, clientId = '' } = choices
  const audience = `tokens must be issued for exactly ${resource}`
  const secret = secretVariable(choices)
  switch (way) {
    case 'published-keys': return [`at ${issuer}, register the resource: ${audience}`]
    case 'private_key_jwt': return [
      `make a private key in ${KEY_FILE}, and register its public half at ${issuer} for the client ${clientId}, which may introspect ` +
        `tokens; ${audience}`
    ]
    case 'client_secret_basic': case 'client_secret_post': return [
      `at ${issuer}, register the client ${clientId}, which may introspect tokens with ${way}; ${audience}`,
      secret?.endsWith('_FILE') === true
        ? `put its secret into the file that ${secret} names (${VARIABLES_FILE})`
        : `put its secret into ${String(secret)} (${VARIABLES_FILE} has the names of all variables)`
    ]
  }
}
