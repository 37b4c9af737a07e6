#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what somebody said to the sentence that it changed, in the real window: pages filled in a browser without network in six
languages come into the inbox, are taken, stand beside the question, are quoted and considered; the article asks for it when it is
cleared, the report names the change, and the contributor gets a letter. Runs inside tests/journey/display."""
import io
import json
import os
import re
import shutil
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import HELPERS, Browser  # noqa: E402
from desk import NotFound  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
LANGUAGES = {'en': 'Few agreements are ever charged', 'ar': 'نادراً ما تُوجَّه تهمة الاتفاق', 'es': 'Rara vez se acusa por el acuerdo',
             'fr': 'L’entente est rarement poursuivie', 'ru': 'За сговор почти не привлекают', 'zh_CN': '很少以共谋罪起诉'}
FILL = r'''
const answer = (path, value) => { const box = fieldOf(path).element.querySelector("select"); if (box) put(path, value); else tick(path, value); };
put("/input/card/about/title", TITLE);
put("/input/card/points/point/text", SAID);
answer("/input/card/points/point/kind", "gap");
tick("/input/card/points/point/articles", "untoc:5");
put("/input/card/points/point/question", "40");
answer("/input/card/points/point/readers", "reviewers");
answer("/input/card/author/naming", "organization");
put("/input/card/author/organization", NAME);
answer("/input/card/author/type", "ngo");
answer("/input/card/sharing/readers", "reviewers");
tick("/input/card/sharing/checked", "yes");
'''
POINT = '/consultation/record/points/point'
ARTICLE = '/cluster1/untoc/art5'
EXAMPLE = '/cluster1/untoc/art5/q5_1_a/example'
CARD = 'Agreement or participation'
BEFORE = 'Eleven people were convicted.'
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

    def go_and_come_back(self):
        """From the article to the consultation, and back."""
        desk = self.desk
        desk.click('Open “Round table with shelters”', 'push button')
        self.holds('the consultation opens from the article', desk.there('All Records', timeout=20)
                   and desk.text('What was said?', 'text') == SAID)
        desk.click('/^Article 5. Taking part/', 'list item')
        self.holds('and the way leads back', desk.there('What became of it: Not taken up', 'push button', timeout=20))

    def write_inputs(self):
        """What organizations write on the page, each in its language; files by language."""
        browser, saved = Browser(self.folder), {}
        try:
            for language, said in LANGUAGES.items():
                page = os.path.join(self.folder, language + '.html')
                self.done('kit', 'make', self.path, '--cluster', '1', '--language', language, '-o', page)
                browser.open(page)
                browser.run(HELPERS)
                browser.run(FILL.replace('TITLE', json.dumps(f'Article 5 ({language})')).replace('SAID', json.dumps(said))
                            .replace('NAME', json.dumps(f'Lantern House ({language})')))
                file = browser.saved('document.getElementById("save").click()')
                saved[language] = shutil.move(file, os.path.join(self.folder, f'saved-{language}.xml'))
            asked = [e['params']['request']['url'] for e in browser.events if e.get('method') == 'Network.requestWillBeSent']
            self.holds('nothing was asked of the network', not [url for url in asked if not url.startswith(('file://', 'blob:', 'data:'))])
        finally:
            browser.close()
        return saved

    def take_in(self, saved):
        """One comes by the window, the others by the command line; all wait, and touch nothing."""
        desk = self.desk
        desk.go('Inbox', '/^Open a File/')
        desk.click('/^Open a File/', 'push button', nth=0)
        desk.choose_file(saved['en'])
        self.holds('what came is shown', desk.there('Article 5 (en)', timeout=30) and desk.there(LANGUAGES['en']))
        desk.shot(os.path.join(self.out, 'inbox.png'))
        desk.click('Take 1 Point', 'push button')
        self.holds('one act takes it', desk.there('/^1 point taken/', timeout=20))
        desk.click('/^Article 5. Taking part/', 'list item')
        desk.click('Yes', inside=CARD)
        desk.click('/^Consultations: 1 point about this question/', 'push button')
        self.holds('it stands with its question', desk.there(LANGUAGES['en'], timeout=10))

    def quote(self):
        """In the answer, with where it comes from; and what became of it, in the same place."""
        desk = self.desk
        desk.write('How is this applied in practice?', BEFORE, inside=CARD)
        desk.find('Saved', timeout=20)
        desk.click('Quote in an Answer')
        desk.click('How is this applied in practice?', 'menu item')
        self.holds('it is quoted with its source', desk.until(lambda: '“' + LANGUAGES['en'] + '” (Lantern House (en)' in
                                                             desk.find('How is this applied in practice?', 'text', inside=CARD).text()))
        desk.shot(os.path.join(self.out, 'quoted.png'))
        desk.click('What became of it: Not considered yet', 'push button')
        desk.find('What became of this point?', timeout=20)
        desk.click('Taken up')
        desk.find('Saved', timeout=20)
        desk.key('Escape')
        self.holds('and considered', desk.there('What became of it: Taken up', 'push button', timeout=10))

    def papers(self):
        """What is said to everybody, and to whoever wrote."""
        mine = {point['text']: point for point in self.points()}[LANGUAGES['en']]
        self.holds('the point is tied to the change that it caused', mine['decision'] == 'taken'
                   and [(t['node'], bool(t['change'])) for t in mine['threads']] == [(EXAMPLE, True)], str(mine))
        for kind, words in (('report', ()), ('feedback', ('--record', mine['consultation']))):
            for language in LANGUAGES:
                out = os.path.join(self.folder, f'{kind}-{language}.docx')
                self.done('paper', 'make', self.path, kind, '--language', language, '--format', 'docx', '-o', out, *words)
                with open(out, 'rb') as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
                    text = re.sub('<[^>]*>', '', archive.read('word/document.xml').decode())
                self.holds(f'{kind}, {language}: the point, and the change that it caused', LANGUAGES['en'] in text
                           and BEFORE in text, text[:2000])

    def tell(self):
        try:
            self.make()
            saved = self.write_inputs() if shutil.which('chromium') else {}
            if not saved:
                print('skipped - inputs from a browser: there is no chromium (Debian: apt install chromium)')
            self.holds('clearance asks how a point was considered', self.waiting() == [1], str(self.waiting()))
            desk = self.start(self.path)
            desk.find('Which State is under review?', timeout=40)
            self.consider()
            self.go_and_come_back()
            if saved:
                self.take_in(saved)
                self.quote()
            desk.close()
            kept = {point['text']: point for point in self.points()}[SAID]
            self.holds('it is kept with the consultation', kept['decision'] == 'not', str(kept))
            self.holds('and clearance asks no longer', self.waiting() == [0], str(self.waiting()))
            if saved:
                for language in list(LANGUAGES)[1:]:
                    self.done('input', 'receive', self.path, saved[language])
                waiting = json.loads(self.done('input', 'list', self.path, '--json'))
                self.holds('all six came', len(waiting) == 6, str(waiting)[:500])
                self.papers()
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
