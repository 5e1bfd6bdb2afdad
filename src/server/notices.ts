// Notices of the authorization server in the process that listens for them. One that cannot listen keeps no gateway from serving: cached
// answers then end by their time, as they do without notices.

import type { FastifyBaseLogger } from 'fastify'
import { authorizationServersOf } from '../config/authorization-servers.ts'
import type { SettingsSource } from '../config/settings.ts'
import type { SideListener } from '../listener/side-listener.ts'
import { startNoticeListener, type RecheckNotice } from './notice-listener.ts'

export interface Noticing {
  readonly settings: Pick<SettingsSource, 'current'>
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'warn'>
  readonly recheck: (notice: RecheckNotice) => Promise<boolean>
}

/** @returns `undefined` when notices are off, or when it cannot listen, which the log says */
export async function listenForNotices ({ settings, logger, recheck }: Noticing): Promise<SideListener | undefined> {
  const config = settings.current()
  const { enabled, host, port } = config.notices
  if (!enabled) return undefined
  try {
    const listener = await startNoticeListener({
      host,
      port,
      secret: () => settings.current().notices.secret,
      issuers: authorizationServersOf(config).map(({ server }) => server.issuer),
      recheck: async notice => {
        const isNoted = await recheck(notice)
        const { issuer } = notice
        logger.info({ event: 'recheck', issuer, noted: isNoted }, 'answers about the tokens of one person are asked for again')
        return isNoted
      }
    })
    logger.info({ event: 'notices', host, port: listener.port }, 'notices of the authorization server are taken')
    return listener
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    const hint = 'The gateway serves without notices. Set notices.port to a port that is free, or notices.enabled to false.'
    logger.warn({ event: 'no-notices', host, port, code, hint }, 'notices cannot be taken')
    return undefined
  }
}
