// Every recorded shape. There is one for each file in config/profiles.

import { auth0 } from './auth0.ts'
import { authentik } from './authentik.ts'
import { authlete } from './authlete.ts'
import { cognito } from './cognito.ts'
import { duende, openiddict } from './dotnet.ts'
import { entraV1, entraV2 } from './entra.ts'
import { hydra, hydraJwt } from './hydra.ts'
import { keycloak, keycloakIntrospection } from './keycloak.ts'
import { okta } from './okta.ts'
import type { ServerShape } from './server-shape.ts'
import { zitadel } from './zitadel.ts'

export const ALL_SHAPES: readonly ServerShape[] = [
  auth0, authentik, authlete, cognito, duende, entraV1, entraV2, hydra, hydraJwt, keycloak, keycloakIntrospection, okta, openiddict, zitadel
]
