#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simple meeting is written down, and stands in the calendar, in the table of who was heard on what, and in the measures;
what was decided is owed to its source until somebody tells them. Runs inside tests/journey/display."""
import datetime
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import NotFound  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
POINT = '/consultation/record/points/point'
TODAY = datetime.date.today().isoformat()
SAID = 'Agreement alone is never charged'
CELL = '/^Union or professional association. Convention, article 5: .* Consultations: 1; points: 1/'
RECORD = f'''/consultation/record/essentials/title\tRound table with unions
/consultation/record/essentials/date\t{TODAY}
/consultation/record/essentials/article_clusters\tI
/consultation/record/essentials/articles\tuntoc:5
{POINT}[1]/text\t{SAID}
{POINT}[1]/source\tDockers
{POINT}[1]/source_type\tunion
{POINT}[1]/treatment/decision\ttaken
'''
CARD = '''/stakeholder/card/identity/name\tDockers
/stakeholder/card/identity/type\tunion
/stakeholder/card/focus/clusters\tI
/stakeholder/card/focus/articles\tuntoc:5
'''


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Consult(Story):
    """A focal point plans, engages and measures."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-consult-')
        self.path = os.path.join(self.folder, 'Practicia.palermo')

    def done(self, *words):
        done = self.run(*words)
        if done.returncode:
            raise NotFound(f'{words[:2]}: {done.stderr}')
        return done.stdout

    def keep(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def make(self):
        self.done('dossier', 'new', self.path, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01')
        self.done('consultation', 'add', self.path, '--from', self.keep('said.tsv', RECORD))
        self.done('stakeholder', 'add', self.path, '--from', self.keep('card.tsv', CARD))

    def write_meeting(self):
        """The first page is all that a simple meeting needs."""
        desk = self.desk
        desk.go('Consultations', 'New Consultation')
        desk.click('New Consultation')
        desk.write('What do you call this consultation?', 'Harbour meeting')
        desk.write('What was it about, and what came out of it?', 'The harbour office explained its checks.')
        desk.key('Tab')
        desk.find('Saved', timeout=20)
        desk.click('All Records')
        self.holds('the meeting is in the list', desk.there('Harbour meeting', 'list item', timeout=20))

    def look(self):
        desk = self.desk
        desk.click('Calendar')
        self.holds('it is in the calendar', desk.there('Harbour meeting', 'list item', timeout=20))
        desk.click('Coverage')
        self.holds('a cell says who was heard on what', desk.there(CELL, timeout=20))
        self.shot('coverage')
        desk.click('Measures')
        self.holds('what was decided is owed to its source', desk.there(SAID, 'list item', timeout=20))
        self.shot('measures')

    def tell_source(self):
        """One press leads from what is owed to the question whether the source was told."""
        desk = self.desk
        desk.click(SAID, 'list item')
        desk.find('Has the source been told?', timeout=20)
        desk.click('Yes', inside='Has the source been told?')
        desk.find('Saved', timeout=20)
        desk.key('Escape')
        desk.gone('Has the source been told?')
        self.holds('who was told waits no longer', desk.there('Nobody waits for an answer.', timeout=20))

    def by_keyboard(self):
        """From the table to the record that stands behind a cell, without the mouse."""
        desk = self.desk
        desk.click('Coverage')
        desk.find(CELL, timeout=20)
        for _ in range(30):
            desk.key('Tab')
            if any('focused' in thing.states() for thing in desk.matches('/^All types. All articles/')):
                break
        self.holds('Tab leads into the table', any(
            'focused' in thing.states() for thing in desk.matches('/^All types. All articles/')))
        desk.key('Return')
        self.holds('Enter opens what stands behind the cell', desk.there('Dockers', 'list item', timeout=20))
        desk.key('Escape')
        self.holds('and Escape closes it', desk.gone('Dockers', 'list item'))

    def tell(self):
        try:
            self.make()
            desk = self.start(self.path)
            desk.find('Which State is under review?', timeout=40)
            self.write_meeting()
            self.look()
            self.tell_source()
            self.by_keyboard()
            desk.close()
            kept = json.loads(self.done('consultation', 'points', self.path, '--json'))[0]
            self.holds('it is kept that the source was told', kept['feedback'] == 'sent', str(kept))
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False)
        finally:
            self.end()
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Consult(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
