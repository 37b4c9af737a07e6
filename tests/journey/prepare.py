#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An organization begins an input on the start page, writes it where nothing of a government's work stands, and saves one signed file.
Runs inside tests/journey/display."""
import os
import shutil
import struct
import sys
import tempfile
import zipfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import PASSPHRASE, Story, member  # noqa: E402

CHECKS = [0, 0]
AUTHOR = 'Quiet Author 4711'
CARD = '/input/card/'
SAVE = 'Save for the focal point'
PLAN = 'Action plan'
CHECKED = 'Have you checked that nobody in danger can be recognized?'
PAGES = ['About this input', 'Points', 'Who gives this input', 'What may be done with it', PLAN, SAVE]
GOVERNMENT = ['Overview', 'Consultations', 'Inbox', 'Team', 'Clearance', 'Sending']


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def picture(path, author):
    """A picture of one dot that says who made it."""
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    with open(path, 'wb') as stream:
        stream.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 1, 1, 8, 0, 0, 0, 0))
                     + chunk(b'tEXt', b'Author\0' + author.encode()) + chunk(b'IDAT', zlib.compress(b'\0\0')) + chunk(b'IEND', b''))


class Prepare(Story):
    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-prepare-')
        self.dossier = os.path.join(os.environ['HOME'], 'Practicia - Input.palermo')
        self.package = os.path.join(self.folder, 'mine.asice')

    def begin(self):
        desk = self.start()
        desk.click('Prepare an input')
        desk.find('All articles', 'check box')
        desk.find('/^Cluster I:/')
        desk.click('Create', 'push button')
        self.holds('without a State there is no input', desk.there('Enter the name of the State.'))
        desk.write('State under review', 'Practicia')
        desk.click('All articles', 'check box')
        for article in (3, 5):
            self.choose(f'/^Trafficking in Persons Protocol, article {article}:/')
        self.shot('new-input')
        desk.click('Create', 'push button')
        self.holds('it opens on the first page of the input', desk.there('What is the input about?', timeout=60))
        self.holds('from its file', os.path.exists(self.dossier), os.listdir(os.environ['HOME']))
        self.holds('with what is known in its place', desk.text('Which State is under review?', 'text') == 'Practicia')
        there = [name for name in PAGES if not desk.there(f'/^{name}/', 'list item')]
        self.holds('all pages of the input stand beside it', not there, there)
        there = [name for name in GOVERNMENT if desk.matches(name, 'list item')]
        self.holds('and nothing of a government\'s work', not there, there)
        self.shot('input')
        desk.close()
        self.run('answer', 'set', self.dossier, CARD + 'about/message', 'Ask the children.', '--author', AUTHOR)

    def write(self):
        desk = self.start(self.dossier)
        desk.write('What is the input about?', 'Recruitment of children')
        self.holds('what is typed is kept', desk.there('Saved', timeout=20))
        desk.key('ctrl+z')
        self.holds('and undone', Desk.until(lambda: desk.text('What is the input about?', 'text') == ''))
        desk.key('ctrl+shift+z')
        self.holds('and done again', Desk.until(lambda: desk.text('What is the input about?', 'text') == 'Recruitment of children'))
        desk.click('/^Who gives this input/', 'list item')
        desk.write('Name of the organization', 'Harbour House')
        self.holds('on each page', desk.there('Saved', timeout=20))
        self.shot('input-author')

    def plan(self):
        """The list beside it is ticked, leads where a step is done, and keeps what was ticked."""
        desk = self.desk
        # GTK 4.8 grumbles about a field that gets the focus back, all of it selected, on its way out.
        desk.click('/^What may be done with it/', 'list item')
        desk.click(PLAN, 'list item')
        self.holds('the plan says how far it is', desk.there('0 of 10 steps done', timeout=30))
        desk.click('Choose what you speak about', 'check box')
        self.holds('a step is ticked', desk.there('1 of 10 steps done', timeout=20))
        self.holds('and kept', desk.there('Saved', timeout=20))
        self.shot('action-plan')
        desk.click('Go to: Points', 'push button')
        self.holds('a step leads to where it is done', desk.there('What the questionnaire asks', timeout=30))
        self.holds('where the questions of the chosen articles are read, and no others',
                   desk.there('Article 5. Making trafficking in persons a crime', timeout=30) and not desk.matches('/^Article 6/'))
        desk.click(PLAN, 'list item')
        self.holds('the tick stays', desk.there('1 of 10 steps done', timeout=20))

    def look(self):
        """What is missing, with a way to it; the rest is answered there."""
        desk = self.desk
        desk.click(SAVE, 'list item')
        self.holds('what is missing is said', desk.there(f'Show: {CHECKED}', 'push button', timeout=30))
        self.holds('and it cannot be saved yet', 'sensitive' not in desk.find('/^Save…/', 'push button').states())
        self.holds('the name of the organization stands apart', desk.there('Harbour House'))
        self.shot('input-open')
        desk.click(f'Show: {CHECKED}', 'push button')
        self.holds('a button leads there', desk.there('/^Have you checked/', 'heading') or desk.there(CHECKED))
        desk.close()
        self.desk = None
        answers = {'points/point[new]/text': 'Nobody asks children how they were recruited.', 'points/point[1]/articles': 'tip:3 tip:5',
                   'author/type': 'ngo', 'sharing/checked': 'yes'}
        for node, value in answers.items():
            done = self.run('answer', 'set', self.dossier, CARD + node, value)
            if done.returncode != 0:
                self.holds('the rest is answered', False, done.stderr)
        evidence = os.path.join(self.folder, 'Evidence.png')
        picture(evidence, AUTHOR)
        self.run('answer', 'set', self.dossier, CARD + 'points/point[1]/evidence/file', evidence, '--attach')

    def hand_over(self):
        desk = self.start(self.dossier)
        desk.click(SAVE, 'list item')
        self.holds('nothing is missing', desk.there('Nothing is open', timeout=60))
        self.holds('what it says is there to be read', desk.there('Nobody asks children how they were recruited.'))
        desk.click('Take It Out of the File', 'push button')
        self.holds('who made a picture is taken out of it', Desk.until(lambda: not desk.matches('Take It Out of the File'), 30))
        self.choose('Signed with your key')
        desk.click('/^Save…/', 'push button')
        desk.find('Passphrase', timeout=30)
        self.holds('the key is named after the organization', desk.text('Name or office, as the receiver will see it', 'text') == 'Harbour House')
        desk.write('Passphrase', PASSPHRASE)
        desk.write('Passphrase once more', PASSPHRASE)
        desk.click('Make Key', 'push button')
        desk.choose_file(self.package, instead=True)
        self.holds('it says what to do with the file', desk.there('Hand it to the focal point', timeout=60))
        self.holds('which is there', os.path.exists(self.package))
        self.shot('input-saved')
        desk.close()
        self.desk = None

    def prove(self):
        self.holds('verify accepts it, of somebody it does not know', self.run('verify', self.package).returncode == 1)
        self.holds('an input', member(self.package, 'data/package.json')['kind'] == 'input')
        octets = b''
        with zipfile.ZipFile(self.package) as archive:
            for name in archive.namelist():
                if not name.startswith('data/forms/'):  # it is the one that comes with the program
                    octets += name.encode() + archive.read(name)
        chosen = [word for word in ('Recruitment of children', 'Harbour House') if word.encode() not in octets]
        self.holds('what was chosen is in it', not chosen, chosen)
        # A name of two or three letters stands in any signature, by chance.
        names = [AUTHOR, os.environ['HOME'], self.folder] + [name for name in (os.uname().nodename,) if len(name) > 5]
        names.append('action-plan')
        strange = [word for word in names if word.encode() in octets]
        self.holds('and nothing of who wrote it, where and on what', not strange, strange)

    def arrive(self):
        """The end of the way: the focal point's inbox."""
        theirs = os.path.join(self.folder, 'theirs.palermo')
        self.run('dossier', 'new', theirs, '--state', 'Practicia')
        done = self.run('input', 'receive', theirs, self.package)
        self.holds('the focal point receives it', done.returncode == 0, done.stderr)
        done = self.run('input', 'list', theirs)
        self.holds('and reads from whom it is', 'Harbour House' in done.stdout, done.stdout + done.stderr)

    def open_anywhere(self):
        """Somebody opens the file where no dossier is open."""
        desk = self.start(self.package)
        self.holds('who has no dossier of a State is told what it is',
                   desk.there('/Open the dossier of that State first/', timeout=60))
        desk.close()
        ours = os.path.join(self.folder, 'ours.palermo')
        self.run('dossier', 'new', ours, '--state', 'Practicia')
        desk = self.start(ours)
        desk.find('Inbox', 'list item', timeout=60)
        desk.close()
        desk = self.start(self.package)
        desk.click('Open That Dossier', 'push button')
        self.holds('the latest dossier takes it', desk.there('Recruitment of children', timeout=60))
        self.shot('input-arrived')
        desk.close()
        self.desk = None

    def tell(self):
        try:
            for chapter in (self.begin, self.write, self.plan, self.look, self.hand_over, self.prove, self.arrive, self.open_anywhere):
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
    Prepare(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
