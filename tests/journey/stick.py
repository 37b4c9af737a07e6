#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive that goes by stick, in the real window: packed, sealed and copied; the module opens and receives it; its receipt
comes back and closes the same delivery. Runs inside tests/journey/display."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Apart  # noqa: E402

CHECKS = [0, 0]


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Stick(Apart):
    """A focal point without a network, and the module's people."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.dossier = self.path('Practicia.palermo')
        self.stick = self.path('stick')
        self.opened = self.path('opened.asice')
        os.mkdir(self.stick)

    def keys(self):
        return f'{self.path("module-key.pem")}+{self.path("module.pem")}'

    def settings(self):
        folder = os.path.join(self.home('focal')['XDG_CONFIG_HOME'], 'glib-2.0', 'settings')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, 'keyfile'), 'w', encoding='utf-8') as file:
            file.write("[app/palermo/Palermo]\nendpoint-url='https://127.0.0.1:9/files/'\n"
                       f"endpoint-module-certificate='{self.path('module-before.pem')}'\n")

    def rotate(self):
        """The certificate in the settings was replaced since, and somebody here has said yes to that."""
        before, notice = self.path('module-before.pem'), self.path('notice.p7m')
        self.good('module', 'announce', '--key', f'{self.path("module-before-key.pem")}+{before}', '--new', self.path('module.pem'),
                  '-o', notice)
        mark = subprocess.run(['openssl', 'x509', '-in', self.path('module.pem'), '-noout', '-fingerprint', '-sha256'], check=True,
                              capture_output=True, text=True).stdout.split('=')[1].strip().replace(':', '')
        self.good('module', 'accept', notice, '--trust', before, '--fingerprint', mark, at='focal')

    def copy(self):
        self.good('dossier', 'new', self.dossier, '--state', 'Practicia', '--uncac', 'no', '--start', '2026-09-01')
        for name in ('module-before', 'module', 'stranger'):
            self.make_certificate(name)
        self.settings()
        self.rotate()
        desk = self.at('focal', self.dossier)
        desk.go('Sending', 'What goes', timeout=40)
        desk.click('Copy to a Stick…')
        self.make_key('Focal Point of Practicia')
        self.holds('it is packed, and asks for the stick', desk.there('Put the stick in and choose a folder on it.', timeout=60))
        self.holds('sealed unless somebody says otherwise', desk.there('/^Encrypted for the module/'))
        desk.shot(os.path.join(self.out, 'stick-window.png'), screen=True)
        desk.click('Choose…')
        self.pick(self.stick)
        desk.find('Nothing was copied yet.')
        desk.click('Copy', 'push button')
        self.holds('copied and read back, it is safe to remove', desk.there('/^Safe to remove/', timeout=60))
        desk.shot(os.path.join(self.out, 'stick-safe.png'), screen=True)
        desk.key('Escape')
        self.holds('the delivery waits for its receipt', desk.there('On a stick, waiting for the receipt'))
        self.shot('stick-waits')

    def receive(self):
        names = os.listdir(self.stick)
        self.holds('one folder is on the stick', len(names) == 1 and len(names[0]) == 64, str(names))
        sealed = os.path.join(self.stick, names[0])
        self.holds('with volumes and their list', sorted(os.listdir(sealed)) == ['0001.p7m', 'volumes.json'], str(os.listdir(sealed)))
        self.good('open', sealed, '--key', self.keys(), '-o', self.opened)
        answers = []
        for who in ('module', 'stranger'):
            keys = f'{self.path(who + "-key.pem")}+{self.path(who + ".pem")}'
            answers.append(json.loads(self.good('receive', self.opened, '--store', self.path('store-' + who), '--key', keys,
                                                '--module-cert', self.path(who + '.pem'), '--accept-unknown', '--json')))
        self.holds('the module accepts what the stick brought', answers[0]['status'] == 'accepted', str(answers[0]))
        return [answer['receipt'] for answer in answers]

    def open_file(self, path):
        """As a file manager does while the program runs."""
        subprocess.run([self.program, path], env={**os.environ, **self.home('focal')}, check=True, timeout=60)

    def bring_back(self, receipt, foreign):
        desk = self.desk
        desk.click('Import a Receipt…')
        self.pick(foreign)
        self.holds('the receipt of somebody else is not taken', desk.there('/^This is not a receipt of the module/', timeout=20))
        desk.click('Close', 'push button')
        self.holds('and changes nothing', desk.there('On a stick, waiting for the receipt'))
        self.open_file(foreign)
        self.holds('nor when it is opened as a file', desk.there('This statement cannot be relied on', timeout=40)
                   and desk.there('On a stick, waiting for the receipt'))
        desk.click('Close', 'push button')
        self.open_file(receipt)
        self.holds('that of the module is opened as a file, and closes the delivery',
                   desk.there('/The delivery that waited for this receipt is closed/', timeout=40))
        desk.shot(os.path.join(self.out, 'stick-closed.png'), screen=True)
        desk.click('Close', 'push button')
        self.holds('as the page says', desk.there('Accepted', timeout=20))
        self.shot('stick-accepted')
        desk = self.at('focal', self.dossier)
        desk.go('Sending', 'What goes', timeout=40)
        self.holds('it is so after a restart', desk.there('Accepted', timeout=20) and desk.there('Save Receipt…'))

    def tell(self):
        try:
            self.copy()
            self.bring_back(*self.receive())
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
    Stick(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
