#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The languages of program and questions are switched while somebody types: nothing is lost, nothing moves.
Runs inside tests/journey/display."""
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import NotFound, STATE  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
QUESTION = 'Which ministry or office coordinates the answers?'
ARABIC_QUESTION = '/^ما .*(الوزارة|المكتب|الجهة)/'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def wait(look, seconds=10):
    deadline = time.monotonic() + seconds
    while not (good := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return good


class Languages(Story):
    """One person who reads several."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-languages-')

    def make(self):
        path = os.path.join(self.folder, 'languages.palermo')
        done = self.run('dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01')
        if done.returncode:
            raise NotFound(done.stderr)
        return path

    def pick(self, submenu, item):
        """Out of the main menu; one that still closes is opened once more."""
        for _ in range(3):
            self.desk.key('F10')
            if self.desk.there(submenu, timeout=3):
                break
        self.desk.click(submenu)
        self.desk.click(item)

    def focused(self, role='text'):
        return [t for t in self.desk.matches(role=role) if t.has(STATE.FOCUSED)]

    def speak(self):
        """In the middle of a word."""
        desk = self.desk
        desk.write(QUESTION, 'Ministry of Justice')
        desk.key('Home', 'Right', 'Right')
        before = desk.find(QUESTION, 'text')
        top = before.box()[1]
        self.pick('Language of the Program', 'العربية')
        self.holds('the program speaks Arabic at once', desk.there('نظرة عامة', 'list item'))
        self.holds('so do the questions that follow it', desk.gone(QUESTION))
        self.holds('the field has the focus still', wait(lambda: [t for t in self.focused() if t.text() == 'Ministry of Justice']))
        desk.type('X')
        self.holds('the cursor stands where it stood, and the text is there',
                   wait(lambda: [t for t in self.focused() if t.text() == 'MiXnistry of Justice']),
                   [t.text() for t in self.focused()])
        place = self.focused()[0].box() if self.focused() else (0, 0, 0, 0)
        self.holds('the page has not scrolled away', abs(place[1] - top) < 150, (place, top))
        sidebar = desk.find('نظرة عامة', 'list item').box()
        self.holds('the window is mirrored', sidebar[0] > 400, sidebar)
        self.shot('arabic')

    def questions(self):
        desk = self.desk
        self.pick('/لغة الأسئلة/', 'English (en)')
        self.holds('the questions are English in an Arabic window',
                   desk.there(QUESTION) and desk.there('نظرة عامة', 'list item'))
        self.holds('the menu leaves the focus where it was',
                   wait(lambda: [t for t in self.focused() if t.text() == 'MiXnistry of Justice']))
        self.holds('and what was typed stays', desk.text(QUESTION, 'text') == 'MiXnistry of Justice')
        self.pick('/لغة البرنامج/', 'Français')
        self.holds('the program goes on in French', desk.gone('نظرة عامة', 'list item'))
        self.holds('the questions stay English', desk.there(QUESTION))
        self.shot('french')

    def record(self):
        """A record of a consultation stays open, with what is being written in it."""
        desk = self.desk
        desk.go('Consultations', 'Nouvelle consultation')
        desk.click('Nouvelle consultation')
        desk.write('What do you call this consultation?', 'Round table')
        self.pick('/Langue du programme/', 'Español')
        self.holds('the record is open in Spanish', desk.there('Todos los registros', timeout=20))
        self.holds('its title has the focus still', wait(lambda: [t for t in self.focused() if t.text() == 'Round table']),
                   [t.text() for t in self.focused()])
        self.shot('record')
        desk.click('Todos los registros')
        self.holds('and the list has it', desk.there('Consulta nueva') and desk.there('/Round table/'))
        desk.click('Your country and this review')

    def remembered(self, path):
        desk = self.desk
        desk.close()
        desk = self.start(path)
        self.holds('both are remembered', desk.there(QUESTION, timeout=30) and not desk.matches('Overview', 'list item'))
        self.holds('and the answer was saved', desk.text(QUESTION, 'text') == 'MiXnistry of Justice')

    def story(self):
        path = self.make()
        desk = self.start(path)
        desk.find(QUESTION, timeout=40)
        self.speak()
        self.questions()
        self.record()
        self.remembered(path)


def main():
    build = os.environ.get('PALERMO_BUILD', 'build')
    out = os.path.join(os.path.abspath(build), 'journey-languages')
    languages = Languages(build, out, check)
    try:
        languages.story()
    except NotFound as error:
        print(languages.desk.tree()[:6000] if languages.desk else '', file=sys.stderr)
        check('the story goes on', False, str(error))
    finally:
        if languages.desk:
            languages.desk.close()
        shutil.rmtree(languages.folder, ignore_errors=True)
        check('no library complained', not languages.desk.complaints, languages.desk.complaints[:3])
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
