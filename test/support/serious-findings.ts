// What axe finds wrong with a page for people who use a keyboard or a screen reader (https://www.w3.org/TR/WCAG22/). A page of which axe
// looked at nothing is a finding too: such a test could not fail.

import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
/** Rules that a whole page passes are more than these. */
const LEAST_PASSES = 10

interface Finding { readonly id: string, readonly impact: string, readonly nodes: unknown }
interface Axe { readonly run: () => Promise<{ readonly violations: readonly Finding[], readonly passes: readonly unknown[] }> }

/** The serious and critical ones, one line each; empty when there is none. */
export async function seriousFindings (page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  const { violations, passes } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe }
    const { violations, passes } = await axe.run()
    return { violations, passes: passes.length }
  })
  if (passes < LEAST_PASSES) return ['axe looked at nothing']
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} ${JSON.stringify(nodes).slice(0, 300)}`)
}
