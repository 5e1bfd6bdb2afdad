// How the search of the site takes a text apart, and the search itself as a build asks it. The browser gets `terms` as a text, so it names
// nothing from outside.

import MiniSearch from 'minisearch'

/** Japanese has no spaces between words: each pair of its letters is a term. */
export function terms (text) {
  const runs = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー])[\p{L}\p{N}_])+/gu) ?? []
  return runs.flatMap(run => {
    if (run.length === 1 || !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(run)) return [run]
    return Array.from({ length: run.length - 1 }, (_, place) => run.slice(place, place + 2))
  })
}

export const SEARCH = { combineWith: 'AND', fuzzy: 0.1, prefix: true }

/** @returns the addresses that the index of a built site finds, the best first */
export function findPages (index, words) {
  const options = { fields: ['title', 'titles', 'text'], storeFields: ['title', 'titles'], tokenize: terms, searchOptions: SEARCH }
  return MiniSearch.loadJSON(index, options).search(words).map(({ id }) => id)
}
