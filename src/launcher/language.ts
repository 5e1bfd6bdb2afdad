// The language of a local stack: texts and titles of the tools, and tickets. The titles of tickets are stored when a database is created,
// so each language has a file, and nothing has to be deleted to change it.

import type { Environment } from '../config/environment.ts'
import { loadConfig } from '../config/load.ts'
import type { Locale } from '../kernel/locale.ts'

/** @returns the same where the configuration has this language already, or cannot be read: planStack says what is wrong */
export function inLanguage (env: Environment, language: Locale): Environment {
  const loaded = loadConfig({ env })
  if (!loaded.ok || loaded.value.config.tools.locale === language) return env
  const { url } = loaded.value.config.storage
  const ownFile = env['STORAGE_URL'] === undefined && /^sqlite:.+\.db$/.test(url) ? { STORAGE_URL: url.replace(/\.db$/, `-${language}.db`) } : {}
  return { ...env, TOOLS_LOCALE: language, ...ownFile }
}
