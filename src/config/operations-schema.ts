// The part of the configuration schema about health, metrics, the console, notices, traces and the audit log. All are off by default, and
// then not imported.

import { isEndpoint } from './address-syntax.ts'
import { choice, flag, group, text, wholeNumber } from './members.ts'
import { isLongSecret } from './placeholder.ts'
import { isAttributeList, isFilePath, isHostName, isPrintable } from './text-syntax.ts'

export const metrics = group({
  enabled: flag().default(false)
    .describe('Whether metrics are collected and served in the format of Prometheus, at `/metrics` of a separate listener.'),
  host: text('a host name or an IP address to listen on', isHostName).default('localhost')
    .describe('The host name or IP address of that listener. It has no authentication: use an address that only operators can reach.'),
  port: wholeNumber({ from: 0, to: 65_535, byDefault: 9464 })
    .describe('The TCP port of that listener. 0: any free one.')
}).describe('Numbers about what happens.')

export const console = group({
  enabled: flag().default(false)
    .describe('Whether each request can be watched while it is decided, on a page of a separate listener ([console](console.md)). It ' +
      'shows who called what and why it was allowed or refused; no token, no secret.'),
  host: text('a host name or an IP address to listen on', isHostName).default('localhost')
    .describe('The host name or IP address of that listener. Beyond loopback it needs `secret`.'),
  port: wholeNumber({ from: 0, to: 65_535, byDefault: 3444 })
    .describe('The TCP port of that listener. 0: any free one. A port that is taken is a warning: the gateway serves without the page.'),
  secret: text('a secret of at least 32 characters that is not a placeholder', isLongSecret).exactOptional()
    .describe('The password of the page, with any user name. Absent: no password, on loopback alone.')
}).describe('A page on which requests are watched.')

export const notices = group({
  enabled: flag().default(false)
    .describe('Whether an authorization server may say that a grant of a person may have been withdrawn (`POST /recheck` of a separate ' +
      'listener): the next call with a token of that person is then asked about again, whatever is cached ' +
      '([operations](operations.md#notices-of-withdrawn-grants)).'),
  host: text('a host name or an IP address to listen on', isHostName).default('localhost')
    .describe('The host name or IP address of that listener.'),
  port: wholeNumber({ from: 0, to: 65_535, byDefault: 3446 })
    .describe('The TCP port of that listener. 0: any free one. A port that is taken is a warning: the gateway serves without notices.'),
  secret: text('a secret of at least 32 characters that is not a placeholder', isLongSecret).exactOptional()
    .describe('What the authorization server presents as a bearer token. Needed with `enabled`.')
}).describe('Notices that an authorization server sends. They cause questions and decide nothing. The plugin does not read it.')

export const health = group({
  host: text('a host name or an IP address to listen on', isHostName).default('localhost')
    .describe('The host name or IP address of that listener: one that the probes reach, and clients do not.'),
  port: wholeNumber({ from: 0, to: 65_535, byDefault: 9465 })
    .describe('The TCP port of that listener. 0: any free one.')
}).describe('A separate listener for `/health` and `/ready`, which answers while clients hold every connection of the main one. Absent: ' +
  'the main listener alone serves them. The plugin does not read it.')

export const tracing = group({
  endpoint: text('an absolute http or https URL without a fragment', isEndpoint).exactOptional()
    .describe('Where spans are sent by OTLP over HTTP, such as `http://localhost:4318/v1/traces`; needs the packages ' +
      '`@opentelemetry/api`, `@opentelemetry/resources`, `@opentelemetry/sdk-trace-base` and ' +
      '`@opentelemetry/exporter-trace-otlp-http`, installed with the gateway. Absent: no traces.'),
  serviceName: text('a text without control characters', isPrintable).exactOptional()
    .describe('How the gateway is named in traces. Absent: `service.name` of `resourceAttributes`, or `mcp-resource-gateway`.'),
  resourceAttributes: text('names and values such as deployment.environment.name=production,team=a', isAttributeList).exactOptional()
    .describe('More attributes of the resource in traces: names and percent-encoded values, separated by commas. ' +
      '`service.instance.id` is made for each process unless it is given here.'),
  samplePercent: wholeNumber({ from: 0, to: 100, unit: 'percent', byDefault: 100 })
    .describe('The sampled share of traces. A client can exclude its trace but not force it.')
}).describe('How one request went through, step by step.')

export const audit = group({
  file: text('a path', isFilePath).exactOptional()
    .describe('Where decisions about tool calls are written, one JSON object a line, with the person; a relative path counts from ' +
      'the working directory. Absent: nowhere.'),
  maxBytes: wholeNumber({ from: 4096, to: 10_000_000_000, unit: 'bytes', byDefault: 100_000_000 })
    .describe('When the file would become larger it is renamed to end in `.1`, and older ones move up by one.'),
  keepFiles: wholeNumber({ from: 1, to: 1000, unit: 'files', byDefault: 10 })
    .describe('How many renamed files are kept in addition to the current one; the oldest is deleted.'),
  keyFile: text('a path', isFilePath).exactOptional()
    .describe('A file with a secret of at least 32 bytes, with which the hash chain of the lines is made (HMAC-SHA-256): only its ' +
      'holders can write lines that verify. Keep a copy where this machine cannot change it. Absent: SHA-256.'),
  sync: choice(['never', 'always']).default('never')
    .describe('Whether a line must be on the disk before a tool that changes something runs: with `always` lines survive a power ' +
      'failure, and each such call waits for the disk; with `never` lines survive the end of the process.')
}).describe('Who was allowed to do what.')
