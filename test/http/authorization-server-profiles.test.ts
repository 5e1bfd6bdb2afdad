// The profiles of config/profiles with the recorded shapes of their servers: the access token of each is accepted, and what else the
// server issues is refused. Not verified with the servers themselves.

import { readdirSync } from 'node:fs'
import t from 'tap'
import { ALL_SHAPES } from '../shapes/all-shapes.ts'
import { collected } from '../support/collected.ts'
import { mistakesIn } from '../support/configuration.ts'
import { covers } from '../support/covers.ts'
import { MANUAL_CLOCK_START_SECONDS } from '../support/manual-clock.ts'
import { filledProfile, forged, profileText, startShape } from '../support/shaped-server.ts'

const PROFILES = readdirSync('config/profiles').map(file => file.replace(/\.json$/, '')).sort()

t.test('profiles — each has a recorded shape with sources, and each shape a profile', async t => {
  t.strictSame(ALL_SHAPES.map(({ profile }) => profile).sort(), PROFILES)
  t.strictSame(ALL_SHAPES.filter(({ sources }) => sources.length === 0 || sources.some(source => !source.startsWith('https://'))), [])
})

t.test('profiles — none starts before its placeholders are replaced, and then it lacks no more than a secret', async t => {
  covers('configuration.profiles-have-no-secret', 'configuration.placeholders-refuse-to-start')
  const each = collected(t)
  for (const shape of ALL_SHAPES) {
    const { profile } = shape
    const slots = mistakesIn(profileText(profile)).filter(mistake => mistake.includes('placeholder between < and >'))
    each.ok(slots.some(mistake => mistake.startsWith('resource.identifier')) && slots.some(mistake => /^authorizationServer\./.test(mistake)), `${profile}: placeholders`)
    const filled = filledProfile(shape)
    each.notMatch(filled, /[<>]/, `${profile}: the shape knows every placeholder`)
    each.notMatch(profileText(profile), /secret"|token"|password"/i, `${profile}: no secret`)
    const missing = mistakesIn(filled).filter(mistake => !mistake.startsWith('authorizationServer.introspection.clientSecret'))
    each.strictSame(missing, [], `${profile}: complete but for the secret`)
    each.strictSame(mistakesIn(filled, { env: { INTROSPECTION_CLIENT_SECRET: 'a secret from the environment' } }).filter(() => filled.includes('clientId"') && !filled.includes('"none"') && filled.includes('"introspection"')), [], `${profile}: complete with the secret`)
  }
  each.end()
})

t.test('profiles — a single placeholder that is left ends the start, also in a name, and a secret with such a text does not', async t => {
  covers('configuration.placeholders-refuse-to-start')
  const [shape] = ALL_SHAPES
  const filled = JSON.parse(filledProfile(shape as never)) as Record<string, Record<string, unknown>>
  const left = (members: object) => mistakesIn({ ...filled, ...members }).filter(mistake => mistake.includes('placeholder'))
  t.match(left({ authorizationServer: { ...filled['authorizationServer'], acceptedAudiences: ['<application id>'] } }), [/^authorizationServer\.acceptedAudiences\.0/])
  t.match(left({ policy: { scopeImplications: { 'https://<host>/read': ['mcp:tickets:read'] } } }), [/^policy\.scopeImplications/])
  t.strictSame(left({ authorizationServer: { issuer: 'https://as.example', introspection: { clientId: 'a', clientSecret: 'a<b>c' } } }), [])
})

for (const shape of ALL_SHAPES) {
  t.test(`${shape.profile} — the recorded access token is accepted, and whatever else the server issues is refused`, async t => {
    covers('profiles.recorded-shapes')
    const gateway = await startShape(t, shape)
    const each = collected(t)
    for (const { name, text, expected } of gateway.tokens) each.ok((await gateway.outcome(text)).startsWith(expected), `${name}: wanted ${expected}, found ${await gateway.outcome(text)}`)
    const { authorizationServer: { issuer }, resource: { identifier: resource } } = gateway.config
    each.match(await gateway.outcome('made-up'), /^401 /, 'an unknown token')
    each.match(await gateway.outcome(forged(shape, { issuer, resource, now: MANUAL_CLOCK_START_SECONDS })), /^401 /, 'a token with the signature of another key')
    each.end()
    const refused = gateway.tokens.filter(({ expected }) => expected.startsWith('401')).length
    t.ok(gateway.tokens[0]?.expected === '200 permitted' && refused > 1)
    const metadata = await gateway.metadata() as { readonly scopes_supported: readonly string[] }
    t.match(metadata, { resource, authorization_servers: [issuer] })
    t.strictSame(metadata.scopes_supported, shape.requested?.(resource) ?? ['mcp:tickets:read', 'mcp:tickets:write'],
      'what clients are told to request')
  })
}
