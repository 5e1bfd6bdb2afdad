// How does an operator watch the gateway? Everything here is off until it is chosen, and loads nothing while it is off.

import { isEndpoint } from './address-syntax.ts'
import { choice, flag, group, text, wholeNumber } from './members.ts'
import { isFilePath, isHostName } from './text-syntax.ts'

export const metrics = group({
  enabled: flag().default(false)
    .describe('Whether metrics are kept and served in the format of Prometheus, at `/metrics` of a listener of their own.'),
  host: text('a host name or an IP address to listen on', isHostName).default('localhost')
    .describe('The host name or IP address of that listener. It asks nobody who they are: keep it where only the operator gets.'),
  port: wholeNumber({ from: 0, to: 65_535, byDefault: 9464 })
    .describe('The TCP port of that listener. 0: any free one.')
}).describe('Numbers about what happens.')

export const tracing = group({
  endpoint: text('an absolute http or https URL without a fragment', isEndpoint).exactOptional()
    .describe('Where spans are sent by OTLP over HTTP, such as `http://localhost:4318/v1/traces`; needs the packages `@opentelemetry/api`, `@opentelemetry/resources`, `@opentelemetry/sdk-trace-base` and `@opentelemetry/exporter-trace-otlp-http` beside the gateway. Absent: no traces.'),
  samplePercent: wholeNumber({ from: 0, to: 100, unit: 'percent', byDefault: 100 })
    .describe('Which share of the traces is kept, whatever a client says of its own.')
}).describe('How one request went through, step by step.')

export const audit = group({
  file: text('a path', isFilePath).exactOptional()
    .describe('Where decisions about tool calls are written, one JSON object a line, with the person; a relative path counts from the working directory. Absent: nowhere.'),
  maxBytes: wholeNumber({ from: 4096, to: 10_000_000_000, unit: 'bytes', byDefault: 100_000_000 })
    .describe('When the file would become larger it is renamed to end in `.1`, and older ones move up by one.'),
  keepFiles: wholeNumber({ from: 1, to: 1000, unit: 'files', byDefault: 10 })
    .describe('How many renamed files are kept beside the one that is written; the oldest is deleted.'),
  sync: choice(['never', 'always']).default('never')
    .describe('Whether the disk must have a line before a tool that changes something runs: `always` survives a power failure and costs each such call a disk write; `never` survives the end of the process.')
}).describe('Who was allowed to do what.')
