// Tests of other programs than Node.js need not run on a second version of it: scripts/check says so to the second run.

/** For the option `skip` of a test: a reason, or false. */
export const whySkippedTheSecondTime: string | false = process.env['TESTED_ON_FIRST_NODE'] === undefined
  ? false
  : 'does not depend on Node.js, and was tested on the first version of this run'
