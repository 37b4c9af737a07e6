#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of a person: taken from files of former years and sealed as today, listed, renewed so that colleagues follow, locked anew; and when a
key must not sign."""
import datetime
import json
import os
import stat
import subprocess

from story import CLI, check, environment, finish, folder, make_archive, make_key, openssl, run, sha256

SECRET, OTHER = 'correct horse 1', 'battery staple 2'


class Person:
    """palermo-cli with a data folder of their own."""

    def __init__(self, where, name):
        self.where, self.data = where, os.path.join(where, 'data-' + name)
        self.env = environment(XDG_DATA_HOME=self.data)

    def run(self, *words, secrets=()):
        """secrets: [(option, text)], each through a descriptor of its own."""
        words, ends = [CLI, *words], []
        for option, text in secrets:
            reader, writer = os.pipe()
            os.write(writer, text.encode() + b'\n')
            os.close(writer)
            ends.append(reader)
            words += [option, str(reader)]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=self.env, pass_fds=ends, timeout=120, check=False)
        for end in ends:
            os.close(end)
        return done

    def good(self, name, *words, secrets=()):
        done = self.run(*words, secrets=secrets)
        check(name, done.returncode == 0, (done.returncode, done.stderr))
        return json.loads(done.stdout) if done.stdout[:1] in ('{', '[') else done.stdout

    def refused(self, name, code, sentence, *words, secrets=()):
        before = self.files()
        done = self.run(*words, secrets=secrets)
        check(name, done.returncode == code and sentence in done.stderr and not done.stdout, (done.returncode, done.stderr, done.stdout))
        check(f'{name}: nothing changed', self.files() == before)
        return done

    def files(self):
        found = {}
        for at, _, names in os.walk(self.data):
            found.update({os.path.join(at, n): sha256(os.path.join(at, n)) for n in names if n != 'lock'})  # empty, for who is first
        return found

    def key(self):
        return os.path.join(self.data, 'palermo', 'identity', 'identity.p12')


def at(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime('%Y%m%d%H%M%SZ')


def make_dated(where, name, begin, end):
    """A key whose certificate is valid from one day to another, counted from today."""
    home = os.path.join(where, 'ca-' + name)
    os.makedirs(os.path.join(home, 'new'))
    open(os.path.join(home, 'index.txt'), 'w', encoding='utf-8').close()
    with open(os.path.join(home, 'serial'), 'w', encoding='utf-8') as file:
        file.write('1234\n')
    config, key = os.path.join(home, 'ca.cnf'), os.path.join(where, name + '-key.pem')
    request, certificate = os.path.join(home, 'request.pem'), os.path.join(where, name + '.pem')
    with open(config, 'w', encoding='utf-8') as file:
        file.write(f'''[ca]\ndefault_ca=d\n[d]\ndir={home}\ndatabase=$dir/index.txt\nnew_certs_dir=$dir/new\nserial=$dir/serial
default_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nbasicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,nonRepudiation\n''')
    openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=' + name, '-keyout', key, '-out', request)
    openssl('ca', '-batch', '-notext', '-config', config, '-selfsign', '-keyfile', key, '-in', request, '-out', certificate,
            '-startdate', at(begin), '-enddate', at(end))
    return certificate, key


def pack12(where, name, certificate, key, *words, secret=SECRET):
    path = os.path.join(where, name + '.p12')
    openssl('pkcs12', '-export', '-inkey', key, '-in', certificate, '-out', path, '-passout', 'pass:' + secret, *words)
    return path


def how_sealed(path, secret):
    done = subprocess.run(['openssl', 'pkcs12', '-in', path, '-info', '-noout', '-passin', 'pass:' + secret], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def imports(where):
    kinds = [('today', (), None), ('rc2', ('-legacy', '-certpbe', 'PBE-SHA1-RC2-40', '-keypbe', 'PBE-SHA1-3DES'), 'RC2 (40 bits)'),
             ('3des', ('-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'), '3DES'),
             ('open-certificate', ('-certpbe', 'NONE', '-keypbe', 'PBE-SHA1-3DES'), '3DES')]
    for name, words, old in kinds:
        person = Person(where, name)
        certificate, key = make_key(where, name, 'Amara of ' + name)
        path = pack12(where, name, certificate, key, *words)
        before = sha256(path)
        said = person.good(f'{name}: a file is taken', 'identity', 'import', path, '--json', secrets=[('--pin-fd', SECRET)])
        check(f'{name}: and it is said how it was sealed', said['legacyEncryption'] == (old is not None) and said['oldEncryption'] == old
              and said['subject'] == f'CN=Amara of {name}', said)
        check(f'{name}: the file stays as it was', sha256(path) == before)
        code, told = how_sealed(person.key(), SECRET)
        check(f'{name}: here it is sealed as today', code == 0 and 'AES-256-CBC' in told and 'Iteration 600000' in told
              and 'hmacWithSHA256' in told and 'RC2' not in told and '3' + 'DES' not in told.upper(), told)
        check(f'{name}: only its owner can read it', stat.S_IMODE(os.stat(person.key()).st_mode) == 0o600)
        archive = make_archive(os.path.join(where, name + '.asice'), certificate, key, size=1000)
        signed = os.path.join(where, name + '-signed.asice')
        person.good(f'{name}: it signs', 'sign', archive, '-o', signed, secrets=[('--pin-fd', SECRET)])
        done = person.run('verify', signed, '--trust', certificate, '--json')
        check(f'{name}: which verifies', done.returncode == 0 and len(json.loads(done.stdout)['signatures']) == 2, done.stdout)
        person.refused(f'{name}: once more is not needed', 73, 'in use already', 'identity', 'import', path, secrets=[('--pin-fd', SECRET)])


def bad_files(where):
    person = Person(where, 'bad')
    certificate, key = make_key(where, 'sound', 'Sound')
    other, other_key = make_key(where, 'other', 'Other')
    path = pack12(where, 'sound', certificate, key)

    def refuse(name, sentence, file, secret=SECRET, code=66):
        person.refused(name, code, sentence, 'identity', 'import', file, secrets=[('--pin-fd', secret)] if secret is not None else [])

    def write(name, data):
        file = os.path.join(where, name)
        with open(file, 'wb') as stream:
            stream.write(data)
        return file

    def read(file):
        with open(file, 'rb') as stream:
            return stream.read()

    refuse('a wrong passphrase', 'wrong passphrase', path, 'no')
    refuse('no passphrase', 'needs a passphrase', path, None)
    refuse('no such file', 'No such file', os.path.join(where, 'nothing.p12'))
    refuse('a folder', '', where)
    refuse('an empty file', 'no PKCS#12', write('empty.p12', b''))
    refuse('not PKCS#12', 'no PKCS#12', write('text.p12', b'hello\n' * 100))
    refuse('one that is cut off', 'no PKCS#12', write('cut.p12', read(path)[:-200]))
    refuse('one of 100 MB', 'large', write('big.p12', b'0' * 100_000_000), code=66)
    os.unlink(os.path.join(where, 'big.p12'))
    only = os.path.join(where, 'only.p12')
    openssl('pkcs12', '-export', '-nokeys', '-in', certificate, '-out', only, '-passout', 'pass:' + SECRET)
    refuse('a certificate alone', 'no private key', only)
    bare = os.path.join(where, 'bare.p12')
    openssl('pkcs12', '-export', '-inkey', key, '-nocerts', '-out', bare, '-passout', 'pass:' + SECRET)
    refuse('a key alone', 'no certificate that belongs', bare)
    mixed = write('mixed.pem', read(key) + read(other))
    refuse('a key and the certificate of another one', 'no certificate that belongs', mixed, None)
    weak = os.path.join(where, 'weak')
    openssl('req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-days', '30', '-subj', '/CN=Weak', '-keyout', weak + '.key', '-out', weak + '.pem')
    refuse('RSA of 1,024 bits', '2048', pack12(where, 'weak', weak + '.pem', weak + '.key'))
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1', '-nodes', '-days', '30', '-subj', '/CN=Odd',
            '-keyout', weak + '.key', '-out', weak + '.pem')
    refuse('another curve', 'elliptic curve', pack12(where, 'odd', weak + '.pem', weak + '.key'))
    two = two_keys(where, certificate, key, other, other_key)
    if two:
        refuse('two keys in one file', '2 keys', two)
    expired, expired_key = make_dated(where, 'Expired', -800, -70)
    refuse('an expired certificate', 'was valid until', pack12(where, 'expired', expired, expired_key))
    early, early_key = make_dated(where, 'Early', 30, 700)
    done = person.refused('one that is not valid yet', 66, 'valid from', 'identity', 'import', pack12(where, 'early', early, early_key),
                          secrets=[('--pin-fd', SECRET)])
    check('and the clock is spoken of', 'Set the clock' in done.stderr, done.stderr)
    check('after all of this there is no key', not os.path.exists(person.key()) and person.good('the list is empty', 'identity', 'list', '--json') == [])


def two_keys(where, *parts):
    """PKCS#12 by hand, as the stock program writes only one key."""
    source = os.path.join(where, 'two.c')
    with open(source, 'w', encoding='utf-8') as file:
        file.write('''#include <openssl/pkcs12.h>
#include <openssl/pem.h>
int main (int argc, char **argv)
{
  STACK_OF (PKCS12_SAFEBAG) *bags = NULL;
  STACK_OF (PKCS7) *safes = NULL;
  PKCS12 *out;
  for (int i = 1; i + 1 < argc - 1; i += 2)
    {
      FILE *c = fopen (argv[i], "r"), *k = fopen (argv[i + 1], "r");
      PKCS12_add_cert (&bags, PEM_read_X509 (c, NULL, NULL, NULL));
      PKCS12_add_key_ex (&bags, PEM_read_PrivateKey (k, NULL, NULL, NULL), 0, 2048, NID_aes_256_cbc, "correct horse 1", NULL, NULL);
      fclose (c); fclose (k);
    }
  PKCS12_add_safe (&safes, bags, -1, 0, NULL);
  out = PKCS12_add_safes (safes, 0);
  PKCS12_set_mac (out, "correct horse 1", -1, NULL, 0, 2048, EVP_sha256 ());
  FILE *f = fopen (argv[argc - 1], "w");
  i2d_PKCS12_fp (f, out);
  return fclose (f);
}
''')
    program, out = os.path.join(where, 'two'), os.path.join(where, 'two.p12')
    if run(['cc', '-w', source, '-o', program, '-lcrypto']).returncode != 0:
        return None
    run([program, *parts, out])
    return out


