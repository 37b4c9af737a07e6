#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clearance in the real window: draft, ready, cleared, opened again for a reason, sent as an edition, supplemented, handed over.
Runs inside tests/journey/display."""
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import PASSPHRASE, Story  # noqa: E402

CHECKS = [0, 0]
PAGE = '/cluster1/untoc/art5'
STATUS = PAGE + '/q5_1_a/status'
MISSING = PAGE + '/q5_1_a/missing'
WHY = 'The law of 5 May'
CARD = 'Agreement or participation'
LAW = 'Title of the law or regulation'
ARTICLE = '/^Article 5. Taking.* answered/'
REQUIRED = '/^Is it a crime to organize, direct/'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def member(archive, name):
    with zipfile.ZipFile(archive) as file:
        return json.loads(file.read(name))


class Clearance(Story):
    """An expert's and a focal point's way on one computer."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-clearance-')
        self.digest = None

    def make(self):
        path = os.path.join(self.folder, 'clearance.palermo')
        done = self.run('dossier', 'new', path, '--sample', '--author', 'Rossi')
        if done.returncode:
            raise NotFound(done.stderr)
        return path

    def marked(self, word):
        """What the list of pages says of the article."""
        return self.desk.there(f'/^Article 5. Taking.* answered.*, {word}$/', timeout=15)

    def article(self):
        self.desk.click(ARTICLE, 'list item')
        return self.desk.find(CARD)

    def picked(self, option):
        return 'checked' in self.desk.find(option, inside=CARD).states()

    def says(self, words, timeout=10):
        """Whether something is described so: what a row says below its title."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if any(words in (thing.accessible.get_description() or '') for thing in self.desk.matches(role='list item')):
                return True
            time.sleep(0.3)
        return False

    # --- chapters
    def call_ready(self):
        desk = self.desk
        self.article()
        self.holds('a page begins as a draft', desk.there('Draft', timeout=20))
        desk.click('Mark as Ready')
        self.holds('what is open is listed and counted', desk.there('Required, and not answered: 1'))
        self.holds('what may stay empty, too', desk.there('/^Not answered, and may stay so: \\d+$/'))
        self.shot('check-list')
        desk.click(REQUIRED, 'list item')
        self.holds('the way leads to the question', desk.gone('Required, and not answered: 1') and
                   any('focused' in t.states() for t in desk.matches('Yes', 'radio button')))
        desk.click('No', inside='/^Organizing, directing/' if desk.matches('/^Organizing, directing/') else None,
                   nth=0 if desk.matches('/^Organizing, directing/') else 1)
        time.sleep(1)
        desk.click('Mark as Ready')
        if desk.there('Mark as Ready Anyway', timeout=3):
            desk.click('Mark as Ready Anyway')
        self.holds('the page is ready, and marked so', self.marked('Ready'))

    def clear(self):
        desk = self.desk
        desk.click('Clear', 'push button')
        self.holds('the page is cleared, and marked so', self.marked('Cleared'))
        desk.key('ctrl+z')  # the toast has a button for it, which goes after five seconds
        self.holds('which can be undone', self.marked('Ready'))
        desk.click('Clear', 'push button')
        self.marked('Cleared')
        self.shot('cleared')

    def refused(self):
        desk = self.desk
        desk.mouse(desk.find('No', inside=CARD))
        self.holds('an answer that is cleared stays, and why is said',
                   desk.there('This page is cleared: its answers stay as they are.') and self.picked('Yes, in part'))
        desk.mouse(desk.find(LAW, 'text'))
        before = desk.text(LAW, 'text')
        desk.type('zz')
        desk.key('BackSpace', 'Delete')
        self.holds('a text takes nothing', desk.text(LAW, 'text') == before, desk.text(LAW, 'text'))
        self.holds('no row can be added', not desk.matches('/^Add to “Laws/', 'push button'))

    def reopen(self, reason):
        desk = self.desk
        desk.click('Reopen…', 'push button', nth=0)
        button = desk.find('Reopen', 'push button')
        self.holds('without a reason it is not opened', 'sensitive' not in button.states())
        desk.type('  ')
        self.holds('blanks are none', 'sensitive' not in desk.find('Reopen', 'push button').states())
        desk.type(reason)
        desk.click('Reopen', 'push button')
        self.holds('the page is a draft again, and says why', desk.there(f'/^Reopened: *{reason}$/'))

    def clear_all(self):
        desk = self.desk
        desk.go('Clearance', 'Clear All')
        self.holds('one filter shows what is cleared', desk.there('/^All pages/'))
        desk.click('Clear All')
        self.holds('what is open everywhere is listed', desk.there('/^Required, and not answered: \\d+$/'))
        desk.click('Clear Anyway')
        self.holds('an edition is kept', desk.there('/^Edition of /', timeout=30))
        shown = [t.text() for t in desk.matches('/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/')]
        self.holds('under its digest in groups', len(shown) == 1, str(shown))
        self.digest = shown[0].replace(' ', '') if shown else None
        self.shot('edition')

    def save(self, button, name, first):
        """Through the file chooser, then the key."""
        desk = self.desk
        path = os.path.join(self.folder, name)
        desk.click(button, 'push button')
        desk.choose_file(path, instead=True)
        if first:
            desk.write('Passphrase', PASSPHRASE)
            desk.write('Passphrase once more', PASSPHRASE)
            desk.click('Make Key')
        deadline = time.monotonic() + 40
        while not os.path.exists(path) and time.monotonic() < deadline:
            time.sleep(0.3)
        return path

    def pack(self):
        desk = self.desk
        desk.go('Sending', 'What goes')
        self.holds('the edition that goes is named', desk.there('Everything is cleared: this edition goes', timeout=15))
        archive = self.save('Save a Signed Copy…', 'first.asice', True)
        self.holds('it is packed', desk.there('Signed archive saved', timeout=30))
        package = member(archive, 'data/package.json')
        self.holds('under its digest', package['edition'] == self.digest, package)
        self.holds('what changed since is looked for, and is nothing', desk.there('Send a supplement', timeout=20) and
                   desk.gone('Save the Supplement…'))
        return archive

    def supplement(self):
        desk = self.desk
        self.article()
        self.reopen(WHY)
        desk.click('No', inside=CARD)
        time.sleep(1)
        desk.click('Yes', inside=CARD)
        time.sleep(1)
        desk.go('Sending', 'What goes')
        self.holds('a page that is open again is named', desk.there('1 page is not cleared: no edition is named', timeout=15))
        self.holds('the answer is listed with before, now and why', self.says('Before: Yes, in part\nNow: Yes\nWhy: ' + WHY))
        self.shot('supplement')
        archive = self.save('Save the Supplement…', 'second.asice', False)
        self.holds('it is packed', desk.there('Signed supplement saved', timeout=30))
        listed = member(archive, 'data/supplement.json')['changes']
        given = [c['from'] for c in listed if c['node'] == MISSING]
        self.holds('exactly that goes', [(c['node'], c['from'], c['to'], c['why']) for c in listed]
                   == [(STATUS, 'part', 'yes', WHY), (MISSING, *given, None, WHY)], listed)
        self.holds('also what went as it no longer applies', [c['relevant'] for c in listed] == [True, False], listed)
        package = member(archive, 'data/package.json')
        self.holds('as a supplement to the edition', (package['kind'], package['editionBefore']) == ('supplement', self.digest),
                   package)

    def hand_over(self):
        desk = self.desk
        desk.go('Clearance', 'Clear All')
        desk.click('Hand Over…')
        self.holds('who takes over sees what was decided', desk.there('Why it was decided so', timeout=20))
        self.holds('and why', self.says('Why: ' + WHY))
        self.holds('also what was cleared with points open', self.says('Cleared with points open'))
        self.shot('hand-over')
        trail = self.save('Save the Trail…', 'trail.jsonl', False)
        self.holds('the trail is saved and checked', desk.there('The trail is saved and whole', timeout=20))
        desk.key('Escape')
        self.holds('a text for people, too', os.path.getsize(self.save('Save as a File…', 'over.md', False)) > 500)
        done = self.run('dossier', 'trail-check', trail)
        self.holds('the command says the same', done.returncode == 0, done.stdout + done.stderr)
        with open(trail, 'r+b') as file:
            file.seek(400)
            file.write(b'#')
        desk.gone('The trail is saved and whole')
        desk.click('Check a Trail…')
        desk.choose_file(trail, instead=True)
        self.holds('one that was altered is told', desk.there('The trail is not whole', timeout=20))
        desk.key('Escape')

    def kept(self, path, archive):
        self.desk.close()
        status = json.loads(self.run('team', 'status', path, '--json').stdout)
        with open(archive, 'rb') as file:
            sha256 = hashlib.sha256(file.read()).hexdigest()
        self.holds('the edition knows its archive', [(e['digest'], e['archive']) for e in status['editions']]
                   == [(self.digest, sha256)], status['editions'])
        page = next(p for p in status['pages'] if p['page'] == PAGE)
        self.holds('the page is open for that reason', (page['state'], page['reason']) == ('draft', WHY), page)
        self.holds('the dossier is sound', self.run('dossier', 'check', path).returncode == 0)
        self.holds('no program had to complain of how it is made', not Desk.complaints, '; '.join(sorted(set(Desk.complaints))))

    def tell(self):
        try:
            path = self.make()
            self.start(path)
            self.desk.find(ARTICLE, timeout=40)
            self.call_ready()
            self.clear()
            self.refused()
            self.reopen('A typing mistake')
            self.clear_all()
            archive = self.pack()
            self.supplement()
            self.hand_over()
            self.kept(path, archive)
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False, self.desk.tree()[-3000:] if self.desk else '')
        finally:
            if self.desk:
                self.desk.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Clearance(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
