// Which requirements does a test show? A static check reads these calls and compares them with test/requirements.ts.

import type { requirements } from '../requirements.ts'

/** Says that the test it stands in shows these requirements. Does nothing when it runs. */
export function covers (..._ids: (keyof typeof requirements)[]): void {}
