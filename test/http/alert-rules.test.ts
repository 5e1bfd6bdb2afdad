// The alerts for Prometheus: each metric and label value in them is one that a gateway has, and each text leads to a place in a document.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { anchorsOf } from '../../scripts/docs/markdown.ts'
import { collected } from '../support/collected.ts'
import { covers } from '../support/covers.ts'

const alerts = readFileSync('docs/operations/alerts.yaml', 'utf8')
const table = readFileSync('docs/operations.md', 'utf8')

t.test('alerts — metrics and values of the table in the document, and places that are there', t => {
  covers('operations.dashboard')
  const each = collected(t)
  const rules = alerts.split(/^ {6}- alert: /m).slice(1)
  t.ok(rules.length >= 12)
  for (const rule of rules) {
    const [name = ''] = rule.split('\n')
    for (const [metric] of rule.matchAll(/\bmcp_gateway_\w+/g)) {
      const row = table.split('\n').find(line => line.startsWith(`| \`${metric}\` |`))
      each.ok(row !== undefined, `${name}: ${metric}`)
      for (const [, label = '', value = ''] of rule.matchAll(/(\w+)=~?"([^"]+)"/g)) {
        each.ok(row?.includes(`\`${label}\``), `${name}: the label ${label}`)
        for (const one of value.split('|')) each.ok(table.includes(one), `${name}: ${one}`)
      }
    }
    const [, page = '', anchor = ''] = /description: '([\w/.-]+)#([\w-]+)'/.exec(rule) ?? []
    each.ok(page !== '' && anchorsOf(readFileSync(page, 'utf8')).has(anchor), `${name}: ${page}#${anchor}`)
  }
  each.end()
  t.end()
})
