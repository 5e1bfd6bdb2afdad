// Imports oidc-provider without its warning about Node 20. The tests cover everything this server uses of it on Node 20. Only
// that one line is suppressed, and only during the import.

import type * as oidcProvider from 'oidc-provider'

export type ProviderModule = typeof oidcProvider

let loading: Promise<ProviderModule> | undefined

export function loadProvider (): Promise<ProviderModule> {
  loading ??= importQuietly()
  return loading
}

async function importQuietly (): Promise<ProviderModule> {
  const { warn } = console
  console.warn = (...parts: unknown[]) => {
    if (!parts.some(part => typeof part === 'string' && part.includes('Unsupported runtime'))) warn.apply(console, parts)
  }
  try {
    return await import('oidc-provider')
  } finally {
    console.warn = warn
  }
}
