#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what somebody said to the sentence that it changed, in the real window: beside the question, quoted, considered, and
asked for when the article is cleared. Runs inside tests/journey/display."""
import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
POINT = '/consultation/record/points/point'
TREATMENT = '/treatment'
ARTICLE = '/cluster1/untoc/art5'
SAID = 'Agreement alone is never charged'
RECORD = f'''/consultation/record/essentials/title\tRound table with shelters
/consultation/record/essentials/date\t2026-10-06
/consultation/record/essentials/article_clusters\tI
{POINT}[1]/text\t{SAID}
{POINT}[1]/source\tLantern House
{POINT}[1]/source_type\tngo
{POINT}[1]/point_articles\tuntoc:5
'''


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Thread(Story):
    """A focal point reads an article together with what was said about it."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-thread-')
        self.path = os.path.join(self.folder, 'Practicia.palermo')

    def done(self, *words):
        done = self.run(*words)
        if done.returncode:
            raise NotFound(f'{words[:2]}: {done.stderr}')
        return done.stdout

    def make(self):
        said = os.path.join(self.folder, 'said.tsv')
        with open(said, 'w', encoding='utf-8') as file:
            file.write(RECORD)
        self.done('dossier', 'new', self.path, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01')
        self.done('consultation', 'add', self.path, '--from', said)

    def points(self):
        return json.loads(self.done('consultation', 'points', self.path, '--json'))

    def waiting(self):
        """How many points the clearance of the article asks for."""
        pages = json.loads(self.done('team', 'status', self.path, '--json'))['pages']
        return [page['counts']['not-considered'] for page in pages if page['page'] == ARTICLE]

    def consider(self):
        desk = self.desk
        desk.click('/^Article 5. Taking part/', 'list item')
        desk.click('/^Consultations: 1 point about the article/')
        self.holds('what was said stands with the article', desk.there(SAID, timeout=10))
        desk.click('What became of it: Not considered yet', 'push button')
        self.holds('what became of it is asked there', desk.there('What became of this point?', timeout=20))
        desk.click('Not taken up')
        self.holds('and why, when it was not taken up', desk.there('Why?', 'text', timeout=10))
        desk.shot(os.path.join(self.out, 'consider.png'), screen=True)
        desk.write('Why?', 'The Act already says so.')
        desk.find('Saved', timeout=20)
        desk.key('Escape')
        desk.gone('What became of this point?')
        self.holds('the article shows it at once', desk.there('What became of it: Not taken up', 'push button', timeout=10))

    def tell(self):
        try:
            self.make()
            self.holds('clearance asks how a point was considered', self.waiting() == [1], str(self.waiting()))
            desk = self.start(self.path)
            desk.find('Which State is under review?', timeout=40)
            self.consider()
            desk.close()
            kept = self.points()[0]
            self.holds('it is kept with the consultation', kept['decision'] == 'not', str(kept))
            self.holds('and clearance asks no longer', self.waiting() == [0], str(self.waiting()))
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False)
        finally:
            self.end()
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Thread(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
