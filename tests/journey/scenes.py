# SPDX-License-Identifier: GPL-3.0-or-later
"""What opens over a page, or in its place, when somebody asks for it: for the pictures of ./dev shots and for the search for
what is not translated. Buttons are found by what the catalogue of the language calls them."""
import gettext
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time

from desk import Desk, NotFound, x

STATE_PAGE = '/cluster1/general/state'
ARTICLE_PAGE = '/cluster1/untoc/art6'
EXPERT = 'Amal'


class Words:
    """What the program calls things in the language that it speaks at the moment."""

    def __init__(self, build, environment):
        self.folder = environment.get('PALERMO_LOCALE_DIR', os.path.join(build, 'po'))
        self.first = environment.get('LANGUAGE', 'en')

    def speak(self, language):
        self.language = language or self.first

    def __call__(self, text):
        try:
            path = os.path.join(self.folder, self.language, 'LC_MESSAGES', 'palermo.mo')
            with open(path, 'rb') as file:
                text = gettext.GNUTranslations(file).gettext(text)
        except FileNotFoundError:
            pass  # English
        return text.replace('_', '')


def question(desk):
    """The first field of the page has the focus."""
    desk.find(role='text', timeout=30)
    fields = [thing for thing in desk.matches(role='text') if Desk.pane(thing)]
    desk.mouse(fields[0])
    return fields[0]


def press(*keys):
    def open_it(desk, _say):
        question(desk)
        desk.key(*keys)
    return open_it


def click(text):
    """A button; in a row of libadwaita the title of the row follows its name."""
    return lambda desk, say: desk.click(f'/^{re.escape(say(text))}/', 'push button')


def question_menu(desk, _say):
    """A field has a menu of its own; that of the question is around it."""
    title = question(desk).name
    words = [thing for thing in desk.matches(title) if thing.role in ('label', 'heading')]
    window, left, top = desk.settled(words[0])
    x('mousemove', '--window', window, left, top)
    x('click', 3)


def consider(desk, say):
    """What became of the first point that stands beside the answers; in every language their count begins with one word."""
    word = say('Consultations').rstrip('~]')  # the invented language fills up what it says
    desk.click(f'/^{re.escape(word)}/', 'push button', nth=0)
    start = say('What became of it: %s').split('%s')[0]
    desk.click(f'/^{re.escape(start)}/', 'push button', nth=0)


def goes(desk, say):
    """What exactly would be sent of the first record that leaves only if it is ticked."""
    start = say('See what goes of it: %s').split('%s')[0]
    desk.find(f'/^{re.escape(start)}/', 'push button', timeout=30)
    desk.click(f'/^{re.escape(start)}/', 'push button', nth=0)
    desk.find(say('Stays Here'), timeout=30)


def cover(desk, _say):
    """In place of all that the window shows; what was covered before is shown first."""
    desk.key('Escape')
    question(desk)
    desk.key('F8')


def withdraw(desk, say):
    """Somebody takes back consent: from the menu of the first consultation."""
    if not desk.matches(say('Papers and Protection')):
        one_of('Consultations', 'New Consultation')(desk, say)
    desk.click(say('Papers and Protection'))
    desk.click(f"/^{re.escape(say('_Withdraw Consent…'))}/", 'menu item')


def sent(desk, say):
    """Which packages went: from the measures."""
    view('Measures')(desk, say)
    label = re.escape(say('What Was _Sent…'))
    desk.find(f'/^{label}/', 'push button', timeout=30)
    desk.click(f'/^{label}/', 'push button')
    desk.find(say('Nobody has taken back a consent.'), timeout=30)


def redact(desk, say):
    """Words are taken out of what somebody wrote: from the menu of the first text of a consultation that has lines."""
    if not desk.matches(say('Papers and Protection')):
        one_of('Consultations', 'New Consultation')(desk, say)
    Desk.until(lambda: long_texts(desk))
    field = long_texts(desk)[0]
    desk.scroll_to(field)
    desk.mouse(field)
    desk.type(EXPERT)
    desk.key('Menu')
    desk.click(say('Redact…'), 'menu item')


def long_texts(desk):
    return [thing for thing in desk.matches(role='text') if Desk.pane(thing) and 'multi-line' in thing.states()]


def menu(desk, _say):
    desk.key('F10')


