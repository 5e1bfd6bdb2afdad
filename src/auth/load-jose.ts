// When is jose loaded? When the first signed text has to be read or written: many gateways never see one, and should not wait
// for sixty modules at their start.

import type * as jose from 'jose'

export type Jose = typeof jose

export function loadJose (): Promise<Jose> {
  return import('jose')
}
