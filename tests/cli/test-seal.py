# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive is sealed in volumes; the stock openssl opens each of them, and whatever is wrong is told by name and code."""
import json
import os
import resource
import shutil

import story
from story import CLI, check

MEBIBYTE = 1 << 20


def make_rsa(where):
    certificate, key = os.path.join(where, 'rsa.pem'), os.path.join(where, 'rsa-key.pem')
    story.openssl('req', '-x509', '-newkey', 'rsa:3072', '-nodes', '-days', '30', '-subj', '/CN=Practicia Module',
                  '-keyout', key, '-out', certificate)
    return certificate, key


def cli(*words, more=None, **options):
    return story.run([CLI, *words], env=story.environment(**(more or {})), **options)


def opened(where, folder, key, name='out.asice'):
    out = os.path.join(where, name)
    if os.path.exists(out):
        os.unlink(out)
    done = cli('open', folder, '--key', key, '-o', out)
    return done, out


def refused(name, where, folder, key, code, words):
    done, out = opened(where, folder, key)
    left = [entry for entry in os.listdir(where) if entry.startswith('out.asice')]
    check(name, done.returncode == code and words in done.stderr and not left,
          f'{done.returncode} {done.stderr.strip()} {left}')


def by_hand(where, archive, folder, certificate, key, who):
    joined = b''
    names = sorted(entry for entry in os.listdir(folder) if entry.endswith('.p7m'))
    for name in names:
        joined += story.openssl('cms', '-decrypt', '-binary', '-inform', 'DER', '-in', os.path.join(folder, name),
                                '-recip', certificate, '-inkey', key)
    with open(archive, 'rb') as stream:
        check(f'the stock openssl opens each volume for {who}, and together they are the archive', joined == stream.read(),
              str(names))


def see_algorithms(folder):
    text = story.openssl('cms', '-cmsout', '-print', '-inform', 'DER', '-in', os.path.join(folder, '0001.p7m')).decode()
    check('the content is AES-256-GCM with authentication', 'aes-256-gcm' in text and 'authEnvelopedData' in text)
    check('an EC key gets SHA-256 and AES-256 key wrap, no SHA-1',
          'dhSinglePass-stdDH-sha256kdf-scheme' in text and 'sha1kdf' not in text and 'aes256-wrap' in text)
    check('an RSA key gets OAEP with SHA-256', 'rsaesOaep' in text and 'sha256' in text)


def measured(*words):
    """Runs a command; returns how it ended and how many MB of memory it took at most."""
    done = story.run(['/usr/bin/env', 'python3', '-c',
                      'import resource, subprocess, sys\n'
                      'code = subprocess.call(sys.argv[1:])\n'
                      'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n'
                      'sys.exit(code)', CLI, *words], env=story.environment())
    return done, int(done.stdout.split()[-1]) / 1024


def rotated(where, archive, module, keys):
    """A module announces another key; what is sealed for it from then on opens with that one alone."""
    new, new_key = story.make_key(where, 'new', 'Module of Practicia, later')
    here = {'XDG_DATA_HOME': os.path.join(where, 'data')}
    new_keys, notice = f'{new_key}+{new}', os.path.join(where, 'notice.p7m')
    mark = story.openssl('x509', '-in', new, '-noout', '-fingerprint', '-sha256').decode().split('=')[1].strip().replace(':', '')
    before, after = os.path.join(where, 'before.p7m'), os.path.join(where, 'after.p7m')
    done = cli('seal', archive, '--module', module, '-o', before, more=here)
    check('for a module it is sealed with the certificate that was agreed on', done.returncode == 0
          and opened(where, before, keys)[0].returncode == 0, done.stderr)
    check('the module announces another key', cli('module', 'announce', '--key', keys, '--new', new, '-o', notice).returncode == 0)
    done = cli('module', 'accept', notice, '--trust', module, '--fingerprint', mark, more=here)
    check('which is accepted', done.returncode == 0, done.stderr)
    done = cli('seal', archive, '--module', module, '-o', after, more=here)
    check('then it is sealed for the new key', done.returncode == 0 and opened(where, after, new_keys)[0].returncode == 0, done.stderr)
    refused('and for that alone', where, after, keys, 66, 'it was encrypted for somebody else')
    done = cli('seal', archive, '--to', module, '-o', before, more=here)
    check('while a certificate that is named is taken by its word', done.returncode == 0
          and opened(where, before, keys)[0].returncode == 0, done.stderr)
    check('a module without a certificate', cli('seal', archive, '--module', where + '/no', '-o', after, more=here).returncode == 66)


def memory(where, certificate, keys):
    large = os.path.join(where, 'large')
    with open(large, 'wb') as stream:
        for number in range(200):
            stream.write(os.urandom(MEBIBYTE))
    done, sealing = measured('seal', large, '--to', certificate, '-o', where)
    folder = os.path.join(where, story.sha256(large))
    check('200 MB are sealed', done.returncode == 0, done.stderr)
    done, opening = measured('open', folder, '--key', keys, '-o', large + '.out')
    check('and opened', done.returncode == 0 and story.sha256(large) == story.sha256(large + '.out'), done.stderr)
    print(f'# memory: seal {sealing:.0f} MB, open {opening:.0f} MB of 200 MB in {len(os.listdir(folder)) - 1} volumes')
    # A sanitizer keeps shadows and what was freed.
    if b'__asan_init' not in open(CLI, 'rb').read():
        check('both in at most 64 MB of memory', max(sealing, opening) <= 64, f'{sealing} {opening}')
    shutil.rmtree(folder)


