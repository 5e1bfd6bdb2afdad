// The `prepare` script of the package: builds it where npm installs it from git. npm checks the repository out inside its cache, runs
// `prepare` there and packs the result: https://docs.npmjs.com/cli/v11/using-npm/scripts#prepare-and-prepublish
// `npm ci` in a clone runs it too, and there it does nothing. Yarn and pnpm run `prepack`.

import { execSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'

const { npm_config_cache: cache = '' } = process.env
const inside = cache !== '' && existsSync(cache) && process.cwd().startsWith(`${join(realpathSync(cache), '_cacache')}${sep}`)
if (inside && !existsSync('dist/index.js')) execSync('npm run --silent build', { stdio: 'inherit' })
