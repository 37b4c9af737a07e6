#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery and backups in the real window: what a backup says and the way back to it; typing that is cut off by
SIGKILL, of which at most two seconds are lost; a damaged dossier. Runs inside tests/journey/display."""
import os
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
OFFICE = '/cluster1/general/state/lead_office'
QUESTION = 'Which ministry or office coordinates the answers?'
MAX_LOST_S = 2.0


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def read(path):
    with open(path, 'rb') as file:
        return file.read()


class Backups(Story):
    """One person to whom things happen."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-backups-')

    def make(self, name, *texts):
        path = os.path.join(self.folder, name + '.palermo')
        steps = [('dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01')]
        for text in texts:
            steps += [('answer', 'set', path, OFFICE, text), ('dossier', 'backup', path)]
        for words in steps:
            done = self.run(*words)
            if done.returncode:
                raise NotFound(done.stderr)
        return path

    def open(self, path):
        desk = self.start(path)
        desk.find(QUESTION, 'text', timeout=40)
        return desk

    def says(self, path):
        return self.run('answer', 'get', path, OFFICE).stdout.rstrip('\n')

    def answer(self):
        return self.desk.text(QUESTION, 'text')

    def to_backups(self):
        self.desk.key('F10')
        self.desk.click('Backups', 'menu item')

    # --- the chapters
    def go_back(self):
        path = self.make('Practicia', 'Ministry of Justice')
        self.run('answer', 'set', path, OFFICE, 'Office of the Prosecutor')
        desk = self.open(path)
        self.to_backups()
        self.holds('the menu leads to the backups', desk.there('Make One Now', 'push button', timeout=10))
        self.holds('which say why they are kept', desk.there('/^Why it is kept: the newest, the last of its hour/'))
        self.holds('and how much is in them', desk.there('/^[0-9]+ answers? · /'))
        self.holds('and where they are', desk.there('/Practicia backups/'))
        self.shot('backups')
        desk.click('/^Compare: /', 'push button')
        self.holds('a comparison says what would change, in words', desk.there(QUESTION, timeout=10)
                   and desk.there('Now') and desk.there('In the backup') and desk.there('Office of the Prosecutor'))
        desk.shot(os.path.join(self.out, 'compare.png'), screen=True)
        desk.key('Escape')
        self.holds('and changes nothing', desk.gone('In the backup')
                   and self.says(path) in ('Office of the Prosecutor', ''))
        desk.click('/^Go Back to This One: /', 'push button')
        self.holds('going back is one act', desk.there('The dossier is again as in the backup', timeout=10))
        self.shot('went-back')
        desk.click('Undo', 'push button')
        self.holds('that undo takes back', desk.there('/^Undone/', timeout=10))
        desk.click('Your country and this review')
        desk.find(QUESTION, 'text')
        self.holds('and the answer is there again', desk.until(lambda: self.answer() == 'Office of the Prosecutor'), self.answer())
        desk.key('ctrl+shift+z')
        self.holds('and goes again when it is redone', desk.until(lambda: self.answer() == 'Ministry of Justice'), self.answer())
        self.to_backups()
        desk.click('Make One Now', 'push button')
        self.holds('one more is made', desk.there('A backup was made, opened and counted', timeout=15)
                   and len(desk.matches('/^Go Back to This One: /', 'push button')) >= 1)
        desk.resize(360, 720)
        self.shot('backups-narrow')
        desk.resize(1024, 600)
        self.shot('backups-1024')
        desk.close()
        self.holds('the dossier is sound', self.run('dossier', 'check', path).returncode == 0)

    def type_until_killed(self, path, seconds):
        """Words with the moment at which each was typed; the kill comes in the middle of typing."""
        desk = self.desk
        desk.mouse(desk.find(QUESTION, 'text'))
        desk.key('ctrl+End')
        typed, begun, number = [], time.monotonic(), 0
        while time.monotonic() - begun < seconds:
            number += 1
            desk.type(f' w{number:04}')
            typed.append((f'w{number:04}', time.monotonic()))
        desk.kill()
        killed = time.monotonic()
        there = self.says(path)
        lost = [moment for word, moment in typed if word not in there]
        return typed, (killed - min(lost)) if lost else 0.0, there

    def typing(self):
        path = self.make('typing', 'Ministry of Justice')
        worst = 0.0
        for number in range(3):
            self.open(path)
            typed, lost, there = self.type_until_killed(path, random.uniform(4, 6))
            worst = max(worst, lost)
            print(f'# {len(typed)} words typed, {lost:.2f} s of typing lost', flush=True)
            self.holds(f'typing was on its way ({number + 1})', len(typed) > 8 and typed[0][0] in there, there[-60:])
            self.holds(f'the file is sound ({number + 1})', self.run('dossier', 'check', path).returncode == 0)
        self.holds('at most two seconds of typing are lost', worst <= MAX_LOST_S, f'{worst:.2f} s')
        desk = self.open(path)
        self.holds('the window says what was recovered',
                   desk.there('/^Palermo ended unexpectedly. .* recovered/', timeout=20))
        self.shot('recovered')
        desk.click('/^Look/', 'push button')
        self.holds('and asks', desk.there('Keep what was recovered?', timeout=5))
        desk.shot(os.path.join(self.out, 'recovered-ask.png'), screen=True)
        desk.click('Compare', 'push button')
        self.holds('it can be compared', desk.there('Recovered', timeout=10) and desk.there('/^w0001|w0001/', timeout=5))
        desk.shot(os.path.join(self.out, 'recovered-compare.png'), screen=True)
        desk.key('Escape')
        kept = self.answer()
        desk.click('Discard', 'push button')
        self.holds('and discarded', desk.there('/recovered changes are taken back/', timeout=10))
        self.holds('then the answer is what it was before', desk.until(lambda: self.answer() != kept), self.answer()[-40:])
        desk.mouse(desk.find('French'))
        desk.mouse(desk.find('French'))
        time.sleep(1)
        desk.key('ctrl+z')
        desk.key('ctrl+z')
        desk.key('ctrl+z')
        self.holds('and undo brings it again', desk.until(lambda: self.answer() == kept), self.answer()[-40:])
        desk.close()

    def damaged(self):
        path = self.make('damaged', 'In the backup')
        self.run('answer', 'set', path, OFFICE, 'The last word')
        with open(path, 'r+b') as file:
            file.truncate(os.path.getsize(path) - 1)
        before = read(path)
        self.desk = desk = self.start(path)
        self.holds('a damaged dossier is said to be one', desk.there('This dossier cannot be opened', timeout=40))
        self.holds('its backups are known', desk.there('/There is 1 backup of it/'))
        desk.shot(os.path.join(self.out, 'damaged.png'), screen=True)
        desk.click('Make a New Dossier', 'push button')
        self.holds('a new one is made', desk.there('A new dossier was made', timeout=20)
                   and desk.there('/damaged \\(saved\\)\\.palermo/'))
        desk.shot(os.path.join(self.out, 'damaged-saved.png'), screen=True)
        desk.click('Close', 'push button')
        desk.find(QUESTION, 'text', timeout=30)
        self.holds('with the last word', self.answer() == 'The last word', self.answer())
        desk.close()
        self.holds('the damaged file is as it was', read(path) == before)
        self.desk = desk = self.start(path)
        desk.click('Make a New Dossier', 'push button', timeout=40)
        self.holds('and nothing is overwritten', desk.there('/damaged \\(saved 2\\)\\.palermo/', timeout=20))
        desk.close()

    def open_stick(self, path, table):
        self.desk = desk = Desk([self.program, path], PALERMO_MOUNTINFO=table)
        self.holds('a dossier on a stick is said to be one', desk.there('You work in a copy', timeout=40)
                   and desk.there('/on a removable disk/'))
        return desk

    def stick(self):
        stick, pulled = os.path.join(self.folder, 'stick'), os.path.join(self.folder, 'pulled')
        os.mkdir(stick)
        path = self.make('stick/Practicia')
        table = os.path.join(self.folder, 'mountinfo')
        with open(table, 'w', encoding='utf-8') as file:
            file.write(f'22 1 259:2 / / rw - ext4 /dev/root rw\n31 22 8:17 / {os.path.realpath(stick)} rw - vfat /dev/sdb1 rw\n')
        desk = self.open_stick(path, table)
        desk.shot(os.path.join(self.out, 'stick.png'), screen=True)
        desk.click('Close', 'push button')
        desk.find(QUESTION, 'text', timeout=20)
        desk.write(QUESTION, 'Written in the copy')
        self.holds('what is written goes back while one works', self.desk.until(lambda: self.says(path) == 'Written in the copy'))
        self.holds('as a whole file, with nothing beside it', os.listdir(stick) == ['Practicia.palermo'], os.listdir(stick))
        self.run('answer', 'set', path, OFFICE, 'Written there by another')
        self.holds('what another one writes there comes in', self.desk.until(lambda: self.answer() == 'Written there by another'),
                   self.answer())
        os.rename(stick, pulled)
        desk.write(QUESTION, 'Written without the stick')
        self.holds('a stick that is pulled is said in words', desk.there('/is not there now. Your answers are safe in a copy/',
                                                                        timeout=30))
        self.shot('stick-pulled')
        desk.click('Close this dossier and go to the start page')
        self.holds('closing says what is not back yet', desk.there('Your answers are not back on the disk yet', timeout=20))
        desk.shot(os.path.join(self.out, 'stick-closing.png'), screen=True)
        desk.click('Keep Open', 'push button')
        os.rename(pulled, stick)
        self.holds('when it is there again, all goes back', desk.gone('/is not there now/', timeout=30)
                   and self.desk.until(lambda: self.says(path) == 'Written without the stick'))
        os.rename(stick, pulled)
        desk.write(QUESTION, 'Left in the copy')
        time.sleep(1)
        desk.click('Close this dossier and go to the start page')
        desk.find('Your answers are not back on the disk yet', timeout=20)
        desk.click('Close', 'push button')
        self.holds('one can close all the same', desk.there('Your review, at your own desk', timeout=20))
        desk.close()
        os.rename(pulled, stick)
        self.run('answer', 'set', path, '/cluster1/general/people/focal_name', 'Noor')
        desk = self.open_stick(path, table)
        desk.click('Close', 'push button')
        desk.find(QUESTION, 'text', timeout=20)
        self.holds('the next time what was left is there', self.answer() == 'Left in the copy', self.answer())
        desk.click('Close this dossier and go to the start page')
        desk.find('Your review, at your own desk', timeout=30)
        self.holds('and goes back, with what another one wrote meanwhile', self.says(path) == 'Left in the copy'
                   and self.run('answer', 'get', path, '/cluster1/general/people/focal_name').stdout == 'Noor\n')
        left = [name for _p, _d, names in os.walk(os.path.join(os.environ['XDG_DATA_HOME'])) for name in names
                if name == 'Practicia.palermo']
        self.holds('no copy is left then', left == [], left)
        desk.close()
        self.holds('the file on the stick is sound', self.run('dossier', 'check', path).returncode == 0)

    def tell(self):
        try:
            for chapter in (self.go_back, self.typing, self.damaged, self.stick):
                if not os.environ.get('PALERMO_CHAPTER') or os.environ['PALERMO_CHAPTER'] == chapter.__name__:
                    chapter()
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False)
        finally:
            if self.desk:
                self.desk.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Backups(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
