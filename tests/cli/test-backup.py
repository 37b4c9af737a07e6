#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups as a person sees them: made, listed, compared, restored; a damaged file; a folder and a disk
on which nothing can be put. Then SIGKILLs at random moments while answers are written, files are
backed up, restored and rebuilt: after each the dossier is sound, every acknowledged answer is there,
and every backup that has its name is whole.

PALERMO_KILLS sets how many (1,000 in a slow run), PALERMO_SEED repeats a run."""
import json
import os
import random
import resource
import shutil
import subprocess
import time

from story import CLI, check, finish, folder, run, start

KILLS = int(os.environ.get('PALERMO_KILLS', '60'))
SEED = int(os.environ.get('PALERMO_SEED') or random.SystemRandom().randrange(1 << 32))
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
    check('one on a stick is said to be there', 'on a removable disk' in done.stdout, done.stdout)

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


def words_of(what, path, tsv, chance, known):
    if what == 'write':
        return [CLI, 'answer', 'set', path, '--from', tsv]
    if what == 'back up':
        return [CLI, 'dossier', 'backup', path]
    if what == 'rebuild':
        return [CLI, 'dossier', 'rebuild', path]
    return [CLI, 'dossier', 'restore', path, chance.choice(known)]


def kill_often(work):
    """What may stand in a question: the last text acknowledged or one on its way behind it; after a
    restore that was not acknowledged, also what the backup says, but then in all of them."""
    chance = random.Random(SEED)
    print(f'# seed {SEED}', flush=True)
    path = os.path.join(work, 'kill.palermo')
    tsv = os.path.join(work, 'lines.tsv')
    run([CLI, 'dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no'])
    standing = {node: '' for node in NODES}
    said = {}  # backup kept aside -> what it says
    lost = torn = bad_backups = acknowledged = late = 0
    for number in range(KILLS):
        what = chance.choice(['write', 'write', 'back up', 'rebuild', 'restore' if said else 'back up'])
        lines = [(chance.choice(NODES), f'{number}-{i} ' + 'слово ' * chance.randrange(60)) for i in range(2000)]
        with open(tsv, 'w', encoding='utf-8') as file:
            file.writelines(f'{node}\t{text}\n' for node, text in lines)
        words = words_of(what, path, tsv, chance, sorted(said))
        process = start(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        out = b''
        if what == 'write' and chance.random() < 0.9:
            out = process.stdout.readline()
        time.sleep(chance.uniform(0, 0.3))
        late += process.poll() is not None
        process.kill()
        out += process.stdout.read()
        process.wait()

        possible = [dict(standing)]
        if what == 'write':
            n_acks = out.count(b'\n')
            acknowledged += n_acks
            for i, (node, text) in enumerate(lines[:n_acks + 1]):
                if i < n_acks:
                    standing[node] = text.rstrip('\n')
            possible = [dict(standing)]
            if n_acks < len(lines):
                possible.append({**standing, lines[n_acks][0]: lines[n_acks][1]})
        elif what == 'restore':
            possible.append(said[words[-1]])
        done = run([CLI, 'answer', 'list', path, '--json'])
        if done.returncode:
            torn += 1
            print(f'# round {number}, {what}: {done.stderr.strip()}', flush=True)
            continue
        values = {a['node']: a['value'] for a in json.loads(done.stdout)}
        is_now = {node: values[node] for node in NODES}
        if is_now not in possible:
            lost += 1
            print(f'# round {number}, {what}: what is there was never there', flush=True)
        standing = is_now
        done = run([CLI, 'dossier', 'check', path])
        if done.returncode:
            torn += 1
            print(f'# round {number}, {what}: {done.stderr.strip()}', flush=True)
        for backup in backups(path):
            if run([CLI, 'dossier', 'check', backup['file']]).returncode:
                bad_backups += 1
                print(f'# round {number}, {what}: {backup["file"]}', flush=True)
        if what == 'back up' and backups(path) and chance.random() < 0.5:
            # Aside, because the next one of the same hour takes its place.
            aside = os.path.join(work, f'aside-{number}.palermo')
            shutil.copy(backups(path)[0]['file'], aside)
            done = run([CLI, 'answer', 'list', aside, '--json'])
            values = {a['node']: a['value'] for a in json.loads(done.stdout)}
            said[aside] = {node: values[node] for node in NODES}
    print(f'# {KILLS} kills, {acknowledged} answers acknowledged, {late} came too late', flush=True)
    check(f'{KILLS} kills: nothing acknowledged is lost', lost == 0, f'{lost} times, seed {SEED}')
    check('the file is sound after each', torn == 0, f'{torn} times not, seed {SEED}')
    check('every backup is whole', bad_backups == 0, f'{bad_backups} are not, seed {SEED}')
    check('the kills came in the middle of the work', late < KILLS * 2 / 3, f'{late} of {KILLS} too late')
    done = run([CLI, 'dossier', 'rebuild', path, '--json'])
    check('what is shown is what the log says', done.stdout == '{"changed":false}\n', done.stdout + done.stderr)
    run([CLI, 'dossier', 'backup', path])
    beside = os.path.join(work, 'kill backups')
    half = [name for name in os.listdir(beside) if '.part-' in name]
    check('nothing half lies among the backups in the end', half == [], half)


def main():
    with folder() as work:
        os.environ['XDG_DATA_HOME'] = os.path.join(work, 'home')
        tell_story(work)
        kill_often(work)
    finish()


if __name__ == '__main__':
    main()