def time_forbids(where):
    person = Person(where, 'time')
    certificate, key = make_key(where, 'in-time', 'In Time')
    archive = make_archive(os.path.join(where, 'time.asice'), certificate, key, size=1000)
    for name, days, sentence in (('expired', (-800, -1), 'was valid until'), ('not yet valid', (2, 700), 'valid from')):
        dated, dated_key = make_dated(where, 'signs-' + name.replace(' ', '-'), *days)
        path = pack12(where, 'signs-' + name, dated, dated_key)
        out = os.path.join(where, 'out.asice')
        person.refused(f'a key that is {name} does not sign', 66, sentence, 'sign', archive, '-o', out, '--key', path, secrets=[('--pin-fd', SECRET)])
        check('and leaves no archive', not os.path.exists(out) and not [n for n in os.listdir(where) if n.startswith('out.asice')])
        shown = person.good(f'but it can be looked at ({name})', 'identity', 'show', path, '--json', secrets=[('--pin-fd', SECRET)])
        check('and says whose it is', shown['subject'].startswith('CN=signs-'), shown)


def issued(where):
    """A key of an authority is renewed there: one that vouches for itself would be a stranger."""
    person = Person(where, 'issued')
    authority, authority_key = make_key(where, 'authority', 'Authority of Practicia')
    key, request, certificate, given = (os.path.join(where, 'issued.' + n) for n in ('key', 'csr', 'pem', 'p12'))
    openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=Expert', '-keyout', key, '-out', request)
    openssl('x509', '-req', '-in', request, '-CA', authority, '-CAkey', authority_key, '-CAcreateserial', '-days', '30', '-out', certificate)
    openssl('pkcs12', '-export', '-inkey', key, '-in', certificate, '-out', given, '-passout', 'pass:' + SECRET)
    person.good('a key of an authority is taken', 'identity', 'import', given, '--json', secrets=[('--pin-fd', SECRET)])
    person.refused('and not renewed here', 66, 'an authority issued the certificate', 'identity', 'renew', secrets=[('--pin-fd', SECRET)])