def one_of(title, new):
    """The first record of a list, or a new one."""
    def open_it(desk, say):
        rows = [thing for thing in desk.matches(role='list item') if (above := thing.above('list')) and above.name == say(title)]
        if rows:
            desk.mouse(rows[0])
        else:
            desk.click(say(new), 'push button')
        desk.gone(say(title), 'heading')
    return open_it


def paper(title):
    """One of the papers of the review."""
    def open_it(desk, say):
        row = next(thing for thing in desk.matches(role='list item') if thing.name.startswith(say(title)))
        desk.mouse(row)
        desk.find(say('All Papers'), 'push button')
    return open_it


def arrival(desk, say):
    """What somebody outside wrote: names of people and States alone, which are the same in each language."""
    folder = tempfile.mkdtemp(prefix='palermo-arrival-')
    path = os.path.join(folder, 'arrival.xml')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(f'<input id="input" version="1"><card><about><state>Practicia</state><title>{EXPERT}</title></about><points><point><_id>p1</_id>'
                   f'<text>{EXPERT}</text><articles>untoc:5</articles></point></points><author><naming>organization</naming>'
                   f'<organization>{EXPERT}</organization></author></card><meta><instanceID>uuid:1</instanceID></meta>{" " * 2000}</input>')
    subprocess.run(['gdbus', 'call', '--session', '-d', 'app.palermo.Palermo', '-o', '/app/palermo/Palermo', '-m', 'org.gtk.Actions.Activate',
                    'open-path', f'[<"{path}">]', '{}'], check=True, stdout=subprocess.DEVNULL)
    desk.find(say('Everything it says'), timeout=60)
    shutil.rmtree(folder)


def people(desk, say):
    """A list of organizations that somebody else wrote."""
    folder = tempfile.mkdtemp(prefix='palermo-people-')
    path = os.path.join(folder, EXPERT)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(f'Practicia,{EXPERT}\n{EXPERT},{EXPERT}\n')
    desk.click(f"/^{re.escape(say('_Import a List…'))}/", 'push button')
    desk.choose_file(path)
    desk.find(say('What the columns mean'), timeout=60)
    shutil.rmtree(folder)


def view(name):
    """Another way to look at the consultations."""
    return lambda desk, say: desk.click(say(f'view of the consultations\x04{name}').split('\x04')[-1], 'push button')


# --- what has to be there before

def put_page(dossier, page):
    """The page on which a dossier opens."""
    with sqlite3.connect(dossier) as database:
        database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('page', ?)", (page,))
    database.close()


def command(build, environment, *words):
    done = subprocess.run([os.path.join(build, 'src', 'cli', 'palermo-cli'), *words], env=dict(os.environ, **environment),
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotFound(f'{words[:2]}: {done.stderr.strip()}')


def key(folder):
    """Of an expert, as package-format.md 4 asks for."""
    certificate, private = os.path.join(folder, 'amal.pem'), os.path.join(folder, 'amal-key.pem')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
                    '-subj', f'/CN={EXPERT}', '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation', '-addext',
                    'basicConstraints=critical,CA:FALSE', '-keyout', private, '-out', certificate], check=True,
                   capture_output=True)
    return f'{private}+{certificate}'


def hand_out(build, dossier, environment):
    """The package of a section for a colleague, and their key."""
    folder = os.path.join(os.path.dirname(dossier), 'amal')
    package = os.path.join(folder, 'section.asice')
    if not os.path.exists(package):
        os.makedirs(folder)
        command(build, environment, 'team', 'assign', dossier, STATE_PAGE, '--to', EXPERT)
        command(build, environment, 'team', 'hand-out', dossier, '--to', EXPERT, '-o', package, '--key', key(folder))
    return package


def section(build, dossier, environment):
    """A colleague opens what was handed out."""
    return [hand_out(build, dossier, environment)]


def returned(build, dossier, environment):
    """What a colleague did comes back; a second start gives it to the window that is there."""
    package = hand_out(build, dossier, environment)
    folder = os.path.dirname(package)
    mine, back = os.path.join(folder, 'mine.palermo'), os.path.join(folder, 'back.asice')
    signer = f'{folder}/amal-key.pem+{folder}/amal.pem'
    answers = os.path.join(folder, 'answers.tsv')
    with open(answers, 'w', encoding='utf-8') as file:
        file.write(f'{STATE_PAGE}/name\tNew Practicia\n')
    command(build, environment, 'team', 'open', package, '-o', mine, '--accept-unknown', '--key', signer)
    command(build, environment, 'answer', 'set', mine, '--from', answers)
    command(build, environment, 'team', 'return', mine, '-o', back, '--key', signer)
    return [dossier, back]


