#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that stay on a token: they are listed, sign and open; a PIN is tried once, and a token that is locked, pulled out or
wrong leaves nothing behind. The token is SoftHSM2's, behind a stand-in that has the manners of a card (odd-token.c)."""
import json
import os
import pty
import select
import shutil
import time

import story
from story import CLI, check

ODD = os.environ.get('PALERMO_ODD_TOKEN', '')
PIN, WRONG = '73519284', '11112222'
LIBRARIES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
             '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so',
             '/usr/lib/pkcs11/libsofthsm2.so']
EXTENSIONS = """keyUsage=critical,digitalSignature,nonRepudiation,keyAgreement,keyEncipherment
basicConstraints=critical,CA:FALSE
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""


class Bench:
    """Tokens in a folder, who certifies their keys, and a package to sign."""

    def __init__(self, where, library):
        self.where, self.library = where, library
        self.tokens = os.path.join(where, 'tokens')
        self.log = os.path.join(where, 'pins.log')
        os.mkdir(self.tokens)
        conf = self.path('softhsm2.conf')
        with open(conf, 'w', encoding='utf-8') as stream:
            stream.write(f'directories.tokendir = {self.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n')
        with open(self.path('extensions'), 'w', encoding='utf-8') as stream:
            stream.write(EXTENSIONS)
        with open(self.path('of-an-authority'), 'w', encoding='utf-8') as stream:
            stream.write('keyUsage=critical,digitalSignature,keyCertSign\nbasicConstraints=critical,CA:TRUE\n')
        # Only what the story means: no module that somebody registered here for themselves.
        self.env = story.environment(SOFTHSM2_CONF=conf, XDG_DATA_HOME=self.path('data'), HOME=where,
                                     PALERMO_ODD_TOKEN_REAL=library, PALERMO_ODD_TOKEN_LOG=self.log)
        self.ca, self.ca_key = self.path('ca.pem'), self.path('ca-key.pem')
        story.openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
                      '-subj', '/CN=Practicia Root', '-addext', 'keyUsage=critical,keyCertSign', '-keyout', self.ca_key,
                      '-out', self.ca)
        self.certificate, key = story.make_key(where, 'expert', 'Amara')
        os.mkdir(self.path('work'))
        self.archive = story.make_archive(self.path('work/in.asice'), self.certificate, key, size=2000)

    def path(self, name):
        return os.path.join(self.where, name)

    def tool(self, *words):
        done = story.run(['pkcs11-tool', '--module', self.library, *words], env=self.env)
        if done.returncode != 0:
            raise RuntimeError(f'pkcs11-tool {words}: {done.stderr}')
        return done

    def add_token(self, label):
        done = story.run(['softhsm2-util', '--init-token', '--free', '--label', label, '--pin', PIN, '--so-pin', '0000'],
                         env=self.env)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def add_key(self, token, kind, number, label, *more):
        self.tool('--token-label', token, '--login', '--pin', PIN, '--keypairgen', '--key-type', kind, '--id', number,
                  '--label', label, '--usage-sign', *more)

    def write_certificate(self, token, number, label, pem, der):
        story.openssl('x509', '-in', pem, '-outform', 'DER', '-out', der)
        self.tool('--token-label', token, '--login', '--pin', PIN, '--write-object', der, '--type', 'cert', '--id', number,
                  '--label', label)

    def add_certificate(self, token, number, label, of=None, extensions='extensions', by=None):
        """Certifies the key with that number, or falsely another one's."""
        public, pem, der = (self.path(label + ending) for ending in ('.public', '.pem', '.der'))
        self.tool('--token-label', token, '--read-object', '--type', 'pubkey', '--id', of or number, '-o', public)
        story.openssl('x509', '-new', '-subj', '/CN=' + label, '-force_pubkey', public, '-CA', by[0] if by else self.ca,
                      '-CAkey', by[1] if by else self.ca_key, '-days', '20', '-set_serial', '0x77' + number, '-extfile', self.path(extensions),
                      '-out', pem)
        self.write_certificate(token, number, label, pem, der)
        return pem

    def import_key(self, token, curve, number, label):
        """A key that was made elsewhere."""
        key, pem, der = (self.path(label + ending) for ending in ('.key', '.pem', '.der'))
        story.openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:' + curve, '-nodes', '-keyout', key,
                      '-CA', self.ca, '-CAkey', self.ca_key, '-days', '20', '-subj', '/CN=' + label, '-out', pem,
                      '-addext', 'basicConstraints=critical,CA:FALSE')
        done = story.run(['softhsm2-util', '--import', key, '--token', token, '--label', label, '--id', number, '--pin', PIN],
                         env=self.env)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        self.write_certificate(token, number, label, pem, der)

    def run(self, *words, pin=None, **more):
        env, fds = {**self.env, **more}, ()
        if pin is not None:
            fds = (story.token_pipe(pin + '\n'),)
            words += ('--pin-fd', str(fds[0]))
        try:
            return story.run([CLI, *words], env=env, pass_fds=fds)
        finally:
            for fd in fds:
                os.close(fd)

    def uri(self, key, odd=True):
        return f'pkcs11:{key}' + (f'?module-path={ODD}' if odd else '')

    def sign(self, uri, pin=PIN, **more):
        return self.run('sign', self.archive, '-o', self.path('work/out.asice'), '--key', uri, pin=pin, **more)

    def refuses(self, name, code, words, uri, pin=PIN, **more):
        """Says what is wrong with that exit code; nothing is written, nothing is changed."""
        before = story.sha256(self.archive)
        done = self.sign(uri, pin, **more)
        left = os.listdir(self.path('work'))
        check(name, done.returncode == code and words in done.stderr and left == ['in.asice']
              and story.sha256(self.archive) == before and not done.stdout, f'{done.returncode} {done.stderr.strip()} {left}')

    def tries(self):
        try:
            with open(self.log, encoding='ascii') as stream:
                return stream.read().split()
        except FileNotFoundError:
            return []

    def forget_tries(self):
        if os.path.exists(self.log):
            os.unlink(self.log)


