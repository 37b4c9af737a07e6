#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An endpoint file in the real window: opened, compared, said yes to, sent through, replaced, forgotten; and a connection
that is set by hand. Runs inside tests/journey/display."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import NotFound  # noqa: E402
from story import PASSPHRASE, Story  # noqa: E402

CHECKS = [0, 0]
NAME = 'Secure module of Practicia'


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def keyfile():
    return os.path.join(os.environ['XDG_CONFIG_HOME'], 'glib-2.0', 'settings', 'keyfile')


def make_key(story, folder, name):
    key, certificate = os.path.join(folder, name + '-key.pem'), os.path.join(folder, name + '.pem')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
                    '-subj', '/CN=' + name, '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation', '-addext',
                    'basicConstraints=critical,CA:FALSE', '-keyout', key, '-out', certificate], check=True,
                   stderr=subprocess.DEVNULL)
    return f'{key}+{certificate}'


def make(story, path, key, *more):
    done = story.run('endpoint', 'make', '-o', path, '--url', story.ready['url'], '--name', NAME, '--module-cert',
                     story.ready['moduleCertificate'], '--ca', story.ready['ca'], '--practice', '--key', key, *more)
    story.holds(f'an operator makes {os.path.basename(path)}', done.returncode == 0, done.stderr)
    return path


def open_in(desk, path):
    """As from the file manager."""
    subprocess.run(['gdbus', 'call', '--session', '-d', 'app.palermo.Palermo', '-o', '/app/palermo/Palermo', '-m',
                    'org.gtk.Actions.Activate', 'open-path', f"[<'{path}'>]", '{}'], check=True, stdout=subprocess.DEVNULL)


def spoken(story, path):
    lines = story.run('endpoint', 'show', path).stdout.splitlines()
    return next(line for line in lines if line.startswith("signer's fingerprint")).split('  ')[-1].strip()


