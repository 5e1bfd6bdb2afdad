// The page of the console and its two files. scripts/bundle.mjs writes the files beside the programs; they are read when they are asked
// for, so a process whose console is not looked at reads nothing.

import { existsSync, readFileSync } from 'node:fs'

export interface PageFile {
  readonly contentType: string
  readonly read: () => string
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gateway console</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script src="/app.js" type="module"></script>
</head>
<body><div id="app"></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`

/** The programs of dist/ are in a folder beside that of the files, the parts of the plugin in the folder above. */
function fileBeside (name: string): () => string {
  return () => {
    const [beside, below] = [`../console/${name}`, `./console/${name}`].map(path => new URL(path, import.meta.url))
    if (beside !== undefined && existsSync(beside)) return readFileSync(beside, 'utf8')
    return readFileSync(below ?? name, 'utf8')
  }
}

export const PAGE_FILES: ReadonlyMap<string, PageFile> = new Map([
  ['/', { contentType: 'text/html; charset=utf-8', read: () => PAGE }],
  ['/app.js', { contentType: 'text/javascript; charset=utf-8', read: fileBeside('app.js') }],
  ['/style.css', { contentType: 'text/css; charset=utf-8', read: fileBeside('style.css') }]
])

/** No file but our own, no frame, no form, and no text that becomes code. */
export const PAGE_HEADERS = {
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store'
} as const
