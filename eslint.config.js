import neostandard from 'neostandard'
import tseslint from 'typescript-eslint'
import { plainWords } from './scripts/lint/plain-words.mjs'
import { supportFilesWithIo } from './scripts/lint/support-files.mjs'

// A VerifiedGrant comes from auth/ and a Permit from policy/ alone; a cast would let any code forge one.
const noForgedBrands = {
  selector: 'TSAsExpression[typeAnnotation.typeName.name=/^(VerifiedGrant|Permit)$/]',
  message: 'A VerifiedGrant is made in auth/grant.ts and a Permit in policy/permit.ts, nowhere else.'
}

/** Rooms of src/ whose words are not gone through yet. */
const NOT_YET_PLAIN = []

const IO_MODULES = ['child_process', 'cluster', 'dgram', 'dns', 'fs', 'fs/promises', 'http', 'http2', 'https', 'net', 'tls', 'worker_threads']

export default tseslint.config(
  { ignores: ['.build/', 'dist/', '.tap/', 'data/', 'node_modules/', 'scripts/inspector/', 'scripts/site-generator/node_modules/', 'scripts/filesystem-server/', 'bench/node_modules/', 'bench/.build/', 'test/peers/node_modules/', 'test/cluster/node_modules/'] },
  ...neostandard({ ts: true }),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeCheckedOnly],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname }
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': ['error', noForgedBrands]
    }
  },
  {
    files: ['src/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts', 'docs/examples/*.ts'],
    // The style sheet of the practice server is one long text.
    ignores: ['src/practice-as/pages/style.ts', 'src/ticket-site/pages/shop-style.ts', 'src/exercises/exercise-style.ts', 'src/exercises/workshop-script.ts'],
    rules: {
      '@stylistic/max-len': ['error', { code: 140, ignoreUrls: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }]
    }
  },
  {
    // Tables, and answers as they were recorded: a text stays on one line.
    files: ['test/requirements.ts', 'test/pins/**/*.ts', 'test/shapes/**/*.ts'],
    rules: {
      '@stylistic/max-len': ['error', { code: 140, ignoreUrls: true, ignoreComments: true, ignoreStrings: true, ignoreTemplateLiterals: true }]
    }
  },
  {
    files: ['src/auth/grant.ts', 'src/policy/permit.ts'],
    rules: { 'no-restricted-syntax': 'off' }
  },
  {
    // Their types are in bench/node_modules, which is installed for a measurement alone; bench/peers/tsconfig.json checks them then.
    files: ['bench/peers/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked]
  },
  {
    // tap's t.test() returns a promise that the parent test already awaits
    files: ['test/**/*.ts', 'docs/examples/*.test.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/require-await': 'off'
    }
  },
  {
    // A unit test gives its answer in the same way on every machine: it reads no file, opens no socket, starts no process.
    files: ['test/unit/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', {
        paths: [
          ...IO_MODULES.map(name => ({ name: `node:${name}`, message: 'A test with I/O belongs into test/process, test/contract or test/http.' })),
          ...supportFilesWithIo(IO_MODULES).map(file => ({ name: `../support/${file}`, message: 'This helper does I/O: the test belongs into test/process, test/contract or test/http.' }))
        ]
      }]
    }
  },
  {
    files: ['src/**/*.ts'],
    ignores: NOT_YET_PLAIN.map(room => `src/${room}/**`),
    plugins: { gateway: { rules: { 'plain-words': plainWords } } },
    rules: { 'gateway/plain-words': 'error' }
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/environment.ts', 'src/practice-as/**', 'src/ticket-site/**', 'src/exercises/**'],
    rules: {
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Only src/config/environment.ts reads the environment.' }],
      'no-console': 'error'
    }
  }
)