def tell(story, folder):
    dossier = os.path.join(folder, 'practicia.palermo')
    shutil.copy(os.path.join(story.build, 'data', 'practice', 'practicia.palermo'), dossier)
    story.start_module()
    os.remove(keyfile())  # nothing by hand: the file alone says where to
    operator, thief = make_key(story, folder, 'Operator'), make_key(story, folder, 'Somebody')
    path = make(story, os.path.join(folder, 'module.asice'), operator)
    desk = story.start(dossier)
    desk.go('Sending', 'What goes', timeout=40)

    open_in(desk, path)
    story.holds('opening the file asks, and says where to', desk.there('Shall archives go to this endpoint?')
                and desk.there('/' + story.ready['url'].split('/')[2] + '/'))
    digits = spoken(story, path)
    story.holds('and shows the fingerprint in eight groups', desk.there(f'/{digits}/'), digits)
    desk.shot(os.path.join(story.out, 'question.png'), screen=True)
    desk.click('Cancel')
    story.holds('a no keeps nothing', desk.gone('Shall archives go to this endpoint?')
                and story.run('endpoint', 'list').stdout == '')
    open_in(desk, path)
    desk.click('Use This Endpoint')
    story.holds('a yes shows the endpoint where archives go', desk.there(NAME, timeout=20))
    story.holds('and keeps it', story.run('endpoint', 'list').stdout.count('\n') == 1)
    story.shot('chosen')

    desk.click('Sign and Send')
    desk.write('Passphrase', PASSPHRASE)
    desk.write('Passphrase once more', PASSPHRASE)
    desk.click('Make Key')
    story.holds('what is sent arrives through it', desk.there('Accepted', timeout=90))
    story.shot('accepted')

    stolen = make(story, os.path.join(folder, 'stolen.asice'), thief, '--newer-than', path)
    open_in(desk, stolen)
    story.holds('another key is told', desk.there('Another key signed this endpoint') and desk.there('/^(?s:.*)Be careful/'))
    desk.shot(os.path.join(story.out, 'other-key.png'), screen=True)
    desk.click('Cancel')
    open_in(desk, make(story, os.path.join(folder, 'newer.asice'), operator, '--newer-than', path))
    story.holds('a newer file of the same key takes its place', desk.there('/^(?s:.*)takes its place/'))
    desk.click('Use This Endpoint')
    desk.gone('Shall archives go to this endpoint?')
    open_in(desk, path)
    story.holds('and an older one does not', desk.there('You have a newer file of this endpoint'))
    desk.key('Escape')
    with open(path, 'r+b') as file:
        file.seek(os.path.getsize(path) // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    open_in(desk, path)
    story.holds('a file that was changed is refused', desk.there('This package cannot be opened'))
    desk.key('Escape')
    desk.close()

    desk = story.start(dossier)
    desk.go('Sending', 'What goes', timeout=40)
    story.holds('another day it is still there', desk.there(NAME, timeout=20))
    desk.click('/^How and when to send/')
    desk.choose_from('Proxy', 'No proxy')
    desk.choose_from('When archives may go', 'Not on metered connections')
    story.holds('how and when to send is kept', desk.until(lambda: "proxy-mode='none'" in open(keyfile(), encoding='utf-8').read()
                and "send-when='not-metered'" in open(keyfile(), encoding='utf-8').read(), 10) is not False)
    story.shot('manners')
    desk.click('Forget…')
    desk.click('Forget It')
    story.holds('forgotten, there is a place for an address again', desk.there('Address of the secure module')
                and desk.gone(NAME) and desk.until(lambda: story.run('endpoint', 'list').stdout == '', 10) is not False)
    desk.close()
    return dossier


class Guarded:
    """A module that lets in who has a certificate; its operator says that it wants a token as well."""

    def __init__(self, story, folder, operator):
        self.token, self.secret = 'practice-token-123', 'open sesame'
        client = make_key(story, folder, 'Ministry of Practicia').split('+')
        self.sealed = os.path.join(folder, 'client.p12')
        subprocess.run(['openssl', 'pkcs12', '-export', '-in', client[1], '-inkey', client[0], '-out', self.sealed, '-passout',
                        'pass:' + self.secret], check=True)
        self.process = subprocess.Popen([os.path.join(story.build, 'src', 'module', 'palermo-module'), '--dir', os.path.join(folder, 'guarded'),
                                         '--client-ca', client[1]], stdout=subprocess.PIPE, text=True)
        story.ready = json.loads(self.process.stdout.readline())
        self.endpoint = make(story, os.path.join(folder, 'guarded.asice'), operator, '--auth', 'both')


def give_access(desk, guarded, passphrase):
    desk.write('Access token', guarded.token)
    desk.click('Choose…')
    desk.key('ctrl+l')
    desk.type(guarded.sealed)
    desk.key('Return')
    desk.find('Passphrase of the certificate', timeout=30)
    desk.write('Passphrase of the certificate', passphrase)


def access(story, dossier, guarded, has_keyring):
    """What gets one in: asked for when it is wanted, tried before it is kept, remembered if a person says so."""
    desk = story.start(dossier)
    desk.go('Sending', 'What goes', timeout=40)
    open_in(desk, guarded.endpoint)
    desk.click('Use This Endpoint')
    story.holds('it says what the module wants', desk.there('The module wants an access token and a certificate of yours', timeout=20))
    desk.click('Sign and Send')
    story.holds('who sends without it is asked for it', desk.there('Access to the Module', timeout=20))
    give_access(desk, guarded, 'not it')
    if has_keyring:
        desk.click('/^Remember it/', role='list item')
    desk.shot(os.path.join(story.out, 'access.png'), screen=True)
    desk.click('Use It')
    story.holds('a wrong passphrase is told, and nothing is kept', desk.there('/^That is not the passphrase of this certificate/', timeout=20))
    desk.write('Passphrase of the certificate', guarded.secret)
    desk.click('Use It')
    story.holds('the right one is taken', desk.there('You have what the module wants', timeout=30))
    desk.close()

    desk = story.start(dossier)
    desk.go('Sending', 'What goes', timeout=40)
    if not has_keyring:
        story.holds('what is not remembered is asked for another day', desk.there('The module wants an access token and a certificate of yours',
                                                                                  timeout=20))
        desk.click('Sign and Send')
        desk.write('Access token', guarded.token)
        desk.write('Passphrase of the certificate', guarded.secret)
        desk.click('Use It')
    story.holds('another day it lets us in', desk.there('You have what the module wants', timeout=30))
    desk.click('Sign and Send')
    desk.write('Passphrase', PASSPHRASE)
    desk.click('Unlock')
    story.holds('and what is sent arrives', desk.there('Accepted', timeout=90))
    story.shot('guarded')
    desk.close()
    paths = [os.path.join(root, name) for root, _s, names in os.walk(os.environ['HOME']) for name in names]
    told = [path for path in paths if os.path.isfile(path) and guarded.token.encode() in open(path, 'rb').read()]
    story.holds('the token stands in no file', told == [], str(told))


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-endpoint-')
    story = Story(os.environ['PALERMO_BUILD'], out, check)
    guarded = None
    try:
        with tempfile.TemporaryDirectory(prefix='palermo-endpoint-') as folder:
            # Before anybody asks for it: one that the bus begins is locked.
            has_keyring = story.begin_keyring()
            try:
                dossier = tell(story, folder)
                guarded = Guarded(story, folder, make_key(story, folder, 'Other operator'))
                access(story, dossier, guarded, has_keyring)
            except NotFound as missing:
                story.holds(f'the story goes on: {missing}', False, story.desk.tree()[-2500:]
                            if story.desk.process.poll() is None else '')
    finally:
        if guarded:
            guarded.process.terminate()
            guarded.process.wait()
        story.end()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    sys.exit(1 if CHECKS[1] else 0)


if __name__ == '__main__':
    main()
