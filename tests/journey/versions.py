#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A newer questionnaire in the real window: look, keep the old one, open again, use it, read what has no
question any more; and a power cut while it is being used. Runs inside tests/journey/display."""
import json
import os
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]
STATE, PEOPLE = '/cluster1/general/state/', '/cluster1/general/people/'
BANNER = 'A newer questionnaire is here.'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def newer_data(build, folder):
    """The forms that come with the next Palermo: one question renamed, one gone, one asked otherwise."""
    forms = os.path.join(folder, 'data', 'forms')
    shutil.copytree(os.path.join(build, 'data'), os.path.dirname(forms))
    path = os.path.join(forms, 'cluster-1.xml')
    with open(path, encoding='utf-8') as file:
        text = file.read()
    text = text.replace('id="cluster-1" version="1"', 'id="cluster-1" version="99"')
    text = text.replace('lead_office', 'lead_agency').replace('focal_office', 'focal_unit')
    text = text.replace(f'<bind nodeset="{STATE}lead_agency"',
                        f'<bind nodeset="{STATE}lead_agency" p:was="{STATE}lead_office"')
    text = text.replace('Which State is under review?', 'Which State Party is under review?')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return os.path.dirname(forms)


class Versions(Story):
    """One person whose Palermo was updated."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-versions-')
        self.data = newer_data(self.build, self.folder)

    def make(self, name):
        path = os.path.join(self.folder, name + '.palermo')
        for words in (('dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01'),
                      ('answer', 'set', path, STATE + 'lead_office', 'Ministry of Justice'),
                      ('answer', 'set', path, PEOPLE + 'focal_office', 'Office of Treaties')):
            done = self.run(*words)
            if done.returncode:
                raise NotFound(done.stderr)
        return path

    def open(self, path):
        self.desk = desk = Desk([self.program, path], PALERMO_DATA_DIR=self.data)
        desk.find('/^Overview/', 'list item', timeout=40)
        return desk

    def version(self, path):
        records = json.loads(self.run('record', 'list', path, '--json').stdout or '[]')
        return [r['version'] for r in records if r['form'] == 'cluster-1']

    def look_and_keep(self, path):
        desk = self.open(path)
        self.holds('a banner says that a newer questionnaire is here', desk.there(BANNER, timeout=30))
        self.shot('1-banner')
        desk.click('See What Changes', 'push button')
        self.holds('both versions are named', desk.there('/of version 1\\. Version 99 came/'))
        self.holds('answers are counted', desk.there('1 answer moves with its question')
                   and desk.there('1 answer is kept without a question'))
        self.shot('2-what-changes')
        desk.mouse(desk.find('Moved to another place'))
        self.holds('the renamed question is in its list',
                   desk.there('Which ministry or office coordinates the answers?', timeout=5))
        self.shot('3-renamed')
        desk.resize(360, 720)
        self.shot('4-narrow')
        desk.resize(1280, 800)
        desk.click('Keep the Old One for Now', 'push button')
        self.holds('the old one can be kept', desk.gone(BANNER))
        desk.close()
        self.holds('and nothing has moved', self.version(path) == ['1']
                   and os.listdir(os.path.dirname(path)).count('kept-before-99.palermo') == 0)

    def use(self, path):
        desk = self.open(path)
        self.holds('the next time it is offered again', desk.there(BANNER, timeout=30))
        desk.click('See What Changes', 'push button')
        desk.click('Use the New One', 'push button')
        self.holds('then it is in use', desk.there('The newer questionnaire is in use', timeout=40))
        self.holds('and the copy is named', desk.there('/story-before-99\\.palermo/'))
        desk.shot(os.path.join(self.out, '5-used.png'), screen=True)
        desk.click('/^(Close|OK|_OK)/', 'push button')
        self.holds('no banner any more', desk.gone(BANNER))
        desk.click('/^Overview/', 'list item')
        self.holds('the overview speaks of what has no question',
                   desk.there('1 answer without a fitting question', timeout=20))
        self.shot('6-overview')
        desk.click('1 answer without a fitting question', 'push button')
        self.holds('there it can be read', desk.there('Office of Treaties', timeout=20)
                   and desk.there('Which office does the focal point work in?'))
        self.shot('7-orphans')
        desk.click('Copy this answer', 'push button')
        self.holds('and copied', desk.there('The answer is copied'))
        table = os.path.join(self.folder, 'kept.csv')
        desk.click('Save as a Table…', 'push button')
        desk.choose_file(table, instead=True)
        for _ in range(50):
            if os.path.exists(table):
                break
            time.sleep(0.1)
        saved = open(table, encoding='utf-8-sig').read() if os.path.exists(table) else ''
        self.holds('and saved as a table', '"Office of Treaties"' in saved, saved)
        desk.resize(360, 720)
        self.shot('8-orphans-narrow')
        desk.close()
        copy = path.replace('.palermo', '-before-99.palermo')
        self.holds('the dossier is of the newer version', self.version(path) == ['99'], self.version(path))
        self.holds('the answer moved along',
                   self.run('answer', 'get', path, STATE + 'lead_agency').stdout == 'Ministry of Justice\n')
        self.holds('the copy is as it was', self.version(copy) == ['1']
                   and self.run('answer', 'get', copy, STATE + 'lead_office').stdout == 'Ministry of Justice\n')
        self.holds('both are sound', self.run('dossier', 'check', path).returncode == 0
                   and self.run('dossier', 'check', copy).returncode == 0)

    def power_cut(self, number):
        path = self.make(f'cut{number}')
        desk = self.open(path)
        desk.find(BANNER, timeout=30)
        desk.click('See What Changes', 'push button')
        desk.find('Use the New One', 'push button')
        desk.click('Use the New One', 'push button')
        time.sleep(random.uniform(0, 0.4))
        desk.kill()
        version = self.version(path)
        node = STATE + ('lead_agency' if version == ['99'] else 'lead_office')
        self.holds(f'a power cut while it is taken leaves all or nothing ({version})',
                   version in (['1'], ['99']) and self.run('dossier', 'check', path).returncode == 0
                   and self.run('answer', 'get', path, node).stdout == 'Ministry of Justice\n')

    def tell(self):
        try:
            kept, path = self.make('kept'), self.make('story')
            self.look_and_keep(kept)
            self.use(path)
            for number in range(3):
                self.power_cut(number)
        except NotFound as lost:
            self.holds(f'the story goes on ({lost})', False)
        finally:
            if self.desk:
                self.desk.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-journey-')
    Versions(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
