# SPDX-License-Identifier: GPL-3.0-or-later
"""A sealed archive goes to a module on a stick, over whatever sticks do."""
import contextlib
import json
import os
import shutil
import subprocess
import time

import story
from story import CLI, check

MEBIBYTE = 1 << 20


def cli(*words, **options):
    return story.run([CLI, *words], env=story.environment(), **options)


@contextlib.contextmanager
def stick(where, options):
    """A file system of its own, as small as it has to be; None where nothing may be mounted."""
    path = os.path.join(where, 'stick')
    os.makedirs(path, exist_ok=True)
    done = story.run(['mount', '-t', 'tmpfs', '-o', options, 'palermo-stick', path])
    if done.returncode != 0:
        yield None
        return
    try:
        yield path
    finally:
        story.run(['umount', '-l', path])


def copied(sealed, path):
    done = cli('stick', 'copy', sealed, '-o', path, '--json')
    return done, json.loads(done.stdout or '{}')


def holds_nothing_complete(path):
    return not any('volumes.json' in names or any(name.endswith('.part') for name in names)
                   for _, _, names in os.walk(path))


def whole(where, sealed, archive, module, keys):
    path = os.path.join(where, 'plain folder')
    os.mkdir(path)
    done, answer = copied(sealed, path)
    on_stick = answer.get('path', '')
    check('four files are copied', done.returncode == 0 and (answer['copied'], answer['kept']) == (4, 0), done.stderr)
    check('octet by octet', all(story.sha256(os.path.join(sealed, name)) == story.sha256(os.path.join(on_stick, name))
                                for name in os.listdir(sealed)))
    done, answer = copied(sealed, path)
    check('a second time nothing is written', (answer.get('copied'), answer.get('kept')) == (0, 4), done.stderr)
    with open(os.path.join(on_stick, '0002.p7m'), 'r+b') as stream:
        stream.seek(MEBIBYTE)
        stream.write(b'damaged')
    out = os.path.join(where, 'out.asice')
    refused = cli('open', on_stick, '--key', keys, '-o', out)
    check('the module says which volume the stick has damaged', refused.returncode == 2 and 'volume 2 is damaged' in refused.stderr
          and not os.path.exists(out), refused.stderr)
    done, answer = copied(sealed, path)
    check('only that one and the list are copied again', (answer.get('copied'), answer.get('kept')) == (2, 2), done.stderr)
    opened = cli('open', on_stick, '--key', keys, '-o', out)
    check('and the module opens it', opened.returncode == 0 and story.sha256(out) == story.sha256(archive), opened.stderr)
    return out


def arrive(where, out, archive, expert, module, keys):
    done = cli('receive', out, '--store', os.path.join(where, 'store'), '--key', keys, '--module-cert', module,
               '--trust', expert, '--json')
    answer = json.loads(done.stdout or '{}')
    check('the module takes it in as any other', done.returncode == 0 and answer['status'] == 'accepted', done.stderr)
    told = cli('receipt', answer.get('receipt', ''), '--trust', module, '--archive', archive)
    check('and its receipt is about the archive that was sealed', told.returncode == 0, told.stderr)
    return answer.get('receipt', '')