def checked(build, dossier, environment):
    """A submission that somebody signed whom nobody here knows."""
    folder = os.path.join(os.path.dirname(dossier), 'checked')
    package = os.path.join(folder, 'submission.asice')
    if not os.path.exists(package):
        os.makedirs(folder)
        command(build, environment, 'pack', dossier, '-o', package, '--key', key(folder))
    return [package]


def written(page):
    """What an organization writes, before it saves that."""
    def write(build, dossier, environment):
        mine = os.path.join(os.path.dirname(dossier), 'mine.palermo')
        command(build, environment, 'input', 'new', mine, '--state', 'Practicia', '--cluster', '1', '--articles', 'tip:3,tip:5')
        command(build, environment, 'answer', 'set', mine, '/input/card/author/organization', EXPERT)
        put_page(mine, page)
        return [mine]
    return write


def heard(build, dossier, environment):
    """Somebody said something about the article."""
    record = '/consultation/record/'
    said = os.path.join(os.path.dirname(dossier), 'said.tsv')
    with open(said, 'w', encoding='utf-8') as file:
        file.write(f'{record}essentials/title\tPracticia\n{record}essentials/article_clusters\tI\n{record}points/point[1]/text\tPracticia\n'
                   f'{record}points/point[1]/source\tPracticia\n{record}points/point[1]/point_articles\tuntoc:6\n')
    command(build, environment, 'consultation', 'add', dossier, '--from', said)
    return [dossier]


def killed(build, dossier, environment):
    """The program ended while somebody typed."""
    log = dossier + '-wal'
    desk = Desk([os.path.join(build, 'src', 'app', 'palermo'), dossier], **environment)
    question(desk)
    before = os.path.getsize(log) if os.path.exists(log) else 0
    desk.type(' 1')
    written = Desk.until(lambda: os.path.exists(log) and os.path.getsize(log) > before)
    time.sleep(1)  # what is typed is on the disk within a second
    desk.kill()
    if not written:
        raise NotFound('the log beside the dossier')
    return [dossier]


# Over a page, until Escape: name, page, how, what has to be there.
OVER = [('menu', STATE_PAGE, menu, None), ('question-menu', STATE_PAGE, question_menu, None),
        ('history', STATE_PAGE, press('ctrl+h'), None), ('why', STATE_PAGE, press('shift+F1'), None),
        ('check', STATE_PAGE, click('Check _List'), None), ('identity', 'sending', click('Make a Key…'), None), ('goes', 'sending', goes, heard),
        ('consider', ARTICLE_PAGE, consider, heard), ('withdraw', 'consultations', withdraw, None), ('redact', 'consultations', redact, None), ('sent', 'consultations', sent, None), ('kit', 'consultations', click('Make a _Kit…'), None), ('papers', 'consultations', click('_Papers…'), None), ('list', 'consultations', people, None), ('cover', STATE_PAGE, cover, None), ('assign', 'team', click('_Assign Articles…'), None), ('recovered', STATE_PAGE, click('_Look…'), killed)]
# In place of a page, whatever the language: name, page, how.
INSIDE = [('consultation', 'consultations', one_of('Consultations', 'New Consultation')),
          ('stakeholder', 'consultations', one_of('Stakeholders', 'New Stakeholder')),
          ('calendar', 'consultations', view('Calendar')), ('coverage', 'consultations', view('Coverage')),
          ('measures', 'consultations', view('Measures')), ('plan', 'consultations', view('Plan')),
          ('country', 'review', paper('Country profile')), ('pledge', 'review', paper('Pledge')),
          ('observations', 'review', paper('List of observations')), ('summary', 'review', paper('Summary')),
          ('comment-pane', STATE_PAGE, press('ctrl+m')), ('arrival', 'inbox', arrival)]
# What is there once the program is: name, what to open.
ARRIVALS = [('section', section), ('return', returned), ('package', checked), ('hand-in', written('hand-in')), ('action-plan', written('action-plan')),
            ('input-points', written('/input/card/points'))]
NAMES = [row[0] for row in OVER + INSIDE + ARRIVALS]


def copy_of(dossier, folder, name):
    """Each scene has a copy of its own: some of them leave something behind."""
    os.makedirs(os.path.join(folder, name))
    return shutil.copy(dossier, os.path.join(folder, name))