def story_of_listing(bench):
    done = bench.run('identity', 'tokens', '--json')
    tokens = {token['label']: token for token in json.loads(done.stdout)['tokens']}
    check('every token is listed, through what is registered on this computer', done.returncode == 0
          and {'Desk', 'Spare'} <= set(tokens), done.stdout + done.stderr)
    desk = tokens['Desk']
    keys = {key['label']: key for key in desk['keys']}
    check('with maker, serial number and what it says of its PIN', desk['manufacturer'].startswith('SoftHSM')
          and desk['serial'] and desk['serial'] in desk['uri'] and desk['uri'].startswith('pkcs11:')
          and desk['pin'] == 'needed' and desk['keypad'] is False, desk)
    check('and the keys that have a certificate', set(keys) == {'Minister', 'Registry', 'Seal', 'Stranger', 'Twin', 'Large', 'Office', 'Issued'}
          and keys['Minister']['algorithm'] == 'ECDSA P-256' and keys['Registry']['algorithm'] == 'RSA-2048'
          and keys['Minister']['subject'] == 'CN=Minister', keys)
    printed = story.openssl('x509', '-in', bench.path('Minister.pem'), '-noout', '-fingerprint', '-sha256').decode()
    check('by fingerprint', printed.split('=')[1].strip().replace(':', '').lower() == keys['Minister']['fingerprint'], keys)
    done = bench.run('identity', 'tokens')
    check('people read the same', 'CN=Registry' in done.stdout and keys['Registry']['uri'] in done.stdout, done.stdout)
    check('nobody is asked for a PIN for that', not bench.tries())
    done = bench.run('identity', 'tokens', '--module', ODD, '--json')
    uris = [key['uri'] for token in json.loads(done.stdout)['tokens'] for key in token['keys']]
    check('a library by its path', uris and all('module-path=' in uri for uri in uris), done.stdout)
    done = bench.run('identity', 'tokens', '--module', bench.path('nowhere.so'))
    check('one that is not there', done.returncode == 66 and 'software for the token cannot be loaded' in done.stderr, done)
    with open(bench.path('text.so'), 'w', encoding='ascii') as stream:
        stream.write('no library')
    done = bench.run('identity', 'tokens', '--module', bench.path('text.so'))
    check('one that is none', done.returncode == 66 and 'software for the token cannot be loaded' in done.stderr, done)
    return keys


