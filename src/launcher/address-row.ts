// One line of the addresses of a stack, aligned in columns of a terminal.

import { widthOf } from './classroom-address.ts'

const COLUMNS = 22

/** Nothing where there is no address. */
export function addressRow (name: string, address: string | undefined): string[] {
  return address === undefined ? [] : [`  ${name}${' '.repeat(Math.max(1, COLUMNS - widthOf(name)))}${address}`]
}
