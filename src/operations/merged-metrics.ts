// Merges the metrics of several processes into one text, with each metric family in one place, as the format requires. Nothing is
// summed: each sample keeps the label of its process, so that a counter restarts only when its process does.

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * @param texts in the text format of Prometheus, each with its own value of the label `worker`
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function mergeMetrics (texts: readonly string[]): string {
  const families = new Map<string, { readonly head: string[], readonly samples: string[] }>()
  for (const text of texts) {
    let family: { readonly head: string[], readonly samples: string[] } = { head: [], samples: [] }
    for (const line of text.split('\n')) {
      const [, name] = /^# (?:HELP|TYPE) (\S+)/.exec(line) ?? []
      if (name === undefined) {
        if (line !== '') family.samples.push(line)
        continue
      }
      family = families.get(name) ?? { head: [], samples: [] }
      families.set(name, family)
      if (!family.head.includes(line)) family.head.push(line)
    }
  }
  return [...families.values()].map(({ head, samples }) => `${[...head, ...samples].join('\n')}\n`).join('\n')
}
