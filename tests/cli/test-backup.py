#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups as a person sees them: made, listed, compared, restored; a damaged file; a folder and a disk
on which nothing can be put; texts that are purged; a stick."""
import hashlib
import json
import os
import resource
import shutil
import subprocess

from story import CLI, check, finish, folder, run

NAME = '/cluster1/general/people/focal_name'
NODES = [NAME, '/cluster1/general/people/focal_office', '/cluster1/general/state/lead_office']


def get(path, node):
    return run([CLI, 'answer', 'get', path, node]).stdout.rstrip('\n')


def put(path, node, text):
    return run([CLI, 'answer', 'set', path, node, text])


def backups(path):
    done = run([CLI, 'dossier', 'backups', path, '--json'])
    return json.loads(done.stdout)


def tell_story(work):
    path = os.path.join(work, 'Practicia.palermo')
    run([CLI, 'dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no'])
    put(path, NAME, 'Noor')
    done = run([CLI, 'dossier', 'backup', path])
    beside = os.path.join(work, 'Practicia backups')
    check('a backup lies beside the dossier', done.returncode == 0 and len(os.listdir(beside)) == 1, done.stderr)
    backup = done.stdout.strip()
    check('it is a dossier', run([CLI, 'dossier', 'check', backup]).returncode == 0, backup)
    check('it says what the dossier said', get(backup, NAME) == 'Noor', get(backup, NAME))
    done = run([CLI, 'dossier', 'backup', path])
    check('nothing new: no second one', 'says the same' in done.stdout and len(os.listdir(beside)) == 1, done.stdout)

    saved = os.path.join(work, 'then.palermo')
    shutil.copy(backup, saved)
    put(path, NAME, 'Somebody else')
    put(path, NODES[1], 'Ministry')
    with open(path, 'rb') as file:
        before = file.read()
    done = run([CLI, 'dossier', 'restore', path, saved, '--preview', '--json'])
    report = json.loads(done.stdout or '{}')
    nodes = {n['node']: (n['now'], n['backup']) for n in report.get('nodes', [])}
    check('a preview says what would change', nodes == {NAME: ('Somebody else', 'Noor'), NODES[1]: ('Ministry', None)},
          done.stdout + done.stderr)
    check('and what only the file has', report.get('onlyHere') == 2 and report.get('onlyInBackup') == 0, done.stdout)
    with open(path, 'rb') as file:
        check('and changes nothing', file.read() == before, 'the file is another one')
    done = run([CLI, 'dossier', 'restore', path, saved, '--author', 'Noor'])
    check('a restore brings the answers back', done.returncode == 0 and get(path, NAME) == 'Noor'
          and get(path, NODES[1]) == '', done.stderr)
    log = run([CLI, 'dossier', 'log', path, '--json']).stdout
    check('and what was written since is still in the history', 'Somebody else' in log and 'Ministry' in log, log[-300:])

    done = run([CLI, 'dossier', 'restore', path, os.path.join(work, 'none.palermo')])
    check('no such backup', done.returncode == 66, f'{done.returncode} {done.stderr}')
    other = os.path.join(work, 'other.palermo')
    run([CLI, 'dossier', 'new', other, '--state', 'Elsewhere', '--uncac', 'no'])
    done = run([CLI, 'dossier', 'restore', path, other])
    check('a backup of another dossier is refused', done.returncode == 3 and 'another dossier' in done.stderr, done.stderr)

    put(path, NAME, 'After the backup')
    run([CLI, 'dossier', 'backup', path])
    put(path, NAME, 'The last word')
    with open(path, 'r+b') as file:
        file.truncate(os.path.getsize(path) - 1)
    done = run([CLI, 'dossier', 'info', path])
    check('a damaged file is said to be one', done.returncode == 3, done.stderr)
    check('its backups are listed all the same', len(backups(path)) >= 1, backups(path))
    saved = os.path.join(work, 'saved.palermo')
    done = run([CLI, 'dossier', 'recover', path, saved, '--json'])
    check('a new file has the newest backup, and what the damaged one had more',
          done.returncode == 0 and get(saved, NAME) == 'The last word', done.stdout + done.stderr)
    check('and is sound', run([CLI, 'dossier', 'check', saved]).returncode == 0, '')

    done = run([CLI, 'dossier', 'info', other, '--json'])
    check('a dossier lies on a disk of this computer', json.loads(done.stdout)['place'] == 'disk', done.stdout)
    table = os.path.join(work, 'mountinfo')
    with open(table, 'w', encoding='utf-8') as file:
        file.write(f'22 1 259:2 / / rw - ext4 /dev/root rw\n31 22 8:17 / {os.path.realpath(work)} rw - vfat /dev/sdb1 rw\n')
    os.environ['PALERMO_MOUNTINFO'] = table
    done = run([CLI, 'dossier', 'info', other])
    del os.environ['PALERMO_MOUNTINFO']
    check('one on a stick is said to be there', 'on a removable disk' in done.stdout
          and 'leave it there until this is done' in done.stderr, done.stdout + done.stderr)

    tight = os.path.join(work, 'tight.palermo')
    run([CLI, 'dossier', 'new', tight, '--state', 'Practicia', '--uncac', 'no'])
    done = subprocess.run([CLI, 'dossier', 'backup', tight], capture_output=True, text=True, timeout=60,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000)))
    check('a full disk is said in words', done.returncode == 74 and 'disk is full' in done.stderr,
          f'{done.returncode} {done.stderr}')
    check('and leaves nothing half', not os.path.exists(os.path.join(work, 'tight backups')), os.listdir(work))
    with open(os.path.join(work, 'tight backups'), 'w', encoding='utf-8'):
        pass
    done = run([CLI, 'dossier', 'backup', tight])
    check('where nothing can be put beside it, the data folder takes it',
          done.returncode == 0 and os.environ['XDG_DATA_HOME'] in done.stdout, done.stdout + done.stderr)


def files_with(place, needle):
    found = []
    for parent, _, names in os.walk(place):
        for name in names:
            with open(os.path.join(parent, name), 'rb') as file:
                if needle in file.read():
                    found.append(name)
    return found


def purge(work):
    """Consent is withdrawn: octet by octet nothing of it is left in the file and its backups."""
    place = os.path.join(work, 'consent')
    os.mkdir(place)
    path = os.path.join(place, 'Practicia.palermo')
    run([CLI, 'dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no'])
    put(path, NODES[1], 'Ministry-that-stays')
    for text in ('Noor Withdrawn-1', 'Noor Withdrawn-2 ' + 'x' * 9000, 'Noor Withdrawn-3'):
        put(path, NAME, text)
        run([CLI, 'dossier', 'backup', path])
    elsewhere = os.path.join(work, 'elsewhere.palermo')
    shutil.copy(path, elsewhere)
    check('there are backups with the text', len(files_with(place, b'Withdrawn-')) >= 2, os.listdir(place))
    done = run([CLI, 'answer', 'purge', path, '/cluster1/nothing'])
    check('what is no question is not purged', done.returncode != 0, done.stdout)
    done = run([CLI, 'answer', 'purge', path, NAME, '--json'])
    report = json.loads(done.stdout or '{}')
    check('a text is purged', done.returncode == 0 and report.get('texts') == 3 and report.get('copies', 0) >= 1
          and report.get('unreached') == [], done.stdout + done.stderr)
    check('and nothing of it is left, in the file or a backup', files_with(place, b'Withdrawn-') == [],
          files_with(place, b'Withdrawn-'))
    check('what stays is there', get(path, NODES[1]) == 'Ministry-that-stays' and get(path, NAME) == '')
    listed = backups(path)
    check('the backups are whole', listed and all(run([CLI, 'dossier', 'check', b['file']]).returncode == 0
                                                 and b['sound'] for b in listed), listed)
    done = run([CLI, 'answer', 'purge', path, NAME])
    check('copies elsewhere are said to be out of reach', 'out of reach' in done.stdout, done.stdout)


def bring_back(work):
    """A copy that was left when a stick was pulled, as the window leaves it."""
    stick = os.path.join(work, 'stick')
    os.mkdir(stick)
    path = os.path.join(stick, 'Practicia.palermo')
    run([CLI, 'dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no'])
    done = run([CLI, 'dossier', 'bring-back', path])
    check('nothing was left', done.returncode == 0 and 'no copy' in done.stdout, done.stdout + done.stderr)
    digest = hashlib.sha256(os.path.realpath(path).encode()).hexdigest()[:16]
    private = os.path.join(os.environ['XDG_DATA_HOME'], 'palermo', 'away', digest)
    check('and looking leaves nothing behind', not os.path.exists(private), private)
    os.makedirs(private)
    copy = shutil.copy(path, os.path.join(private, 'Practicia.palermo'))
    put(copy, NAME, 'Written in the copy')
    done = put(path, NODES[1], 'Written there')
    check('a copy that was left is spoken of', 'bring-back' in done.stderr, done.stderr)
    done = run([CLI, 'dossier', 'bring-back', path, '--json'])
    check('it is brought back', done.returncode == 0 and json.loads(done.stdout)['wasLeft'], done.stdout + done.stderr)
    check('with what was written there', get(path, NAME) == 'Written in the copy' and get(path, NODES[1]) == 'Written there')
    check('and is gone', not os.path.exists(copy) and os.listdir(stick) == ['Practicia.palermo'], os.listdir(stick))
    check('the file is sound', run([CLI, 'dossier', 'check', path]).returncode == 0)


def main():
    with folder() as work:
        os.environ['XDG_DATA_HOME'] = os.path.join(work, 'home')
        tell_story(work)
        purge(work)
        bring_back(work)
    finish()


if __name__ == '__main__':
    main()
