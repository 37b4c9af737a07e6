#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An upload over a link that breaks at random moments: the sender is killed, the server is killed, both are, the connection is
cut, nothing moves, the computer sleeps. Whatever comes, no more than one part goes up twice for each of them, and the module
has one archive and one receipt. PALERMO_INTERRUPTIONS=200 PALERMO_INTERRUPTIONS_MB=200 is the long run,
PALERMO_INTERRUPTIONS_SERVER=tus-server and =tusd run it against the tus project's servers, PALERMO_INTERRUPTIONS_RATE= sets the
bytes a second of the link, PALERMO_INTERRUPTIONS_SEED= lives one again."""
import os
import random
import signal
import time

from story import (MODULE, Link, Module, check, finish, folder, free_port, leaks, log_of, make_archive, make_key, node_program,
                   send, send_in_background, sha256, skip, stop, wait_for)
from tus_server import SOURCE, TusServer
import tusd

NUMBER = int(os.environ.get('PALERMO_INTERRUPTIONS', '20'))
MEGABYTES = int(os.environ.get('PALERMO_INTERRUPTIONS_MB', '20'))
SEED = int(os.environ.get('PALERMO_INTERRUPTIONS_SEED', '7'))
WHICH = os.environ.get('PALERMO_INTERRUPTIONS_SERVER', 'palermo-module')
RATE = int(os.environ.get('PALERMO_INTERRUPTIONS_RATE', '12000000'))  # bytes a second
PART_FIRST, PART_MINIMUM, PART_MAXIMUM = 1 << 20, 256 << 10, 64 << 20
SLACK = 128 << 10  # what TLS and headers add, and what a link had in its hands


class Sender:
    """palermo-cli send, started again and again; a model of how large the part under way can be."""

    def __init__(self, module, archive, state):
        self.module, self.archive, self.state = module, archive, state
        self.process, self.part, self.under_way = None, PART_FIRST, PART_FIRST
        self.start()

    def start(self):
        self.process, self.part = send_in_background(self.module, self.archive, self.state), PART_FIRST

    def kill(self):
        stop(self.process, signal.SIGKILL)
        self.process.communicate()

    def grow(self, carried):
        """Each part that arrives whole within ten seconds doubles the next one. Returns the one that is under way then."""
        self.under_way = self.part
        while carried >= self.under_way and self.under_way < PART_MAXIMUM:
            carried -= self.under_way
            self.under_way *= 2
        return self.under_way

    def shrink(self):
        self.part = max(self.under_way // 2, PART_MINIMUM)


def resumed(state):
    """Where it last went on, and how often that was."""
    lines = [line for line in log_of(state).splitlines() if 'going on at' in line] if os.path.exists(
        os.path.join(state, 'delivery.log')) else []
    return len(lines), int(lines[-1].split('going on at ')[1].split()[0]) if lines else 0


class Run:
    def __init__(self, where, make_server, archive):
        self.make_server, self.archive, self.size = make_server, archive, os.path.getsize(archive)
        self.server = make_server()
        self.link = Link(self.server.url, rate=RATE)
        self.url = self.server.url
        self.server.url = self.link.url
        self.state = os.path.join(where, 'state')
        self.sender = Sender(self.server, archive, self.state)
        self.uploads = set()
        self.counts, self.resent, self.too_much = {}, 0, []

    def kill_server(self):
        self.server.stop(signal.SIGKILL)
        self.server = self.make_server()
        self.server.url = self.sender.module.url = self.link.url

    def sender_dies(self):
        self.sender.kill()
        self.sender.start()

    def server_dies(self):
        self.kill_server()
        self.sender.shrink()

    def both_die(self):
        self.sender.kill()
        self.kill_server()
        self.sender.start()

    def link_breaks(self):
        self.link.cut()
        self.sender.shrink()

    def nothing_moves(self):
        self.link.is_held = True
        time.sleep(3.5)
        self.link.cut()
        self.link.is_held = False
        self.sender.shrink()

    def computer_sleeps(self):
        self.link.is_held = True
        self.sender.process.send_signal(signal.SIGSTOP)
        time.sleep(0.3)
        self.link.cut()
        self.link.is_held = False
        self.sender.process.send_signal(signal.SIGCONT)
        self.sender.shrink()

    def look(self):
        where = os.path.join(self.server.where, 'uploads')
        self.uploads |= {name.split('.')[0] for name in os.listdir(where)} if os.path.isdir(where) else set()

    def interrupt(self, how, offset, before):
        """Once, some way on. Returns where it went on and what had gone up until then, or None when it did not."""
        reach = (self.size - offset) / (NUMBER - sum(self.counts.values()) + 1) * random.uniform(0.3, 1.4)
        wait_for(lambda: self.link.sent - before >= reach or self.sender.process.poll() is not None, 60)
        self.look()
        times = resumed(self.state)[0]
        carried = self.link.sent - before
        part, base = self.sender.grow(carried), self.sender.part
        how()
        self.counts[how.__name__] = self.counts.get(how.__name__, 0) + 1
        at_break = self.link.sent
        wait_for(lambda: resumed(self.state)[0] > times or self.link.sent > at_break + (1 << 20)
                 or self.sender.process.poll() is not None, 60)
        if resumed(self.state)[0] == times:
            if self.sender.process.poll() is not None:
                return (offset, before) if self.sender.process.returncode == 0 else None
            # Between two parts: the next one went over another connection, and nothing was asked.
            self.sender.part = base
            return offset, before
        went_on = resumed(self.state)[1]
        # What went through until it was interrupted, less what of it counts.
        twice = max(0, offset + carried - went_on)
        self.resent += twice
        if twice > part + SLACK + carried // 50:
            self.too_much.append(f'{how.__name__} at {offset + carried}: went on at {went_on}, part {part}')
        return went_on, self.link.sent


def story(name, where, make_server, key):
    random.seed(SEED)
    archive = make_archive(os.path.join(where, 'a.asice'), *key, size=MEGABYTES * 1_000_000)
    digest = sha256(archive)
    run = Run(where, make_server, archive)
    ways = [run.sender_dies, run.server_dies, run.both_die, run.link_breaks, run.nothing_moves, run.computer_sleeps]
    # Every way comes, the slow one seldom.
    plan = (ways + random.choices(ways, [4, 4, 2, 5, 1, 4], k=max(0, NUMBER - len(ways))))[:NUMBER]
    random.shuffle(plan)
    began = time.monotonic()
    wait_for(lambda: run.link.sent > 300_000)
    at = (0, 0)
    for how in plan:
        at = run.interrupt(how, *at)
        if at is None or run.sender.process.poll() is not None:
            break
    run.look()
    out, err = run.sender.process.communicate(timeout=300)
    done = sum(run.counts.values())
    took = time.monotonic() - began
    print(f'{name}: seed {SEED}, {MEGABYTES} MB, {done} interruptions {run.counts} in {took:.0f} s; '
          f'{run.resent} bytes went up twice, {run.link.sent} in all', flush=True)
    check(f'{name}: each interruption was lived through', at is not None and done == NUMBER, f'{done} of {NUMBER}: {err}')
    check(f'{name}: no more than one part went up twice for each', not run.too_much, '; '.join(run.too_much[:5]))
    check(f'{name}: it is accepted', run.sender.process.returncode == 0, out + err[-500:])
    result = send(run.server, archive, run.state)
    check(f'{name}: of the digest that it has here', result.code == 0 and result.json['sha256'] == digest == sha256(archive),
          str(result))
    check(f'{name}: there was one upload', len(run.uploads) == 1, str(run.uploads))
    kept = [each for each in os.listdir(run.state) if each.endswith('.receipt.p7m')]
    check(f'{name}: there is one receipt here', kept == [digest + '.receipt.p7m'], str(kept))
    there = os.path.join(run.server.where, 'receipts')
    kept = [each for each in os.listdir(there) if each.endswith('.receipt.p7m')]
    check(f'{name}: and one there', kept == [digest + '.receipt.p7m'], str(kept))
    check(f'{name}: the log tells neither folders nor users', os.path.dirname(archive) not in log_of(run.state))
    run.link.close()
    run.server.stop()
    check(f'{name}: the module ran clean', not leaks(run.server.errors), run.server.errors[-1000:])


def main():
    with folder() as where:
        key = make_key(where, 'expert', 'Practice Expert')
        port, there = free_port(), os.path.join(where, 'm')
        if WHICH == 'tus-server':
            program, why = node_program(SOURCE, where)
            if program is None:
                skip(WHICH, why)
            else:
                story(WHICH, where, lambda: TusServer(program, there, port=port), key)
        elif WHICH == 'tusd':
            program, why = tusd.build(where)
            if program is None:
                skip(WHICH, why)
            else:
                story(WHICH, where, lambda: tusd.Tusd(program, there, port=port), key)
        elif not os.access(MODULE, os.X_OK):
            skip(WHICH, 'palermo-module is not built')
        else:
            story(WHICH, where, lambda: Module(there, port=port), key)
    finish()


main()
