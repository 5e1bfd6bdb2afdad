// Which applications may act for a person, and how does the person withdraw that? RFC 7009 needs the token, which the shop never has, so
// the practice server offers a person's own grants; of another server nothing is known here.

import { z } from 'zod'
import type { JsonObject } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { OpenId } from './openid.ts'
import type { LoggedIn } from './session-store.ts'

export interface AllowedApplication {
  readonly clientId: string
  /** What it calls itself; may be empty. */
  readonly name: string
  /** Hosts to which it lets a browser return. */
  readonly returnsTo: readonly string[]
  readonly grants: ReadonlyArray<{
    /** RFC 3339. */
    readonly since: string
    readonly scopes: readonly string[]
    readonly details: readonly JsonObject[]
  }>
}

/** `not-offered`: this authorization server does not let a web site do it. `log-in-again`: it does not know the login any more. */
export type WithdrawalProblem = 'not-offered' | 'down' | 'log-in-again'

interface AllowedApplications {
  readonly list: readonly AllowedApplication[]
  /** The authorization server tells gateways of a withdrawal, so that they do not answer from a cache. */
  readonly gatewaysAreTold: boolean
}

export interface Applications {
  readonly of: (who: LoggedIn) => Promise<Result<AllowedApplications, WithdrawalProblem>>
  /** All grants of this client. Twice is once. */
  readonly withdraw: (who: LoggedIn, clientId: string) => Promise<Result<{ readonly gatewaysTold: boolean }, WithdrawalProblem>>
}

const TIMEOUT_MS = 3_000

const withdrawnSchema = z.object({ gateways_told: z.boolean() })
const answerSchema = z.object({
  gateways_are_told: z.boolean().default(false),
  clients: z.array(z.object({
    client_id: z.string(),
    client_name: z.string(),
    returns_to: z.array(z.string()),
    grants: z.array(z.object({
      since: z.string(),
      scopes: z.array(z.string()),
      authorization_details: z.array(z.record(z.string(), z.json()))
    }))
  }))
})

export function createApplications (openId: OpenId): Applications {
  async function ask (method: 'GET' | 'DELETE', path: string, { accessToken }: LoggedIn): Promise<Result<Response, WithdrawalProblem>> {
    const endpoint = await openId.grantsEndpoint()
    if (endpoint === undefined) return err(await openId.problem() === 'down' ? 'down' : 'not-offered')
    try {
      const response = await fetch(endpoint + path, {
        method, headers: { Authorization: `Bearer ${accessToken}` }, signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error'
      })
      if (response.ok) return ok(response)
      await response.body?.cancel()
      return err(response.status === 401 ? 'log-in-again' : 'down')
    } catch {
      return err('down')
    }
  }

  return {
    async of (who) {
      const asked = await ask('GET', '', who)
      if (!asked.ok) return asked
      const answer = answerSchema.safeParse(await asked.value.json().catch(() => undefined))
      if (!answer.success) return err('down')
      const list = answer.data.clients.map(({ client_id: clientId, client_name: name, returns_to: returnsTo, grants }) => ({
        clientId, name, returnsTo, grants: grants.map(({ since, scopes, authorization_details: details }) => ({ since, scopes, details }))
      }))
      return ok({ list, gatewaysAreTold: answer.data.gateways_are_told })
    },
    async withdraw (who, clientId) {
      const asked = await ask('DELETE', `/${encodeURIComponent(clientId)}`, who)
      if (!asked.ok) return asked
      const answer = withdrawnSchema.safeParse(await asked.value.json().catch(() => undefined))
      return ok({ gatewaysTold: answer.success && answer.data.gateways_told })
    }
  }
}
