// How is growth drawn? One SVG for each subject: sizes along a logarithmic axis, cost as a multiple of the bare Fastify
// route. Readable on light and dark pages.

import type { GrowthPlot } from '../measurements/growth.ts'

const WIDTH = 640
const HEIGHT = 320
const LEFT = 56
const RIGHT = 24
const TOP = 44
const BOTTOM = 70
const COLOURS = ['#2563eb', '#d97706', '#059669']

export function drawGrowth ({ title, of, curves }: GrowthPlot): string {
  const sizes = [...new Set(curves.flatMap(({ points }) => points.map(({ size }) => size)))].sort((a, b) => a - b)
  const highest = niceCeiling(Math.max(2, ...curves.flatMap(({ points }) => points.map(({ ratio }) => ratio))))
  const [first = 1, last = 10] = [sizes[0], sizes.at(-1)]
  const x = (size: number) => LEFT + (Math.log10(size / first) / Math.max(Math.log10(last / first), 1)) * (WIDTH - LEFT - RIGHT)
  const y = (ratio: number) => TOP + (1 - ratio / highest) * (HEIGHT - TOP - BOTTOM)

  const grid = [0, 0.25, 0.5, 0.75, 1].map(part => {
    const ratio = part * highest
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(ratio))}" y2="${at(y(ratio))}" stroke="#94a3b8" stroke-opacity="0.4"/>` +
      text(LEFT - 8, y(ratio) + 4, number(ratio), 'end')
  })
  const marks = sizes.map(size => text(x(size), HEIGHT - BOTTOM + 20, size.toLocaleString('en'), 'middle'))
  const lines = curves.map(({ points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '#64748b'
    const path = points.map(({ size, ratio }) => `${at(x(size))},${at(y(ratio))}`).join(' ')
    const dots = points.map(({ size, ratio }) => `<circle cx="${at(x(size))}" cy="${at(y(ratio))}" r="3.5" fill="${colour}"/>${text(x(size), y(ratio) - 9, number(ratio), 'middle')}`)
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`
  })
  const legend = curves.map(({ name }, index) =>
    `<rect x="${LEFT + index * 290}" y="${HEIGHT - 24}" width="12" height="12" fill="${COLOURS[index % COLOURS.length] ?? ''}"/>${text(LEFT + 18 + index * 290, HEIGHT - 14, escaped(name), 'start')}`)

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="14" font-weight="600" fill="#0f172a">${escaped(title)}: CPU time, × bare Fastify route</text>`,
    ...grid, ...marks,
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 36, of, 'middle'),
    ...lines, ...legend,
    '</svg>',
    ''
  ].join('\n')
}

function text (x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="#334155">${content}</text>`
}

function niceCeiling (value: number): number {
  const step = 10 ** Math.floor(Math.log10(value))
  return Math.ceil(value * 1.15 / step * 2) / 2 * step
}

function number (value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}

function at (coordinate: number): string {
  return coordinate.toFixed(1)
}

function escaped (content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
