// A secret in an upstream file: where it is, never what it is. It is read when the configuration is loaded, and again on SIGHUP.

import { group, text } from '../members.ts'
import { isFilePath } from '../text-syntax.ts'

export const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

export const secret = group({
  env: text('the name of an environment variable', value => ENVIRONMENT_NAME.test(value)).exactOptional()
    .describe('The environment variable that holds it.'),
  file: text('a path', isFilePath).exactOptional()
    .describe('The file that holds it, relative to this file; a line end at its end is dropped.')
}).refine(({ env, file }) => (env === undefined) !== (file === undefined), 'expected either env or file')
