#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deliveries on a computer that has trouble of its own: the time of day jumps (tests/faults/clock.c), and the disk has no room
for the state, the log or the receipt (tests/faults/fail.c). The archive goes once, and arrives."""
import json
import os
import time

from odd_server import OddServer, make_tls_of
from story import (CLI, MODULE, Module, check, environment, finish, folder, leaks, log_of, make_archive, make_key, run, send,
                   sha256, skip)

CLOCK, FAIL = os.environ['PALERMO_CLOCK_LIBRARY'], os.environ['PALERMO_FAIL_LIBRARY']
DAY = 86400
VALID = ('20200101000000Z', '20450101000000Z')


def preloaded(library, **more):
    # The sanitizers want to be first, and are content with being second.
    options = os.environ.get('ASAN_OPTIONS', '')
    return environment(LD_PRELOAD=library, ASAN_OPTIONS=f'{options}:verify_asan_link_order=0'.lstrip(':'), **more)


def send_with(env, server, archive, state, wait=30):
    done = run([CLI, *server.words(archive, state), '--max-wait', str(wait)], env=env)
    return done, json.loads(done.stdout) if done.stdout.strip() else {}


class Clock:
    def __init__(self, where):
        self.path = os.path.join(where, 'clock')
        self.set(0)

    def set(self, seconds):
        with open(self.path + '.new', 'w', encoding='ascii') as stream:
            stream.write(str(seconds))
        os.rename(self.path + '.new', self.path)


def story_clock(where, archive, key):
    for name, jumps in (('back by a day', (-DAY, -DAY)), ('ahead by ten days', (10 * DAY, 10 * DAY)),
                        ('back and ahead', (-DAY, 10 * DAY))):
        place = os.path.join(where, name.replace(' ', '-'))
        os.mkdir(place)
        clock = Clock(place)

        def bend(handler, number, clock=clock, jumps=jumps):
            """Busy twice; while the sender waits, its clock jumps."""
            if number > 2:
                return False
            handler.rfile.read(int(handler.headers['Content-Length']))
            clock.set(jumps[number - 1])
            handler.reply(503, [('Retry-After', '1')])
            return True

        server = OddServer(os.path.join(place, 'o'), lambda where: make_tls_of(where, *VALID), PATCH=bend)
        server.sha256 = sha256(archive)
        # A module's certificate is older than a day, and is not over in ten.
        own = os.path.join(place, 'module')
        os.mkdir(own)
        server.module_certificate, server.module_key, _ = make_tls_of(own, *VALID)
        began = time.monotonic()
        done, said = send_with(preloaded(CLOCK, PALERMO_CLOCK_FILE=clock.path), server, archive, os.path.join(place, 's'))
        took = time.monotonic() - began
        server.stop()
        check(f'the clock jumps {name}: accepted, and no wait is longer for it', done.returncode == 0
              and said['state'] == 'accepted' and took < 20 and server.uploads == 1 and not leaks(done.stderr),
              f'{done.returncode} {took:.0f} s {server.uploads} uploads {done.stderr[-500:]}')
        stamps = [line.split(' ')[0] for line in log_of(os.path.join(place, 's')).splitlines()]
        check(f'the clock jumps {name}: the log shows it', (max(stamps) > stamps[0]) and len(stamps) >= 5
              and (stamps[-1] < stamps[0]) == (jumps[1] < 0), str(stamps))


def calls(log):
    with open(log, encoding='utf-8') as stream:
        return [line.split(' ', 2) for line in stream.read().splitlines()]


def story_full(where, archive, _key):
    """From one call on, nothing has room below the folder of the state."""
    module = Module(os.path.join(where, 'm'))
    counted = os.path.join(where, 'calls')
    state = os.path.join(where, 'count')
    done, said = send_with(preloaded(FAIL, PALERMO_FAULT_BELOW=state, PALERMO_FAULT_LOG=counted), module, archive, state)
    total = len(calls(counted))
    check('the calls that write are counted', done.returncode == 0 and said['state'] == 'accepted' and total > 10, f'{total}')
    # The module is asked anew each time: what it has accepted already would need no state.
    module.stop()
    step = max(total // 6, 1)
    for number in [*range(1, total + 1, step)]:
        place = os.path.join(where, str(number))
        module = Module(os.path.join(place, 'm'))
        state = os.path.join(place, 's')
        done, said = send_with(preloaded(FAIL, PALERMO_FAULT_BELOW=state, PALERMO_FAULT_AT=str(number), PALERMO_FAULT_HOW='full'),
                               module, archive, state)
        good = done.returncode in (73, 74) or (done.returncode == 0 and os.path.exists(said.get('receipt') or ''))
        check(f'no room from call {number} of {total}: {done.returncode}, with a reason', good and not leaks(done.stderr)
              and (done.returncode == 0 or 'No space left' in done.stderr), f'{done.returncode} {done.stderr[-600:]}')
        check(f'no room from call {number}: nothing unfinished is called a receipt', done.returncode == 0 or not any(
            name.endswith('.receipt.p7m') for name in (os.listdir(state) if os.path.isdir(state) else [])))
        again = send(module, archive, state)
        stored = os.listdir(os.path.join(module.where, 'archives'))
        check(f'no room from call {number}: with room again it is accepted, once', again.code == 0 and len(stored) == 1
              and not [name for name in os.listdir(state) if '.part-' in name], f'{again} {stored} {os.listdir(state)}')
        module.stop()


def main():
    if not os.access(MODULE, os.X_OK):
        skip('bad-day', 'palermo-module is not built')
        finish()
    with folder() as where:
        key = make_key(where, 'expert', 'Practice Expert')
        archive = make_archive(os.path.join(where, 'a.asice'), *key, size=2_500_000)
        for story in (story_clock, story_full):
            path = os.path.join(where, story.__name__)
            os.mkdir(path)
            try:
                story(path, archive, key)
            except Exception as error:  # pylint: disable=broad-except
                check(story.__name__, False, f'{type(error).__name__}: {error}')
    finish()


main()
