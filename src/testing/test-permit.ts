// A permit for a test that calls the `run` of a tool directly. No policy decided about it, so it belongs in tests alone; a call
// through the gateway never accepts a permit, it makes its own.

import type { JsonObject } from '../kernel/json.ts'
import type { Person } from '../kernel/person.ts'
import { permit, type Permit } from '../policy/permit.ts'

export interface TestPermitOptions {
  /** Default `test`. */
  readonly tool?: string
  /** Default: subject `1004` of `https://as.example`. */
  readonly person?: Person
  /** Default `test-client`. */
  readonly clientId?: string
  /** The elements of authorization details that allow the call, in the flat form; default: no limit. */
  readonly details?: readonly JsonObject[]
}

/**
 * @example
 * const outcome = await payTool.run(testPermit({ details: [{ type: 'payment', maxAmount: 500 }] }), { amount: 100 }, call)
 */
export function testPermit ({ tool = 'test', person = PERSON, clientId = 'test-client', details }: TestPermitOptions = {}): Permit {
  return permit({ tool, person, clientId, details: details?.map((element, index) => ({ index, element })) ?? 'unrestricted' })
}

const PERSON: Person = { issuer: 'https://as.example', subject: '1004' }
