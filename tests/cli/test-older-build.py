#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Older and newer programs on one file. Dossiers that older programs made open. An older program, built from
the history of the project, refuses the file of a newer one and leaves it as it is, octet by octet, whatever
it is asked to do. What this program writes in the older version's tables the older one can read.

The older program is built once, beside this one; without the history (as in a tarball) that part is skipped."""
import glob
import gzip
import json
import os
import shutil
import sqlite3
import subprocess

from story import CLI, check, finish, folder, leaks, run, skip

SOURCE = os.environ['PALERMO_SOURCE_DIR']
BUILD = os.path.dirname(os.path.dirname(os.path.dirname(CLI)))
# The last commit whose program knew no newer version of the schema, for each version: the first one stands for
# itself, as nothing is older.
OLDER = [('446c8ec', 1)]
TARGETS = ['src/cli/palermo-cli'] + [f'data/forms/{name}.xml' for name in ('cluster-1', 'consultation', 'stakeholder')]
OFFICE = '/cluster1/general/state/lead_office'
NAME = '/cluster1/general/people/focal_name'


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def kept(work):
    """Made by the program of its time."""
    for source in sorted(glob.glob(os.path.join(SOURCE, 'tests/data/dossiers/*.gz'))):
        name = os.path.basename(source)
        path = os.path.join(work, name[:-len('.gz')])
        with gzip.open(source) as packed, open(path, 'wb') as file:
            shutil.copyfileobj(packed, file)
        before = read(path)
        done = run([CLI, 'dossier', 'check', path])
        check(f'{name} is sound, and looking leaves it as it is', done.returncode == 0 and read(path) == before, done.stderr)
        values = {a['node']: a['value'] for a in json.loads(run([CLI, 'answer', 'list', path, '--json']).stdout or '[]')}
        experts = sorted(v for n, v in values.items() if n.startswith('/cluster1/general/people/expert[') and n.endswith('/name'))
        check('its answers are there', values.get(OFFICE) == 'وزارة العدل' and experts == ['Layla', 'Noor']
              and values.get('/cluster1/untoc/art5/q5_1_a/status') == 'yes', values.get(OFFICE))
        log = run([CLI, 'dossier', 'log', path, '--json']).stdout
        check('and what they were before', 'Ministry of Justice' in log)
        done = run([CLI, 'answer', 'set', path, NAME, 'Noor'])
        check('one can go on', done.returncode == 0 and run([CLI, 'answer', 'get', path, NAME]).stdout == 'Noor\n', done.stderr)
        done = run([CLI, 'dossier', 'rebuild', path, '--json'])
        check('and it stays sound', run([CLI, 'dossier', 'check', path]).returncode == 0
              and done.stdout == '{"changed":false}\n', done.stdout + done.stderr)


def build_older(commit):
    """(nullable): palermo-cli of that commit, and its data."""
    place = os.path.join(BUILD, 'older', commit)
    cli = os.path.join(place, 'build', 'src', 'cli', 'palermo-cli')
    if not os.path.exists(os.path.join(place, 'done')):
        if subprocess.run(['git', '-C', SOURCE, 'cat-file', '-e', commit + '^{commit}'], stderr=subprocess.DEVNULL,
                          check=False).returncode:
            return None
        shutil.rmtree(place, ignore_errors=True)
        compiler = 'ccache gcc' if shutil.which('ccache') else 'gcc'
        for words in (['git', 'clone', '-q', '--no-checkout', SOURCE, place], ['git', '-C', place, 'checkout', '-q', commit],
                      ['meson', 'setup', os.path.join(place, 'build'), place, '-Dapp=false', '-Dmodule=false'],
                      ['nice', 'ninja', '-C', os.path.join(place, 'build'), '-j2', *TARGETS]):
            done = run(words, env={**os.environ, 'CC': compiler}, timeout=800)
            if done.returncode:
                check(f'the program of {commit} can be built', False, (done.stdout + done.stderr)[-1500:])
                return None
        with open(os.path.join(place, 'done'), 'w', encoding='ascii'):
            pass
    return cli, os.path.join(place, 'build', 'data')


class Older:
    def __init__(self, cli, data, work):
        self.cli = cli
        self.env = {**os.environ, 'PALERMO_DATA_DIR': data, 'XDG_DATA_HOME': os.path.join(work, 'older-home')}

    def run(self, *words):
        return run([self.cli, *words], env=self.env)


def make_newer(path):
    """As the next version of the schema will: a table more, and its number."""
    done = run([CLI, 'dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no'])
    run([CLI, 'answer', 'set', path, OFFICE, 'Ministry of Justice'])
    db = sqlite3.connect(path)
    version = db.execute('PRAGMA user_version').fetchone()[0]
    db.execute('CREATE TABLE something_new (id TEXT NOT NULL PRIMARY KEY)')
    db.execute(f'PRAGMA user_version={version + 1}')
    db.commit()
    db.close()
    return done


def refuses(work, older, commit):
    place = os.path.join(work, 'newer-' + commit)
    os.mkdir(place)
    path = os.path.join(place, 'newer.palermo')
    make_newer(path)
    before, info = read(path), os.stat(path)
    tsv = os.path.join(work, 'lines.tsv')
    with open(tsv, 'w', encoding='utf-8') as file:
        file.write(f'{OFFICE}\tOverwritten\n')
    wrong = []
    for words in (['dossier', 'info', path], ['dossier', 'check', path], ['dossier', 'log', path], ['dossier', 'rebuild', path],
                  ['answer', 'get', path, OFFICE], ['answer', 'set', path, OFFICE, 'Overwritten'],
                  ['answer', 'set', path, '--from', tsv], ['answer', 'list', path], ['answer', 'history', path, OFFICE]):
        done = older.run(*words)
        now = os.stat(path)
        if done.returncode == 0 or 'newer' not in done.stderr.lower() or leaks(done.stderr):
            wrong.append((words[:2], done.returncode, done.stderr))
        if read(path) != before or (now.st_ino, now.st_mtime_ns, now.st_mode) != (info.st_ino, info.st_mtime_ns, info.st_mode):
            wrong.append((words[:2], 'the file is another one'))
    check(f'the program of {commit} refuses a newer file, in words', not wrong, wrong)
    check('which is as it was, octet by octet, with nothing beside it',
          read(path) == before and os.listdir(place) == ['newer.palermo'], os.listdir(place))
    done = older.run('dossier', 'new', path, '--state', 'Elsewhere', '--uncac', 'no')
    check('and is not overwritten by a new one', done.returncode != 0 and read(path) == before, done.stderr)
    done = run([CLI, 'dossier', 'info', path])
    check('this program refuses what is newer than itself the same way', done.returncode != 0
          and 'newer' in done.stderr.lower() and read(path) == before, done.stderr)


def to_and_fro(work, older, commit, version):
    """The same version of the schema: both write in turn."""
    path = os.path.join(work, f'both-{commit}.palermo')
    done = older.run('dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no')
    older.run('answer', 'set', path, OFFICE, 'Written by the older one')
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    check('its files are of that version', db.execute('PRAGMA user_version').fetchone()[0] == version, done.stderr)
    db.close()
    check('what it writes is read here', run([CLI, 'answer', 'get', path, OFFICE]).stdout == 'Written by the older one\n')
    run([CLI, 'answer', 'set', path, NAME, 'Written by this one'])
    db = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    is_same = db.execute('PRAGMA user_version').fetchone()[0] == version
    db.close()
    before = read(path)
    done = older.run('answer', 'get', path, NAME)
    if is_same:
        check('what is written here it reads', done.stdout == 'Written by this one\n', done.stderr)
        done = older.run('answer', 'set', path, OFFICE, 'Once more')
        check('and goes on', done.returncode == 0 and run([CLI, 'answer', 'get', path, OFFICE]).stdout == 'Once more\n',
              done.stderr)
    else:
        check('what has gone on to a newer version it refuses', done.returncode != 0 and read(path) == before, done.stderr)
    check('and the file is sound', run([CLI, 'dossier', 'check', path]).returncode == 0)


def main():
    with folder() as work:
        os.environ['XDG_DATA_HOME'] = os.path.join(work, 'home')
        kept(work)
        for commit, version in OLDER:
            built = build_older(commit)
            if built is None:
                skip(f'the program of {commit}', 'the history of the project is not here')
                continue
            older = Older(*built, work)
            refuses(work, older, commit)
            to_and_fro(work, older, commit, version)
    finish()


if __name__ == '__main__':
    main()
