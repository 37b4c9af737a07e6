#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody takes back consent, in the real window: what goes, what rests on it, what is out already (scenario 9); and the page that
covers everything when somebody comes in. Runs inside tests/journey/display."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
POINT = '/consultation/record/points/point'
PERSON = '/consultation/record/people/participant'
TERM = '/cluster1/untoc/art2/q2_a/term'
SAID = 'Agreement alone is never charged'
TITLE = 'Evening at the harbour'  # not what stands in the form's own words
RECORD = f'''/consultation/record/essentials/title\t{TITLE}
/consultation/record/essentials/date\t2026-10-06
/consultation/record/protection/keep_until\t2026-10-07
{POINT}[1]/text\t{SAID}
{POINT}[1]/source\tLantern House
{POINT}[1]/source_type\tngo
{POINT}[2]/text\tThe register is public
{POINT}[2]/naming\ttype
{PERSON}[1]/organization\tLantern House
{PERSON}[1]/type\tngo
'''


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Protect(Story):
    """A focal point whose laptop others look at, and a contributor who thinks again."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-protect-')
        self.path = os.path.join(self.folder, 'Practicia.palermo')

    def done(self, *words):
        done = self.run(*words)
        if done.returncode:
            raise NotFound(f'{words[:2]}: {done.stderr}')
        return done.stdout.strip()

    def make(self):
        said = os.path.join(self.folder, 'said.tsv')
        with open(said, 'w', encoding='utf-8') as file:
            file.write(RECORD)
        self.done('dossier', 'new', self.path, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01')
        record = self.done('consultation', 'add', self.path, '--from', said)
        point = json.loads(self.done('consultation', 'points', self.path, '--json'))[0]
        self.record, self.evidence = record, point['point'] + '/evidence'
        self.done('answer', 'set', self.path, self.evidence, self.photo(), '--attach', '--record', record)
        self.attached = {a['node']: a['value'] for a in json.loads(self.done('answer', 'list', self.path, '--record', record, '--json'))}[self.evidence]
        self.done('answer', 'set', self.path, TERM, SAID + ', shelters say')
        self.done('consultation', 'link', self.path, record, point['point'], TERM)
        self.done('pack', self.path, '-o', os.path.join(self.folder, 'first.asice'), '--no-sign', '--include', record + '.xml', '--json')

    def titles(self):
        done = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', '.', 'getwindowname', '%@'], capture_output=True, text=True,
                              check=False)
        return done.stdout.split('\n')

    def cover(self):
        """Nothing of what was there is left for the eye, for a screen reader or in the title."""
        desk = self.desk
        desk.find('Which State is under review?', timeout=40)
        self.holds('the title names the State', any('Practicia' in title for title in self.titles()), self.titles())
        desk.key('F8')
        self.holds('a key covers the window', desk.there('Paused', timeout=10))
        names = [thing.name for thing in desk.things()]
        self.holds('a screen reader finds nothing of it', not any('Practicia' in name or 'State' in name for name in names),
                   [name for name in names if name])
        self.holds('nor does the title tell', not any('Practicia' in title for title in self.titles()), self.titles())
        self.shot('cover')
        desk.key('ctrl+f')
        desk.key('ctrl+z')
        self.holds('keys do nothing behind it', desk.there('Paused', timeout=5) and not desk.matches('Find a question'))
        desk.key('Return')
        self.holds('one key brings it back', desk.there('Which State is under review?', timeout=10))
        self.holds('with its title', Desk.until(lambda: any('Practicia' in title for title in self.titles())), self.titles())

    def photo(self):
        """A picture that says who took it, and where: smallest parts of ITU-T T.81, as the reader goes from part to part."""
        path = os.path.join(self.folder, 'photo.jpg')
        exif = (b'Exif\0\0MM\0*\0\0\0\x08' + b'\0\x02' + b'\x01\x3b\0\x02\0\0\0\x04Amal' + b'\x88\x25\0\x04\0\0\0\x01\0\0\0\x26' + b'\0\0\0\0'
                + b'\0\x01' + b'\0\x02\0\x05\0\0\0\x01\0\0\0\0' + b'\0\0\0\0')
        with open(path, 'wb') as file:
            file.write(b'\xff\xd8\xff\xe1' + (len(exif) + 2).to_bytes(2, 'big') + exif + b'\xff\xda\0\x04ab\x11\x22\xff\xd9')
        return path

    def due(self):
        """What is to be deleted stands among the measures, and leads to the record."""
        desk = self.desk
        desk.click('Consultations', 'list item')
        desk.click('Measures', 'push button')
        desk.find('/^To be deleted since/', timeout=20)
        self.holds('a record that is due is listed', desk.there(f'/^{TITLE}/', timeout=10))
        for _ in range(3):  # a press on a row may be lost on a busy computer
            desk.mouse(desk.matches(f'/^{TITLE}/')[-1])
            if desk.there('When is this record to be deleted?', timeout=10):
                break
        self.holds('and leads to the question of the day', desk.there('When is this record to be deleted?', timeout=20))
        desk.click('/^All Records/', 'push button')
        desk.click('List', 'push button')

    def look_into_file(self):
        desk = self.desk
        desk.click('Consultations', 'list item')
        desk.click(f'/^{TITLE}/', 'list item')
        desk.find('What do you call this consultation?', timeout=20)
        desk.click('Next: What was said', 'push button')
        self.holds('beside a file stands what it tells', desk.there('/^This file tells more than people see in it: .*place.*names/', timeout=20))
        desk.scroll_to(desk.find('Take It Out of the File', 'push button'))
        desk.shot(os.path.join(self.out, 'file.png'))
        desk.click('Take It Out of the File', 'push button')
        self.holds('and it can be taken out', desk.there('/^Taken out/', timeout=20))
        desk.gone('/^This file tells more/')
        desk.find('Saved', timeout=20)

    def redact(self):
        """A name is taken out of what somebody said; where else it stands is shown."""
        desk = self.desk
        desk.mouse(desk.find('What was said?', 'text'))
        desk.key('ctrl+Home', 'ctrl+shift+Right', 'Menu')
        desk.click('Redact…', 'menu item')
        desk.find('New text', 'text', timeout=20)
        desk.click('Take Out the Selection', 'push button')
        self.holds('words are taken out', Desk.until(lambda: desk.text('New text', 'text').startswith('[…]')), desk.text('New text', 'text'))
        self.holds('the answer that says the same is shown', desk.there('In an answer of the questionnaire', timeout=20))
        desk.shot(os.path.join(self.out, 'redact.png'), screen=True)
        desk.click('/^Delete what stood here before for good/')
        desk.click('Save New Text', 'push button')
        self.holds('it is saved, and the rest is gone', desk.there('Deleted for good', timeout=30))
        self.holds('the page shows it', Desk.until(lambda: desk.text('What was said?', 'text').startswith('[…]')))

    def withdraw(self):
        desk = self.desk
        desk.click('Papers and Protection')
        desk.click('/^Withdraw Consent/', 'menu item')
        self.holds('what goes is shown', desk.there('/^Lantern House/', timeout=20) and desk.there('/alone is never charged/'))
        self.holds('and the answer that rests on it', desk.there('Answers That Rest on It'))
        self.holds('and what is out already', desk.there('/: with the record$/'))
        desk.shot(os.path.join(self.out, 'withdraw.png'), screen=True)
        desk.click('Withdraw Consent', 'push button')
        desk.gone('Answers That Rest on It')
        self.holds('it is said when it is done', desk.there('Consent withdrawn', timeout=20))
        desk.click('Papers and Protection')
        desk.click('/^Delete for Good/', 'menu item')
        desk.click('Delete for Good', 'push button')
        self.holds('a record goes for good', desk.there('Deleted for good', timeout=30))
        desk.gone(TITLE, 'list item')
        self.shot('gone')

    def tell(self):
        try:
            self.make()
            self.start(self.path)
            self.cover()
            self.due()
            self.look_into_file()
            self.redact()
            self.withdraw()
            self.desk.close()
            kept = json.loads(self.done('consent', 'list', self.path, '--json'))
            self.holds('the dossier says that it was withdrawn', len(kept) == 1 and kept[0]['kind'] == 'consultation', kept)
            comments = json.loads(self.done('team', 'comments', self.path, '--json'))
            self.holds('the answer got a comment', [c['node'] for c in comments] == [TERM], comments)
            with open(self.path, 'rb') as file:
                text = file.read()
            left = [words for words in ('The register is public', TITLE, 'Lantern House') if words.encode() in text]
            self.holds('no octet of what was deleted is left', not left, left)
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False)
        finally:
            self.end()
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Protect(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
