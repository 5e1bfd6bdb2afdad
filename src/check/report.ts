// The report of `check` as text: findings, then rules that are followed, then the count. ASCII only, because it contains text that a
// server sent.

import type { CheckReport, Finding } from './inspect.ts'

const MARKS = { error: 'ERROR  ', warning: 'warning', hint: 'hint   ' } as const

export function formatReport ({ target, withToken, findings, summary }: CheckReport): string {
  const of = (outcome: Finding['outcome']) => findings.filter(finding => finding.outcome === outcome)
  const lines = [
    `${target}${withToken ? ', with a token' : ''}`,
    '',
    ...of('failed').flatMap(({ level, rule, title, seen, remedy, source }) => [
      `${MARKS[level]}  ${rule}: not so: ${title}`,
      `         seen    ${seen}`,
      `         remedy  ${remedy}`,
      `         source  ${source}`,
      ''
    ]),
    ...of('passed').map(({ rule, title }) => `ok       ${rule}: ${title}`),
    ...of('not-checked').map(({ rule, title, seen }) => `-        ${rule}: ${title} (not checked: ${seen})`),
    '',
    `${summary.passed} in order, ${counted(summary.errors, 'error')}, ${counted(summary.warnings, 'warning')}, ` +
      `${counted(summary.hints, 'hint')}, ${summary.notChecked} not checked`
  ]
  return `${lines.join('\n')}\n`
}

function counted (count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
