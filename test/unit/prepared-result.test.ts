// Is a message that was put together from prepared bytes whole, however many share their memory?

import t from 'tap'
import { PreparedResult } from '../../src/mcp/prepared-result.ts'

t.test('prepared result — every message is its own, whatever came before and after it', t => {
  const results = [2, 3_000, 9_999, 40_000, 300_000].map(length => ({ json: JSON.stringify('é'.repeat(length)) }))
    .map(({ json }) => ({ json, prepared: new PreparedResult(json) }))
  const messages = Array.from({ length: 200 }, (_, id) => results.map(({ json, prepared }) => {
    const head = `{"jsonrpc":"2.0","id":"チケット-${id}","result":`
    return { wanted: `${head}${json}}`, message: prepared.after(head) }
  })).flat()
  const wrong = messages.filter(({ wanted, message }) => message.toString() !== wanted).map(({ wanted }) => wanted.slice(0, 80))
  t.strictSame(wrong, [], 'all are read only after the last was made')
  t.end()
})
