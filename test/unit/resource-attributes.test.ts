// What identifies a process in traces.

import t from 'tap'
import { isAttributeList } from '../../src/config/text-syntax.ts'
import { resourceAttributesOf } from '../../src/operations/resource-attributes.ts'
import { covers } from '../support/covers.ts'

t.test('resource — the variables of OpenTelemetry name the service and add attributes; each process has its own id', t => {
  covers('operations.traces')
  const tracing = { samplePercent: 100 }
  const [one, other] = [resourceAttributesOf(tracing, '1.2.3'), resourceAttributesOf(tracing, '1.2.3')]
  t.match(one, { 'service.name': 'mcp-resource-gateway', 'service.version': '1.2.3', 'service.instance.id': /^[0-9a-f-]{36}$/ })
  t.not(one['service.instance.id'], other['service.instance.id'])
  const resourceAttributes = 'service.name=from-the-list, team=a%2Cb,service.instance.id=pod-1'
  t.strictSame(resourceAttributesOf({ ...tracing, resourceAttributes }, '1'), {
    'service.name': 'from-the-list', 'service.version': '1', 'service.instance.id': 'pod-1', team: 'a,b'
  })
  t.equal(resourceAttributesOf({ ...tracing, resourceAttributes, serviceName: 'tickets' }, '1')['service.name'], 'tickets')
  t.end()
})

t.test('resource — a list that is not one is a mistake of the configuration', t => {
  const good = ['a=b', 'a=', 'deployment.environment.name=production,team=a%20b', ' a=b , c=d ']
  const bad = ['', 'a', 'a=b,', '=b', 'a=b c', 'a=%zz', 'a=%ff', 'a="b"']
  t.strictSame([good.filter(text => !isAttributeList(text)), bad.filter(isAttributeList)], [[], []])
  t.end()
})
