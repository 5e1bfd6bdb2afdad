// How does a picture become small? The colours of a screen are few: they go into a palette of at most 256, the nearest
// ones together, and everything is packed as hard as zlib can. Reads and writes what a browser's screenshot is: 8 bits a
// channel, RGB or RGBA, not interlaced.

import { crc32, deflateSync, inflateSync } from 'node:zlib'

interface Picture {
  readonly width: number
  readonly height: number
  /** Three bytes for each pixel. */
  readonly rgb: Buffer
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export function shrinkPng (png: Buffer): Buffer {
  const picture = readPng(png)
  const { palette, indices } = quantize(picture)
  return writePng(picture, palette, indices)
}

function readPng (png: Buffer): Picture {
  const header = png.subarray(16, 29)
  const width = header.readUInt32BE(0)
  const height = header.readUInt32BE(4)
  const [depth, colourType, , , interlace] = header.subarray(8)
  const channels = colourType === 6 ? 4 : 3
  if (!png.subarray(0, 8).equals(SIGNATURE) || depth !== 8 || (colourType !== 2 && colourType !== 6) || interlace !== 0) {
    throw new Error('not the PNG of a screenshot')
  }
  const parts: Buffer[] = []
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return { width, height, rgb: unfilter(inflateSync(Buffer.concat(parts)), width, height, channels) }
}

/** PNG §9: each line is stored as a difference from its neighbours. */
function unfilter (data: Buffer, width: number, height: number, channels: number): Buffer {
  const stride = width * channels
  const lines = Buffer.alloc(stride * height)
  const rgb = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y += 1) {
    const filter = data[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x += 1) {
      const left = x < channels ? 0 : lines[y * stride + x - channels] ?? 0
      const up = y === 0 ? 0 : lines[(y - 1) * stride + x] ?? 0
      const upLeft = y === 0 || x < channels ? 0 : lines[(y - 1) * stride + x - channels] ?? 0
      const raw = data[y * (stride + 1) + 1 + x] ?? 0
      lines[y * stride + x] = raw + predicted(filter, left, up, upLeft)
    }
    for (let x = 0; x < width; x += 1) lines.copy(rgb, (y * width + x) * 3, y * stride + x * channels, y * stride + x * channels + 3)
  }
  return rgb
}

function predicted (filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  if (filter !== 4) return 0
  const [a, b, c] = [Math.abs(up - upLeft), Math.abs(left - upLeft), Math.abs(left + up - 2 * upLeft)]
  return a <= b && a <= c ? left : b <= c ? up : upLeft
}

const MOST_COLOURS = 256

/** The most frequent colours stay as they are; each other one becomes the nearest of them. */
function quantize ({ rgb }: Picture): { palette: readonly number[], indices: Buffer } {
  const counts = new Map<number, number>()
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = rgb.readUIntBE(at, 3)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const byFrequency = [...counts].sort(([a, m], [b, n]) => n - m || a - b).map(([colour]) => colour)
  const palette = byFrequency.slice(0, MOST_COLOURS)
  const indexOf = new Map(palette.map((colour, index) => [colour, index]))
  const indices = Buffer.alloc(rgb.length / 3)
  for (let at = 0; at < indices.length; at += 1) {
    const colour = rgb.readUIntBE(at * 3, 3)
    let index = indexOf.get(colour)
    if (index === undefined) indexOf.set(colour, index = nearest(palette, colour))
    indices[at] = index
  }
  return { palette, indices }
}

function nearest (palette: readonly number[], colour: number): number {
  let best = 0
  let least = Infinity
  for (const [index, candidate] of palette.entries()) {
    const [r, g, b] = [(candidate >> 16) - (colour >> 16), (candidate >> 8 & 255) - (colour >> 8 & 255), (candidate & 255) - (colour & 255)]
    const distance = r * r + g * g + b * b
    if (distance >= least) continue
    least = distance
    best = index
  }
  return best
}

function writePng ({ width, height }: Picture, palette: readonly number[], indices: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  const colours = Buffer.alloc(palette.length * 3)
  for (const [index, colour] of palette.entries()) colours.writeUIntBE(colour, index * 3, 3)
  const lines = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y += 1) indices.copy(lines, y * (width + 1) + 1, y * width, (y + 1) * width)
  const packed = deflateSync(lines, { level: 9, memLevel: 9 })
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', colours), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))])
}

function chunk (type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(data.length, 0)
  named.copy(framed, 4)
  framed.writeUInt32BE(crc32(named), named.length + 4)
  return framed
}
