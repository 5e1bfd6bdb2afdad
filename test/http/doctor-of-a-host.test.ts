// The doctor and a configuration of the plugin: docs/own-tools.md shows the file to give it.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { fencesOf } from '../../scripts/docs/markdown.ts'
import { covers } from '../support/covers.ts'
import { DOCTOR_SECRET, found, startServer, troubles, visit, type Members } from '../support/doctor-visit.ts'

t.test('doctor — the file for an application with the plugin: its server is asked, and no storage is opened', async t => {
  covers('doctor.says-whether-it-would-work')
  const shown = fencesOf(readFileSync('docs/own-tools.md', 'utf8')).find(({ text }) => text.includes('"builtIn"'))?.text ?? ''
  const { origin } = await startServer(t, { scopes_supported: ['invoices:read'], authorization_details_types_supported: [] })
  const members = JSON.parse(shown.replace('http://localhost:9000', origin)) as Members
  const ofHost = { ...members, port: 0 }
  const env = { INTROSPECTION_CLIENT_SECRET: DOCTOR_SECRET }
  const elsewhere = { url: 'sqlite:/no/folder/here/tickets.db' }

  const outcome = await visit({ ...ofHost, storage: elsewhere }, { env })
  t.equal(outcome.status, 0)
  t.strictSame(troubles(outcome), [])
  t.equal(found(outcome, 'authorization-server.metadata').state, 'good')

  const withTools = await visit({ ...ofHost, storage: elsewhere, tools: {} }, { env })
  t.equal(withTools.status, 1, 'the tools of the server need storage')
})
