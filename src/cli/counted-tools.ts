// How many tools, in the words of a line for people: one tool is no "1 tools".

/** @example countedTools(1) // '1 tool' */
export function countedTools (tools: number): string {
  return tools === 1 ? '1 tool' : `${tools} tools`
}