def story_of_signing(bench, keys):
    out = bench.path('work/out.asice')
    for label, how in (('Minister', 'ECDSA P-256 with SHA-256'), ('Registry', 'RSA-2048 with SHA-256'),
                       ('Large', 'ECDSA P-384 with SHA-256')):
        done = bench.sign(keys[label]['uri'])
        check(f'{label} signs', done.returncode == 0 and keys[label]['subject'] in done.stdout, done.stderr)
        done = bench.run('verify', out, '--trust', bench.ca, '--trust', bench.certificate, '--json')
        said = json.loads(done.stdout)
        check('and it holds', done.returncode == 0 and said['indication'] == 'TOTAL-PASSED'
              and [s['algorithm'] for s in said['signatures']][1] == how
              and said['signatures'][1]['fingerprint'] == keys[label]['fingerprint'], done.stdout)
        story.run(['unzip', '-qo', out, 'META-INF/*', '-d', bench.path('unpacked')])
        meta = bench.path('unpacked/META-INF')
        done = story.run(['openssl', 'cms', '-verify', '-binary', '-cades', '-purpose', 'any', '-inform', 'DER', '-in',
                          os.path.join(meta, 'signature002.p7s'), '-content', os.path.join(meta, 'ASiCManifest002.xml'),
                          '-CAfile', bench.ca, '-out', os.devnull])
        check('for the stock openssl, too', done.returncode == 0, done.stderr)
        os.unlink(out)
        sealed, opened = bench.path(label + '.p7m'), bench.path(label + '.asice')
        done = bench.run('seal', bench.archive, '--to', bench.path(label + '.pem'), '-o', sealed)
        check(f'what is sealed to {label}', done.returncode == 0, done.stderr)
        done = bench.run('open', sealed, '--key', keys[label]['uri'], '-o', opened, pin=PIN)
        if label == 'Large':  # it was imported without that use
            check('is not opened by a key that may not do that', done.returncode == 66 and 'cannot do that' in done.stderr
                  and not os.path.exists(opened), done.stderr)
        else:
            check('opens with the key on the token', done.returncode == 0
                  and story.sha256(opened) == story.sha256(bench.archive), done.stderr)
    done = bench.sign(keys['Issued']['uri'])
    said = json.loads(bench.run('verify', out, '--trust', bench.ca, '--trust', bench.certificate, '--json').stdout)
    check('who is certified by somebody between is trusted by the root: the token had the chain', done.returncode == 0
          and said['code'] == 0 and said['signatures'][1]['subject'] == 'CN=Issued' and said['signatures'][1]['trusted'], said)
    os.unlink(out)
    made = bench.run('dossier', 'new', bench.path('d.palermo'), '--sample')
    done = bench.run('pack', bench.path('d.palermo'), '-o', out, '--key', keys['Registry']['uri'], pin=PIN)
    said = json.loads(bench.run('verify', out, '--trust', bench.ca, '--json').stdout)
    check('a dossier is packed with it as with any other key', made.returncode == 0 and done.returncode == 0
          and said['code'] == 0 and said['signatures'][0]['subject'] == 'CN=Registry', f'{made.stderr}{done.stderr}{said}')
    os.unlink(out)
    done = bench.run('identity', 'show', bench.uri('token=Desk;object=Minister'), '--certificate', bench.path('own.pem'),
                     '--json', pin=PIN)
    check('a key on a token is shown as any other', json.loads(done.stdout)['fingerprint'] == keys['Minister']['fingerprint']
          and 'CERTIFICATE' in open(bench.path('own.pem'), encoding='ascii').read(), done.stderr)
    done = bench.sign(bench.uri('token=Desk;id=%01'), G_MESSAGES_DEBUG='all')
    check('no PIN and no name is in a log', done.returncode == 0 and PIN not in done.stderr and 'Minister' not in done.stderr
          and 'Desk' not in done.stderr, done.stderr)
    os.unlink(out)


