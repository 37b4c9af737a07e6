#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""History, restoring and undo through palermo-cli."""
import json
import os
import sys

from story import CLI, check, finish, folder, run

OFFICE = '/cluster1/general/state/lead_office'
EXPERT = '/cluster1/general/people/expert'


def cli(*words):
    return run([CLI, *words])


def get(path, node):
    return cli('answer', 'get', path, node).stdout.rstrip('\n')


def story_history(path):
    cli('answer', 'set', path, OFFICE, 'Ministry of Justice')
    # Another act in between: typing in the same place would go on with the first.
    cli('answer', 'set', path, '/cluster1/general/people/focal_name', 'A. Person')
    cli('answer', 'set', path, OFFICE, 'Ministry of Foreign Justice')
    versions = json.loads(cli('answer', 'history', path, OFFICE, '--json').stdout)
    check('both versions are there', [v['value'] for v in versions] == ['Ministry of Foreign Justice',
                                                                        'Ministry of Justice'], versions)
    check('the newer one holds, and knows the one before',
          versions[0]['now'] and not versions[1]['now'] and versions[0]['before'] == versions[1]['id'], versions)
    check('the new words are marked', [w['text'].strip() for w in versions[0]['words'] if w['kind'] == 'added'] == ['Foreign'],
          versions[0]['words'])
    lines = cli('answer', 'history', path, OFFICE, '--compare').stdout.splitlines()
    check('also for people', len(lines) == 2 and '{+' in lines[0] and 'Foreign' in lines[0] and '*' in lines[0], lines)
    return versions


def story_restore(path, versions):
    done = cli('answer', 'restore', path, OFFICE, versions[1]['id'][:12])
    check('a version comes back', done.returncode == 0 and get(path, OFFICE) == 'Ministry of Justice', done.stderr)
    check('and nothing else', get(path, '/cluster1/general/people/focal_name') == 'A. Person')
    done = cli('answer', 'restore', path, OFFICE, 'nothing')
    check('one that is not there is refused', done.returncode == 1 and done.stderr.count('\n') == 1, done.stderr)
    done = cli('answer', 'restore', path, '/cluster1/nowhere', versions[1]['id'])
    check('and a question that is not there', done.returncode != 0 and done.stderr.count('\n') == 1, done.stderr)


def story_undo(path):
    done = cli('dossier', 'undo', path)
    check('the last act is taken back', done.returncode == 0 and done.stdout.startswith('undone: Restored')
          and get(path, OFFICE) == 'Ministry of Foreign Justice', done.stdout + done.stderr)
    done = cli('dossier', 'undo', path, '--json')
    check('done twice, it is there again', json.loads(done.stdout)['act'] == 'Undo'
          and get(path, OFFICE) == 'Ministry of Justice', done.stdout)
    cli('answer', 'set', path, EXPERT + '[new]/name', 'B. Expert')
    check('a row', get(path, EXPERT + '[1]/name') == 'B. Expert')
    cli('dossier', 'undo', path)
    check('goes', cli('answer', 'get', path, EXPERT + '[1]/name').returncode != 0)
    cli('dossier', 'undo', path)
    check('and comes back with what was in it', get(path, EXPERT + '[1]/name') == 'B. Expert')
    check('the dossier is sound', cli('dossier', 'check', path).returncode == 0)
    check('what is no dossier is refused', cli('dossier', 'undo', os.devnull).returncode != 0)


def main():
    with folder() as work:
        path = os.path.join(work, 'a.palermo')
        check('a dossier', cli('dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no').returncode == 0)
        versions = story_history(path)
        story_restore(path, versions)
        story_undo(path)
    return finish()


if __name__ == '__main__':
    sys.exit(main())
