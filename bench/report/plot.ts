// How is growth drawn? One SVG for each subject: sizes along a logarithmic axis, cost as a multiple of the bare Fastify
// route. Readable on light and dark pages.

import type { GrowthPlot } from '../measurements/growth.ts'

const WIDTH = 640
const BASE_HEIGHT = 320
const LEFT = 56
const RIGHT = 40
const TOP = 44
const LEGEND_COLUMNS = 2
const LEGEND_ROW = 20
const LABEL_HEIGHT = 11
const COLOURS = ['#2563eb', '#d97706', '#059669', '#be185d']

export function drawGrowth ({ title, of, curves }: GrowthPlot): string {
  const legendRows = Math.ceil(curves.length / LEGEND_COLUMNS)
  const bottom = 50 + legendRows * LEGEND_ROW
  const height = BASE_HEIGHT + (legendRows - 1) * LEGEND_ROW
  const sizes = [...new Set(curves.flatMap(({ points }) => points.map(({ size }) => size)))].sort((a, b) => a - b)
  const highest = niceCeiling(Math.max(2, ...curves.flatMap(({ points }) => points.map(({ ratio }) => ratio))))
  const [first = 1, last = 10] = [sizes[0], sizes.at(-1)]
  const x = (size: number) => LEFT + (Math.log10(size / first) / Math.max(Math.log10(last / first), 1)) * (WIDTH - LEFT - RIGHT)
  const y = (ratio: number) => TOP + (1 - ratio / highest) * (height - TOP - bottom)

  const grid = [0, 0.25, 0.5, 0.75, 1].map(part => {
    const ratio = part * highest
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(ratio))}" y2="${at(y(ratio))}" stroke="#94a3b8" stroke-opacity="0.4"/>` +
      text(LEFT - 8, y(ratio) + 4, number(ratio), 'end')
  })
  const marks = sizes.map(size => text(x(size), height - bottom + 20, size.toLocaleString('en'), 'middle'))
  // of its column: the dots of all curves, and the labels that are there already
  const occupied = new Map(
    sizes.map(size => [size, curves.flatMap(({ points }) => points.filter(point => point.size === size).map(({ ratio }) => y(ratio)))])
  )
  /** Above its dot, or below where something else is. */
  const label = (size: number, ratio: number): string => {
    const middles = occupied.get(size) ?? []
    const isFree = (middle: number) => middles.every(other => Math.abs(other - middle) >= LABEL_HEIGHT)
    const above = y(ratio) - LABEL_HEIGHT - 2
    const middle = isFree(above) ? above : y(ratio) + LABEL_HEIGHT + 2
    middles.push(middle)
    return text(x(size), middle + 4, number(ratio), 'middle')
  }
  const lines = curves.map(({ points }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '#64748b'
    const path = points.map(({ size, ratio }) => `${at(x(size))},${at(y(ratio))}`).join(' ')
    const dots = points.map(({ size, ratio }) =>
      `<circle cx="${at(x(size))}" cy="${at(y(ratio))}" r="3.5" fill="${colour}"/>${label(size, ratio)}`)
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`
  })
  const legend = curves.map(({ name }, index) => {
    const left = LEFT + index % LEGEND_COLUMNS * 290
    const top = height - 4 - (legendRows - Math.floor(index / LEGEND_COLUMNS)) * LEGEND_ROW
    return `<rect x="${left}" y="${top}" width="12" height="12" fill="${COLOURS[index % COLOURS.length] ?? ''}"/>${text(left + 18, top + 10, escaped(name), 'start')}`
  })

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" rx="6" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="14" font-weight="600" fill="#0f172a">${escaped(title)}: CPU time, × bare Fastify route</text>`,
    ...grid, ...marks,
    text((LEFT + WIDTH - RIGHT) / 2, height - bottom + 36, of, 'middle'),
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
