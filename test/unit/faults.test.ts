// Faults: the detail of a developer's mistake is in the message, and no answer to a client carries it.

import t from 'tap'
import { faultAnswer } from '../../src/http/answers/fault-answer.ts'
import { unreadableRequestAnswer } from '../../src/http/answers/framework-error.ts'
import {
  AuditUnavailable, AuthorizationServerUnavailable, ConfigurationError, GatewayError, StorageUnavailable
} from '../../src/kernel/fault.ts'
import { FAULT_MESSAGES, type FaultCode } from '../../src/kernel/fault-codes.ts'

const DETAIL = 'limits.bodyBytes: PRIVATE'

t.test('fault — a mistake in configuration or in a tool is told by its message, an outage is not', async t => {
  t.equal(new GatewayError('GW_CONFIG_INVALID', 'cache: expected an object').message, 'GW_CONFIG_INVALID: cache: expected an object')
  t.equal(new GatewayError('GW_TOOL_INVALID', 'pay: expected a title').message, 'GW_TOOL_INVALID: pay: expected a title')
  t.equal(new StorageUnavailable(DETAIL).message, 'The storage is not available right now.')
  const error = new ConfigurationError([{ path: 'cache', expected: 'expected an object' }, { path: 'cors', expected: 'unknown member' }])
  t.match(error, {
    code: 'GW_CONFIG_INVALID',
    detail: 'cache: expected an object; cors: unknown member',
    mistakes: [{ path: 'cache' }, { path: 'cors' }]
  })
})

t.test('fault — no answer to a client holds more than the public message', async t => {
  const faults = [
    ...Object.keys(FAULT_MESSAGES).map(code => new GatewayError(code as FaultCode, DETAIL)),
    new AuthorizationServerUnavailable('timeout', DETAIL), new StorageUnavailable(DETAIL), new AuditUnavailable(DETAIL),
    new ConfigurationError([{ path: 'PRIVATE', expected: 'PRIVATE' }])
  ]
  const answers = faults.flatMap(fault => [faultAnswer(fault, 1), faultAnswer(fault, undefined), unreadableRequestAnswer(fault)])
  t.strictSame(answers.filter(answer => JSON.stringify(answer ?? '').includes('PRIVATE')), [])
  t.strictSame(faults.filter(fault => !faultAnswer(fault, 1).body.toString().includes(fault.publicMessage)), [])
})
