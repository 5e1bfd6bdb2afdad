// The program of a worker, one of several processes that serve together. The primary (primary.ts) hands over the configuration and the
// secret that all workers must share, so that workers never differ.

import type { GatewayConfig } from '../config/schema.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { ConfiguredUpstream } from '../config/upstream/load-upstreams.ts'
import { ok } from '../kernel/result.ts'
import { consoleOfWorker } from './console-of-worker.ts'
import type { RecheckNotice } from './notice-listener.ts'
import { startFailureText } from './start-failure.ts'
import { failToJoin, joinPrimary, type Link } from './workers/link.ts'

export interface WorkerHandover {
  readonly config: GatewayConfig
  readonly upstreams: readonly ConfiguredUpstream[]
  readonly furtherUpstreams: ReadonlyArray<readonly ConfiguredUpstream[]>
  readonly version: string
  readonly secret: string
  /** Whether the console has a viewer. */
  readonly watched: boolean
}

/** From the primary to every worker. */
export type WorkerNews =
  | { readonly topic: 'configuration', readonly loaded: LoadedConfig }
  | { readonly topic: 'watched', readonly watched: boolean }
  | { readonly topic: 'recheck', readonly notice: RecheckNotice }

async function main (link: Link): Promise<void> {
  const { config, upstreams, furtherUpstreams, version, secret, watched } = link.handover as WorkerHandover
  const [{ createLogger }, { serve }] = await Promise.all([import('./logger.ts'), import('./serve.ts')])
  const own = withOwnFiles(config, link.number)
  const processLogger = createLogger(config.log.level)
  const logger = processLogger.child({ worker: link.number })
  const { reader, setWatched } = consoleOfWorker({ worker: link.number, watched, tell: link.tell })
  let recheck: (notice: RecheckNotice) => void = () => {}
  const { address, reload } = await serve({
    config: own,
    upstreams,
    furtherUpstreams,
    logger,
    version,
    secret,
    signals: link.signals,
    lostLogLines: processLogger.lostLines,
    metricsReader: { worker: link.number, offer: link.onQuestion },
    consoleReader: reader,
    noticeReader: take => { recheck = take }
  })
  link.onNews(news => {
    const told = news as WorkerNews
    if (told.topic === 'watched') return setWatched(told.watched)
    if (told.topic === 'recheck') return recheck(told.notice)
    reload(ok({ ...told.loaded, config: withOwnFiles(told.loaded.config, link.number) }))
  })
  link.ready(address)
}

/** Two processes that rotate one file would lose lines: each worker writes its own audit file. */
function withOwnFiles (config: GatewayConfig, worker: number): GatewayConfig {
  const { file } = config.audit
  return file === undefined ? config : { ...config, audit: { ...config.audit, file: `${file}.worker-${worker}` } }
}

joinPrimary().then(main).catch((error: unknown) => { failToJoin(startFailureText(error)) })
