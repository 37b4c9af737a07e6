#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Six laptops that never meet, in the real window: the focal point hands out cluster I by package, everybody answers on a
computer of their own, the returns are taken in in a random order, and exactly the true conflicts are shown. They are settled,
all is cleared, packed and sent, and one answer that changes afterwards makes a supplement.
Runs inside tests/journey/display. PALERMO_SEED repeats an order."""
import json
import os
import random
import re
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import PASSPHRASE, Apart, member  # noqa: E402

CHECKS = [0, 0]
SEED = int(os.environ.get('PALERMO_SEED') or random.SystemRandom().randrange(1 << 32))
ART5 = '/cluster1/untoc/art5'
COLLISION = ART5 + '/q5_1_a/example'
DECISION = ART5 + '/q5_1_b/status'
AGREED = ART5 + '/q5_3/status'
SENTENCES = ART5 + '/q5_2/example'
CARD = 'Agreement or participation'
TEXT = 'How is this applied in practice?'
ORIGINAL = 'No example is known so far.'
AMAL = 'In 2020 a gang of nine was sentenced.'
BORIS = 'The courts have never used this article.'
SETTLED = 'In 2020 a gang of nine was sentenced; since then the courts have not used this article.'
JOINED = 'The law of 2019 covers groups. Courts apply it often. Reports are public and free.'
REASON = 'A judgment of May'
# Who has which article beside number 5, on which everybody works.
PEOPLE = {'Amal': 2, 'Boris': 6, 'Chen': 8, 'Dalia': 9, 'Eva': 10, 'Femi': 15}
KNOWN = ('Boris', 'Dalia')  # whose certificates the focal point has beforehand
PAIRS = (('Amal', 'Boris'), ('Eva', 'Femi'))  # who write apart at one place


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def page(person):
    return f'/cluster1/untoc/art{PEOPLE[person]}'


class Six(Apart):
    """The focal point, and six people in six ministries."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.dossier = self.path('Practicia.palermo')
        self.chance = random.Random(SEED)
        self.written = {}  # node: text, what the six wrote and nobody else did
        self.digest = None

    def section(self, person):
        return self.path(f'for-{person}.asice')

    def working(self, person):
        return self.path(f'{person}.palermo')

    def back(self, person):
        return self.path(f'from-{person}.asice')

    def key(self, person):
        return f'{self.path(person)}-key.pem+{self.path(person)}.pem'

    def set(self, path, person, *answers):
        tsv = self.path('answers.tsv')
        with open(tsv, 'w', encoding='utf-8') as file:
            file.writelines(f'{node}\t{text}\n' for node, text in answers)
        self.good('answer', 'set', path, '--from', tsv, '--author', person, at=person if person in PEOPLE else None)

    def said(self, *words):
        """What a copy of the dossier says to the command line: the program holds the dossier itself."""
        copy = self.path('copy.palermo')
        for end in ('', '-wal', '-shm'):
            if os.path.exists(copy + end):
                os.unlink(copy + end)
        for end in ('', '-wal'):
            if os.path.exists(self.dossier + end):
                shutil.copy(self.dossier + end, copy + end)
        return json.loads(self.good(*words, copy, '--json'))

    def answers(self):
        """All that the dossier says, also who has what and what came back; not when."""
        return {(a['record'], a['node']): a['value'] for a in self.said('answer', 'list')
                if a['value']}

    def texts(self):
        return {node: value for (_record, node), value in self.answers().items()}

    def conflicts(self):
        return sorted(c['node'] for c in self.said('team', 'conflicts'))

    def status(self):
        return {p['page']: p for p in self.said('team', 'status')['pages']}

    def open_focal(self):
        desk = self.start(self.dossier)
        desk.find('Team', timeout=60)
        return desk

    # --- the chapters
    def begin(self):
        self.good('dossier', 'new', self.dossier, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01')
        self.set(self.dossier, 'Focal', (ART5 + '/q5_1_a/status', 'yes'), (COLLISION, ORIGINAL), (ART5 + '/q5_2/status', 'yes'),
                 (SENTENCES, 'The law covers groups. Courts apply it often. Reports are public.'))
        for person in PEOPLE:
            self.make_certificate(person)

    def assign(self):
        desk = self.open_focal()
        desk.go('Team', 'Nobody has an article yet', timeout=30)
        for person, number in PEOPLE.items():
            desk.click('Assign Articles…', timeout=30)
            desk.write('Name of the colleague', person)
            if person in KNOWN:
                desk.click('Choose…')
                self.pick(self.path(person) + '.pem')
                desk.find('Without this certificate', timeout=20)
            self.tick(5, number)
            desk.click('Assign', 'push button')
            self.assigned(person)
        self.shot('six-team')

    def tick(self, *numbers):
        """Exactly these articles: a list that still rolls may take a click for another row."""
        desk = self.desk
        desk.find(f'/^Article {numbers[0]}[. ]/', 'check box')
        wanted = re.compile(f'^Article ({"|".join(map(str, numbers))})[. ]')
        boxes = desk.matches('/./', 'check box', shown=False)
        for _ in range(6):
            wrong = [box for box in boxes if ('checked' in box.states()) != bool(wanted.match(box.name))]
            if not wrong:
                return
            desk.mouse(wrong[0])
        raise NotFound(f'ticks at the articles {numbers}')

    def assigned(self, person):
        self.holds(f'{person} has two articles', self.desk.there(f'Hand out to {person}', timeout=30) and
                   self.desk.gone('Name of the colleague', timeout=30))

    def hand_out(self):
        desk = self.desk
        for person in PEOPLE:
            desk.click(f'Hand out to {person}')
            desk.click('Sign and Save…', timeout=30)
            self.save_as(self.section(person))
            if person == 'Amal':
                self.make_key('Office of Treaties')
            self.holds(f'a section for {person} is written', desk.there(f'Section for {person} saved', timeout=60) and
                       os.path.exists(self.section(person)))
            desk.gone('Sign and Save…', timeout=30)
        desk.close()

    def amal_in_her_window(self):
        desk = self.at('Amal', self.section('Amal'))
        desk.mouse(desk.find('I have asked, and it is theirs', 'check box', timeout=60))
        desk.click('Begin…')
        self.save_as(self.working('Amal'))
        desk.find('/^Article 2[. ]/', timeout=60)
        desk.go('/^Article 5[. ]/', CARD)
        desk.write(TEXT, AMAL, inside=CARD)
        desk.click('/^Add /', 'push button', inside=CARD)
        desk.write('Title of the law or regulation', 'Law of Amal')
        self.remark()
        desk.go('/^Article 2[. ]/', 'Mark as Ready')
        desk.click('Yes', 'radio button', nth=0)
        desk.there('Saved', timeout=20)
        desk.click('Mark as Ready')
        if desk.there('Mark as Ready Anyway', timeout=3):
            desk.click('Mark as Ready Anyway')
        self.holds('Amal says that her article is ready', desk.there('/^Article 2[. ].*, Ready$/', timeout=30))
        desk.go('Team', 'Give Back…')
        desk.click('Give Back…')
        desk.click('Sign and Save…', timeout=30)
        self.save_as(self.back('Amal'))
        self.make_key('Amal')
        self.holds('Amal gives back what she wrote', desk.there('/^Your answers are packed/', timeout=60))
        desk.close()

    def remark(self):
        desk = self.desk
        desk.mouse(desk.find(TEXT, 'text', inside=CARD))
        desk.key('ctrl+m')
        desk.mouse(desk.find('Write a comment', 'text', timeout=30))
        desk.paste('Is the figure right?')
        desk.key('ctrl+Return')
        self.holds('a comment bears the name of who the section is for', desk.there('/^Comment of .*Amal/', timeout=30),
                   [t.name for t in desk.matches('/^Comment of /')])
        desk.key('Escape')

    def others(self):
        """Five laptops without a display."""
        for person in list(PEOPLE)[1:]:
            path = self.working(person)
            self.good('team', 'open', self.section(person), '-o', path, '--accept-unknown', '--key', self.key(person), at=person)
            node = self.own_text(person)
            self.written[node] = f'{person} wrote this.'
            self.set(path, person, (node, self.written[node]), *self.special(person))
            if person == 'Dalia':
                self.bring_evidence(path)
            if person == 'Eva':
                self.good('team', 'comment', path, COLLISION, 'See the report of 2024.', '--author', person, at=person)
            self.good('team', 'ready', path, page(person), '--anyway', '--author', person, at=person)
            self.good('team', 'return', path, '-o', self.back(person), '--key', self.key(person), at=person)
        self.holds('six files come back', all(os.path.exists(self.back(person)) for person in PEOPLE))

    def own_text(self, person):
        listed = json.loads(self.good('answer', 'list', self.working(person), '--json', at=person))
        return next(a['node'] for a in listed if a['type'] == 'text' and a['node'].startswith(page(person) + '/'))

    @staticmethod
    def special(person):
        return {'Boris': [(COLLISION, BORIS),
                          (SENTENCES, 'The law of 2019 covers groups. Courts apply it often. Reports are public.')],
                'Chen': [(SENTENCES, 'The law covers groups. Courts apply it often. Reports are public and free.')],
                'Eva': [(DECISION, 'part'), (AGREED, 'yes'), (ART5 + '/q5_1_a/law[new]/title', 'Law of Eva')],
                'Femi': [(DECISION, 'no'), (AGREED, 'yes'), (ART5 + '/q5_1_a/law[new]/title', 'Law of Femi')]}.get(person, [])

    def bring_evidence(self, path):
        paper, meeting = self.path('annex.txt'), self.path('meeting.tsv')
        with open(paper, 'w', encoding='utf-8') as file:
            file.write('A law, in full.\n' * 1000)
        with open(meeting, 'w', encoding='utf-8') as file:
            file.write('/consultation/record/essentials/title\tRound table with shelters\n')
        self.good('answer', 'set', path, ART5 + '/overall/evidence', paper, '--attach', '--author', 'Dalia', at='Dalia')
        self.good('consultation', 'add', path, '--from', meeting, '--author', 'Dalia', at='Dalia')

    def take_in(self, person, n_conflicts):
        """Looked at, then decided on."""
        desk = self.desk
        before = self.answers()
        desk.click('Take In What Came Back…', timeout=30)
        self.pick(self.back(person))
        self.holds(f'what {person} brings is shown first', desk.there('What it would bring', timeout=60))
        says = [t.name for t in desk.matches('/conflict/') if 'came in' not in t.name]  # as the toast of the last one has it
        self.holds(f'with {n_conflicts} conflicts', bool(says) == bool(n_conflicts) and
                   (not n_conflicts or any(f'{n_conflicts} conflict' in words for words in says)), says)
        self.holds('and nothing is in the dossier yet', self.answers() == before)
        unknown = desk.matches('I have asked, and it is theirs', 'check box')
        self.holds('a signer is known by the certificate', bool(unknown) == (person not in KNOWN))
        desk.shot(os.path.join(self.out, f'six-preview-{person}.png'), screen=True)
        if unknown:
            desk.mouse(unknown[0])
        desk.click('Take In', 'push button')
        self.holds(f'what {person} wrote is in', desk.gone('What it would bring', timeout=60) and self.came_back(person))

    def came_back(self, person):
        """Both articles of that person say so."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            listed = self.said('team', 'list')['assignments']
            if all(a['returned'] for a in listed if a['person'] == person):
                return True
            time.sleep(0.5)
        return False

    def merge(self):
        order = list(PEOPLE)
        self.chance.shuffle(order)
        print(f'# seed {SEED}: {", ".join(order)}', flush=True)
        undone = self.chance.choice(('Chen', 'Dalia'))  # what comes again is by who takes it in: no side of a conflict
        desk = self.open_focal()
        desk.go('Team', 'Take In What Came Back…', timeout=30)
        done = set()
        for person in order:
            n_conflicts = sum(person in pair and bool(set(pair) & done) for pair in PAIRS)
            before = self.answers()
            self.take_in(person, n_conflicts)
            if person == undone:
                self.undo_and_repeat(person, n_conflicts, before)
            done.add(person)
        self.shot('six-team-back')

    def undo_and_repeat(self, person, n_conflicts, before):
        desk = self.desk
        after, conflicts = self.answers(), self.conflicts()
        desk.key('ctrl+z')
        deadline = time.monotonic() + 30  # the toast that tells of it may wait behind another one
        while (now := self.answers()) != before and time.monotonic() < deadline:
            time.sleep(0.5)
        self.holds(f'undo takes back what {person} wrote', now == before,
                   [(key, before.get(key), now.get(key)) for key in before.keys() | now.keys() if before.get(key) != now.get(key)][:5])
        self.take_in(person, n_conflicts)
        again = self.answers()
        returned = {key for key in after if key[1] == '/assignment/returned'}
        self.holds('taken in again, all is as it was', again.keys() == after.keys() and self.conflicts() == conflicts and
                   all(again[key] == after[key] for key in after.keys() - returned),
                   [key for key in again.keys() | after.keys() if again.get(key) != after.get(key)][:5])

    def look(self):
        texts = self.texts()
        lost = {node: text for node, text in self.written.items() if texts.get(node) != text}
        self.holds('nothing that was written is lost', not lost, lost)
        self.holds('two edits of one text are joined', texts.get(SENTENCES) == JOINED, texts.get(SENTENCES))
        laws = sorted(value for node, value in texts.items() if '/q5_1_a/law[' in node and node.endswith('/title'))
        self.holds('rows of all are there', laws == ['Law of Amal', 'Law of Eva', 'Law of Femi'], laws)
        self.holds('the attachment came along', '-annex.txt' in texts.get(ART5 + '/overall/evidence', ''))
        self.holds('the consultation, too', 'Round table with shelters' in texts.values())
        said = {c['text'] for c in self.said('team', 'comments')}
        self.holds('and the comments', said == {'Is the figure right?', 'See the report of 2024.'}, said)
        self.holds('exactly the true conflicts are there', self.conflicts() == sorted([COLLISION, DECISION]), self.conflicts())

    def settle(self):
        desk = self.desk
        desk.click('/^Answers to decide on, 2/', timeout=30)
        self.holds('the window shows these two', desk.there('2 answers to decide on', timeout=30))
        desk.mouse(desk.find(TEXT, 'list item', timeout=30))
        self.holds('side by side', desk.there('Take the answer of \u2068Amal\u2069', timeout=30) and
                   desk.there('Take the answer of \u2068Boris\u2069'))
        self.shot('six-conflict')
        desk.write('Both, to be edited', SETTLED)
        desk.click('Use this text')
        self.holds('the other one comes up by itself', desk.there('1 of 1', timeout=30))
        desk.click('Take the answer of \u2068Eva\u2069', timeout=30)
        self.holds('nothing is left to decide', desk.there('Nothing is left to decide', timeout=30))
        texts = self.texts()
        self.holds('what was decided stands there', not self.conflicts() and texts[COLLISION] == SETTLED and
                   texts[DECISION] == 'part', (self.conflicts(), texts.get(COLLISION), texts.get(DECISION)))

    def clear(self):
        desk = self.desk
        states = {name: one['state'] for name, one in self.status().items()}
        self.holds('what the six called ready is ready, and nothing else', all(
            (state == 'ready') == (name in [page(person) for person in PEOPLE]) for name, state in states.items()), states)
        desk.go('/^Article 8[. ].*, Ready$/', 'Clear', timeout=30)
        desk.click('Clear', 'push button')
        if desk.there('Clear Anyway', timeout=3):
            desk.click('Clear Anyway')
        self.holds('a page is cleared by itself', desk.there('/^Article 8[. ].*, Cleared$/', timeout=30))
        desk.go('Clearance', 'Clear All')
        self.shot('six-clearance')
        desk.click('Clear All')
        desk.click('Clear Anyway', timeout=30)
        self.holds('all is cleared, as an edition', desk.there('/^Edition of /', timeout=60))
        shown = [t.text() for t in desk.matches('/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/')]
        self.holds('under one digest', len(shown) == 1, shown)
        self.digest = shown[0].replace(' ', '') if shown else None

    def send_it(self):
        desk = self.desk
        desk.go('Sending', 'What goes')
        desk.find('Everything is cleared: this edition goes', timeout=30)
        desk.click('Sign and Send')
        self.unlock()
        self.holds('it is sent, and the receipt says accepted', desk.there('Accepted', timeout=120))
        self.shot('six-sent')
        archives = [os.path.join(folder, name)
                    for folder, _s, names in os.walk(os.path.join(os.environ['XDG_DATA_HOME'], 'palermo', 'outbox'))
                    for name in names if name.endswith('.asice')]
        self.holds('the archive names the edition', len(archives) == 1 and
                   member(archives[0], 'data/package.json')['edition'] == self.digest, archives)
        editions = self.said('team', 'status')['editions']
        self.holds('and the edition its archive', [e['digest'] for e in editions if e['archive']] == [self.digest], editions)

    def supplement(self):
        desk = self.desk
        desk.go('/^Article 5[. ].*, Cleared$/', CARD)
        desk.click('Reopen…', 'push button', nth=0)
        desk.find('Reopen', 'push button')
        desk.type(REASON)
        desk.click('Reopen', 'push button')
        desk.find(f'/^Reopened: *{REASON}$/', timeout=30)
        desk.click('Yes, in part', inside=CARD)
        desk.there('Saved', timeout=20)
        desk.go('Sending', 'What goes')
        self.holds('the window lists what changed since, and why',
                   self.says(f'Before: Yes\nNow: Yes, in part\nWhy: {REASON}', timeout=30))
        self.shot('six-supplement')
        path = self.path('supplement.asice')
        desk.click('Save the Supplement…')
        self.save_as(path)
        self.holds('a supplement is packed', desk.until(lambda: os.path.exists(path), 60))
        listed = member(path, 'data/supplement.json')['changes']
        self.holds('of exactly this one answer', [(c['node'], c['from'], c['to'], c['why']) for c in listed] ==
                   [(ART5 + '/q5_1_a/status', 'yes', 'part', REASON)], listed)
        self.holds('to this edition', member(path, 'data/package.json')['editionBefore'] == self.digest)
        desk.close()
        self.holds('the dossier is sound', self.run('dossier', 'check', self.dossier).returncode == 0)

    def tell(self):
        try:
            self.start_module()
            for chapter in (self.begin, self.assign, self.hand_out, self.amal_in_her_window, self.others, self.merge, self.look,
                            self.settle, self.clear, self.send_it, self.supplement):
                begun = time.monotonic()
                chapter()
                print(f'# {chapter.__name__}: {time.monotonic() - begun:.0f} s', flush=True)
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False,
                       self.desk.tree()[-3000:] if self.desk and self.desk.process.poll() is None else '')
        finally:
            self.end()
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Six(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
