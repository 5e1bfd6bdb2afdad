// The fixtures of the conformance suite as a program that speaks stdio: `legacy` or `modern` is its argument.

import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createServerV1, createServerV2 } from './fixture-servers.ts'

if (process.argv[2] === 'modern') serveStdio(createServerV2, { legacy: 'reject' })
else await createServerV1().connect(new StdioServerTransport())
