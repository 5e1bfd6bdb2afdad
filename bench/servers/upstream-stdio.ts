// The other MCP server of the measurements over stdio: one message a line, all answers of a turn of the event loop in one write.
// Argument: a file that counts its starts, or nothing.

import { countStart } from './counted-starts.ts'
import { upstreamAnswer, type AskedMessage } from './upstream-answers.ts'

countStart(process.argv[2])
let rest = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', (chunk: string) => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop() ?? ''
  const answers = lines.flatMap(line => {
    const answer = upstreamAnswer(JSON.parse(line) as AskedMessage)
    return answer === undefined ? [] : [`${answer}\n`]
  })
  if (answers.length > 0) process.stdout.write(answers.join(''))
})
process.stdin.on('end', () => { process.exit() })
