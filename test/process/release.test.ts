// A release as npm makes it, in a repository of the test: version, changelog, commit and tag. Nothing is sent anywhere.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { covers } from '../support/covers.ts'
import { programArguments } from '../support/program.ts'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-01-02\n\nThe first.\n'

function repository (t: Test, changelog = CHANGELOG) {
  const program = [process.execPath, ...programArguments('scripts/release-changelog')].map(word => `"${word}"`).join(' ')
  const folder = t.testdir({
    'package.json': JSON.stringify({ name: 'released', version: '0.1.0', scripts: { version: `${program} && git add CHANGELOG.md` } }),
    'CHANGELOG.md': changelog
  })
  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
    return { status, text: `${stdout}${stderr}` }
  }
  const git = (...args: string[]) => run('git', '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args)
  git('init', '--quiet', '--initial-branch', 'main')
  for (const [name, value] of [['user.name', 'test'], ['user.email', 'test@example.com']] as const) git('config', name, value)
  git('add', '.')
  git('commit', '--quiet', '-m', 'first')
  return { folder, run, git }
}

t.test('release — npm version gives the notes their version and date, in one commit with a tag', t => {
  covers('supply.release')
  const { folder, run, git } = repository(t)
  t.match(run('npm', 'version', 'minor', '--message', 'release: %s'), { status: 0 })
  const changelog = readFileSync(join(folder, 'CHANGELOG.md'), 'utf8')
  t.match(changelog, /## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d\n\n### Added\n\n- A thing\.\n\n## \[0\.1\.0\]/)
  t.equal(git('tag').text, 'v0.2.0\n')
  t.equal(git('status', '--porcelain').text, '')
  t.equal(git('log', '--format=%s').text, 'release: 0.2.0\nfirst\n')
  t.end()
})

t.test('release — without notes there is none', t => {
  covers('supply.release')
  const { folder, run, git } = repository(t, CHANGELOG.replace('### Added\n\n- A thing.\n\n', ''))
  t.match(run('npm', 'version', 'minor'), { status: 1, text: 'CHANGELOG.md: nothing stands under [Unreleased]' })
  t.equal(git('tag').text, '')
  t.match(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), /\[Unreleased\]\n\n## \[0\.1\.0\]/)
  t.end()
})

t.test('publishing — is refused without the section of the version or a repository, and asks for provenance', t => {
  covers('supply.release')
  const { folder, run } = repository(t)
  const check = () => run(process.execPath, ...programArguments('scripts/release-changelog'), '--check')
  t.match(check(), { status: 1, text: 'package.json names no repository' })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '0.2.0', repository: 'git+https://git.example/released.git' }))
  t.match(check(), { status: 1, text: 'CHANGELOG.md has no section [0.2.0]' })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '0.1.0', repository: 'git+https://git.example/released.git' }))
  t.match(check(), { status: 0 })
  t.match(scripts['prepublishOnly'], /release-changelog\.js --check$/)
  t.match(scripts['version'], /release-changelog\.js && git add CHANGELOG\.md$/)
  const { publishConfig } = JSON.parse(readFileSync('package.json', 'utf8')) as { publishConfig: object }
  t.strictSame(publishConfig, { access: 'public', provenance: true })
  t.end()
})
