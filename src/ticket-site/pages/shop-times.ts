// Times as people write them: the day of an event, and the moment at which something was done.

import type { Locale } from '../../kernel/locale.ts'

/** @param time RFC 3339 UTC */
export function dayText (time: string, language: Locale): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(time))
}

/** @param time RFC 3339; shown in the time zone of this machine, with its name */
export function momentText (time: string, language: Locale): string {
  const shape = { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const
  return new Intl.DateTimeFormat(language, shape).format(new Date(time))
}
