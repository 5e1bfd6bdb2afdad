// Does the page about the shop say what is so? Every command of it is typed into a shell, in both languages, against the service, the
// practice server and the gateway.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createShop } from '../../docs/examples/shop/shop-service.ts'
import { openShopStore } from '../../docs/examples/shop/shop-store.ts'
import { SHOP_WALKS } from '../../scripts/docs/tutorial.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { createPracticeServer } from '../../src/practice-as/practice-server.ts'
import { startBash } from '../support/bash-session.ts'
import { covers } from '../support/covers.ts'
import { walkDocument } from '../support/document-walk.ts'
import { GUARD_ARGUMENTS, guardEnvironment } from '../support/guarded-program.ts'
import { freePorts, isRunning, startProgram } from '../support/processes.ts'
import { builtProgram } from '../support/program.ts'

const SHARED_SECRET = 'a-shared-secret-of-the-shop-walk-0001'
const SERVICE_TOKEN = 'the-secret-between-gateway-and-shop'

for (const file of SHOP_WALKS) {
  t.test(`${file} — every command works, and answers as it is shown`, async t => {
    covers('rest.shop-walk-is-true')
    const here = await stackFor(t)
    const shell = startBash()
    t.teardown(() => shell.close())
    const { commands } = await walkDocument(t, { file, here, shell })
    t.equal(commands, 13, 'all commands ran')
  })
}

t.test('shop service — a booking is for a day that exists', async t => {
  const shop = createShop(openShopStore(':memory:'), SERVICE_TOKEN).listen(0, '127.0.0.1')
  await once(shop, 'listening')
  t.teardown(() => shop.close())
  const origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`
  const statusOf = async (method: string, path: string, body: object) => (await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${SERVICE_TOKEN}`, 'x-customer': 'inga', 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })).status
  const book = (date: unknown) => statusOf('POST', '/booking', { date, people: 2 })
  const days = ['2026-12-24', 'tomorrow', '2026-02-30', '2026-12-24T10:00', undefined]
  t.strictSame(await Promise.all(days.map(book)), [201, 422, 422, 422, 422])
  t.equal(await statusOf('PATCH', '/booking/1', { date: 'tomorrow' }), 422)
  t.equal(await statusOf('PATCH', '/booking/1', { people: 3 }), 200)
})

async function stackFor (t: Test): Promise<(text: string) => string> {
  const store = openShopStore(':memory:')
  const shop = createShop(store, SERVICE_TOKEN).listen(0, '127.0.0.1')
  await once(shop, 'listening')
  const [port = 0] = await freePorts(1)
  const origin = `http://localhost:${port}`
  const practice = await createPracticeServer({ gateways: [origin], sharedSecret: SHARED_SECRET })
  const place = mkdtempSync(join(tmpdir(), 'shop-walk-'))
  writeFiles(place, `http://127.0.0.1:${(shop.address() as AddressInfo).port}`)
  const program = startProgram(process.execPath, [...GUARD_ARGUMENTS, builtProgram('dist/server.js')], {
    ...guardEnvironment(),
    GATEWAY_CONFIG: join(place, 'shop.json'),
    PORT: String(port),
    RESOURCE_IDENTIFIER: origin,
    AUTHORIZATION_SERVER_ISSUER: practice.issuer,
    JWT_SHARED_SECRET: SHARED_SECRET,
    SHOP_SERVICE_TOKEN: SERVICE_TOKEN
  })
  t.teardown(async () => {
    if (isRunning(program.pid)) program.signal('SIGTERM')
    await program.ended
    await practice.close()
    shop.close()
    store.close()
    rmSync(place, { recursive: true, force: true })
  })
  await program.line(/"event":"listening"/)
  return text => text.replaceAll('http://localhost:3443', origin).replaceAll('http://localhost:9000', practice.issuer)
}

/** The configuration of the repository, with the address of this shop. */
function writeFiles (place: string, url: string): void {
  const json = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as JsonObject
  const upstream = json('config/upstreams/shop.json')
  const transport = { openapi: { ...(upstream['transport'] as { openapi: JsonObject }).openapi, url } }
  writeFileSync(join(place, 'upstream.json'), JSON.stringify({ ...upstream, transport }))
  writeFileSync(join(place, 'upstream.lock.json'), readFileSync('config/upstreams/shop.lock.json', 'utf8'))
  writeFileSync(join(place, 'shop.json'), JSON.stringify({ ...json('config/shop.json'), upstreams: ['./upstream.json'] }))
}
