// What are the figures behind the plots of growth? One row for each curve.

import type { GrowthPlot } from '../measurements/growth.ts'

export function growthTable (plots: readonly GrowthPlot[]): string {
  const rows = plots.flatMap(({ of, curves }) => curves.map(({ name, points }) =>
    `| ${name} | ${of} | ${points.map(({ size, ratio }) => `${size.toLocaleString('en')}: ${ratio.toFixed(1)}`).join(' · ')} |`))
  return ['| request | grows with | size: CPU time, × bare Fastify route |', '| --- | --- | --- |', ...rows].join('\n')
}
