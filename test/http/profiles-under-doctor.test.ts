// The doctor on each profile with the recorded shape of its server: it finds a gateway that would work, and names what the profile changes.

import t from 'tap'
import { ALL_SHAPES } from '../shapes/all-shapes.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'
import { found, visit } from '../support/doctor-visit.ts'
import { startShape } from '../support/shaped-server.ts'

t.test('doctor — no profile has a problem, and each member that a profile sets is named', async t => {
  covers('doctor.says-whether-it-would-work', 'doctor.token-rules-shown', 'profiles.recorded-shapes')
  const each = collected(t)
  for (const shape of ALL_SHAPES) {
    const { config } = await startShape(t, shape)
    // None of these servers states authorization details, but two.
    const policy = { ...config.policy, authorizationDetailsWhenAbsent: 'allow' }
    const outcome = await visit({ ...config, policy, storage: { url: 'sqlite::memory:' }, port: 0 })
    const problems = outcome.report.diagnoses.filter(({ state }) => state === 'problem').map(({ check, found }) => `${check}: ${found}`)
    each.strictSame(problems, [], shape.profile)
    const { claims = {}, clients, requiredScopePrefix, acceptedAudiences } = config.authorizationServer
    const set = [
      ...Object.keys(claims).map(meaning => `authorization-server.claims.${meaning}`),
      ...(clients === undefined ? [] : ['authorization-server.clients']),
      ...(requiredScopePrefix === undefined ? [] : ['authorization-server.requiredScopePrefix']),
      ...(acceptedAudiences === undefined ? [] : ['configuration.authorizationServer.acceptedAudiences'])
    ]
    each.strictSame(set.filter(check => found(outcome, check).state === 'absent'), [], `${shape.profile}: what is set is named`)
  }
  each.end()
})
