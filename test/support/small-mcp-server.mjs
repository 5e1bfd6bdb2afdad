// A small MCP server over stdio, as another program. Its tools are those of a JSON file, read for each `tools/list`; each answers with its
// arguments, `crash` ends the process, and `wait` answers only when a file named `go` exists beside that file.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const [, , file] = process.argv
const send = message => { process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`) }

function whenFileIsThere (path, done) {
  if (existsSync(path)) done()
  else setTimeout(() => { whenFileIsThere(path, done) }, 10)
}

createInterface({ input: process.stdin }).on('line', line => {
  const { id, method, params } = JSON.parse(line)
  const answer = result => { send({ id, result }) }
  switch (method) {
    case 'initialize':
      return answer({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'small', version: '1.0.0' } })
    case 'tools/list': return answer({ tools: JSON.parse(readFileSync(file, 'utf8')) })
    case 'tools/call': {
      const structuredContent = { pid: process.pid, meta: params._meta ?? {} }
      const result = { content: [{ type: 'text', text: JSON.stringify(params.arguments) }], structuredContent }
      const progressToken = params._meta?.progressToken
      if (progressToken !== undefined) send({ method: 'notifications/progress', params: { progressToken, progress: 1, total: 2 } })
      if (params.name === 'crash') process.exit(3)
      if (params.name !== 'wait') return answer(result)
      return whenFileIsThere(join(dirname(file), 'go'), () => { answer(result) })
    }
    default: if (id !== undefined) send({ id, error: { code: -32601, message: 'no such method' } })
  }
}).on('close', () => { process.exit(0) })