def waiting(where, archive, module):
    """A delivery whose module does not answer."""
    state = os.path.join(where, 'state')
    process = story.start([CLI, 'send', archive, '--endpoint', f'https://127.0.0.1:{story.free_port()}/files/',
                           '--module-cert', module, '--state', state], env=story.environment(),
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    told = ''
    while 'waiting' not in told and time.monotonic() < deadline:
        time.sleep(0.1)
        told = cli('outbox', 'list', '--state', where).stdout
    story.stop(process)
    return state


def bring_back(where, archive, receipt, module, stranger):
    state = waiting(where, archive, module)
    before = cli('outbox', 'list', '--state', where, '--json').stdout

    def brought(path, trust=module):
        return cli('outbox', 'receipt', state, path, '--module-cert', trust)

    with open(receipt, 'rb') as stream:
        octets = stream.read()
    forged = os.path.join(where, 'forged')
    with open(forged, 'wb') as stream:
        stream.write(octets.replace(b'"accepted"', b'"acceptad"', 1))
    check('a receipt that was altered', brought(forged).returncode == 2)
    check('a receipt of somebody who is not the module', brought(receipt, stranger).returncode in (1, 2))
    check('what is no receipt', brought(archive).returncode == 3)
    other = os.path.join(where, 'other.asice')
    story.make_archive(other, *story.make_key(where, 'second', 'Second'), size=1000, seed=9)
    keys = f'{os.path.join(where, "module-key.pem")}+{module}'
    done = cli('receive', other, '--store', os.path.join(where, 'store'), '--key', keys, '--module-cert', module, '--json')
    foreign = json.loads(done.stdout)['receipt']
    check('a receipt of another archive', brought(foreign).returncode == 2)
    check('none of these changes anything', cli('outbox', 'list', '--state', where, '--json').stdout == before
          and not [name for name in os.listdir(state) if name.endswith('.p7m')])
    done = brought(receipt)
    check('the receipt from the stick closes the same delivery', done.returncode == 0 and done.stdout == 'accepted\n', done.stderr)
    check('the outbox says so', cli('outbox', 'list', '--state', where).stdout.startswith('accepted'))
    check('so does its log', 'a receipt was brought: accepted' in cli('outbox', 'log', state).stdout)
    check('and it is kept', story.sha256(os.path.join(state, story.sha256(archive) + '.receipt.p7m')) == story.sha256(receipt))
    done = cli('send', archive, '--endpoint', f'https://127.0.0.1:{story.free_port()}/files/', '--module-cert', module,
               '--state', state, timeout=60)
    check('nothing is sent any more', done.returncode == 0, f'{done.returncode} {done.stderr}')


def small(where, sealed):
    with stick(where, 'size=40m') as path:
        if path is None:
            story.skip('sticks that are full, locked or pulled out', 'nothing may be mounted here')
            return
        shutil.copy(os.path.join(sealed, '0001.p7m'), os.path.join(path, 'something else'))
        done, _ = copied(sealed, path)
        check('a stick without room says how much is missing', done.returncode == 74 and 'are needed' in done.stderr
              and 'Make room' in done.stderr and os.path.exists(os.path.join(path, 'something else')), done.stderr)
        check('before anything is written', holds_nothing_complete(path))
        os.unlink(os.path.join(path, 'something else'))
        done, answer = copied(sealed, path)
        check('with room it goes', done.returncode == 0, done.stderr)
        story.run(['mount', '-o', 'remount,ro', path])
        done, answer = copied(sealed, path)
        check('what is whole on a locked stick is whole', done.returncode == 0 and answer['kept'] == 4, done.stderr)
    with stick(where, 'size=60m,nr_inodes=4') as path:
        done, _ = copied(sealed, path)
        check('one that is full half-way says so as well', done.returncode == 74 and 'No space' in done.stderr, done.stderr)
        check('and has nothing that passes for complete', holds_nothing_complete(path))
    with stick(where, 'size=60m,ro') as path:
        done, _ = copied(sealed, path)
        check('a locked stick', done.returncode == 73 and 'lock on the stick' in done.stderr, done.stderr)
    done, _ = copied(sealed, os.path.join(where, 'stick', 'no such stick'))
    check('a stick that is not in', done.returncode == 74 and 'Put the stick in' in done.stderr, done.stderr)


def tell():
    with story.folder() as where:
        expert, expert_key = story.make_key(where, 'expert', 'Expert of Practicia')
        module, module_key = story.make_key(where, 'module', 'Module of Practicia')
        keys = f'{module_key}+{module}'
        archive = os.path.join(where, 'sent.asice')
        story.make_archive(archive, expert, expert_key, size=34 * MEBIBYTE)
        done = cli('seal', archive, '--to', module, '-o', where, '--json')
        sealed = json.loads(done.stdout)['file']

        out = whole(where, sealed, archive, module, keys)
        receipt = arrive(where, out, archive, expert, module, keys)
        stranger, _ = story.make_key(where, 'stranger', 'Somebody Else')
        bring_back(where, archive, receipt, module, stranger)
        small(where, sealed)
        done = cli('stick', 'copy', where, '-o', where)
        check('a folder that is not sealed is not copied', done.returncode == 3 and 'no list of volumes' in done.stderr, done.stderr)
        with open(os.path.join(sealed, '0003.p7m'), 'ab') as stream:
            stream.write(b'x')
        os.mkdir(os.path.join(where, 'third'))
        done = cli('stick', 'copy', sealed, '-o', os.path.join(where, 'third'))
        check('what was damaged here does not leave', done.returncode == 66 and '0003.p7m' in done.stderr
              and holds_nothing_complete(os.path.join(where, 'third')), done.stderr)


tell()
story.finish()
