// The example in config/shop.json with the port of this machine's shop service, and the two secrets that its parts share: that of the
// access tokens, and that of the gateway at the service. Both are made up at each start, unless they are set.

import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../../src/config/environment.ts'
import type { JsonObject } from '../../src/kernel/json.ts'

/** @returns the environment for the launcher, with the configuration that was written */
export function writeShopExample (directory: string, env: Environment): Environment {
  const { SHOP_PORT: port = '3100' } = env
  mkdirSync(join(directory, 'upstreams'), { recursive: true })
  const upstream = JSON.parse(readFileSync('config/upstreams/shop.json', 'utf8')) as JsonObject
  const { openapi } = upstream['transport'] as { readonly openapi: JsonObject }
  const transport = { openapi: { ...openapi, url: `http://127.0.0.1:${port}` } }
  writeFileSync(join(directory, 'upstreams/shop.json'), `${JSON.stringify({ ...upstream, transport }, null, 2)}\n`)
  copyFileSync('config/upstreams/shop.lock.json', join(directory, 'upstreams/shop.lock.json'))
  copyFileSync('config/shop.json', join(directory, 'shop.json'))
  const secret = () => randomBytes(32).toString('base64url')
  return {
    ...env,
    GATEWAY_CONFIG: join(directory, 'shop.json'),
    SHOP_PORT: port,
    JWT_SHARED_SECRET: env['JWT_SHARED_SECRET'] ?? secret(),
    SHOP_SERVICE_TOKEN: env['SHOP_SERVICE_TOKEN'] ?? secret()
  }
}
