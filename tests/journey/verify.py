#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages are checked in the real window: who signed, whether that is known, a second signature, the files, and what is
refused. Runs inside tests/journey/display."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from scenes import key  # noqa: E402
from story import PASSPHRASE, Story  # noqa: E402

CHECKS = [0, 0]
UNKNOWN = 'Nothing was changed, but it is not certain who signed it'
KNOWN = 'Nothing was changed, and you know who signed it'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def altered(package, path):
    """The same archive with one sentence in it changed, as somebody would who knows zip."""
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(path, 'w', zipfile.ZIP_STORED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == 'data/package.json':
                data = data.replace(b'Practicia', b'Prantkcia')
            info = zipfile.ZipInfo(entry.filename, (2026, 11, 22, 3, 49, 48))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            target.writestr(info, data)
    return path


class Verify(Story):
    """A focal point gets the work of an expert, and signs it, too."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.folder = tempfile.mkdtemp(prefix='palermo-verify-')
        self.package, self.both = self.path('answers.asice'), self.path('both.asice')

    def path(self, name):
        return os.path.join(self.folder, name)

    def done(self, *words):
        done = self.run(*words)
        if done.returncode:
            raise NotFound(f'{words[:2]}: {done.stderr}')
        return done.stdout

    def judged(self, path, *more):
        return json.loads(self.run('verify', path, *more, '--json').stdout)

    def make(self):
        dossier = self.path('Practicia.palermo')
        self.done('dossier', 'new', dossier, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01')
        self.done('pack', dossier, '-o', self.package, '--key', key(self.folder))

    def look(self):
        """Answers of a State are for nobody's inbox: opened, they say whose they are."""
        desk = self.start(self.package)
        self.holds('a submission that is opened is shown', desk.there(UNKNOWN, timeout=60), desk.tree()[-2000:])
        mark = self.judged(self.package)['signatures'][0]['fingerprint']
        groups = ' '.join(mark[i:i + 8].upper() for i in range(0, 64, 8))
        self.holds('with the fingerprint in eight groups', any(groups in t.text() for t in desk.matches('/Fingerprint: /')), groups)
        self.holds('and what it is', desk.there('Answers of a State') and desk.there('/Practicia/') and desk.there('/INDETERMINATE/'))
        self.holds('and every file', desk.there('/data.package.json/') and desk.there('/manifest-sha256.txt/'))
        desk.shot(os.path.join(self.out, 'unknown.png'), screen=True)

    def know(self):
        desk = self.desk
        desk.click('I Compared It…', 'push button')
        desk.click('By Telephone', 'push button')
        self.holds('somebody whose fingerprint was compared is known', desk.there(KNOWN, timeout=40), desk.tree()[-2000:])
        signers = json.loads(self.done('signer', 'list', '--json'))['signers']
        self.holds('which is noted, with how, and with this package', len(signers) == 1 and signers[0]['checked'] == 'phone'
                   and [seen['kind'] for seen in signers[0]['story']] == ['submission'], signers)
        self.holds('the command line knows it, too', self.judged(self.package, '--known')['code'] == 0)
        desk.shot(os.path.join(self.out, 'known.png'), screen=True)

    def sign(self):
        desk = self.desk
        desk.click('Add My Signature…', 'push button')
        desk.write('Name or office, as the receiver will see it', 'Focal point')
        desk.write('Passphrase', PASSPHRASE)
        desk.write('Passphrase once more', PASSPHRASE)
        desk.click('Make Key')
        desk.choose_file(self.both, instead=True)
        self.holds('there are two signatures in a new file', desk.until(lambda: os.path.exists(self.both))
                   and desk.there('/^.?Focal point.?$/', timeout=40) and desk.there('/^.?Amal.?$/'), desk.tree()[-2000:])
        self.holds('both are known', desk.there(KNOWN))
        said = self.judged(self.both, '--known')
        self.holds('and hold, the second over the first', said['code'] == 0 and len(said['signatures']) == 2
                   and said['signatures'][1]['subject'] == 'CN=Focal point'
                   and said['signatures'][1]['covers'] == said['signatures'][0]['covers'] + 2, said)
        self.holds('the first file is as it was', len(self.judged(self.package)['signatures']) == 1)
        desk.shot(os.path.join(self.out, 'both.png'), screen=True)

    def save(self):
        desk, folder = self.desk, self.path('files')
        desk.click('Save the Files…', 'push button')
        desk.choose_file(folder, instead=True)
        self.holds('the files are saved', desk.there('The files are saved', timeout=40))
        listed = subprocess.run(['sha256sum', '--quiet', '-c', 'manifest-sha256.txt'], cwd=folder, check=False)
        self.holds('all of them, as they were signed', listed.returncode == 0)
        desk.click('Close', 'push button')
        desk.key('Escape')

    def refuse(self):
        """What was changed is not opened, and says so."""
        desk = self.desk
        bad = altered(self.package, self.path('altered.asice'))
        desk.click('Check a Package')
        desk.choose_file(bad)
        self.holds('a package that was changed is refused',
                   desk.there('This package was changed, or a signature does not hold', timeout=40), desk.tree()[-2000:])
        self.holds('with the reason, and nothing to take out', desk.there('/TOTAL-FAILED/') and desk.there('/Nothing of it was opened/')
                   and not desk.matches('Save the Files…', 'push button') and not desk.matches('Signatures'))
        desk.shot(os.path.join(self.out, 'altered.png'), screen=True)
        desk.key('Escape')
        cut = self.path('cut.asice')
        with open(self.package, 'rb') as source, open(cut, 'wb') as target:
            target.write(source.read()[:-30])
        desk.click('Check a Package')
        desk.choose_file(cut)
        self.holds('so is one that is cut off', desk.there('This is not a package as it should be', timeout=40))
        desk.key('Escape')

    def tell(self):
        try:
            for chapter in (self.make, self.look, self.know, self.sign, self.save, self.refuse):
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
    Verify(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
