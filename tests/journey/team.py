#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Working apart in the real window: an article is assigned and handed out, a colleague with a home of their own opens it,
answers, and gives it back; it is looked at, taken in, undone, and taken in again. Then what can be wrong with a package.
Runs inside tests/journey/display."""
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Apart  # noqa: E402

CHECKS = [0, 0]
ART5 = '/cluster1/untoc/art5'
EXAMPLE = ART5 + '/q5_1_a/example'
CARD = 'Agreement or participation'
FIELD = 'How is this applied in practice?'
HERS = 'Two groups were sentenced in 2025.'
OURS = 'No court has used it.'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Team(Apart):
    """A focal point, and Ana, who never share a computer."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.dossier = self.path('Practicia.palermo')
        self.section = self.path('for-ana.asice')
        self.working = self.path('ana.palermo')
        self.answers = self.path('from-ana.asice')

    def make(self):
        self.good('dossier', 'new', self.dossier, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01')
        tsv = self.path('experts.tsv')
        with open(tsv, 'w', encoding='utf-8') as file:
            file.write('/cluster1/general/people/expert[new]/name\tAna Ortiz\n'
                       f'{ART5}/q5_1_a/status\tyes\n')
        self.good('answer', 'set', self.dossier, '--from', tsv)

    # --- the chapters
    def assign(self):
        desk = self.at('focal', self.dossier)
        desk.find('Team', timeout=40)
        desk.go('Team', 'Nobody has an article yet')
        self.shot('team-empty')
        desk.click('Assign Articles…')
        desk.click('Choose Ana Ortiz')
        self.holds('the experts of the questionnaire are offered', desk.text('Name of the colleague', 'text') == 'Ana Ortiz')
        desk.write('Due on (YYYY-MM-DD, optional)', '2026-13-31')
        desk.mouse(desk.find('/^Article 5/', 'check box'))
        desk.mouse(desk.find('/^Article 6/', 'check box'))
        desk.click('Assign')
        self.holds('a day that is none is said', desk.there('/^This is not a date/', timeout=5))
        desk.write('Due on (YYYY-MM-DD, optional)', '2026-01-31')
        desk.shot(os.path.join(self.out, 'team-assign.png'), screen=True)
        desk.click('Assign')
        self.holds('two articles are assigned at once', desk.there('Take away: Article 5. Taking part in an organized criminal group') or
                   desk.there('/^Take away: Article 5/'))
        self.holds('what is overdue is marked', desk.there('/^Overdue since 31 January 2026 · Not handed out yet/'))
        self.shot('team-assigned')
        desk.click('/^Take away: Article 6/')
        self.holds('one is taken away', desk.gone('/^Take away: Article 6/'))
        desk.key('ctrl+z')
        self.holds('which can be undone', desk.there('/^Take away: Article 6/'))
        desk.key('ctrl+shift+z')
        self.holds('and done again', desk.gone('/^Take away: Article 6/'))
        desk.click('/^Change: Article 5/')
        desk.find('Change', 'push button')
        desk.write('Due on (YYYY-MM-DD, optional)', '2099-03-31')
        desk.click('Change', 'push button', nth=0)
        self.holds('the day is changed', desk.there('/^Due on 31 March 2099/'))

    def hand_out(self):
        desk = self.desk
        desk.click('Hand out to Ana Ortiz')
        desk.find('Sign and Save…')
        desk.shot(os.path.join(self.out, 'team-hand-out.png'), screen=True)
        desk.click('Sign and Save…')
        self.save_as(self.section)
        self.make_key('Office of Treaties')
        self.holds('the section is written', desk.there('Section for Ana Ortiz saved', timeout=30) and
                   os.path.exists(self.section), os.listdir(self.folder))
        self.holds('the page says that it is out', desk.there('/Handed out just now/'))
        self.holds('the package is sound', self.run('verify', self.section).returncode in (0, 1))

    def open_section(self):
        desk = self.at('ana', self.section)
        self.holds('a double click explains the section', desk.there('For Ana Ortiz', timeout=40))
        self.holds('and that nobody knows the signer yet', desk.there('/nobody has told Palermo/'))
        self.holds('it waits for a decision', 'sensitive' not in desk.find('Begin…').states())
        desk.mouse(desk.find('I have asked, and it is theirs', 'check box'))
        desk.shot(os.path.join(self.out, 'team-section.png'), screen=True)
        desk.click('Begin…')
        self.save_as(self.working)
        self.holds('a working dossier opens on the article', desk.there(FIELD, timeout=40))
        self.shot('team-working')

    def answer(self):
        desk = self.desk
        desk.write(FIELD, HERS, inside=CARD)
        self.holds('it says that all is saved', desk.there('Saved', timeout=10))
        desk.click('/^Your country and this review/')
        self.holds('the rest is for reading, and says why', desk.there('/was not handed out to you/', timeout=10))
        field = desk.find('Which State is under review?', 'text')
        self.holds('what the article needs is there', field.text() == 'Practicia')
        desk.mouse(field)
        desk.type('x')
        self.holds('and nobody writes in it', desk.text('Which State is under review?', 'text') == 'Practicia')
        self.shot('team-reading')

    def give_back(self):
        desk = self.desk
        desk.go('Team', 'Handed out to you')
        self.shot('team-working-page')
        desk.click('Give Back…')
        desk.find('Sign and Save…')
        desk.click('Sign and Save…')
        self.save_as(self.answers)
        self.make_key('Ana Ortiz')
        self.holds('the answers are packed', desk.there('/^Your answers are packed/', timeout=30) and
                   os.path.exists(self.answers), os.listdir(self.folder))

    def preview(self):
        self.desk.close()
        # Meanwhile the focal point has written at the same place.
        self.good('answer', 'set', self.dossier, EXAMPLE, OURS, '--author', 'Focal')
        desk = self.at('focal', self.dossier)
        desk.find('Team', timeout=40)
        desk.go('Team', '/^Take away: Article 5/')
        desk.click('Take In What Came Back…')
        self.pick(self.answers)
        self.holds('first one sees what it would bring', desk.there('What it would bring', timeout=30))
        self.holds('whose it is', desk.there('Ana Ortiz'))
        self.holds('and what would conflict', desk.there('/1 conflict/'))
        self.holds('nothing is in the dossier yet', self.good('answer', 'get', self.dossier, EXAMPLE) == OURS + '\n')
        desk.shot(os.path.join(self.out, 'team-preview.png'), screen=True)
        self.holds('somebody unknown waits for a decision', 'sensitive' not in desk.find('Take In').states())
        desk.click('Decide Later')
        self.holds('it is kept apart', desk.there('Waits for your decision'))
        desk.mouse(desk.find('Look…'))
        desk.mouse(desk.find('I have asked, and it is theirs', 'check box', timeout=30))

    def take_in(self):
        desk = self.desk
        desk.click('Take In', 'push button')
        self.holds('it says what came in', desk.there('/^1 answer came in, 1 conflict/', timeout=30))
        self.holds('nothing waits any more', desk.gone('Waits for your decision'))
        desk.shot(os.path.join(self.out, 'team-taken-in.png'), screen=True)
        self.holds('the page says that it is back', desk.there('/Came back just now/'))
        desk.click('Show Conflicts')
        self.holds('the toast leads to the conflict', desk.there('/decide/i', timeout=10) or desk.there('Answers to decide on'))
        desk.go('Team', '/^Take away: Article 5/')
        desk.key('ctrl+z')
        self.holds('one step takes all of it back', desk.there('/Undone: changes of colleagues/', timeout=15)
                   and desk.there('/Handed out/'))
        desk.key('ctrl+shift+z')
        self.holds('and brings it again', desk.there('/Came back just now/', timeout=15))
        desk.key('ctrl+z')
        desk.gone('/Came back just now/')
        self.holds('undone, the dossier says what it said', self.good('answer', 'get', self.dossier, EXAMPLE) == OURS + '\n')

    def again(self):
        desk = self.desk
        desk.click('Take In What Came Back…')
        self.pick(self.answers)
        self.holds('what was undone would come again', desk.there('/1 conflict/', timeout=30) and
                   desk.gone('Everything in it is here already'))
        desk.mouse(desk.find('I have asked, and it is theirs', 'check box', timeout=30))
        desk.click('Take In', 'push button')
        self.holds('what was undone can be taken in once more', desk.there('/Came back just now/', timeout=30))
        desk.click('Take In What Came Back…')
        self.pick(self.answers)
        self.holds('and then everything is here', desk.there('Everything in it is here already', timeout=30))
        desk.key('Escape')
        self.holds('and left', desk.gone('Everything in it is here already'))

    def wrong(self):
        """A package that was altered, cut short, or is for somebody else."""
        desk = self.desk
        with open(self.answers, 'rb') as file:
            whole = file.read()
        bad = self.path('cut.asice')
        with open(bad, 'wb') as file:
            file.write(whole[:len(whole) // 2])
        desk.click('Take In What Came Back…')
        self.pick(bad)
        self.holds('a package that is cut short is said', desk.there('/not a whole package/', timeout=20))
        desk.click('Close', 'push button')
        altered = self.path('altered.asice')
        with open(altered, 'wb') as file:
            spot = whole.index(b'data/changes.jsonl') + 60
            file.write(whole[:spot] + bytes([whole[spot] ^ 1]) + whole[spot + 1:])
        desk.click('Take In What Came Back…')
        self.pick(altered)
        self.holds('one that was altered, too', desk.there('/^This (package is not signed, or|file is not a whole)/', timeout=20))
        desk.click('Close', 'push button')

    def tell(self):
        try:
            self.make()
            for chapter in (self.assign, self.hand_out, self.open_section, self.answer, self.give_back, self.preview,
                            self.take_in, self.again, self.wrong):
                chapter()
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False, self.desk.tree()[-3000:] if self.desk and self.desk.process.poll() is None else '')
        finally:
            if self.desk:
                self.desk.close()
            self.holds('no program had to complain of how it is made', not Desk.complaints,
                       '; '.join(sorted(set(Desk.complaints))))
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Team(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
