#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages are checked in the real window: who signed, whether that is known, a second signature, the files, and what is
refused; and a module whose certificate changes. Runs inside tests/journey/display."""
import datetime
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

    def known(self):
        """The list of known signers: a name of one's own, and one who is forgotten and not."""
        desk = self.desk
        desk.click('Check a Package')
        desk.choose_file(self.package)
        self.holds('the package of somebody known', desk.there(KNOWN, timeout=40))
        desk.click('Known Signers', 'push button')
        mark = self.judged(self.package)['signatures'][0]['fingerprint']
        groups = ' '.join(mark[i:i + 8].upper() for i in range(0, 64, 8))
        self.holds('the known signers are listed with their fingerprints', desk.there('How the key became known', timeout=40)
                   and any(groups in t.text() for t in desk.matches(f'/{groups[:8]}/')), desk.tree()[-3000:])
        desk.shot(os.path.join(self.out, 'signers.png'), screen=True)
        desk.write('/^What you call .*Amal/', 'Our Amal')
        desk.key('Return')
        self.holds('one gets a name of one\'s own', desk.until(lambda: 'Our Amal' in [s['givenName'] for s in self.signers()]),
                   self.signers())
        desk.click('/^Forget .*Amal/', 'push button')
        self.holds('one is forgotten', desk.until(lambda: all(s['name'] != 'Amal' for s in self.signers())), self.signers())
        desk.click('Undo', 'push button')
        self.holds('and comes back with the story', desk.until(lambda: any(s['givenName'] == 'Our Amal' and s['story'] for s in self.signers())),
                   self.signers())
        desk.key('Escape')
        self.holds('the package is of somebody known still', desk.there(KNOWN, timeout=40))
        desk.key('Escape')

    def signers(self):
        return json.loads(self.done('signer', 'list', '--json'))['signers']

    def module_key(self, i):
        """The i-th certificate of a module, and its key."""
        folder = self.path(f'module{i}')
        os.makedirs(folder, exist_ok=True)
        both = os.path.join(folder, 'amal-key.pem') + '+' + os.path.join(folder, 'amal.pem')
        if not os.path.exists(os.path.join(folder, 'amal.pem')):
            key(folder)
        return os.path.join(folder, 'amal.pem'), both

    def receipt(self, i):
        """Of the first package, by the i-th certificate."""
        certificate, both = self.module_key(i)
        store = self.path(f'store{i}')
        self.done('receive', self.package, '--store', store, '--key', both, '--module-cert', certificate, '--trust',
                  self.path('amal.pem'), '--json')
        path = self.path(f'r{i}.receipt.p7m')
        shutil.copy(os.path.join(store, 'receipts', self.judged(self.package)['sha256'] + '.receipt.p7m'), path)
        return path

    def notice(self, i):
        """That another certificate takes the place of the i-th one, from tomorrow on."""
        path = self.path(f'n{i}.p7m')
        later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=i + 1)).strftime('%Y-%m-%dT%H:%M:%SZ')
        self.done('module', 'announce', '--key', self.module_key(i)[1], '--new', self.module_key(i + 1)[0], '--from', later, '-o', path)
        return path

    def tried(self, path, sign):
        """Opened from the start page, a statement says this."""
        self.desk.click('Check a Package')
        self.desk.choose_file(path)
        return self.desk.there(sign, timeout=40)

    def rotate(self):
        """A module changes its certificate twice; its first receipt is still good."""
        desk = self.desk
        first = self.receipt(0)
        self.holds('without a module nothing is believed', self.tried(first, 'This statement cannot be relied on')
                   and desk.there('/^No module is set here/'))
        desk.click('Close', 'push button')
        endpoint = self.path('endpoint.asice')
        self.done('endpoint', 'make', '-o', endpoint, '--url', 'https://module.example/files', '--name', 'Module', '--module-cert',
                  self.module_key(0)[0], '--key', self.module_key(0)[1])
        self.done('endpoint', 'add', endpoint, '--signer', self.judged(endpoint)['signatures'][0]['fingerprint'])
        self.holds('a receipt of the module is told', self.tried(first, 'The module has accepted the package'))
        desk.click('Close', 'push button')
        self.holds('a notice before its time is not', self.tried(self.notice(1), 'This statement cannot be relied on'))
        desk.click('Close', 'push button')
        for i in range(2):
            certificate, path = self.module_key(i + 1)[0], self.notice(i)
            self.holds(f'notice {i} is shown', self.tried(path, 'The module has another key'))
            mark = subprocess.run(['openssl', 'x509', '-in', certificate, '-noout', '-fingerprint', '-sha256'], check=True,
                                  capture_output=True, text=True).stdout.split('=')[1].strip().replace(':', '')
            groups = ' '.join(mark[j:j + 8] for j in range(0, 64, 8))
            self.holds('with the new fingerprint', any(groups in t.text() for t in desk.matches('/Until now: /')), groups)
            desk.shot(os.path.join(self.out, f'notice{i}.png'), screen=True)
            desk.click('Accept the New Key', 'push button')
            self.holds(f'notice {i} is kept by a yes', desk.there('From now on the new key counts', timeout=40))
            desk.click('Close', 'push button')
        self.holds('the first receipt is good two changes later', self.tried(first, 'The module has accepted the package')
                   and desk.there('/That key was in force until/'))
        desk.shot(os.path.join(self.out, 'receipt.png'), screen=True)
        desk.click('Close', 'push button')
        self.holds('and so is one of the third key', self.tried(self.receipt(2), 'The module has accepted the package'))
        desk.click('Close', 'push button')
        self.holds('a replaced key announces nothing more', self.tried(self.path('n0.p7m'), '/replaced already/'))
        desk.click('Close', 'push button')

    def tell(self):
        try:
            for chapter in (self.make, self.look, self.know, self.sign, self.save, self.known, self.refuse, self.rotate):
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
