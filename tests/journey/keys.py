#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of a person in the real window: the first one, one of former years from a file, a renewal that colleagues follow, another
passphrase, and one on a smart card. Runs inside tests/journey/display."""
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
OLD_SECRET = 'as in former years'
PIN = '73519284'
LIBRARIES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
             '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so']


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def make_old_file(folder):
    """As administrations still hand them out: RC2 and 3DES."""
    path, key, certificate = (os.path.join(folder, name) for name in ('given.p12', 'given-key.pem', 'given.pem'))
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '300', '-subj', '/CN=Registry of Practicia', '-addext',
                    'keyUsage=critical,digitalSignature,nonRepudiation', '-keyout', key, '-out', certificate], check=True, capture_output=True)
    subprocess.run(['openssl', 'pkcs12', '-export', '-legacy', '-inkey', key, '-in', certificate, '-out', path, '-passout', 'pass:' + OLD_SECRET,
                    '-certpbe', 'PBE-SHA1-RC2-40', '-keypbe', 'PBE-SHA1-3DES'], check=True, capture_output=True)
    return path, certificate


def listed(story):
    return json.loads(story.run('identity', 'list', '--json').stdout)


def pick(desk, path):
    """In the chooser of GTK: a path that is typed is a place."""
    desk.key('ctrl+l')
    desk.type(path)
    desk.key('Return')


def first_key(story, desk):
    desk.mouse(desk.find('Main menu'))
    desk.click('/^Your Keys/')
    story.holds('without a key it says what one is for', desk.there('/^You have no key yet\\. With a key/'))
    desk.shot(os.path.join(story.out, 'no-key.png'), screen=True)
    desk.click('/^Make a Key/', role='list item')
    desk.write('Name or office, as the receiver will see it', 'Focal Point of Practicia')
    desk.write('Passphrase', 'short')
    desk.write('Passphrase once more', 'short')
    desk.click('Make Key')
    story.holds('a short passphrase is not taken', desk.there('/at least 8 characters/') and listed(story) == [])
    desk.write('Passphrase', PASSPHRASE)
    desk.write('Passphrase once more', PASSPHRASE)
    desk.click('Make Key')
    story.holds('the first key is made', desk.there('/Focal Point of Practicia/', timeout=30))
    found = listed(story)
    digits = ' '.join(found[0]['fingerprint'][i:i + 8].upper() for i in range(0, 64, 8)) if found else '?'
    story.holds('and its fingerprint stands there in eight groups', len(found) == 1 and desk.there(f'/{digits}/'), digits)
    desk.shot(os.path.join(story.out, 'first-key.png'), screen=True)


def from_a_file(story, desk, folder):
    path, certificate = make_old_file(folder)
    desk.click('/^Import a Key/', role='list item')
    pick(desk, path)
    desk.find('Passphrase', timeout=30)
    desk.write('Passphrase', 'not it')
    desk.click('Import')
    story.holds('a wrong passphrase is told, and nothing is taken', desk.there('/^That is not the passphrase of this file/', timeout=20)
                and len(listed(story)) == 1)
    desk.write('Passphrase', OLD_SECRET)
    desk.click('Import')
    story.holds('it says how the file was encrypted', desk.there('/encrypted with (RC2|3DES)/', timeout=30))
    desk.shot(os.path.join(story.out, 'imported.png'), screen=True)
    desk.key('Escape')
    story.holds('one signs with it from now on', desk.there('/Registry of Practicia/') and desk.there('Former keys'))
    found = listed(story)
    story.holds('the first one is kept', [(e['name'], e['inUse']) for e in found]
                == [('Registry of Practicia', True), ('Focal Point of Practicia', False)], str(found))
    told = subprocess.run(['openssl', 'pkcs12', '-in', found[0]['file'], '-info', '-noout', '-passin', 'pass:' + OLD_SECRET], capture_output=True,
                          text=True, check=False)
    story.holds('and it is sealed as today', told.returncode == 0 and 'Iteration 600000' in told.stderr and 'RC2' not in told.stderr, told.stderr)
    return certificate


def renewal(story, desk, folder, certificate):
    story.run('signer', 'add', certificate, '--checked', 'phone', '--name', 'The registry')
    desk.click('/^Renew/', role='list item')
    desk.write('Passphrase', OLD_SECRET)
    desk.click('Renew')
    story.holds('a renewed key is used at once', desk.there('You sign with a new key now', timeout=30))
    found = listed(story)
    story.holds('under the same name, and both former ones are kept', [e['name'] for e in found][0] == 'Registry of Practicia'
                and len(found) == 3, str(found))
    notice = os.path.join(folder, 'notice.p7m')
    desk.click('/^Save the Notice/', role='list item')
    desk.find('Save', timeout=20)
    desk.key('ctrl+a')
    desk.type(notice)
    desk.key('Return')
    story.holds('what the former key says of it can be given away', desk.until(lambda: os.path.exists(notice), 20))
    done = story.run('signer', 'add', notice, '--json')
    story.holds('and whoever knew the former one follows', done.returncode == 0
                and json.loads(done.stdout)['fingerprint'] == found[0]['fingerprint'], done.stderr)
    desk.shot(os.path.join(story.out, 'renewed.png'), screen=True)


def another_passphrase(story, desk, keyring):
    desk.click('/^Change the Passphrase/', role='list item')
    desk.write('Passphrase until now', OLD_SECRET)
    desk.write('New passphrase', PASSPHRASE)
    desk.write('Passphrase once more', PASSPHRASE)
    if keyring:
        story.holds('nothing is remembered unless it is asked for', not desk.there('/^Forget the Passphrase/', timeout=1))
        desk.click('/^Remember the passphrase/', role='list item')
    desk.shot(os.path.join(story.out, 'another-passphrase.png'), screen=True)
    desk.click('Change')
    story.holds('the passphrase is changed', desk.there('The passphrase is changed', timeout=30))
    desk.close()


def remembered(story, dossier):
    """What the keyring holds signs without a question, until the person takes it out."""
    desk = story.start(dossier)
    desk.go('Sending', 'What goes', timeout=40)
    desk.click('Unlock…')
    story.holds('the keyring unlocks the key, and nobody is asked', desk.there('/^Registry of Practicia/', timeout=30)
                and not desk.there('Your passphrase, please', timeout=1))
    desk.mouse(desk.find('Main menu'))
    desk.click('/^Your Keys/')
    desk.click('/^Forget the Passphrase/', role='list item')
    story.holds('until it is forgotten', desk.there('/^The passphrase is forgotten/', timeout=20) and desk.gone('/^Forget the Passphrase/'))
    desk.shot(os.path.join(story.out, 'forgotten.png'), screen=True)
    desk.close()


def it_signs(story, dossier, keyring):
    """Another day: the key is locked, and signs what goes."""
    story.start_module()
    if keyring:
        remembered(story, dossier)
    desk = story.start(dossier)
    desk.go('Sending', 'What goes', timeout=40)
    desk.click('Sign and Send')
    desk.write('Passphrase', OLD_SECRET)
    desk.click('Unlock')
    story.holds('the former passphrase opens it no more', desk.there('/^That is not the passphrase of this key/', timeout=20))
    desk.write('Passphrase', PASSPHRASE)
    desk.click('Unlock')
    story.holds('what it signs arrives', desk.there('Accepted', timeout=90))
    desk.close()


def make_card(folder):
    """A token with a key and its certificate; False where SoftHSM2 is not installed."""
    library = next((path for path in LIBRARIES if os.path.exists(path)), None)
    if not library or not shutil.which('softhsm2-util') or not shutil.which('pkcs11-tool'):
        print('# without SoftHSM2: no smart card', flush=True)
        return False
    path = lambda name: os.path.join(folder, name)  # noqa: E731
    os.mkdir(path('tokens'))
    with open(path('softhsm2.conf'), 'w', encoding='utf-8') as file:
        file.write(f'directories.tokendir = {path("tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n')
    os.environ['SOFTHSM2_CONF'] = path('softhsm2.conf')
    for words in (['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '300', '-subj',
                   '/CN=Card of the Expert', '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation', '-keyout', path('card-key.pem'),
                   '-out', path('card.pem')],
                  ['openssl', 'pkcs8', '-topk8', '-nocrypt', '-in', path('card-key.pem'), '-out', path('card.pk8')],
                  ['openssl', 'x509', '-in', path('card.pem'), '-outform', 'DER', '-out', path('card.der')],
                  ['softhsm2-util', '--init-token', '--free', '--label', 'Ministry of Practicia', '--pin', PIN, '--so-pin', '12345678'],
                  ['softhsm2-util', '--import', path('card.pk8'), '--token', 'Ministry of Practicia', '--label', 'Expert', '--id', '01', '--pin', PIN],
                  ['pkcs11-tool', '--module', library, '--token-label', 'Ministry of Practicia', '--login', '--pin', PIN, '--write-object',
                   path('card.der'), '--type', 'cert', '--id', '01', '--label', 'Expert']):
        subprocess.run(words, check=True, capture_output=True)
    return True


def card(story, folder, dossier):
    """A key that stays on its card signs what goes; its PIN is asked for each time, and never tried again by itself."""
    desk = story.start(dossier)
    desk.go('Sending', 'What goes', timeout=40)
    desk.mouse(desk.find('Main menu'))
    desk.click('/^Your Keys/')
    desk.click('/Card of the Expert/', role='check box')
    desk.shot(os.path.join(story.out, 'card.png'), screen=True)
    desk.key('Escape')
    story.holds('the page knows which key was chosen', desk.there('On a smart card. You will be asked for its PIN.', timeout=10))
    desk.click('Save a Signed Copy…')
    copy = os.path.join(folder, 'by-card.asice')
    desk.find('Save', timeout=20)
    desk.key('ctrl+a')
    desk.type(copy)
    desk.key('Return')
    desk.write('PIN', '11112222')
    desk.click('Unlock')
    story.holds('a wrong PIN is told, and nothing is signed', desk.there('/^That is not the PIN of the smart card/', timeout=20)
                and not os.path.exists(copy))
    desk.shot(os.path.join(story.out, 'wrong-pin.png'), screen=True)
    desk.write('PIN', PIN)
    desk.click('Unlock')
    story.holds('the right one signs', desk.until(lambda: os.path.exists(copy), 30))
    done = story.run('verify', copy, '--trust', os.path.join(folder, 'card.pem'), '--json')
    story.holds('with the key on the card', done.returncode == 0
                and 'Card of the Expert' in json.loads(done.stdout)['signatures'][0]['subject'], done.stdout + done.stderr)
    story.holds('which is locked again', desk.there('On a smart card. You will be asked for its PIN.'))
    desk.go('Team', '/^Save Your Certificate/', timeout=30)
    desk.click('/^Save Your Certificate/', role='list item')
    desk.write('PIN', PIN)
    desk.click('Unlock')
    mine = os.path.join(folder, 'mine.pem')
    desk.find('Save', timeout=20)
    desk.key('ctrl+a')
    desk.type(mine)
    desk.key('Return')
    story.holds('its certificate can be given away', desk.until(lambda: os.path.exists(mine), 20)
                and open(mine, encoding='ascii').read() == open(os.path.join(folder, 'card.pem'), encoding='ascii').read())
    shutil.rmtree(os.path.join(folder, 'tokens'))
    desk.close()


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-keys-')
    os.makedirs(out, exist_ok=True)
    story = Story(os.environ['PALERMO_BUILD'], out, check)
    keyring = story.begin_keyring()
    with tempfile.TemporaryDirectory(prefix='palermo-keys-') as folder:
        dossier = os.path.join(folder, 'Practicia.palermo')
        shutil.copy(os.path.join(story.build, 'data', 'practice', 'practicia.palermo'), dossier)
        try:
            desk = story.start()
            first_key(story, desk)
            certificate = from_a_file(story, desk, folder)
            renewal(story, desk, folder, certificate)
            another_passphrase(story, desk, keyring)
            it_signs(story, dossier, keyring)
            if make_card(folder):
                card(story, folder, dossier)
        except NotFound as missing:
            story.holds(f'the story goes on: {missing}', False, story.desk.tree()[-3000:] if story.desk.process.poll() is None else '')
        finally:
            story.end()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
