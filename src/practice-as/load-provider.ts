// How is oidc-provider brought in without its complaint about Node 20? It prints one line on import; everything this
// server uses of it is covered by tests on Node 20. Only that line is left out, and only while the import runs.

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
