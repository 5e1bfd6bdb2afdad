// How is text put into a page? Everything that is not markup of this file goes through `escapeHtml`.

export function escapeHtml (text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:16px/1.6 system-ui,"Hiragino Sans","Noto Sans JP",sans-serif;max-width:62rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.25rem;margin-top:2.5rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:2rem 0 .3rem}code,pre{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.9em}
code{background:var(--soft);padding:.1em .3em;border-radius:.3em;overflow-wrap:anywhere}
pre{background:var(--soft);padding:.8rem 1rem;border-radius:.5rem;overflow-x:auto}pre code{background:none;padding:0}
table{border-collapse:collapse;width:100%;display:block;overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.4rem .7rem;border-bottom:1px solid var(--line)}
th{white-space:nowrap}dt{font-weight:600;margin-top:.8rem}dd{margin:0 0 0 1rem}
`

/** @param lang BCP 47 tag of the page's language */
export function page (lang: string, title: string, bodyHtml: string): string {
  return `<!doctype html>
<html lang="${escapeHtml(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${bodyHtml}
</body>
</html>
`
}
