// What tests of signals share: an authorization server that knows some people, and tool calls to a built gateway.

import t from 'tap'
import { startPeopleServer } from './gateway-server.ts'

export const people = await startPeopleServer(t)
