// The schema of `limits`: sizes, times and numbers that keep the gateway answering while one client asks for too much.

import { DEFAULT_TOKEN_CHARACTERS, MAX_TOKEN_CHARACTERS } from '../kernel/token-length.ts'
import { group, text, wholeNumber } from './members.ts'
import { isRedisUrl } from './storage-url.ts'

export const limits = group({
  bodyBytes: wholeNumber({ from: 1024, to: 16_777_216, unit: 'bytes', byDefault: 65_536 })
    .describe('Bytes of the largest request body. The time to read a body grows with it: 1 MiB of nested lists takes a hundred times as ' +
      'long as a ping.'),
  tokenCharacters: wholeNumber({ from: 1024, to: MAX_TOKEN_CHARACTERS, unit: 'characters', byDefault: DEFAULT_TOKEN_CHARACTERS })
    .describe('Characters of the longest access token. JWTs with many groups have 10,000 and more. The limit for all headers of a ' +
      'request ' +
      'is this and 16 KiB; a host of the plugin sets it with `maxHeaderSize` of the server.'),
  headersTimeoutMs: wholeNumber({ from: 1000, to: 60_000, unit: 'milliseconds', byDefault: 10_000 })
    .describe('Milliseconds for a client to send the headers of a request, from the moment it connects. Then 408.'),
  requestTimeoutMs: wholeNumber({ from: 1000, to: 300_000, unit: 'milliseconds', byDefault: 30_000 })
    .describe('Milliseconds for a client to send its whole request.'),
  idleTimeoutMs: wholeNumber({ from: 1000, to: 600_000, unit: 'milliseconds', byDefault: 65_000 })
    .describe('Milliseconds for which a kept-alive connection may rest between two requests. Longer than that of a proxy in front, ' +
      'so that the proxy ends it first.'),
  maxConnections: wholeNumber({ from: 1, to: 1_000_000, unit: 'connections', byDefault: 10_000 })
    .describe('Simultaneous connections. For a further one, that connection is closed which has waited longest for its client, of the ' +
      'address that has the most; it is refused when all are at work. Lowered to what the process may open (`ulimit -n`), less 128.'),
  connectionsPerAddress: wholeNumber({ from: 0, to: 1_000_000, unit: 'connections', byDefault: 0 })
    .describe('Simultaneous connections from one network address (of IPv6: one network, /64); for a further one, that of the address ' +
      'is closed which has waited longest. 0: no limit but `maxConnections`, since a classroom, an office or a proxy shares one address.'),
  toolTimeoutMs: wholeNumber({ from: 0, to: 3_600_000, unit: 'milliseconds', byDefault: 60_000 })
    .describe('Milliseconds for the `access.details` of a tool, and the same again for its run. Then 500 `GW_TOOL_TIMEOUT`, and the ' +
      'signal of the tool is aborted. 0: no limit.'),
  streamSilenceMs: wholeNumber({ from: 0, to: 600_000, unit: 'milliseconds', byDefault: 15_000 })
    .describe('Milliseconds without a word after which a call that is running gets a comment line, so that proxies and clients do not ' +
      'give it up. Its answer is then a stream with status 200, whatever comes of it; only for clients that accept one. 0: never.'),
  requestsPerMinutePerPerson: wholeNumber({ from: 0, to: 1_000_000, unit: 'requests', byDefault: 600 })
    .describe('Requests of one person within a minute, whatever the number of tokens and clients; then 429 with `Retry-After`. 0: no ' +
      'limit.'),
  requestsPerMinutePerAddress: wholeNumber({ from: 0, to: 1_000_000, unit: 'requests', byDefault: 0 })
    .describe('Requests from one network address (of IPv6: one network, /64) within a minute, counted before the token is looked at. ' +
      '0: no limit, since a classroom, an office or a proxy shares one address.'),
  rateLimitRedisUrl: text('redis://user:password@host:port/number', isRedisUrl).exactOptional()
    .describe('The Redis server in which several gateways count requests together; needs the package `ioredis`, installed with the ' +
      'gateway. Absent: each process counts separately. While Redis does not answer, no request is refused for its rate. Better ' +
      'set in the environment when it holds a password.'),
  maxEventLoopDelayMs: wholeNumber({ from: 0, to: 60_000, unit: 'milliseconds', byDefault: 1000 })
    .describe('While the event loop delay is above this, on average over a second, requests to the endpoint are refused with 503 and ' +
      '`Retry-After`. 0: never.'),
  shutdownNoticeMs: wholeNumber({ from: 0, to: 300_000, unit: 'milliseconds', byDefault: 0 })
    .describe('Milliseconds for which requests are still served after SIGTERM, while `/ready` answers 503, so that a load balancer ' +
      'notices before any is refused. Shorter than `shutdownDeadlineMs`.'),
  shutdownDeadlineMs: wholeNumber({ from: 0, to: 300_000, unit: 'milliseconds', byDefault: 10_000 })
    .describe('Milliseconds after SIGTERM until the process ends, even if requests are still running.')
}).describe('How much a client may ask for.')
