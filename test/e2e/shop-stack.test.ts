// Does one command run the shop of docs/shop.md, with the practice server and the gateway in front of it?

import t from 'tap'
import { covers } from '../support/covers.ts'
import { launch } from '../support/launched-stack.ts'
import { freePorts } from '../support/processes.ts'

t.test('stack — serves the shop with --shop: the list of its operations, and 401 with a challenge before them', async t => {
  covers('rest.shop-walk-is-true')
  const [shopPort = 0] = await freePorts(1)
  const { program, gateway } = await launch(t, ['--no-inspector', '--shop'], { SHOP_PORT: String(shopPort) })
  await program.line(/^Ctrl-C ends everything/)
  t.ok(program.lines.some(line => line.startsWith('[SHOP] shop service ready')))
  const { tools } = await (await fetch(`${gateway}/tools`)).json() as { readonly tools: ReadonlyArray<{ readonly http?: object }> }
  t.equal(tools.filter(({ http }) => http !== undefined).length, 18)
  const refused = await fetch(`${gateway}/tools/booking`)
  t.equal(refused.status, 401)
  t.match(refused.headers.get('www-authenticate'), /resource_metadata="/)
  const { scopes_supported: scopes } = await (await fetch(new URL('/.well-known/oauth-protected-resource', gateway))).json() as {
    readonly scopes_supported: readonly string[]
  }
  t.strictSame(scopes, ['booking', 'form', 'order', 'product'].flatMap(family => [`${family}:read`, `${family}:write`]))
  program.signal('SIGINT')
  t.strictSame(await program.ended, { code: 0, signal: null })
})

t.test('stack — --shop brings its own configuration', async t => {
  covers('rest.shop-walk-is-true')
  const { program } = await launch(t, ['--no-inspector', '--shop'], { GATEWAY_CONFIG: 'config/local.json' })
  t.strictSame(await program.ended, { code: 1, signal: null })
  t.match(program.lines, [/^GATEWAY_CONFIG is set: --shop brings its own configuration/])
})
