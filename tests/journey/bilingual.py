#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in two languages in the real window: written beside each other, out of date when the answer changes, still
right by one press, undone, found, kept. Runs inside tests/journey/display."""
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import NotFound  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
OFFICE = '/cluster1/general/state/lead_office'
QUESTION = 'Which ministry or office coordinates the answers?'
TWIN = 'Translation into العربية: ' + QUESTION
RIGHT = 'Translation is still right: ' + QUESTION
ARABIC = 'وزارة العدل'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Bilingual(Story):
    """One person who answers in English and in Arabic."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-bilingual-')
        self.path = os.path.join(self.folder, 'two.palermo')

    def make(self):
        for words in (('dossier', 'new', self.path, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01'),
                      ('answer', 'set', self.path, OFFICE, 'Ministry of Justice')):
            done = self.run(*words)
            if done.returncode:
                raise NotFound(done.stderr)

    def twins(self):
        done = self.run('answer', 'translations', self.path, '--language', 'ar', '--json')
        return {t['node']: (t['state'], t['text']) for t in json.loads(done.stdout)}

    def choose(self, menu, language):
        """Out of the main menu; one that still closes is opened once more."""
        desk = self.desk
        for _ in range(3):
            desk.key('F10')
            if desk.there(menu, timeout=3):
                break
        desk.click(menu)
        desk.click(language)

    def choosing(self):
        desk = self.desk
        desk.mouse(desk.find(QUESTION, 'text'))
        self.holds('one language: no second field', not desk.matches(TWIN))
        self.choose('Second Language of the Answers', 'العربية')
        self.holds('the second language stands beside the answer', desk.there(TWIN, timeout=20))
        self.holds('what there is to do is counted', desk.there('/2 translations are missing or out of date/', timeout=20))
        self.holds('the answer is as it was', desk.text(QUESTION, 'text') == 'Ministry of Justice')

    def writing(self):
        desk = self.desk
        desk.write(TWIN, ARABIC)
        self.holds('written by itself: one is left', desk.there('/1 translation is missing or out of date/', timeout=20))
        desk.write(QUESTION, 'Ministry of Justice and Peace', 'text')
        self.holds('the answer changes: the mark says so', desk.there('/^Out of date/', timeout=20))
        desk.shot(os.path.join(self.out, 'bilingual-mark.png'))
        desk.click('What changed in the answer: ' + QUESTION)
        self.holds('what changed is shown', desk.there('/Peace/', timeout=10))
        desk.shot(os.path.join(self.out, 'bilingual-compare.png'))
        desk.click(RIGHT)
        self.holds('one press: still right', desk.gone('/^Out of date/'))
        self.holds('the translation is as it was', desk.text(TWIN) == ARABIC, desk.text(TWIN))
        desk.key('F10')
        self.holds('undo knows what it was', desk.there('/^Undo: translation of an answer/', timeout=10))
        desk.key('Escape')

    def finding(self):
        desk = self.desk
        desk.click('Article 5. Taking part in an organized criminal group')
        desk.gone(TWIN)
        desk.key('F7')
        self.holds('F7 goes to what is not translated', desk.there('Translation into العربية: What is the name of the State?', timeout=10)
                   or desk.there(TWIN, timeout=10))

    def again(self):
        desk = self.desk
        self.holds('all is there again', desk.there(TWIN, timeout=30) and desk.until(lambda: desk.text(TWIN) == ARABIC),
                   desk.text(TWIN))
        self.holds('and nothing is out of date', not desk.matches('/^Out of date/'))
        self.choose('Second Language of the Answers', 'None')
        self.holds('without a second language it is gone', desk.gone(TWIN))

    def kept(self, when):
        self.desk.close()
        self.holds(when, self.twins().get(OFFICE) == ('current', ARABIC), self.twins())

    def tell(self):
        try:
            self.make()
            self.start(self.path)
            self.choosing()
            self.writing()
            self.finding()
            self.kept('kept when the window closes')
            self.start(self.path)
            self.again()
            self.kept('but kept')
        except NotFound as error:
            self.holds('the story goes on', False, f'not found: {error}')
        finally:
            if self.desk:
                self.desk.kill()
            shutil.rmtree(self.folder, ignore_errors=True)


if __name__ == '__main__':
    BUILD = os.environ.get('PALERMO_BUILD', 'build')
    OUT = os.environ.get('PALERMO_SHOTS', os.path.join(BUILD, 'journey-shots'))
    Bilingual(BUILD, OUT, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    sys.exit(1 if CHECKS[1] else 0)
