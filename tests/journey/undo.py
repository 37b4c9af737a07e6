#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Undo and history in the real window: whatever was done is taken back in turn, on whichever page it stands.
Runs inside tests/journey/display."""
import json
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import NotFound, STATE  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
OFFICE = '/cluster1/general/state/lead_office'
QUESTION = 'Which ministry or office coordinates the answers?'
CARD = 'Agreement or participation'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Undo(Story):
    """One person who changes their mind."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-undo-')

    def make(self):
        path = os.path.join(self.folder, 'undo.palermo')
        for words in (('dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01'),
                      ('answer', 'set', path, OFFICE, 'Ministry of Justice')):
            done = self.run(*words)
            if done.returncode:
                raise NotFound(done.stderr)
        return path

    def saved(self):
        time.sleep(0.6)
        return self.desk.there('Saved', timeout=10)

    def texts(self):
        """In a text its own steps come first."""
        desk = self.desk
        desk.write(QUESTION, 'Office of the Prosecutor')
        self.saved()
        desk.mouse(desk.find('French'))
        self.saved()
        desk.key('ctrl+z')
        self.holds('the last act goes first, and is named',
                   desk.there('/^Undone: answer to /', timeout=5)
                   and 'checked' not in desk.find('French').states())
        desk.mouse(desk.find(QUESTION, 'text'))
        desk.key('ctrl+z')
        self.holds('a text undoes what was typed in it', desk.text(QUESTION, 'text') != 'Office of the Prosecutor')
        for _ in range(6):
            if desk.text(QUESTION, 'text') == 'Ministry of Justice':
                break
            desk.key('ctrl+z')
            time.sleep(0.4)
        self.holds('and comes back to what it was', desk.text(QUESTION, 'text') == 'Ministry of Justice',
                   desk.text(QUESTION, 'text'))

    def pages(self):
        """What was done on another page is undone there."""
        desk = self.desk
        desk.click('/^Article 5. Taking part/')
        desk.click('Yes', inside=CARD)
        self.saved()
        desk.click('/^Add /', 'push button', inside=CARD)
        desk.write('Title of the law or regulation', 'Law on Organized Crime')
        self.saved()
        desk.click('Remove row 1: Laws and provisions')
        self.saved()
        self.holds('a row is removed', desk.gone('Title of the law or regulation'))
        desk.click('Your country and this review')
        desk.find(QUESTION, 'text')
        desk.key('F10')
        self.holds('the menu names what would be undone', desk.there('/^Undo: row removed from “/', timeout=5))
        desk.shot(os.path.join(self.out, 'undo-menu.png'), screen=True)
        desk.key('Escape')
        time.sleep(0.5)
        desk.key('ctrl+z')
        self.holds('undo says so', desk.there('/^Undone: row removed from “/', timeout=10))
        self.holds('and goes to the page', desk.there('Title of the law or regulation', timeout=10))
        self.holds('with what was in the row',
                   desk.text('Title of the law or regulation', 'text') == 'Law on Organized Crime')
        self.shot('undo-row')
        desk.key('ctrl+shift+z')
        self.holds('redo removes it again', desk.gone('Title of the law or regulation'))
        desk.key('ctrl+z')
        desk.find('Title of the law or regulation')
        desk.click('No', inside=CARD)
        self.saved()
        desk.key('ctrl+shift+z')
        time.sleep(1)  # nothing is what should come
        self.holds('after something new nothing is done again', 'checked' in desk.find('No', inside=CARD).states())
        edge = sum(desk.find('Consultations', 'list item').box()[::2])
        desk.key('ctrl+z')
        left = desk.find('/^Undone: answer to/').box()[0]  # it is there for a few seconds only
        self.holds('what is said lies beside the list of pages, not over it', left > edge, f'{left}, {edge}')
        self.holds('and that is undone first', desk.there('Title of the law or regulation', timeout=5))

    def records(self):
        desk = self.desk
        desk.go('Consultations', 'New Consultation')
        desk.click('New Consultation')
        desk.write('What do you call this consultation?', 'Round table')
        self.saved()
        desk.click('All Records')
        desk.click('Remove: Round table')
        self.holds('a consultation is removed', desk.gone('Remove: Round table'))
        desk.click('Your country and this review')
        desk.find(QUESTION, 'text')
        desk.key('ctrl+z')
        self.holds('undo brings it back on its page', desk.there('Remove: Round table', timeout=10))

    def there_and_back(self):
        """Undo leads away from a page; the list of pages knows it, and leads back there with one click."""
        desk = self.desk
        desk.click('Your country and this review')
        desk.there('/^Undone: /', timeout=5)
        desk.gone('/^Undone: /', timeout=30)  # it lies over the choices
        desk.mouse(desk.find('French'))
        if not desk.until(lambda: desk.find('French').has(STATE.CHECKED), seconds=5):
            desk.mouse(desk.find('French'))  # a click now and then comes to nothing on a busy computer
        self.saved()
        desk.go('Consultations', 'New Consultation')
        desk.key('ctrl+z')
        desk.find(QUESTION, 'text')
        desk.click('Consultations', 'list item')
        self.holds('a click leads back to the page from which undo led away', desk.there('New Consultation', timeout=5))

    def history(self):
        """What an answer said before, and the way back to it."""
        desk = self.desk
        desk.click('Your country and this review')
        desk.write(QUESTION, 'Ministry of Justice and Treaties')
        self.saved()
        desk.key('ctrl+h')
        self.holds('the history opens', desk.there('Restore This Answer', timeout=10)
                   or desk.there('/^Restore the answer of /', timeout=5))
        said = [thing.accessible.get_description() for thing in desk.matches(role='label')]
        self.holds('what was added is said, too', any('Added: and Treaties' in (words or '') for words in said), str(said)[:400])
        self.shot('history')
        desk.shot(os.path.join(self.out, 'history-screen.png'), screen=True)
        desk.click('/^Restore the answer of /', 'push button', nth=0)
        self.holds('an earlier version comes back',
                   desk.gone('/^Restore the answer of /') and desk.text(QUESTION, 'text') == 'Ministry of Justice',
                   desk.text(QUESTION, 'text'))
        # Away from the text, which has steps of its own; there and back is nothing to undo.
        desk.mouse(desk.find('French'))
        desk.mouse(desk.find('French'))
        self.saved()
        desk.key('ctrl+z')
        self.holds('which can be undone', desk.until(lambda: desk.text(QUESTION, 'text') == 'Ministry of Justice and Treaties'))
        desk.key('ctrl+shift+z')
        desk.until(lambda: desk.text(QUESTION, 'text') != 'Ministry of Justice and Treaties')

    def kept(self, path):
        self.desk.close()
        self.holds('what is shown is what is kept',
                   self.run('answer', 'get', path, OFFICE).stdout == 'Ministry of Justice\n')
        self.holds('the dossier is sound', self.run('dossier', 'check', path).returncode == 0)
        log = [json.loads(line) for line in self.run('dossier', 'log', path, '--json').stdout.splitlines()]
        self.holds('and nothing is gone from the log', any(c.get('value') == 'Office of the Prosecutor' or
                   c.get('to') == 'Office of the Prosecutor' for c in log), str(log)[:500])

    def tell(self):
        try:
            path = self.make()
            desk = self.start(path)
            desk.find(QUESTION, 'text', timeout=40)
            self.texts()
            self.pages()
            self.records()
            self.there_and_back()
            self.history()
            self.kept(path)
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False)
        finally:
            if self.desk:
                self.desk.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Undo(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
