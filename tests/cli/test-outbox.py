#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries that a person ends, and archives that take the place of older ones: over TLS, with palermo-module, and with the
program killed in between."""
import json
import os
import signal

from story import (CLI, MODULE, Module, check, environment, finish, folder, leaks, log_of, make_archive, make_key, run, send,
                   send_in_background, sha256, skip, stop, wait_for)

SLOW = ('--fault', 'rate=1500000')


def uploads(module):
    where = os.path.join(module.where, 'uploads')
    return sorted(os.listdir(where)) if os.path.isdir(where) else []


def has_some(module):
    """A part has arrived, and not all."""
    return any(os.path.getsize(os.path.join(module.where, 'uploads', name, 'data')) > 1_500_000 for name in uploads(module)
               if os.path.exists(os.path.join(module.where, 'uploads', name, 'data')))


def archives(module):
    where = os.path.join(module.where, 'archives')
    return sorted(os.listdir(where)) if os.path.isdir(where) else []


def state_of(state):
    done = run([CLI, 'outbox', 'list', '--state', os.path.dirname(state), '--json'], env=environment())
    return next(row for row in json.loads(done.stdout) if row['stateDir'] == state)


def cancel(module, state, *more, asks=True):
    words = [CLI, 'outbox', 'cancel', state, '--json', *more]
    if asks:
        words += ['--endpoint', module.url, '--ca', module.ready['ca'], '--module-cert', module.ready['moduleCertificate']]
    return run(words, env=environment())


def send_half(module, archive, state):
    """Sends some of it, and is killed."""
    process = send_in_background(module, archive, state)
    arrived = wait_for(lambda: has_some(module))
    stop(process, signal.SIGKILL)
    process.stdout.close()
    process.stderr.close()
    check('some of it has arrived', arrived and len(uploads(module)) == 1, str(uploads(module)))


def story_cancel(where, archive, _key):
    module = Module(os.path.join(where, 'm'), *SLOW)
    state = os.path.join(where, 'out', 's')
    send_half(module, archive, state)
    done = cancel(module, state)
    ended = json.loads(done.stdout)
    check('a delivery is cancelled', done.returncode == 0 and ended['state'] == 'ended' and ended['reason'] == 'cancelled',
          done.stdout + done.stderr)
    check('the module let go of what it had', not uploads(module) and ended['sent'] == 0
          and 'the module let go of what it had' in log_of(state), log_of(state))
    again = cancel(module, state)
    check('cancelled twice is cancelled', again.returncode == 0 and not leaks(done.stderr + again.stderr), again.stderr)
    module.stop()

    module = Module(os.path.join(where, 'm2'), *SLOW)
    state = os.path.join(where, 'out', 's2')
    send_half(module, archive, state)
    left = uploads(module)
    done = cancel(module, state, asks=False)
    ended = json.loads(done.stdout)
    check('without the endpoint nobody is asked', done.returncode == 0 and ended['state'] == 'ended'
          and uploads(module) == left, done.stdout)
    module.stop(signal.SIGKILL)
    done = cancel(module, state)
    check('a module that is away keeps nothing from ending', done.returncode == 0
          and 'could not be asked' in log_of(state), done.stderr + log_of(state))
    where_listed = run([CLI, 'outbox', 'list', '--state', os.path.join(where, 'out')], env=environment())
    check('the list says that they have ended', where_listed.stdout.count('ended ') == 2, where_listed.stdout)


def story_too_late(where, archive, _key):
    module = Module(os.path.join(where, 'm'))
    state = os.path.join(where, 'out', 's')
    send(module, archive, state)
    done = cancel(module, state)
    check('what is accepted stays accepted', done.returncode == 1 and state_of(state)['state'] == 'accepted', done.stderr)

    # The last answer and the receipt were lost: this computer believes that half of it is there.
    text = open(os.path.join(state, 'delivery.state'), encoding='utf-8').read()
    text = text.replace('state=accepted', 'state=waiting').replace(f'sent={os.path.getsize(archive)}', 'sent=1048576')
    text += 'upload=/files/gone\n' if 'upload=' not in text else ''
    open(os.path.join(state, 'delivery.state'), 'w', encoding='utf-8').write(text)
    os.unlink(os.path.join(state, sha256(archive) + '.receipt.p7m'))
    done = cancel(module, state)
    check('a module that was faster is believed', done.returncode == 1 and state_of(state)['state'] == 'accepted',
          f'{done.returncode} {done.stderr} {log_of(state)}')
    check('and its receipt is kept', os.path.exists(os.path.join(state, sha256(archive) + '.receipt.p7m')))
    module.stop()

    module = Module(os.path.join(where, 'm2'), *SLOW)
    state = os.path.join(where, 'out', 's2')
    process = send_in_background(module, archive, state)
    wait_for(lambda: has_some(module))
    done = cancel(module, state)
    check('not while another program is sending it', done.returncode == 75 and 'another program' in done.stderr
          and state_of(state)['state'] == 'sending', f'{done.returncode} {done.stderr} {state_of(state)}')
    second = send(module, archive, state)
    check('nor does a second one write over what the first has noted', second.code == 74
          and state_of(state)['state'] == 'sending', f'{second} {state_of(state)}')
    stop(process)
    process.stdout.close()
    process.stderr.close()
    module.stop()


def story_replace(where, archive, key):
    module = Module(os.path.join(where, 'm'), *SLOW)
    old, new = os.path.join(where, 'out', 'old'), os.path.join(where, 'out', 'new')
    newer = make_archive(os.path.join(where, 'newer.asice'), *key, size=2_000_000, seed=77)
    send_half(module, archive, old)
    result = send(module, newer, new, '--replace', old)
    check('a newer archive is accepted in its place', result.code == 0 and result.state == 'accepted', str(result))
    ended = state_of(old)
    check('the older one ended as replaced by it', ended['state'] == 'ended' and ended['reason'] == 'replaced'
          and ended['message'] == 'newer.asice' and ended['sent'] == 0, str(ended))
    check('the module has the newer one only', archives(module) == [sha256(newer) + '.asice'] and not uploads(module),
          f'{archives(module)} {uploads(module)}')
    result = send(module, archive, old)
    check('the older one is not sent by accident', result.code == 1 and result.state == 'ended'
          and archives(module) == [sha256(newer) + '.asice'], str(result))
    listed = json.loads(run([CLI, 'outbox', 'list', '--state', os.path.join(where, 'out'), '--json'], env=environment()).stdout)
    check('the list is in the order in which they were sent', [os.path.basename(row['stateDir']) for row in listed]
          == ['old', 'new'] and listed[0]['queued'] < listed[1]['queued'], str(listed))

    newest = make_archive(os.path.join(where, 'newest.asice'), *key, size=100_000, seed=78)
    result = send(module, newest, os.path.join(where, 'out', 'newest'), '--replace', new)
    check('what is accepted is not replaced', result.code == 1 and 'accepted' in result.err and len(archives(module)) == 1,
          str(result))
    result = send(module, archive, old, '--again')
    check('the older one goes when a person says so', result.code == 0 and len(archives(module)) == 2, str(result))
    result = send(module, archive, old, '--replace', old)
    check('nothing replaces itself', result.code == 64, str(result))
    result = send(module, archive, old, '--replace', os.path.join(where, 'nothing'))
    check('nothing cannot be replaced', result.code == 66, str(result))
    module.stop()
    check('the module ran clean', not leaks(module.errors), module.errors[-2000:])


def main():
    if not os.access(MODULE, os.X_OK):
        skip('outbox', 'palermo-module is not built')
        finish()
    with folder() as where:
        key = make_key(where, 'expert', 'Practice Expert')
        archive = make_archive(os.path.join(where, 'a.asice'), *key)
        for story in (story_cancel, story_too_late, story_replace):
            path = os.path.join(where, story.__name__)
            os.mkdir(path)
            try:
                story(path, archive, key)
            except Exception as error:  # pylint: disable=broad-except
                check(story.__name__, False, f'{type(error).__name__}: {error}')
    finish()


main()