def renews(where):
    person, friend, stranger = Person(where, 'renews'), Person(where, 'friend'), Person(where, 'stranger')
    certificate, notice, later = (os.path.join(where, n) for n in ('mine.pem', 'notice.p7m', 'later.pem'))
    first = person.good('a key', 'identity', 'new', '--name', 'Zoe', '--certificate', certificate, '--json', secrets=[('--pin-fd', SECRET)])
    listed = person.good('is listed without its passphrase', 'identity', 'list', '--json')
    check('as the one in use', len(listed) == 1 and listed[0]['inUse'] and listed[0]['fingerprint'] == first['fingerprint']
          and listed[0]['name'] == 'Zoe', listed)
    friend.good('a friend knows it', 'signer', 'add', certificate, '--checked', 'phone', '--name', 'Zoe of Justice')
    sealed = os.path.join(where, 'sealed.p7m')
    archive = make_archive(os.path.join(where, 'renews.asice'), *make_key(where, 'maker', 'Maker'), size=2000)
    friend.good('and seals to it', 'seal', archive, '--to', certificate, '-o', sealed)

    person.refused('a wrong passphrase renews nothing', 66, 'wrong passphrase', 'identity', 'renew', secrets=[('--pin-fd', 'no')])
    second = person.good('it is renewed', 'identity', 'renew', '--notice', notice, '--certificate', later, '--json', secrets=[('--pin-fd', SECRET)])
    listed = person.good('both are listed', 'identity', 'list', '--json')
    check('the new one in use, the old one kept', [(e['fingerprint'], e['inUse']) for e in listed]
          == [(second['fingerprint'], True), (first['fingerprint'], False)] and second['subject'] == 'CN=Zoe', listed)
    former = listed[1]['file']
    opened = os.path.join(where, 'opened.asice')
    person.good('what was sealed to the old one still opens', 'open', sealed, '--key', former, '-o', opened, secrets=[('--pin-fd', SECRET)])
    check('whole', sha256(opened) == sha256(archive))

    stranger.refused('a stranger cannot use the notice', 66, 'not known here', 'signer', 'add', notice)
    said = friend.good('the friend follows it', 'signer', 'add', notice, '--json')
    check('under the same name', said['fingerprint'] == second['fingerprint'] and said['givenName'] == 'Zoe of Justice'
          and said['checked'] == 'notice', said)
    signed = os.path.join(where, 'renewed.asice')
    person.good('what the new key signs', 'sign', archive, '-o', signed, secrets=[('--pin-fd', SECRET)])
    done = friend.run('verify', signed, '--known', '--json')
    check('comes from somebody known', [s['trusted'] for s in json.loads(done.stdout)['signatures']].count(True) == 1, done.stdout)
    with open(notice, 'r+b') as file:
        file.seek(-40, os.SEEK_END)
        byte = file.read(1)
        file.seek(-40, os.SEEK_END)
        file.write(bytes([byte[0] ^ 1]))
    friend.refused('a forged notice changes nothing', 2, '', 'signer', 'add', notice)