def story_of_addresses(bench):
    refuses, uri = bench.refuses, bench.uri
    refuses('two keys are meant', 66, 'keys on the token are meant', uri('token=Desk'))
    refuses('two tokens are meant', 66, '3 tokens are meant', uri('model=SoftHSM%20v2;object=Minister'))
    refuses('two keys with one name and number', 66, '2 keys on the token are meant', uri('token=Desk;object=Twin'))
    refuses('no such token', 66, 'no such token is plugged in', uri('token=Elsewhere'))
    refuses('no such key', 66, 'no such key with its certificate', uri('token=Desk;id=%55'))
    refuses('a key without a certificate', 66, 'no such key with its certificate', uri('token=Desk;object=Bare'))
    refuses('no address', 64, 'no address of a key', 'pkcs11:nonsense')
    refuses('an address without an end', 64, 'no address of a key', 'pkcs11:token=' + 'a' * 5000)
    refuses('an address that asks for what nobody knows', 64, 'no address of a key', 'pkcs11:token=Desk;colour=red')
    bench.forget_tries()
    refuses('a PIN in an address', 64, 'a PIN has no place', f'pkcs11:token=Desk;id=%01?pin-value={PIN}', pin=None)
    refuses('the name of a file with a PIN, too', 64, 'a PIN has no place', 'pkcs11:token=Desk;id=%01?pin-source=file:/x', pin=None)
    refuses('the library is missing', 66, 'cannot be loaded', 'pkcs11:token=Desk;id=%01?module-path=/nowhere/at/all.so')
    refuses('a token that nobody set up', 66, 'has no PIN yet', uri('token=Blank;id=%01'))
    refuses('the key is not the one of its certificate', 66, 'not the one of its certificate', uri('token=Desk;object=Stranger'))
    done = bench.run('identity', 'show', uri('token=Desk;id=%01'), pin=PIN)
    check('an address has no case in its scheme', bench.run('identity', 'show', 'PKCS11:token=Nowhere').returncode == 66
          and done.returncode == 0, done.stderr)


def story_of_pins(bench):
    key = bench.uri('token=Desk;id=%01')
    bench.forget_tries()
    bench.refuses('without a PIN', 66, 'the token needs its PIN', key, pin=None)
    bench.refuses('an empty PIN', 66, 'the token needs its PIN', key, pin='')
    check('use no try', bench.tries() == [])
    bench.refuses('a wrong PIN says that the number of tries is not known', 66, 'does not say how many tries are left', key, WRONG)
    check('and is tried once', bench.tries() == ['wrong'])
    done = bench.run('identity', 'tokens', '--module', ODD)
    check('which the list tells', 'the last one was wrong' in done.stdout, done.stdout)
    bench.refuses('the second one says that one try is left', 66, 'one try is left', key, WRONG)
    check('and is tried once, too', bench.tries() == ['wrong'] * 2)
    done = bench.run('identity', 'tokens', '--module', ODD)
    check('which the list tells as well', 'one try is left' in done.stdout, done.stdout)
    bench.refuses('the last one locks the token', 66, 'the token is locked now', key, WRONG)
    bench.refuses('a locked one is asked no more, not even with the right PIN', 66, 'the token is locked after', key)
    check('so nothing reached it', bench.tries() == ['wrong'] * 3)
    check('and the list says that it is locked', 'only whoever issued' in bench.run('identity', 'tokens', '--module', ODD).stdout)
    bench.forget_tries()
    bench.refuses('SoftHSM2 itself: a wrong PIN', 66, 'does not say how many tries are left', bench.uri('token=Desk;id=%01', False), WRONG)
    check('the right one still works', bench.sign(bench.uri('token=Desk;id=%01', False)).returncode == 0)
    os.unlink(bench.path('work/out.asice'))


