// The programs of the stack where they are in a clone, once everything is built.

import type { StackPrograms } from '../../src/launcher/plan.ts'

export const PROGRAMS: StackPrograms = {
  gateway: 'dist/server.js',
  practiceServer: '.build/src/practice-as/practice-as.js',
  shop: '.build/src/ticket-site/ticket-site.js'
}