def passphrases(where):
    person = Person(where, 'lock')
    person.good('a key', 'identity', 'new', '--name', 'Zoe', secrets=[('--pin-fd', SECRET)])
    mine = person.good('it is', 'identity', 'show', '--json', secrets=[('--pin-fd', SECRET)])['fingerprint']
    person.refused('the old one must be right', 66, 'wrong passphrase', 'identity', 'passphrase', secrets=[('--pin-fd', 'no'), ('--new-pin-fd', OTHER)])
    person.refused('a new one is wanted', 66, 'new passphrase is wanted', 'identity', 'passphrase', secrets=[('--pin-fd', SECRET)])
    person.good('another passphrase', 'identity', 'passphrase', secrets=[('--pin-fd', SECRET), ('--new-pin-fd', OTHER)])
    person.refused('the old one opens no more', 66, 'wrong passphrase', 'identity', 'show', secrets=[('--pin-fd', SECRET)])
    shown = person.good('the new one does', 'identity', 'show', '--json', secrets=[('--pin-fd', OTHER)])
    check('and it is the same key', shown['fingerprint'] == mine)
    everything = b''.join(open(path, 'rb').read() for path in person.files())
    check('no passphrase lies anywhere', SECRET.encode() not in everything and OTHER.encode() not in everything)


with folder() as work:
    for story in (imports, bad_files, time_forbids, renews, issued, passphrases):
        place = os.path.join(work, story.__name__)
        os.makedirs(place)
        story(place)
finish()