def story_of_a_keypad(bench):
    key, out = bench.uri('token=Desk;id=%01'), bench.path('work/out.asice')
    bench.forget_tries()
    done = bench.sign(key, pin=None, PALERMO_ODD_TOKEN_KEYPAD=PIN)
    check('a PIN is typed on the reader', done.returncode == 0 and 'Type the PIN on the reader' in done.stderr
          and bench.tries() == ['right'], f'{done.stderr} {bench.tries()}')
    os.unlink(out)
    bench.refuses('a wrong one there', 66, 'wrong PIN', key, None, PALERMO_ODD_TOKEN_KEYPAD=WRONG)
    bench.refuses('who says no there', 66, 'cancelled at the reader', key, None, PALERMO_ODD_TOKEN_KEYPAD='cancel')
    bench.forget_tries()
    done = bench.sign(bench.uri('token=Desk;object=Seal'))
    check('a key that wants its PIN for each signature', done.returncode == 0 and bench.tries() == ['right', 'right'],
          f'{done.stderr} {bench.tries()}')
    os.unlink(out)
    bench.forget_tries()


def story_of_pulling(bench):
    for number, label in (('01', 'EC'), ('02', 'RSA')):
        for when in ('init', 'sign'):
            bench.refuses(f'the token is pulled out ({label}, {when})', 74, 'the token was pulled out',
                          bench.uri(f'token=Desk;id=%{number}'), PALERMO_ODD_TOKEN_PULL=when)
    folder = next(os.path.join(bench.tokens, name) for name in os.listdir(bench.tokens)
                  if story.run(['grep', '-qa', 'Desk', os.path.join(bench.tokens, name, 'token.object')]).returncode == 0)
    bench.refuses('the folder of the token is taken away meanwhile', 74, 'the token was pulled out',
                  bench.uri('token=Desk;id=%01'), PALERMO_ODD_TOKEN_PULL='init', PALERMO_ODD_TOKEN_FOLDER=folder,
                  PALERMO_ODD_TOKEN_AWAY=bench.path('away'))
    bench.refuses('and is not there afterwards', 66, 'no such token is plugged in', bench.uri('token=Desk;id=%01'))
    os.rename(bench.path('away'), folder)
    bench.refuses('a token that errs', 66, 'not the one of its certificate', bench.uri('token=Desk;id=%01'),
                  PALERMO_ODD_TOKEN_SPOIL='1')
    bench.refuses('an RSA one, too', 66, 'not the one of its certificate', bench.uri('token=Desk;id=%02'),
                  PALERMO_ODD_TOKEN_SPOIL='1')
    check('once it is back, it signs', bench.sign(bench.uri('token=Desk;id=%01')).returncode == 0)
    os.unlink(bench.path('work/out.asice'))