def tell():
    with story.folder() as where:
        expert, expert_key = story.make_key(where, 'expert', 'Expert of Practicia')
        module, module_key = story.make_key(where, 'module', 'Module of Practicia')
        stranger, stranger_key = story.make_key(where, 'stranger', 'Somebody Else')
        rsa, rsa_key = make_rsa(where)
        keys = f'{module_key}+{module}'
        archive = os.path.join(where, 'sent.asice')
        story.make_archive(archive, expert, expert_key, size=34 * MEBIBYTE)

        done = cli('seal', archive, '--to', module, '--to', rsa, '-o', where, '--json')
        answer = json.loads(done.stdout or '{}')
        folder = answer.get('file', '')
        check('an archive of 34 MB becomes three volumes in a folder named after its digest',
              done.returncode == 0 and answer['volumes'] == 3 and os.path.basename(folder) == story.sha256(archive), done.stderr)
        check('with nothing else in it', sorted(os.listdir(folder)) == ['0001.p7m', '0002.p7m', '0003.p7m', 'volumes.json'])
        with open(os.path.join(folder, 'volumes.json'), encoding='utf-8') as stream:
            listed = json.load(stream)
        check('the list tells count, length and digests',
              listed['count'] == 3 and listed['size'] == os.path.getsize(archive) and listed['sha256'] == story.sha256(archive)
              and [row['sha256'] for row in listed['volumes']]
              == [story.sha256(os.path.join(folder, f'{number:04}.p7m')) for number in (1, 2, 3)])
        by_hand(where, archive, folder, module, module_key, 'the module')
        by_hand(where, archive, folder, rsa, rsa_key, 'an RSA key')
        see_algorithms(folder)
        for who in (keys, f'{rsa_key}+{rsa}'):
            done, out = opened(where, folder, who)
            check('palermo-cli opens it, octet by octet the same', done.returncode == 0 and story.sha256(out) == story.sha256(archive),
                  done.stderr)
        check('verify judges what came out', cli('verify', out, '--trust', expert).returncode == 0)
        check('and without a known signer it is as uncertain as before', cli('verify', out).returncode == 1)

        refused('somebody else cannot open it', where, folder, f'{stranger_key}+{stranger}', 66, 'for somebody else')
        second = os.path.join(folder, '0002.p7m')
        kept = os.path.join(where, 'kept')
        os.rename(second, kept)
        refused('a volume that is not there is named', where, folder, keys, 2, 'of 3 volumes, volume 2 is missing')
        shutil.copy(os.path.join(folder, '0001.p7m'), second)
        refused('so is one in the place of another', where, folder, keys, 2, 'volume 2 is volume 1 under another name')
        with open(kept, 'rb') as stream:
            octets = stream.read()
        with open(second, 'wb') as stream:
            stream.write(octets[:-1])
        refused('so is one that was cut', where, folder, keys, 2, 'volume 2 is damaged')
        shutil.copy(kept, second)
        os.rename(os.path.join(folder, 'volumes.json'), kept)
        refused('a folder without its list is not complete', where, folder, keys, 3, 'no list of volumes')
        with open(os.path.join(folder, 'volumes.json'), 'w', encoding='utf-8') as stream:
            stream.write('{"count": 3}')
        refused('a list that says too little is no list', where, folder, keys, 3, 'unknown kind')
        os.rename(kept, os.path.join(folder, 'volumes.json'))
        refused('what is not there cannot be opened', where, os.path.join(where, 'nowhere'), keys, 66, 'no such file')

        fresh = os.path.join(where, 'not', 'there')
        check('a folder in a folder that is not there', cli('seal', archive, '--to', module, '-o', fresh).returncode == 73
              and not os.path.exists(fresh))
        fresh = os.path.join(where, 'fresh')
        done = cli('seal', archive, '--to', module, '-o', fresh)
        check('a folder that is not there is made', done.returncode == 0 and len(os.listdir(fresh)) == 1, done.stderr)
        done, out = opened(where, fresh, keys)
        check('and the only sealed archive in a folder opens', done.returncode == 0 and story.sha256(out) == story.sha256(archive), done.stderr)
        with open(archive, 'ab') as stream:
            stream.write(b'and more')
        cli('seal', archive, '--to', module, '-o', fresh)
        refused('of two, one has to be named', where, fresh, keys, 3, 'Name the folder that holds the list')
        os.truncate(archive, os.path.getsize(archive) - len('and more'))
        single = os.path.join(where, 'one.p7m')
        check('a name that ends in .p7m gets one file', cli('seal', archive, '--to', module, '-o', single).returncode == 0
              and os.path.isfile(single))
        done, out = opened(where, single, keys)
        check('which opens as well', done.returncode == 0 and story.sha256(out) == story.sha256(archive), done.stderr)
        with open(single, 'r+b') as stream:
            stream.seek(20 * MEBIBYTE)
            stream.write(b'x')
        refused('and not when it was altered', where, single, keys, 2, 'altered or damaged')

        check('a key is no certificate', cli('seal', archive, '--to', module_key, '-o', where).returncode == 66)
        check('an archive that is not there', cli('seal', where + '/no', '--to', module, '-o', where).returncode == 66)
        check('a folder that is not there', cli('seal', archive, '--to', module, '-o', where + '/no/no').returncode == 73)
        check('nobody to seal for', cli('seal', archive, '-o', where).returncode == 64)
        limited = cli('seal', archive, '--to', module, '-o', where,
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10 * MEBIBYTE, 10 * MEBIBYTE)))
        check('a full disk leaves no volume behind', limited.returncode == 74 and not os.path.exists(folder), limited.stderr)
        rotated(where, archive, module, keys)
        memory(where, module, keys)


tell()
story.finish()
