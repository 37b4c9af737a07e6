#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people answer apart from each other, and their work comes together in the real window: each conflict is
looked at and settled, by mouse and by keyboard, taken back and settled again; and they talk about a question.
Runs inside tests/journey/display."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import NotFound  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
PAGE = '/cluster1/untoc/art5'
DUTY = PAGE + '/q5_1_a/'
CARD = 'Agreement or participation'
TEXT = 'How is this applied in practice?'
ORIGINAL = 'The courts apply this law in few cases every year.'
AMAL = 'The courts apply the new law in eleven cases every year.'
OWN = 'The courts apply the Act of 2019 in eleven cases every year.'
BORIS = 'The courts apply the Act of 2019 in thirty cases every year.'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Conflicts(Story):
    """Amal, the focal point, has the window; Boris works on a computer of his own."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-conflicts-')
        self.main = os.path.join(self.folder, 'main.palermo')
        self.copy = os.path.join(self.folder, 'copy.palermo')

    def do(self, *words, person='Amal'):
        """On the computer of a person."""
        environment = dict(os.environ)
        if person != 'Amal':
            environment.update({name: os.path.join(self.folder, person) for name in ('XDG_DATA_HOME', 'XDG_STATE_HOME')})
        done = subprocess.run([self.cli, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                              env=environment)
        if done.returncode:
            raise NotFound(f'{words[:2]}: {done.stderr}')
        return done.stdout

    def key(self, person):
        path = os.path.join(self.folder, person)
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
                        '-subj', '/CN=' + person, '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation', '-addext',
                        'basicConstraints=critical,CA:FALSE', '-keyout', path + '-key.pem', '-out', path + '.pem'], check=True,
                       stderr=subprocess.DEVNULL)
        return f'{path}-key.pem+{path}.pem'

    def write(self, path, person, *answers):
        tsv = os.path.join(self.folder, 'answers.tsv')
        with open(tsv, 'w', encoding='utf-8') as file:
            file.writelines(f'{node}\t{text}\n' for node, text in answers)
        self.do('answer', 'set', path, '--from', tsv, '--author', person, person=person)

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def law(self):
        """The path of the only row of laws."""
        nodes = [a['node'] for a in json.loads(self.do('answer', 'list', self.main, '--json'))]
        return next(n for n in nodes if n.startswith(DUTY + 'law[') and n.endswith('/title'))[:-len('/title')]

    def begin(self):
        """What both start from; the law is added in the window, as the command line adds no rows."""
        self.do('dossier', 'new', self.main, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01', '--author', 'Amal')
        self.write(self.main, 'Amal', (DUTY + 'status', 'yes'), (DUTY + 'penalty', 'years'), (DUTY + 'max_years', '8'),
                   (DUTY + 'example', ORIGINAL))
        folder = os.path.join(os.environ['XDG_CONFIG_HOME'], 'glib-2.0', 'settings')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'keyfile'), 'w', encoding='utf-8') as file:
            file.write("[app/palermo/Palermo]\nauthor='Amal'\n")
        desk = self.start(self.main)
        desk.click('/^Article 5. Taking part/', timeout=40)
        desk.click('/^Add /', 'push button', inside=CARD)
        desk.write('Title of the law or regulation', 'Law on Organized Crime')
        time.sleep(1)
        desk.close()

    def part(self):
        """Boris gets the article, and both go on."""
        keys = {person: self.key(person) for person in ('Amal', 'Boris')}
        section, back = (os.path.join(self.folder, name + '.asice') for name in ('section', 'return'))
        self.do('team', 'assign', self.main, PAGE, '--to', 'Boris', '--certificate', os.path.join(self.folder, 'Boris.pem'))
        self.do('team', 'hand-out', self.main, '--to', 'Boris', '-o', section, '--key', keys['Amal'])
        self.do('team', 'open', section, '-o', self.copy, '--accept-unknown', '--key', keys['Boris'], person='Boris')
        law = self.law()
        self.write(self.copy, 'Boris', (DUTY + 'example', BORIS), (DUTY + 'penalty', 'life'),
                   (law + '/title', 'Law on Organized Crime, as changed in 2025'), (PAGE + '/q5_1_b/status', 'part'))
        self.do('answer', 'set', self.copy, self.upload(), self.file('judgment-boris.txt', 'Boris\n'), '--attach', '--author', 'Boris',
                 person='Boris')
        self.do('team', 'comment', self.copy, DUTY + 'example', 'Is thirty the right figure? The ministry says eleven.', '--author',
                 'Boris', person='Boris')
        self.do('team', 'return', self.copy, '-o', back, '--key', keys['Boris'], person='Boris')
        desk = self.start(self.main)
        desk.click('/^Article 5. Taking part/', timeout=40)
        desk.click('Remove row 1: Laws and provisions', timeout=20)
        time.sleep(1)
        desk.close()
        self.write(self.main, 'Amal', (DUTY + 'example', AMAL), (DUTY + 'penalty', 'other'), (PAGE + '/q5_1_b/status', 'no'))
        self.do('answer', 'set', self.main, self.upload(), self.file('judgment-amal.txt', 'Amal\n'), '--attach', '--author', 'Amal')
        return back

    def upload(self):
        nodes = [a for a in json.loads(self.do('answer', 'list', self.main, '--json')) if a['node'].startswith(PAGE)]
        return next(a['node'] for a in nodes if a['type'] == 'file')

    def conflicts(self):
        return [c['node'] for c in json.loads(self.do('team', 'conflicts', self.main, '--json'))]

    # --- the chapters
    def look(self):
        """One of them: who, when, and what is different, also for those who do not see it."""
        desk = self.desk
        desk.click('/^Article 5. Taking part/', timeout=40)
        self.holds('the question says that it was answered differently',
                   desk.there('Answered differently by several people.', timeout=20))
        self.shot('conflict-mark')
        desk.click('Decide: ' + TEXT, timeout=10)
        self.holds('the strip leads to the question', desk.there('Take the answer of \u2068Boris\u2069', timeout=10))
        self.holds('with what both started from', desk.there('Back to the original', timeout=5))
        said = [thing.accessible.get_description() or '' for thing in desk.matches(role='label')]
        self.holds('what is different is said, too', any('of 2019' in words.partition('Added:')[2] and 'few' in words.partition('Added:')[0]
                                                         for words in said), str([w for w in said if w]))
        self.shot('conflict-text')
        for width, height in ((1024, 600), (360, 640)):
            desk.resize(width, height)
            self.shot(f'conflict-text-{width}')
        desk.resize(1280, 800)

    def marked(self):
        """In the list of pages, on the row, and all in one list."""
        desk = self.desk
        self.holds('the list of pages says how often', desk.there('Answers to decide on, 5', timeout=5))
        desk.click('All answers to decide on', 'push button')
        self.holds('all of them are in a list', desk.there('5 answers to decide on') and desk.there('/Amal.*Boris/', timeout=5))
        self.shot('conflict-list')
        desk.click('/^Article 5. Taking part/')
        self.holds('a row that was removed and written in is marked, too',
                   desk.there('One person removed a row while another wrote in it.', timeout=5))
        desk.click('Decide: ' + TEXT, timeout=10)

    def settle(self):
        """By mouse and by keyboard; taken back, and settled again."""
        desk = self.desk
        desk.write('Both, to be edited', OWN)
        desk.click('Use this text')
        self.holds('a text of one\u2019s own settles it', desk.there('Decided', timeout=10) and desk.there('/^[1-4] of 4$/', timeout=10))
        desk.key('ctrl+z')
        self.holds('undo opens it again', desk.there('/^[1-5] of 5$/', timeout=10) and
                   desk.there('/^Undone: decision on “How is this/', timeout=5))
        self.holds('and shows both sides once more', desk.there('Both, to be edited', timeout=5) and
                   all(words in desk.text('Both, to be edited', 'text') for words in (AMAL, BORIS)),
                   repr([thing.text() for thing in desk.matches(role='text')]))
        desk.key('ctrl+shift+z')
        self.holds('redo settles it once more', desk.there('/^[1-4] of 4$/', timeout=10))
        desk.click('All answers to decide on', 'push button')
        desk.find('4 answers to decide on')
        desk.mouse(desk.find('What is the most severe penalty for this offence?', 'list item'))
        self.holds('a choice is shown by its labels', desk.there('Life imprisonment', timeout=10) and desk.there('Another penalty', timeout=5))
        self.shot('conflict-choice')
        desk.key('Return')  # the focus is on the first choice: one's own
        self.holds('Return takes it', desk.there('/^[1-3] of 3$/', timeout=10))
        desk.key('Escape')
        desk.find('3 answers to decide on')
        desk.mouse(desk.find('Laws and provisions', 'list item'))
        self.holds('a row that was removed is shown with what was written in it',
                   desk.there('/wrote in it/', timeout=10) and desk.there('Law on Organized Crime, as changed in 2025', timeout=5))
        self.shot('conflict-row')
        desk.click('Keep the row')
        self.holds('it may stay', desk.there('/^[1-2] of 2$/', timeout=10))
        desk.key('Escape')
        desk.mouse(desk.find('Attach a document', 'list item'))
        self.holds('files by their names', desk.there('judgment-boris.txt', timeout=10) and desk.there('judgment-amal.txt', timeout=5))
        self.shot('conflict-file')
        desk.key('Tab')
        desk.click('Take the answer of \u2068Boris\u2069')
        self.holds('the last one comes up by itself', desk.there('1 of 1', timeout=10))
        desk.click('Take the answer of \u2068Boris\u2069')
        self.holds('in the end nothing is left', desk.there('Nothing is left to decide', timeout=10) and
                   desk.gone('/^Answers to decide on, /', 'list item'))
        self.shot('conflict-none')
        desk.key('Return')  # the focus is on the way back
        self.holds('and the way leads back', desk.there('Agreement or participation', timeout=10))
        self.holds('where no question is marked any more', desk.gone('Answered differently by several people.'))

    def talk(self):
        """A comment that came with the work of Boris, an answer to it, and what is dealt with."""
        desk = self.desk
        desk.mouse(desk.find(TEXT, 'text', inside=CARD))
        self.holds('the question says that something is said about it', desk.there('1 open comment: ' + TEXT, timeout=5))
        desk.key('ctrl+m')
        self.holds('and the key shows it', desk.there('/^Comment of .*Boris/', timeout=10) and
                   desk.there('Is thirty the right figure? The ministry says eleven.', timeout=5))
        self.shot('comments')
        desk.click('Reply to \u2068Boris\u2069', 'push button')
        desk.paste('Eleven. The others were dismissed.')
        desk.key('ctrl+Return')
        self.holds('an answer is added by keyboard', desk.there('/^Reply of .*Amal/', timeout=10))
        desk.click('Settle the comment of \u2068Boris\u2069')
        self.holds('what is dealt with is settled', desk.there('/^Settled by .*Amal/', timeout=10) and
                   desk.there('Comments: ' + TEXT, timeout=5))
        desk.key('ctrl+z')
        self.holds('which can be undone', desk.gone('/^Settled by /') and desk.there('1 open comment: ' + TEXT, timeout=5))
        desk.mouse(desk.find('Write a comment', 'text'))
        desk.paste('Where is the list of these cases kept?')
        desk.click('/^Comment$/', 'push button')
        self.holds('a second one is added by mouse', desk.there('2 open comments: ' + TEXT, timeout=10))
        for width, height in ((1024, 600), (360, 640)):
            desk.resize(width, height)
            self.shot(f'comments-{width}')
        desk.resize(1280, 800)
        desk.key('Escape')
        self.holds('Escape leaves them', desk.gone('/^Comment of /'))
        desk.click('/^Open comments, 2/', 'list item')
        self.holds('all that is open is in a list', desk.there('2 open comments', timeout=5))
        self.shot('comments-list')

    def send(self):
        """What is said stays here, unless somebody says otherwise."""
        desk = self.desk
        desk.go('Sending', 'What goes')
        box = desk.find('Comments', 'check box', timeout=20)
        self.holds('comments do not go by themselves', 'checked' not in box.states())
        desk.mouse(box)
        self.holds('but may', 'checked' in desk.find('Comments', 'check box').states())
        self.shot('comments-sending')

    def again(self):
        """Nothing of it depends on the window that it was done in."""
        self.desk.close()
        self.holds('no conflict is left in the file', self.conflicts() == [], str(self.conflicts()))
        self.holds('what was decided is what is kept', self.do('answer', 'get', self.main, DUTY + 'example') == OWN + '\n' and
                   self.do('answer', 'get', self.main, DUTY + 'penalty') == 'other\n' and
                   self.do('answer', 'get', self.main, PAGE + '/q5_1_b/status') == 'part\n' and
                   'judgment-boris' in self.do('answer', 'get', self.main, self.upload()) and self.law())
        self.holds('the dossier is sound', self.run('dossier', 'check', self.main).returncode == 0)
        desk = self.start(self.main)
        desk.click('/^Open comments, 2/', 'list item', timeout=40)
        desk.mouse(desk.find(TEXT, 'list item', nth=0))
        self.holds('after a new start the comments are there, and lead to their question',
                   desk.there('/^Reply of .*Amal/', timeout=10) and desk.there(CARD, timeout=5))

    def tell(self):
        try:
            self.begin()
            back = self.part()
            self.do('team', 'merge', self.main, back, '--accept-unknown', '--author', 'Amal')
            self.holds('five conflicts are there', len(self.conflicts()) == 5, str(self.conflicts()))
            self.start(self.main)
            self.look()
            self.marked()
            self.settle()
            self.talk()
            self.send()
            self.again()
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False, self.desk.tree()[-3000:] if self.desk else '')
        finally:
            self.end()
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Conflicts(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
