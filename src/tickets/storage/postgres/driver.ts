// Where does the driver come from? `pg` is an optional peer: a gateway on SQLite never loads it and need not have it.

import type pg from 'pg'
import { importOptional } from '../../../kernel/optional-package.ts'

export type Driver = Pick<typeof pg, 'Pool'>

/**
 * @param load for tests: instead of the installed package
 * @throws GatewayError GW_CONFIG_INVALID when it is not installed; the detail says how to install it
 */
export async function loadDriver (load: () => Promise<{ readonly default: Driver }> = () => import('pg')): Promise<Driver> {
  return (await importOptional(load, 'storage.url names PostgreSQL, and the package pg is not installed: npm install pg')).default
}
