// The name under which a hint can be typed: after `npx` that of `npx`, in a clone a file, otherwise what the search path finds.

import t from 'tap'
import { programName } from '../../src/cli/program-name.ts'

t.test('program name — what a person typed works again', async t => {
  const rows = [
    [{ npm_command: 'exec' }, '/home/x/.npm/_npx/1/node_modules/.bin/mcp-resource-gateway', 'npx mcp-resource-gateway'],
    [{}, '/usr/local/bin/mcp-resource-gateway', 'mcp-resource-gateway'],
    [{ npm_command: 'run-script' }, '/work/clone/dist/cli.js', 'node /work/clone/dist/cli.js'],
    [{}, '/work/clone/test/init.test.ts', 'mcp-resource-gateway'],
    [{}, undefined, 'mcp-resource-gateway']
  ] as const
  t.strictSame(rows.map(([env, program]) => programName(env, program)), rows.map(row => row[2]))
})
