#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sending over a bad link in the real window: the module stands still, is killed and comes back, the program is killed and
started again; then the archive is accepted, once. What the desktop is told meanwhile, and the log that can be shown to whoever
helps. Runs inside tests/journey/display."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import PASSPHRASE, Story  # noqa: E402

CHECKS = [0, 0]
SIZE = 8_000_000  # bytes: a link that is slow enough to be broken takes half a minute for them
EVIDENCE = '/cluster1/untoc/art5/overall/evidence'
# The waits of a bad day, in seconds instead of minutes.
os.environ['PALERMO_TEST_DELIVERY_TIMERS'] = 'stall_s=3,backoff_ms=5000,backoff_maximum_ms=5000'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Notices:
    """What the desktop was told."""

    def __init__(self):
        here = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'notices.py')
        self.process = subprocess.Popen([sys.executable, here], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.told = []
        self.process.stdout.readline()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            notice = json.loads(line)
            if 'title' in notice:
                self.told.append(notice)

    def press(self, notice):
        self.process.stdin.write(f'press {notice["number"]}\n')
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def archives(story):
    folder = os.path.join(story.out, 'module', 'archives')
    return os.listdir(folder) if os.path.isdir(folder) else []


def arrived(story):
    """Bytes of an upload that the module has on its disk."""
    sizes = [0]
    for folder, _s, names in os.walk(os.path.join(story.out, 'module', 'uploads')):
        for name in names:
            try:
                sizes.append(os.path.getsize(os.path.join(folder, name)))
            except FileNotFoundError:
                pass
    return max(sizes)


def bad_link(story, dossier):
    """Three breaks, and one archive."""
    story.start_module('stall=1000000,times=20')
    desk = story.start(dossier)
    desk.go('Sending', 'What goes', timeout=40)
    desk.click('Sign and Send')
    desk.write('Passphrase', PASSPHRASE)
    desk.write('Passphrase once more', PASSPHRASE)
    desk.click('Make Key')
    story.holds('a part of it arrives', desk.until(lambda: arrived(story) >= 1000000, 60))
    story.holds('a module that stands still is waited for, and it says why', desk.there('/^Nothing has moved for a while/', timeout=30)
                and desk.there('/^Waiting until/'))
    story.shot('stalled')

    story.stop_module()
    story.holds('a module that is gone is told', desk.there('/^The practice module does not answer/', timeout=30))
    story.shot('no-module')
    story.start_module('rate=300000')
    had = arrived(story)
    story.holds('it goes on when the module is back', desk.there('/^Sending, [0-9]+%/', timeout=30)
                and desk.until(lambda: arrived(story) > had + 300000, 30), f'{had} {arrived(story)}')
    story.shot('sending')

    had = arrived(story)
    desk.kill()
    desk = story.start(dossier)
    story.holds('killed and started again, it goes on by itself', desk.there('Sending', timeout=40)
                and desk.until(lambda: arrived(story) > had, 40), f'{had} {arrived(story)}')
    return desk


def tell(story, folder, notices):
    dossier = os.path.join(folder, 'practicia.palermo')
    shutil.copy(os.path.join(story.build, 'data', 'practice', 'practicia.palermo'), dossier)
    with open(os.path.join(folder, 'annex.bin'), 'wb') as file:
        file.write(os.urandom(SIZE))
    done = story.run('answer', 'set', dossier, EVIDENCE, file.name, '--attach', '--author', 'Practicia')
    story.holds('the dossier has a large annex', done.returncode == 0, done.stderr)
    desk = bad_link(story, dossier)

    desk.click('Consultations')
    story.stop_module()
    story.start_module()
    story.holds('on another page, the desktop is told that it was accepted', desk.until(lambda: len(notices.told) > 0, 60)
                and notices.told[0]['title'] == 'An archive was accepted', str(notices.told))
    story.holds('and of the breaks it was told nothing', len(notices.told) == 1, str(notices.told))
    story.holds('what it is told names nobody', 'Practicia' not in json.dumps(notices.told), str(notices.told))
    notices.press(notices.told[0])
    story.holds('pressed, it leads to the page that says so', desk.there('What goes') and desk.there('Accepted'))
    story.shot('accepted')
    story.holds('the module has one archive', len(archives(story)) == 1, str(archives(story)))

    desk.click('What Happened')
    desk.click('Save the Log…')
    saved = os.path.join(folder, 'log.txt')
    desk.choose_file(saved, instead=True)
    desk.until(lambda: os.path.exists(saved) and os.path.getsize(saved) > 0, 20)
    with open(saved, encoding='utf-8') as file:
        log = file.read()
    story.holds('the log can be saved', log.count('upload created') == 1 and 'accepted' in log
                and all(re.match(r'20\d\d-\d\d-\d\dT[\d:.]+Z ', line) for line in log.splitlines()), log)
    story.holds('it names no folder, no computer and no person', not any(
        word in log for word in (os.environ['HOME'], folder, 'localhost', '127.0.0.1', '/files/')), log)

    story.stop_module()
    story.start_module('redirect')
    desk.click('Sign and Send')
    desk.write('Passphrase', PASSPHRASE)
    desk.click('Unlock')
    story.holds('what needs a person is told on the page', desk.there('/^The module points to another address/', timeout=60))
    story.shot('stopped')
    time.sleep(1)
    story.holds('and not by the desktop, when one looks at it', len(notices.told) == 1, str(notices.told))

    story.stop_module()
    story.start_module()
    desk.click('Sign and Send')
    story.holds('a newer one asks whether it shall take the place of it', desk.there('Replace the archive that is on its way?'))
    desk.shot(os.path.join(story.out, 'question.png'), screen=True)
    desk.click('Replace It')
    story.holds('the older one says that it was replaced', desk.there('Replaced', timeout=40))
    story.holds('and the newer one is accepted', desk.until(lambda: len(archives(story)) == 2 and len(desk.matches('Accepted')) > 1,
                                                            60), str(archives(story)))
    story.shot('replaced')
    desk.close()

    desk = story.desk = Desk([story.program, dossier], LANGUAGE='ar')
    story.holds('in Arabic it says the same', desk.there('استُبدلت', timeout=40) and desk.there('قُبلت'))
    story.shot('arabic')
    desk.close()


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-sending-')
    story = Story(os.environ['PALERMO_BUILD'], out, check)
    notices = Notices()
    try:
        with tempfile.TemporaryDirectory(prefix='palermo-sending-') as folder:
            try:
                tell(story, folder, notices)
            except NotFound as missing:
                story.holds(f'the story goes on: {missing}', False, story.desk.tree()[-2500:]
                            if story.desk and story.desk.process.poll() is None else '')
    finally:
        story.end()
        notices.close()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    sys.exit(1 if CHECKS[1] else 0)


if __name__ == '__main__':
    main()
