// The language of a local stack: texts and titles of the tools, and tickets. The titles of tickets are stored when a database is created,
// so each language has a file, and nothing has to be deleted to change it.

import type { Environment } from '../config/environment.ts'
import { loadConfig } from '../config/load.ts'
import { DEFAULT_LOCALE, LOCALES, type Locale } from '../kernel/locale.ts'

/** @returns `undefined` for a language in which there are no texts */
export function languageNamed (name: string): Locale | undefined {
  return LOCALES.find(one => one === name)
}

/**
 * @param hasOwnFile whether the database belongs to the stack, and may have another name
 * @returns the same where the configuration has this language already, or cannot be read: planStack says what is wrong
 */
export function inLanguage (env: Environment, language: Locale, hasOwnFile = env['STORAGE_URL'] === undefined): Environment {
  const loaded = loadConfig({ env })
  if (!loaded.ok || loaded.value.config.tools.locale === language) return env
  const { url } = loaded.value.config.storage
  const ownFile = hasOwnFile && /^sqlite:.+\.db$/.test(url) ? { STORAGE_URL: url.replace(/\.db$/, `-${language}.db`) } : {}
  return { ...env, TOOLS_LOCALE: language, ...ownFile }
}

/**
 * The language of what the launcher itself says at a terminal; lines of the programs and errors are English.
 * @returns the first that is set of `LC_ALL`, `LC_MESSAGES` and `LANG`, where it is one of ours
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02
 */
export function languageOfTerminal ({ LC_ALL, LC_MESSAGES, LANG }: Environment): Locale {
  const named = [LC_ALL, LC_MESSAGES, LANG].find(value => value !== undefined && value !== '')?.split(/[_.@]/, 1)[0]
  return LOCALES.find(locale => locale === named) ?? DEFAULT_LOCALE
}
