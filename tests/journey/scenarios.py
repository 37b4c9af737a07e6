#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to work for the people of a review, each as a story of its own in the real window, by the numbers of the acceptance scenarios:
1 an input on two articles, 2 who reviews, 3 to 6 who is asked which articles, 7 another focal point, 9 consent taken back after a
package went, 11 a summary that is too long, 14 a third language (told with 4). Of the others, 8 is six.py, 10 journey.py, 12 and 13
papers.py. Runs inside tests/journey/display; numbers as arguments tell those stories alone."""
import json
import os
import re
import shutil
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Apart  # noqa: E402

CHECKS = [0, 0]
ARTICLE = '/^Article \\d+[. ]/'
PARTIES = ('Trafficking in Persons Protocol', 'Smuggling of Migrants Protocol', 'Firearms Protocol',
           'United Nations Convention against Corruption')
DUTY = '/cluster1/untoc/art5/q5_1_a/'
POINT = '/consultation/record/points/point'
SAID = 'Agreement alone is never charged'
TITLE = 'Evening at the harbour'
RECORD = f'''/consultation/record/essentials/title\t{TITLE}
/consultation/record/essentials/date\t2026-10-06
{POINT}[1]/text\t{SAID}
{POINT}[1]/source\tLantern House
{POINT}[1]/source_type\tngo
{POINT}[2]/text\tThe register is public
{POINT}[2]/source\tCoastal Legal Aid
{POINT}[2]/source_type\tngo
'''


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def local(element):
    return element.tag.rpartition('}')[2]


def choices_of(form):
    """What can be chosen, by question."""
    root = ET.parse(form).getroot()
    lists = {e.get('id'): [name.text for item in e.iter() if local(item) == 'item' for name in item if local(name) == 'name']
             for e in root.iter() if local(e) == 'instance' and e.get('id')}
    found = {}
    for control in root.iter():
        if control.get('ref') and local(control) in ('select1', 'select', 'rank'):
            for part in control:
                if local(part) == 'itemset':
                    found[control.get('ref')] = lists[re.match(r"instance\('([^']+)'\)", part.get('nodeset')).group(1)]
                elif local(part) == 'item':
                    found.setdefault(control.get('ref'), []).append(next(value.text for value in part if local(value) == 'value'))
    return found


class Scenarios(Apart):
    """Each story begins with nothing."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.texts = {'text': 'Nothing to report.', 'date': '2026-01-15', 'integer': '1', 'decimal': '1', 'range': '1'}

    # --- who is asked what
    def new_dossier(self, cluster, parties, languages=()):
        """Through the assistant, as a focal point does; what the row of each instrument says beforehand."""
        desk = self.at('focal')
        desk.click('New dossier')
        desk.write('State under review', 'Practicia')
        self.choose(cluster)
        desk.click('Next')
        desk.find(PARTIES[0])
        said = [thing.name for thing in desk.matches(role='label')]
        for party in PARTIES:
            self.turn(party, party in parties)
        desk.click('Next')
        for language in languages:
            self.choose(language)
        desk.find('English', 'check box')
        desk.click('Next')
        desk.find('Name')
        desk.click('Next')
        desk.find('File')
        desk.click('/^(Create|Make|Begin)/')
        desk.find('Which State is under review?', timeout=60)
        return said

    def turn(self, name, on):
        """A switch; a press that comes to nothing is said, and done again."""
        for _ in range(4):
            if ('checked' in self.desk.find(name, 'check box').states()) == on:
                return
            self.desk.click(name, 'check box')
        raise NotFound(f'{name}: {"on" if on else "off"}')

    def pages(self):
        """The articles in the list of pages."""
        return [thing.name.partition('.')[0] for thing in self.desk.matches(ARTICLE, 'list item')]

    def has_articles(self, name, n):
        self.holds(name, self.desk.until(lambda: len(self.pages()) == n), self.pages())

    def answers(self, path):
        return json.loads(self.good('answer', 'list', path, '--json', at='focal'))

    def made(self):
        """The file that the assistant made."""
        home = self.home('focal')['HOME']
        found = [name for name in os.listdir(home) if name.endswith('.palermo')]
        return os.path.join(home, found[0])

    def scenario_4(self):
        """A party to the Convention against Corruption is asked 14 articles of cluster I, and 16 once it is none; what it answered stays."""
        said = self.new_dossier('Cluster I', PARTIES, ('English', 'French', 'Spanish'))
        self.holds('4: what it is a party to decides, says the assistant',
                   'If the State is a party, articles 8 and 9 of the Convention are not asked here' in said, said)
        self.has_articles('4: 14 articles, not 16', 14)
        self.third_language()
        desk = self.desk
        desk.go('The instruments your country has joined', '/^Is your country a party to the Firearms Protocol/')
        question = 'Is your country a party to the United Nations Convention against Corruption?'
        desk.click('No', inside=question)
        self.has_articles('4: a State that is none is asked 16', 16)
        desk.click('Yes', inside=question)
        self.has_articles('4: and 14 again', 14)

    def third_language(self):
        """14, on the same dossier: it was begun with three languages."""
        desk = self.desk
        reason = 'Why was a third language agreed?'
        self.holds('14: a third language asks for its reason', desk.there(reason, 'text'))
        desk.shot(os.path.join(self.out, 'scenario-14.png'))
        desk.click('Mark as Ready', 'push button')
        self.holds('14: which is required', desk.there('Required, and not answered: 1'))
        desk.click(f'/^{reason[:-1]}/', 'list item')
        desk.gone('Required, and not answered: 1')
        desk.write(reason, 'One reviewing State works in Spanish alone.', 'text')
        self.holds('14: and kept', desk.there('Saved', timeout=20))
        desk.click('Spanish', 'check box')
        self.holds('14: two languages need none', desk.gone(reason))
        desk.click('Spanish', 'check box')
        self.holds('14: what was written comes back', desk.until(lambda: desk.text(reason, 'text').startswith('One reviewing State')))
        desk.click('Mark as Ready', 'push button')
        self.holds('14: nothing required is missing any more', desk.there('/^Your country and this review.*, Ready$/', timeout=30))

    def scenario_5(self):
        """5, and 3: who has three instruments of the four is never asked about the fourth."""
        said = self.new_dossier('Cluster II', [party for party in PARTIES if party != 'Firearms Protocol'])
        self.holds('5: the assistant says what that leaves out', 'Articles 7, 9, 10, 11, 14 and 15 in this cluster' in said, said)
        self.has_articles('5: 13 articles, 19 less 6', 13)
        self.holds('3: no page is about the fourth instrument', not [t.name for t in self.desk.matches('Firearms Protocol', 'label')])
        self.desk.go('Overview', '/^Questions answered: /')
        self.holds('3: the overview says that there is nothing to answer', self.desk.there('Not a party: nothing to answer here.'))
        self.shot('scenario-3')
        self.desk.close()
        asked = [a['node'] for a in self.answers(self.made()) if a['relevant'] and a['node'].startswith('/cluster2/firearms/')]
        self.holds('3: and no question is', not asked, asked)

    def scenario_6(self):
        """Cluster III has no article of the Firearms Protocol; with everything else answered, all is answered."""
        said = self.new_dossier('Cluster III', PARTIES)
        self.holds('6: the assistant says that there are none', 'No articles in this cluster' in said, said)
        self.desk.close()
        path = self.made()
        self.answer_all(path, 3)
        desk = self.at('focal', path)
        desk.go('Overview', 'No required question is open', timeout=60)
        shown = [re.findall(r'\d+', thing.name) for thing in desk.matches('/^Questions answered: \\d+ of \\d+$/', 'label')]
        self.holds('6: all of it is answered', shown and all(done == asked for done, asked in shown), shown)
        less = [thing.name for thing in desk.matches('/, Questions answered: \\d+ of \\d+/', 'list item')
                if len(set(re.findall(r'(\d+) of (\d+)', thing.name)[-1])) > 1]
        self.holds('6: on each page', not less, less)
        self.shot('scenario-6')

    def answer_all(self, path, cluster):
        choices = choices_of(os.path.join(os.environ.get('PALERMO_DATA_DIR') or os.path.join(self.build, 'data'), 'forms',
                                          f'cluster-{cluster}.xml'))
        evidence = self.path('evidence.txt')
        with open(evidence, 'w', encoding='utf-8') as file:
            file.write('A judgment.\n')
        for _ in range(10):  # an answer asks for the next one
            missing = [a for a in self.answers(path) if a['relevant'] and not a['value']]
            rows = self.path('rows.tsv')
            with open(rows, 'w', encoding='utf-8') as file:
                file.writelines(f'{a["node"]}\t{self.answer(a, choices)}\n' for a in missing if a['type'] != 'file')
            if not missing:
                return
            self.good('answer', 'set', path, '--from', rows, at='focal')
            for one in missing:
                if one['type'] == 'file':
                    self.good('answer', 'set', path, one['node'], evidence, '--attach', at='focal')
        raise NotFound(f'an end to {len(missing)} questions')

    def answer(self, question, choices):
        offered = choices.get(re.sub(r'\[[^]]*\]', '', question['node']), [])
        if question['node'].endswith('email'):
            return 'office@practicia.example'
        if question['type'] == 'rank':
            return ' '.join(offered)
        if offered:
            return 'no' if 'no' in offered and question['type'] == 'select_one' else offered[0]
        return self.texts[question['type']]

    # --- what stands beside the questionnaire
    def paper(self, title, page, *rows):
        """A dossier whose paper says something already, opened at one of its pages."""
        path, values = self.path('first.palermo'), self.path('rows.tsv')
        self.good('dossier', 'new', path, '--state', 'Practicia', at='focal')
        with open(values, 'w', encoding='utf-8') as file:
            file.writelines(f'{node}\t{value}\n' for node, value in rows)
        form = rows[0][0].split('/')[1]
        self.good('record', 'add', form, path, '--from', values, at='focal')
        desk = self.at('focal', path)
        desk.go('Review papers', f'/^{title}/', timeout=60)
        desk.click(f'/^{title}/', 'list item')
        desk.find('All Papers', 'push button', timeout=40)
        desk.choose_from('Page of the record', page)
        return path

    def scenario_2(self):
        """State A is party to four instruments, B to two, C to four: D is added for those that B lacks; a fifth is refused."""
        state, row = '/country/profile/state/', '/country/profile/reviewers/reviewer[{}]/'
        reviewing = (('State B', 'untoc tip', 'untoc tip'), ('State C', 'untoc tip som firearms', 'untoc tip som firearms'))
        path = self.paper('Country profile', 'Reviewing States', (state + 'state', 'State A'),
                          *[(f'{state}{name}/party', 'yes') for name in ('convention', 'trafficking', 'smuggling', 'firearms')],
                          *[(row.format(i) + leaf, value) for i, one in enumerate(reviewing, 1)
                            for leaf, value in zip(('state', 'party_to', 'instruments'), one)])
        desk, uneven = self.desk, '/^Each instrument to which the country is a party needs exactly two/'
        self.holds('2: two are not enough when one lacks an instrument', desk.there(uneven, timeout=40))
        self.add_reviewer(3, 'State D')
        for question in ('To which instruments is it a party?', 'For which instruments is it a reviewer?'):
            for instrument in ('Smuggling of Migrants Protocol', 'Firearms Protocol'):
                self.tick(question, 3, instrument)
        self.holds('2: with a third, for those, all is right', desk.gone(uneven))
        self.shot('scenario-2')
        refused = '/^At most four States review a country/'
        self.add_reviewer(4, 'State E')
        self.holds('2: a fourth is taken', not desk.matches(refused))
        self.add_reviewer(5, 'State F')
        self.holds('2: a fifth is refused', desk.there(refused))
        desk.find('Saved', timeout=20)
        self.shot('scenario-2-five')
        desk.close()
        kept = [a['value'] for a in self.answers_of(path, 'country') if a['node'].endswith('/state') and 'reviewer[' in a['node']]
        self.holds('2: what was typed is kept all the same', kept == [f'State {name}' for name in 'BCDEF'], kept)

    def add_reviewer(self, number, name):
        desk = self.desk
        desk.click('Add to “Reviewing States”', 'push button')
        desk.until(lambda: len(desk.matches('Name of the reviewing State', 'text')) == number)
        desk.write('Name of the reviewing State', name, 'text', nth=number - 1)

    def tick(self, question, number, choice):
        """In the row with that number."""
        boxes = [box for box in self.desk.matches(choice, 'check box') if self.desk.within(box, question)]
        self.desk.mouse(boxes[number - 1])

    def answers_of(self, path, form):
        record = json.loads(self.good('record', 'list', path, '--form', form, '--json', at='focal'))[0]['id']
        return json.loads(self.good('record', 'show', path, record, '--json', at='focal'))

    def scenario_11(self):
        """A summary of 1,501 words cannot be marked final; one of 1,500 can."""
        text, over = '/summary/paper/text/{}/text', 'The summary is too long by 1 words.'
        path = self.paper('Summary', 'The summary', (text.format('overview'), 'word ' * 700), (text.format('gaps'), 'gap ' * 800 + 'more'))
        desk = self.desk
        self.holds('11: the words are counted', desk.there('At most 1,500 words. Words now: 1501.', timeout=40) and desk.there(over))
        desk.choose_from('Page of the record', 'Result')
        desk.click('Yes, it is final')
        refused = '/^The summary has more than 1,500 words/'
        self.holds('11: 1,501 words cannot be marked final', desk.there(refused))
        self.shot('scenario-11')
        desk.choose_from('Page of the record', 'The summary')
        desk.mouse(desk.find('Which gaps and challenges were found?', 'text'))
        desk.key('ctrl+End', *['BackSpace'] * 5)
        self.holds('11: one word less', desk.there('At most 1,500 words. Words now: 1500.') and desk.gone(over))
        desk.choose_from('Page of the record', 'Result')
        self.holds('11: 1,500 can', 'checked' in desk.find('Yes, it is final').states() and desk.gone(refused))
        desk.click('No, it is a draft')
        desk.click('Yes, it is final')
        self.holds('11: and are', desk.there('On which day was the summary agreed?') and not desk.matches(refused))
        desk.find('Saved', timeout=20)
        desk.close()
        kept = {a['node']: a['value'] for a in self.answers_of(path, 'summary')}
        self.holds('11: as the dossier has it', kept['/summary/paper/result/stage'] == 'final', kept)
        package = self.path('package.asice')
        self.good('pack', path, '-o', package, '--no-sign', at='focal')
        with zipfile.ZipFile(package) as archive:
            self.holds('11: no package takes it along', not [name for name in archive.namelist() if 'summary' in name] and
                       not any(b'word word word' in archive.read(name) for name in archive.namelist()), archive.namelist())

    # --- who takes over
    def scenario_7(self):
        """The focal point changes mid-way: what is handed over is the dossier, which opens on a second laptop with its history."""
        first, second = self.path('first.palermo'), self.path('second.palermo')
        self.good('dossier', 'new', first, '--state', 'Practicia', '--start', '2026-09-01', '--focal', 'Amal', '--author', 'Amal', at='focal')
        for author, node, text in (('Amal', DUTY + 'status', 'yes'), ('Amal', DUTY + 'example', 'Eleven people were convicted.'),
                                   ('Boris', DUTY + 'example', 'Thirty people were convicted.'),
                                   ('Amal', '/cluster1/general/people/focal_name', 'Dalia')):
            self.good('answer', 'set', first, node, text, '--author', author, at='focal')
        shutil.copy(first, second)
        desk = self.at('dalia', second)
        desk.go('/^Article 5. Taking part/', 'How is this applied in practice?', timeout=60)
        desk.mouse(desk.find('How is this applied in practice?', 'text', inside='Agreement or participation'))
        desk.key('ctrl+h')
        self.holds('7: what was answered before is there', desk.there('/Eleven people were convicted/', timeout=30) or
                   desk.there('/Eleven/'), [t.name for t in desk.matches(role='label') if 'people' in t.name])
        self.holds('7: with who wrote it', desk.there('/Amal/') and desk.there('/Boris/'))
        desk.shot(os.path.join(self.out, 'scenario-7.png'), screen=True)
        desk.key('Escape')
        desk.go('Clearance', 'Clear All')
        desk.click('Hand Over…', 'push button')
        self.holds('7: who takes over sees who did what', desk.there('Who did what', timeout=40) and desk.there('Amal', 'list item') and
                   desk.there('Boris', 'list item'))
        self.holds('7: and what is open', desk.there('What is open'))
        self.shot('scenario-7-over')
        desk.close()
        self.holds('7: nothing is lost on the way', self.answers(second) == self.answers(first))

    # --- what is said to a State
    def scenario_1(self):
        """An organization against trafficking opens two articles alone, collects evidence, recommends, saves one file; the focal point has it."""
        desk, package = self.at('harbour'), self.path('input.asice')
        desk.click('Prepare an input')
        desk.write('State under review', 'Practicia')
        desk.click('All articles', 'check box')
        for article in (3, 5):
            self.choose(f'/^Trafficking in Persons Protocol, article {article}:/')
        desk.click('Create', 'push button')
        desk.find('What is the input about?', 'text', timeout=60)
        desk.write('What is the input about?', 'Recruitment of children')
        self.recommend()
        desk.go('/^Who gives this input/', 'Name of the organization')
        desk.write('Name of the organization', 'Harbour House', 'text')
        desk.choose_from('What type of stakeholder are you?', 'Non-governmental organization')
        desk.go('/^What may be done with it/', 'Who may read this input as a whole?')
        desk.click('Yes', inside='Have you checked that nobody in danger can be recognized?')
        desk.find('Saved', timeout=20)
        desk.go('Save for the focal point', 'Nothing is open', timeout=40)
        self.holds('1: the evidence is shown before it goes', desk.there('/judgment/'))
        self.shot('scenario-1')
        desk.click('/^Save…/', 'push button')
        desk.choose_file(package, instead=True)
        self.holds('1: one file is saved', desk.there('Hand it to the focal point', timeout=60) and os.path.exists(package))
        self.receive(package)

    def recommend(self):
        """A recommendation with its evidence."""
        desk = self.desk
        desk.go('/^Points/', '/^Add to/')
        desk.click('/^Add to/', 'push button')
        desk.write('What do you wish to say?', 'Nobody asks children how they were recruited.', 'text')
        offered = [thing.name for thing in desk.matches('/, article \\d+:/', 'check box')]
        self.holds('1: only the two articles are there', len(offered) == 2 and all(name.startswith('Trafficking') for name in offered), offered)
        desk.click('Recommendation', inside='What kind of point is it?')
        desk.click('/^Trafficking in Persons Protocol, article 5:/', 'check box')
        desk.write('What should change, and who should see to it?', 'The police learn to ask, by 2028.', 'text')
        judgment = self.path('judgment.txt')
        with open(judgment, 'w', encoding='utf-8') as file:
            file.write('A judgment of the Supreme Court of Practicia.\n')
        desk.click('Choose a File…', 'push button')
        desk.choose_file(judgment)
        self.holds('1: evidence is attached', desk.there('/judgment/', timeout=20))
        desk.find('Saved', timeout=20)

    def receive(self, package):
        """In the inbox of the focal point, until somebody takes it."""
        path = self.path('theirs.palermo')
        self.good('dossier', 'new', path, '--state', 'Practicia', '--start', '2026-09-01', at='focal')
        desk = self.at('focal', path)
        desk.go('Inbox', '/^Open a File/', timeout=40)
        desk.click('/^Open a File/', 'push button')
        desk.choose_file(package)
        self.holds('1: it comes into the inbox', desk.there('Recruitment of children', timeout=60) and desk.there('/Harbour House/'))
        self.holds('1: with what was recommended', desk.there('The police learn to ask, by 2028.'))
        self.holds('1: and the evidence', desk.there('/judgment/'))
        self.shot('scenario-1-inbox')
        desk.click('Take 1 Point', 'push button')
        self.holds('1: where it is taken', desk.there('Open the Record', 'push button', timeout=40))
        desk.close()
        points = json.loads(self.good('consultation', 'points', path, '--json', at='focal'))
        self.holds('1: as a recommendation on that article', [(p['text'], p['kind'], p['articles']) for p in points] == [
            ('Nobody asks children how they were recruited.', 'recommendation', ['tip:5'])], points)

    def scenario_9(self):
        """Consent is taken back after one package went: the next one is without the input, and what had gone is told."""
        path, said = self.path('practicia.palermo'), self.path('said.tsv')
        with open(said, 'w', encoding='utf-8') as file:
            file.write(RECORD)
        self.good('dossier', 'new', path, '--state', 'Practicia', '--start', '2026-09-01', at='focal')
        self.good('consultation', 'add', path, '--from', said, at='focal')
        desk = self.at('focal', path)
        first = self.send_with_record('first.asice')
        self.holds('9: the first package holds the input', SAID.encode() in first and b'Lantern House' in first)
        desk.go('Consultations', f'/^{TITLE}/')
        desk.click(f'/^{TITLE}/', 'list item')
        desk.click('Papers and Protection', timeout=30)
        desk.click('/^Withdraw Consent/', 'menu item')
        desk.find('Withdraw Consent', 'push button', timeout=30)
        desk.choose_from('Whose consent is withdrawn?', f'For one point: {SAID}')
        self.holds('9: what is out already is told', desk.there('/: with the record$/', timeout=30))
        desk.shot(os.path.join(self.out, 'scenario-9.png'), screen=True)
        desk.click('Withdraw Consent', 'push button')
        self.holds('9: it is said when it is done', desk.there('Consent withdrawn', timeout=30))
        second = self.send_with_record('second.asice')
        self.holds('9: the next one is without it', b'Lantern House' not in second and SAID.encode() not in second)
        self.holds('9: and with what others said', b'The register is public' in second)
        desk.close()
        kept = json.loads(self.good('consent', 'list', path, '--json', at='focal'))
        self.holds('9: what is kept of it says what had gone, and no word of it', len(kept) == 1 and kept[0]['sent'] and
                   kept[0]['sent'][0]['record'] and 'Lantern' not in json.dumps(kept), kept)

    def send_with_record(self, name):
        """A signed copy with the record of the consultation, which somebody has to look at first; its octets."""
        desk, path = self.desk, self.path(name)
        desk.go('Sending', 'What goes', timeout=40)
        desk.click(f'/^Consultation.*{TITLE}/', 'check box', timeout=30)
        desk.click('Let It Go', 'push button', timeout=30)
        desk.gone('Let It Go', 'push button')
        desk.click('Save a Signed Copy…', 'push button')
        desk.choose_file(path, instead=True)
        if name.startswith('first'):
            self.make_key('Office of Treaties')
        if not desk.until(lambda: os.path.exists(path), 60):
            raise NotFound(name)
        with zipfile.ZipFile(path) as archive:
            return b''.join(archive.read(member) for member in archive.namelist() if not member.startswith('data/forms/'))

    # --- telling
    def tell(self, numbers):
        for number in numbers or ('2', '4', '5', '6', '7', '11', '1', '9'):
            begun = time.monotonic()
            for name in os.listdir(self.folder):
                shutil.rmtree(self.path(name), ignore_errors=True) if os.path.isdir(self.path(name)) else os.remove(self.path(name))
            try:
                getattr(self, 'scenario_' + number)()
            except NotFound as lost:
                self.holds(f'{number}: the story goes on ({lost})', False,
                           self.desk.tree()[-3000:] if self.desk and self.desk.process.poll() is None else '')
            if self.desk:
                self.desk.close()
            print(f'# scenario {number}: {time.monotonic() - begun:.0f} s', flush=True)
        self.holds('no program had to complain of how it is made', not Desk.complaints, '; '.join(sorted(set(Desk.complaints))))
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Scenarios(os.environ['PALERMO_BUILD'], out, check).tell(sys.argv[1:])
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
