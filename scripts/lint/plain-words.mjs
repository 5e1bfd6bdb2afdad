// An ESLint rule: words that stop a reader whose first language is not English, in comments and texts. Each has a plainer
// one in plain-words.json; CONTRIBUTING.md has the rule of writing that this is a part of.

import { readFileSync } from 'node:fs'

const PLAINER = JSON.parse(readFileSync(new URL('plain-words.json', import.meta.url), 'utf8'))
const WORDS = new RegExp(`(?<![\\w-])(?:${Object.keys(PLAINER).map(word => word.replaceAll(' ', '\\s+(?:(?://|\\*)\\s*)?')).join('|')})(?![\\w-])`, 'gi')

/** A phrase may go on in the next line of a comment. */
const listed = found => found.toLowerCase().replaceAll(/\s+(?:(?:\/\/|\*)\s*)?/g, ' ')

function checkText (context, node, text) {
  for (const [found] of text.matchAll(WORDS)) {
    const word = listed(found)
    context.report({ node, messageId: 'plainer', data: { word, plainer: PLAINER[word] } })
  }
}

/** Comments of one sentence in several lines are one text. */
function commentsOf (sourceCode) {
  const groups = []
  for (const comment of sourceCode.getAllComments()) {
    const last = groups.at(-1)
    const goesOn = comment.type === 'Line' && last?.end.type === 'Line' && comment.loc.start.line === last.end.loc.end.line + 1
    if (goesOn) Object.assign(last, { end: comment, text: `${last.text}\n// ${comment.value}` })
    else groups.push({ start: comment, end: comment, text: comment.value })
  }
  return groups
}

export const plainWords = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { plainer: "Plain English: not '{{word}}' but: {{plainer}}." }
  },
  create (context) {
    return {
      Program () {
        for (const { start, text } of commentsOf(context.sourceCode)) checkText(context, start, text)
      },
      Literal (node) {
        if (typeof node.value === 'string') checkText(context, node, node.value)
      },
      TemplateElement (node) {
        checkText(context, node, node.value.raw)
      }
    }
  }
}
