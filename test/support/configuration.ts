// Configuration files of tests, as objects or text, and what the gateway makes of them. Nothing is read from disk.

import { loadConfig, type ConfigSources, type LoadedConfig } from '../../src/config/load.ts'
import { formatMistake } from '../../src/config/mistake.ts'

export const SECRET = 'correct-horse-battery-staple'
export const SHARED = { jwt: { algorithms: ['HS256'], sharedSecret: 'a shared secret of 32 characters' } }
export const AUTHLETE = { authlete: { serviceId: '715948317', accessToken: 'service-access-token' } }

/** The shortest file that is complete. */
export function minimal () {
  return {
    resource: { identifier: 'https://tickets.example.com/mcp' },
    authorizationServer: {
      issuer: 'https://login.example.com',
      introspection: { clientId: 'tickets', clientSecret: SECRET }
    }
  }
}

/** A file whose server is asked in another way. */
export function withKind (kind: Record<string, unknown>) {
  return { ...minimal(), authorizationServer: { issuer: 'https://login.example.com', ...kind } }
}

export function withServer (server: Record<string, unknown>) {
  return { ...minimal(), authorizationServer: { ...minimal().authorizationServer, ...server } }
}

function load (file: unknown, sources: ConfigSources = {}) {
  return loadConfig({ env: {}, readFile: () => typeof file === 'string' ? file : JSON.stringify(file), ...sources })
}

/** The mistakes that are printed; none when the file is accepted. */
export function mistakesIn (file: unknown, sources: ConfigSources = {}): string[] {
  const loaded = load(file, sources)
  return loaded.ok ? [] : loaded.error.map(formatMistake)
}

/** Throws when the file is refused. */
export function accepted (file: unknown, sources: ConfigSources = {}): LoadedConfig {
  const loaded = load(file, sources)
  if (!loaded.ok) throw new Error(loaded.error.map(formatMistake).join('\n'))
  return loaded.value
}
