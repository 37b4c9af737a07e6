#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A translator changes an Arabic question on one laptop, sees it as it will be, and signs it; on a second laptop it waits until
somebody accepts it, and then the question says it in the dossier that is open. Runs inside tests/journey/display."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Apart  # noqa: E402

CHECKS = [0, 0]
ENGLISH = 'Is your country a party to the United Nations Convention against Corruption?'
OURS = 'هل انضم بلدكم إلى اتفاقية الأمم المتحدة لمكافحة الفساد؟'
FIRST = 'هل انضم بلدكم؟'
PAGE = 'الصكوك التي انضم إليها بلدكم'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Translate(Apart):
    """A translator, and a reader who knows nobody."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.package = self.path('cluster-1-ar.asice')
        self.dossier = self.path('reader.palermo')

    def texts(self):
        """To the texts of the first questionnaire, and to the one question."""
        desk = self.desk
        desk.click('Translate', 'list item')
        desk.click('Cluster I', 'list item', timeout=40)
        desk.find('Find a text', timeout=40)
        desk.write('Find a text', 'party to the United Nations Convention against Corruption')
        desk.find(ENGLISH, 'list item')
        # The list narrows itself while one types.
        desk.click(ENGLISH, 'list item')
        desk.find('Arabic', 'text', timeout=30)

    def seen(self, words, times, timeout=20):
        """Whether a text stands in so many places: in the list, and in the question below."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if len(self.desk.matches(words)) >= times:
                return True
            time.sleep(0.3)
        return False

    def change(self):
        self.at('translator')
        self.texts()
        desk = self.desk
        self.holds('the real question stands below', desk.there('How it looks') and desk.there('نعم', timeout=30))
        desk.write('Arabic', FIRST, 'text')
        self.holds('what is typed is seen in it', self.seen(FIRST, 2))
        desk.shot(os.path.join(self.out, 'translate-live.png'), screen=True)
        desk.key('ctrl+z')
        self.holds('a text can be undone', desk.text('Arabic', 'text') != FIRST, desk.text('Arabic', 'text'))
        desk.key('ctrl+shift+z')
        desk.write('Arabic', OURS, 'text')
        self.holds('it says that it is saved', desk.there('Saved', timeout=20))

    def kill(self):
        self.seen(OURS, 2)
        time.sleep(1.2)  # what came within the last second may be lost, and nothing else
        self.desk.kill()
        self.desk = None
        self.at('translator')
        self.texts()
        self.holds('what was typed outlives a program that is killed', self.desk.text('Arabic', 'text') == OURS,
                   self.desk.text('Arabic', 'text'))

    def export(self):
        desk = self.desk
        desk.click('What to do with these translations')
        desk.click('/Export Signed Package…$/')
        self.make_key('Translators of Practicia')
        self.save_as(self.package)
        self.holds('a signed package is written', desk.there('The signed package is written', timeout=30)
                   and os.path.exists(self.package), os.listdir(self.folder))
        self.holds('which is sound', self.run('verify', self.package).returncode in (0, 1))

    def hand(self):
        """The package is opened like any file: a second start of the program gives it to the one that runs."""
        subprocess.run([self.program, self.package], env={**os.environ, **self.home('reader')}, check=True, timeout=60)

    def keep(self):
        self.good('dossier', 'new', self.dossier, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01', at='reader')
        settings = os.path.join(self.home('reader')['XDG_CONFIG_HOME'], 'glib-2.0', 'settings')
        os.makedirs(settings)
        with open(os.path.join(settings, 'keyfile'), 'w', encoding='utf-8') as file:
            file.write("[app/palermo/Palermo]\nquestionnaire-language='ar'\n")
        desk = self.at('reader', self.dossier)
        desk.click(f'/{PAGE}/', 'list item', timeout=40)
        self.holds('the dossier speaks as it came', desk.there('نعم', timeout=30) and not desk.matches(OURS))
        self.hand()
        self.holds('of somebody unknown it waits until somebody decides', desk.there('Waits for you', timeout=30)
                   and desk.there('Signed by Translators of Practicia, whom this computer does not know', timeout=20))
        self.holds('with what it brings', desk.there('/^Use: Cluster I, Arabic: 1 text is new or different/', timeout=20))
        digits = self.run('translate', 'open', self.package).stderr
        shown = desk.find('/^[0-9A-F]{8}( [0-9A-F]{8}){7}$/').text()
        self.holds('and the fingerprint in eight groups', shown.lower() in digits,
                   f'{shown} {digits}')
        desk.shot(os.path.join(self.out, 'translate-unknown.png'), screen=True)
        self.holds('and nothing of it is used', not self.used())

    def used(self):
        place = os.path.join(self.home('reader')['XDG_DATA_HOME'], 'palermo', 'translations', 'cluster-1', 'ar.po')
        return os.path.exists(place)

    def accept(self):
        desk = self.desk
        desk.click('/^Use: Cluster I, Arabic/', 'push button', timeout=30)
        self.holds('accepted, it is used', desk.there('The translations are used on this computer', timeout=30)
                   and self.used())
        self.holds('and waits no more', desk.gone('Waits for you'))
        self.holds('the dossier that is open says it at once', desk.there(OURS, timeout=30))
        self.holds('who was accepted is known', desk.there('Translators whom you know', timeout=10))
        desk.click('Undo', 'push button')
        self.holds('all of it can be taken back', desk.there('Waits for you', timeout=30) and desk.gone('Translators whom you know')
                   and not self.used())
        self.holds('in the dossier, too', desk.gone(OURS, timeout=30))
        desk.click('/^Use: Cluster I, Arabic/', 'push button', timeout=30)
        self.holds('and used again', desk.there(OURS, timeout=30) and desk.gone('Waits for you'))

    def known(self):
        desk = self.desk
        self.hand()
        self.holds('of somebody known one is asked', desk.there('Use these translations?', timeout=30))
        desk.click('Not Now', 'push button')
        self.holds('and may put it off', desk.there('Waits for you', timeout=20)
                   and desk.there('Signed by Translators of Practicia, whose packages you have accepted before', timeout=20))
        desk.click('/^Decline: Cluster I, Arabic/', 'push button')
        self.holds('or decline it', desk.gone('Waits for you'))
        desk.click('Forget Translators of Practicia', 'push button')
        self.holds('whom one knows can be forgotten', desk.gone('Translators whom you know'))

    def read(self):
        os.environ['LANGUAGE'] = 'ar'
        desk = self.at('reader', self.dossier)
        desk.click(f'/{PAGE}/', 'list item', timeout=40)
        self.holds('the question says it on the second laptop', desk.there(OURS, timeout=30), desk.tree()[-2000:])
        desk.shot(os.path.join(self.out, 'translate-read.png'))
        os.environ['LANGUAGE'] = 'en'

    def wrong(self):
        """A PO file that is not in order: a sentence with the line, and nothing is loaded."""
        bad = self.path('bad.po')
        with open(bad, 'w', encoding='utf-8') as file:
            file.write('msgid ""\nmsgstr ""\n"Language: ar\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
                       'msgctxt "general:label"\nmsgid "General part"\nmsgstr "broken\n')
        self.at('translator')
        self.texts()
        desk = self.desk
        desk.click('What to do with these translations')
        desk.click('/Open PO…$/')
        self.pick(bad)
        self.holds('a bad file is refused with its line', desk.there('/^Line [0-9]+: .* Nothing was taken from it/', timeout=30))
        desk.click('Close', 'push button')
        self.holds('and what was there is there', desk.text('Arabic', 'text') == OURS)

    def tell(self):
        try:
            for chapter in (self.change, self.kill, self.export, self.keep, self.accept, self.known, self.read, self.wrong):
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
    Translate(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
