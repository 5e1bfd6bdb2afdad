// The static site of the documents: VitePress over pages that scripts/build-site.ts has gathered. Run it with npm run site.
// Everything that a page loads is part of the site: no request goes to another host (https://vitepress.dev/reference/site-config).

import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'
import { SEARCH, terms } from '../search.mjs'

const BUILT = new URL('../../../.build/site/', import.meta.url).pathname
const { en, ja } = JSON.parse(readFileSync(`${BUILT}navigation.json`, 'utf8'))

/** A gate, so that a browser asks for no /favicon.ico. */
const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M2 15V6a6 6 0 0 1 12 0v9h-3V6a3 3 0 0 0-6 0v9z" fill="#3451b2"/></svg>'

/** Anchors as GitHub makes them, so that a link within the documents holds in both places. */
const slugify = heading => heading.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-')

export default defineConfig({
  srcDir: '../../.build/site/source',
  outDir: '../../.build/site/html',
  cacheDir: '../../.build/site/cache',
  base: process.env.SITE_BASE ?? '/',
  title: 'mcp-resource-gateway',
  description: 'An OAuth 2.1 resource server for MCP tools',
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(ICON)}` }]],
  cleanUrls: false,
  // Pages name addresses of the reader's own machine, which cannot be followed while the site is built.
  ignoreDeadLinks: 'localhostLinks',
  metaChunk: true,
  markdown: {
    anchor: { slugify },
    attrs: { disable: true },
    languageAlias: { console: 'sh', caddyfile: 'nginx', haproxy: 'ini', systemd: 'ini' }
  },
  themeConfig: {
    // A page has a counterpart only where somebody has written one; such pages say so in their first line.
    i18nRouting: false,
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: { options: { tokenize: terms }, searchOptions: SEARCH },
        locales: {
          ja: {
            translations: {
              button: { buttonText: '検索', buttonAriaLabel: '検索' },
              modal: {
                displayDetails: '本文も表示する',
                resetButtonTitle: '消去',
                backButtonTitle: '閉じる',
                noResultsText: '見つかりません:',
                footer: { selectText: '選択', navigateText: '移動', closeText: '閉じる' }
              }
            }
          }
        }
      }
    }
  },
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: en },
    ja: {
      label: '日本語',
      lang: 'ja',
      description: 'MCP のツールを守る OAuth 2.1 リソースサーバー',
      themeConfig: {
        ...ja,
        outlineTitle: 'このページ',
        docFooter: { prev: '前', next: '次' },
        darkModeSwitchLabel: '外観',
        lightModeSwitchTitle: '明るくする',
        darkModeSwitchTitle: '暗くする',
        sidebarMenuLabel: '目次',
        returnToTopLabel: '先頭へ',
        langMenuLabel: '言語'
      }
    }
  }
})