def type_at_terminal(bench, words, answer):
    """Runs palermo-cli at a terminal of its own; returns exit code and all that stood on it."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(CLI, [CLI, *words], bench.env)
    seen, typed, deadline = b'', False, time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                got = os.read(terminal, 4096)
            except OSError:
                break
            if not got:
                break
            seen += got
            if not typed and b': ' in seen and seen.rstrip().endswith(b':'):
                typed = True
                os.write(terminal, answer.encode() + b'\n')
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen.decode(errors='replace')


def story_of_the_terminal(bench):
    words = ['sign', bench.archive, '-o', bench.path('work/out.asice'), '--key', bench.uri('token=Desk;id=%01')]
    bench.forget_tries()
    code, seen = type_at_terminal(bench, words, PIN)
    check('at a terminal the PIN is asked for and not shown', code == 0 and 'PIN of the token: ' in seen and PIN not in seen, seen)
    os.unlink(bench.path('work/out.asice'))
    code, seen = type_at_terminal(bench, words, WRONG)
    check('a wrong one is not asked for again', code == 66 and seen.count('PIN of the token') == 1
          and bench.tries() == ['right', 'wrong'], seen)
    code, seen = type_at_terminal(bench, words, WRONG)
    check('the next time the prompt tells', '(the last one was wrong)' in seen, seen)
    code, seen = type_at_terminal(bench, words, PIN)
    check('and before the last try, too', code == 0 and '(one try is left before it locks)' in seen, seen)
    os.unlink(bench.path('work/out.asice'))
    bench.forget_tries()


def main():
    library = next((path for path in LIBRARIES if os.path.exists(path)), None)
    missing = [name for name in ('softhsm2-util', 'pkcs11-tool') if not shutil.which(name)]
    if not library or missing:
        story.skip('keys on tokens', f'softhsm2 and opensc are not installed ({" ".join(missing)})')
        story.finish()
    with story.folder() as where:
        bench = Bench(where, library)
        for label in ('Desk', 'Spare'):
            bench.add_token(label)
        story.run(['softhsm2-util', '--show-slots'], env=bench.env)
        bench.tool('--init-token', '--slot-index', '2', '--label', 'Blank', '--so-pin', '0000')
        bench.add_key('Desk', 'EC:prime256v1', '01', 'Minister', '--usage-derive')
        bench.add_key('Desk', 'rsa:2048', '02', 'Registry', '--usage-decrypt')
        bench.add_key('Desk', 'EC:prime256v1', '03', 'Seal', '--always-auth')
        bench.add_key('Desk', 'EC:prime256v1', '04', 'Twin')
        bench.add_key('Desk', 'EC:prime256v1', '04', 'Twin')
        bench.add_key('Desk', 'EC:prime256v1', '05', 'Stranger')
        bench.add_key('Desk', 'EC:prime256v1', '06', 'Bare')
        bench.add_key('Spare', 'EC:prime256v1', '01', 'Minister')
        for number, label in (('01', 'Minister'), ('02', 'Registry'), ('03', 'Seal'), ('04', 'Twin')):
            bench.add_certificate('Desk', number, label)
        bench.add_certificate('Desk', '05', 'Stranger', of='01')
        bench.import_key('Desk', 'P-384', '07', 'Large')
        # Who certified them stands there without a key, as on many cards; somebody certifies with a key of their own.
        bench.write_certificate('Desk', '08', 'Root', bench.ca, bench.path('ca.der'))
        bench.add_key('Desk', 'EC:prime256v1', '09', 'Office')
        bench.add_certificate('Desk', '09', 'Office', extensions='of-an-authority')
        by = (bench.path('between.pem'), bench.path('between.key'))
        story.openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', by[1], '-CA',
                      bench.ca, '-CAkey', bench.ca_key, '-days', '20', '-subj', '/CN=Practicia Ministries', '-out', by[0],
                      '-addext', 'keyUsage=critical,keyCertSign')
        bench.write_certificate('Desk', '0a', 'Between', by[0], bench.path('between.der'))
        bench.add_key('Desk', 'EC:prime256v1', '0b', 'Issued')
        bench.add_certificate('Desk', '0b', 'Issued', by=by)
        keys = story_of_listing(bench)
        story_of_signing(bench, keys)
        story_of_addresses(bench)
        story_of_pins(bench)
        story_of_a_keypad(bench)
        story_of_pulling(bench)
        story_of_the_terminal(bench)
    story.finish()


main()
