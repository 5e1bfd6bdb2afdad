// Which results are defects? Ratios alone are judged, never a time: what else a machine does moves times by more than any defect
// would. It measures nothing, and what it finds once may still be noise: see run.ts.

import { CI_TOLERANCE, isReached, type Bar } from './bars.ts'
import { growthLabel, type GrowthCurve, type GrowthPlot } from './measurements/growth.ts'

/** So many times as expensive where there is much more of everything: what looks at all of it is many times more expensive. */
export const GROWTH_TOLERANCE = 2

/** @param ratio what is not a number was not measured, and is a defect */
export function isFarBeyond (bar: Bar | undefined, ratio: number): boolean {
  return bar !== undefined && !isReached(bar, ratio, CI_TOLERANCE)
}

/** The labels of the curves that should be flat and are not. */
export function growingTooFast (plots: readonly GrowthPlot[]): readonly string[] {
  return plots.flatMap(({ of, curves }) => curves.filter(growsTooFast).map(({ name }) => growthLabel(name, of)))
}

function growsTooFast ({ steep, points }: GrowthCurve): boolean {
  const [smallest = Number.NaN, largest = Number.NaN] = [points[0]?.ratio, points.at(-1)?.ratio]
  return !steep && !(largest <= smallest * GROWTH_TOLERANCE)
}
