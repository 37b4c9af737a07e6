#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of the papers: a report in two languages is looked at and saved as DOCX and as PDF; and the draft of a statement for a
constructive dialogue with its days (acceptance scenario 12) and the names of countries in it (13). Runs inside tests/journey/display."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
POINT = '/consultation/record/points/point'
SAID = 'Agreement alone is never charged'
KEPT = 'Only the State may know this'
RECORD = f'''/consultation/record/essentials/title\tRound table with shelters
/consultation/record/essentials/date\t2026-10-06
/consultation/record/essentials/article_clusters\tI
{POINT}[1]/text\t{SAID}
{POINT}[1]/source\tLantern House
{POINT}[1]/source_type\tngo
{POINT}[1]/point_articles\tuntoc:5
{POINT}[1]/treatment/decision\ttaken
{POINT}[2]/text\t{KEPT}
{POINT}[2]/source\tLantern House
{POINT}[2]/source_type\tngo
{POINT}[2]/restricted\tyes
'''
REPORT = 'Report on Consultations'
STATEMENT = 'Statement for a Constructive Dialogue'
KIND, LANGUAGE, FORMAT = 'Paper', 'Language of the paper', 'Format'
DOCX, PDF = 'DOCX, to be changed in a word processor', 'PDF, to be printed or sent as it is'
DRAFT = 'Practicia has done much for victims, and shelters work with the police.'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Papers(Story):
    """A focal point tells everybody what was said; somebody prepares what to say in a dialogue."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-papers-')
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

    def open(self):
        desk = self.desk
        if not desk.matches('Papers…', 'push button'):
            desk.go('Consultations', 'Papers…', timeout=40)
        desk.click('Papers…', 'push button')
        desk.find(KIND, 'combo box', timeout=30)

    def shown(self):
        """What the paper says, as the window shows it."""
        return [thing.name for thing in self.desk.matches(role='label')]

    def says(self, words, timeout=30):
        return self.desk.until(lambda: any(words in name for name in self.shown()), timeout)

    def save(self, name):
        desk = self.desk
        path = os.path.join(self.folder, name)
        desk.click('Save…', 'push button')
        desk.choose_file(path, instead=True)
        self.holds(f'{name}: the window says that it is saved', desk.there('The paper was saved.', timeout=60))
        desk.gone('The paper was saved.')
        return path

    @staticmethod
    def text_of(path):
        """The words of a file, with any space as one."""
        if path.endswith('.docx'):
            with zipfile.ZipFile(path) as archive:
                text = re.sub('<[^>]*>', ' ', archive.read('word/document.xml').decode())
        else:
            text = subprocess.run(['pdftotext', path, '-'], stdout=subprocess.PIPE, check=True).stdout.decode()
        return ' '.join(text.split())

    # --- the chapters
    def report(self):
        desk = self.desk
        self.open()
        desk.choose_from(KIND, REPORT)
        self.holds('the report is shown before there is a file', self.says(SAID))
        self.holds('what is restricted is not in it, and that is said', self.says('Restricted points that are not in it: 1') and
                   not any(KEPT in name for name in self.shown()))
        desk.shot(os.path.join(self.out, 'papers-report.png'), screen=True)
        self.look_into(self.save('report.docx'), 'en')
        desk.choose_from(LANGUAGE, 'Français')
        self.holds('it is made anew in another language', self.says('Rapport'))
        desk.choose_from(FORMAT, PDF)
        self.look_into(self.save('rapport.pdf'), 'fr')

    def look_into(self, path, language):
        with open(path, 'rb') as file:
            begins = file.read(4)
        self.holds(f'{language}: it is what its name says', begins == (b'%PDF' if path.endswith('.pdf') else b'PK\x03\x04'), begins)
        if path.endswith('.pdf') and not shutil.which('pdftotext'):
            print('skipped - text of a PDF: there is no pdftotext (Debian: apt install poppler-utils)')
            return
        text = self.text_of(path)
        self.holds(f'{language}: the file says what was shown', SAID in text and 'Practicia' in text, text[:1500])
        self.holds(f'{language}: and nothing restricted', KEPT not in text)

    def feedback(self):
        """A letter to whoever said something; once it is marked as sent, nobody waits for it."""
        desk = self.desk
        desk.choose_from(LANGUAGE, 'English')
        desk.choose_from(KIND, 'Feedback to a Contributor')
        self.holds('who waits for feedback can be chosen', desk.there('About', 'combo box'))
        self.holds('the letter says what they said', self.says(SAID))
        desk.shot(os.path.join(self.out, 'papers-feedback.png'), screen=True)
        desk.click('Mark Feedback as Sent', 'push button')
        self.holds('marked as sent', desk.there('The feedback is marked as sent.', timeout=30))
        self.holds('nobody is offered any more', desk.gone('About', 'combo box'))

    def scenario_12(self):
        """A dialogue on 5 May: by the rule of 15 days attendance is confirmed until 20 April; an earlier announced day counts first."""
        desk = self.desk
        desk.choose_from(KIND, STATEMENT)
        self.put('Text of the statement', DRAFT)
        self.put('Day of the dialogue', '2026-05-05')
        self.holds('12: the rule gives 20 April', self.says('Attendance is to be confirmed until 20 April 2026.'))
        self.put('Announced day for confirming attendance', '2026-04-10')
        self.holds('12: an earlier announced day takes precedence', self.says('Attendance is to be confirmed until 10 April 2026.') and
                   not any('20 April' in name for name in self.shown()))
        desk.shot(os.path.join(self.out, 'papers-statement.png'), screen=True)
        self.put('Announced day for confirming attendance', '2026-04-25')
        self.holds('12: a later one does not', self.says('Attendance is to be confirmed until 20 April 2026.'))

    def put(self, name, text):
        self.desk.write(name, text, 'text')

    def scenario_13(self):
        """A statement that names another country is warned about, not blocked."""
        desk = self.desk
        self.holds('13: the own State may be named', not any('It names' in name for name in self.shown()))
        self.put('Text of the statement', DRAFT + ' In Mexico nothing is done.')
        self.holds('13: another country is warned about', self.says('It names “Mexico”. Only a State under review may speak'))
        desk.shot(os.path.join(self.out, 'papers-country.png'), screen=True)
        button = desk.find('Save…', 'push button')
        self.holds('13: and not blocked', 'sensitive' in button.states(), button.states())
        desk.choose_from(FORMAT, DOCX)
        text = self.text_of(self.save('statement.docx'))
        self.holds('13: the file says what was written', 'In Mexico nothing is done.' in text, text)
        self.holds('13: the warning is for who wrote it alone', 'It names' not in text and 'confirmed until' not in text, text)
        desk.key('Escape')
        desk.gone(KIND, 'combo box')
        self.open()
        desk.choose_from(KIND, STATEMENT)
        self.holds('the draft is kept', desk.until(lambda: desk.text('Text of the statement', 'text').endswith('In Mexico nothing is done.'))
                   and desk.text('Day of the dialogue', 'text') == '2026-05-05')

    def tell(self):
        try:
            self.make()
            self.start(self.path)
            for chapter in (self.report, self.feedback, self.scenario_12, self.scenario_13):
                chapter()
            self.desk.close()
            self.holds('the dossier is sound', self.run('dossier', 'check', self.path).returncode == 0)
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
    Papers(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
