#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that a kit saved comes from outside: it is opened, read, taken, and its point stands beside the question and is quoted.
Another one is declined. Each act is undone, and a list of stakeholders becomes cards. Runs inside tests/journey/display."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Apart  # noqa: E402

CHECKS = [0, 0]
POINT = 'Victims hear of <b>nothing</b> & nobody explains.'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def instance(title, text, uid):
    escaped = text.replace('&', '&amp;').replace('<', '&lt;')
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<input id="input" version="1"><card><about><state>Practicia</state><title>{title}</title>'
            f'<clusters>I</clusters></about><points><point><_id>p1</_id><text>{escaped}</text><kind>gap</kind><articles>untoc:5</articles></point></points>'
            '<author><naming>organization</naming><organization>Harbour House</organization><type>ngo</type></author>'
            '<sharing><readers>reviewers</readers><feedback>yes</feedback><checked>yes</checked></sharing></card>'
            f'<meta><instanceID>uuid:{uid}</instanceID></meta></input>\n')


class Inbox(Apart):
    """A focal point whose dossier hears from outside."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.dossier = self.path('practicia.palermo')

    def put(self, name, text):
        path = self.path(name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def hand(self, path):
        """Opened like any file: a second start of the program gives it to the one that runs."""
        subprocess.run([self.program, path], env={**os.environ, **self.home('focal')}, check=True, timeout=60)

    def records(self, form):
        return [line for line in self.good('record', 'list', self.dossier, at='focal').splitlines() if form in line]

    def begin(self):
        self.good('dossier', 'new', self.dossier, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01', at='focal')
        desk = self.at('focal', self.dossier)
        desk.go('Inbox', 'Nothing has come yet', timeout=40)
        self.holds('an empty inbox says what comes here', desk.there('/files that kits save/'))
        desk.shot(os.path.join(self.out, 'inbox-empty.png'))

    def kit(self):
        """The kit goes out from here."""
        desk = self.desk
        page = self.path('kit.html')
        desk.click('Make a Kit…', 'push button')
        desk.find('In which languages')
        desk.click('Make…', 'push button')
        desk.choose_file(page, instead=True)
        self.holds('the kit is made', desk.there('What to do with it', timeout=60) and os.path.exists(page))
        desk.click('Done', 'push button')
        desk.gone('What to do with it')

    def take(self):
        desk = self.desk
        self.hand(self.put('answer.xml', instance('Help for victims', POINT, 'one')))
        self.holds('what was opened is shown', desk.there('Everything it says', timeout=40))
        self.holds('as plain text', desk.there(POINT))
        self.holds('with who signed it', desk.there('/Not signed/'))
        self.holds('nothing of it stands anywhere yet', not self.records('consultation'))
        desk.shot(os.path.join(self.out, 'inbox-one.png'))
        desk.click('Take 1 Point', 'push button')
        self.holds('it is taken', desk.there('Open the Record', 'push button', timeout=30))
        self.holds('as one consultation', len(self.records('consultation')) == 1, self.records('consultation'))

    def undo(self):
        desk = self.desk
        desk.key('ctrl+z')
        self.holds('taking it is undone', desk.there('Take 1 Point', 'push button', timeout=30))
        self.holds('and nothing is left of it', not self.records('consultation'))
        desk.key('ctrl+shift+z')
        self.holds('and done again', desk.there('Open the Record', 'push button', timeout=30))
        desk.click('Open the Record', 'push button')
        self.holds('the record can be opened', desk.there('All Records', 'push button', timeout=30))

    def quote(self):
        desk = self.desk
        desk.click('/^Article 5. Taking part/', 'list item')
        self.holds('the point stands on its page', desk.there('/^Consultations: 1 point/', timeout=40), desk.tree()[-2000:])

    def twice(self):
        """The same file again is said to be there."""
        self.hand(self.path('answer.xml'))
        self.holds('the same file is not received twice', self.desk.there('This file came before: here it is', timeout=30))

    def decline(self):
        desk = self.desk
        self.hand(self.put('other.xml', instance('Another matter', 'Of no concern', 'two')))
        desk.find('Another matter', timeout=40)
        desk.click('Decline…', 'push button')
        desk.find('Why is it declined?')
        desk.paste('It is about another country.')
        desk.click('Decline', 'push button')
        self.holds('it is declined, with the reason', desk.there('/^Declined by/', timeout=30) and desk.there('It is about another country.'))
        desk.key('ctrl+z')
        self.holds('which is undone', desk.there('Decline…', 'push button', timeout=30) and desk.gone('/^Declined by/'))

    def wrong(self):
        """What is no input is refused, with a sentence."""
        desk = self.desk
        self.hand(self.put('page.html', '<!DOCTYPE html><html><body>Hello</body></html>'))
        self.holds('a page is refused', desk.there('This file cannot be taken in', timeout=30))
        desk.click('Close', 'push button')
        desk.gone('This file cannot be taken in')
        self.hand(self.put('cut.xml', '<input id="input"'))
        self.holds('so is a file that is cut off', desk.there('This file cannot be taken in', timeout=30))
        desk.click('Close', 'push button')
        desk.gone('This file cannot be taken in')

    def cards(self):
        """A list becomes cards, as one act."""
        desk = self.desk
        table = self.put('list.csv', 'Name;Type;Website\nLantern House;NGO;https://lantern.example\nCoastal Legal Aid;NGO;none\n')
        desk.go('Consultations', 'All Records')
        desk.click('All Records', 'push button')
        desk.click('Import a List…', 'push button')
        desk.choose_file(table)
        self.holds('what was understood is shown', desk.there('What the columns mean', timeout=40) and desk.there('Coastal Legal Aid'))
        self.holds('and what was not', desk.there('/^Row 3, Website: no link/'))
        self.holds('before there is a card', not self.records('stakeholder'))
        desk.shot(os.path.join(self.out, 'list.png'), screen=True)
        desk.click('Import', 'push button')
        self.holds('which is said', desk.there('2 new cards', timeout=30))
        self.holds('then there are two', desk.there('Lantern House', timeout=30) and Desk.until(lambda: len(self.records('stakeholder')) == 2))
        desk.key('ctrl+z')
        self.holds('and undone there are none', Desk.until(lambda: not self.records('stakeholder')))

    def tell(self):
        try:
            for chapter in (self.begin, self.kit, self.take, self.undo, self.quote, self.twice, self.decline, self.wrong, self.cards):
                chapter()
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False,
                       self.desk.tree()[-3000:] if self.desk and self.desk.process.poll() is None else '')
        finally:
            if self.desk:
                self.desk.close()
            self.holds('no program had to complain of how it is made', not Desk.complaints,
                       '; '.join(sorted(set(Desk.complaints))))
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Inbox(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
