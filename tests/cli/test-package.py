#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages through palermo-cli: packed, signed, verified here and by common tools, bent, refused."""
import base64
import glob
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
import zipfile

from story import CLI, check, finish, folder, make_archive, make_key, openssl, run, skip, start

SUMMARY = '/cluster1/general/consultations/summary'


def cli(*words, secret=None, env=None, **options):
    """Runs a verb; a secret goes through a descriptor of its own, never through the words."""
    fds = ()
    if secret is not None:
        reader, writer = os.pipe()
        os.write(writer, secret.encode() + b'\n')
        os.close(writer)
        fds, words = (reader,), words + ('--pin-fd', str(reader))
    try:
        return run([CLI, *words], pass_fds=fds, stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})},
                   **options)
    finally:
        for fd in fds:
            os.close(fd)


def code(name, wanted, *words, **options):
    done = cli(*words, **options)
    codes = wanted if isinstance(wanted, tuple) else (wanted,)
    check(name, done.returncode in codes and 'Sanitizer' not in done.stderr,
          f'{done.returncode} instead of {wanted}: {done.stderr.strip()[-300:]!r}')
    return done


def refused(name, wanted, *words, **options):
    done = code(name, wanted, *words, **options)
    check(f'{name}: one clear line', done.stderr.startswith('palermo-cli: ') and done.stderr.count('\n') == 1,
          repr(done.stderr))
    return done


def verify(path, *more):
    done = cli('verify', path, '--json', *more)
    return done.returncode, json.loads(done.stdout)


def content(path):
    with open(path, 'rb') as stream:
        return stream.read()


def leftovers(work):
    return [name for name in os.listdir(work) if '.part' in name]


def answers(dossier):
    return json.loads(cli('answer', 'list', dossier, '--json').stdout)


def make_dossier(work):
    """The practice dossier with a file attached and one answer that no longer applies."""
    dossier = os.path.join(work, 'practice.palermo')
    evidence = os.path.join(work, 'Décret n° 12.pdf')
    with open(evidence, 'wb') as stream:
        stream.write(b'%PDF-1.7\n' + random.Random(1).randbytes(200_000))
    code('a dossier is made', 0, 'dossier', 'new', dossier, '--sample')
    binary = [answer for answer in answers(dossier) if answer['type'] == 'file' and answer['relevant']]
    if check('there is a question for a file', binary):
        code('a file is attached', 0, 'answer', 'set', dossier, binary[0]['node'], evidence, '--attach')
    code('consultations were held', 0, 'answer', 'set', dossier, '/cluster1/general/consultations/held', 'yes')
    code('and summed up', 0, 'answer', 'set', dossier, SUMMARY, 'Shelters were heard.')
    code('no, they were not', 0, 'answer', 'set', dossier, '/cluster1/general/consultations/held', 'no')
    return dossier, evidence


def identities(work):
    key, certificate = os.path.join(work, 'expert.p12'), os.path.join(work, 'expert.pem')
    done = code('a key is made', 0, 'identity', 'new', '-o', key, '--name', 'Zoë, Expert', '--certificate', certificate,
                '--json', secret='correct horse')
    made = json.loads(done.stdout)
    check('only its owner can read it', os.stat(key).st_mode & 0o777 == 0o600, oct(os.stat(key).st_mode))
    check('it names its owner', made['subject'] == 'CN=Zoë\\, Expert', made['subject'])
    check('eight groups for the telephone', re.fullmatch(r'([0-9A-F]{8} ){7}[0-9A-F]{8}', made['spoken']), made['spoken'])
    shown = json.loads(cli('identity', 'show', key, '--json', secret='correct horse').stdout)
    check('it is shown', shown['fingerprint'] == made['fingerprint'], shown)
    printed = openssl('x509', '-in', certificate, '-noout', '-fingerprint', '-sha256').decode()
    check('openssl sees the same fingerprint',
          printed.split('=')[1].strip().replace(':', '').lower() == made['fingerprint'], printed)
    refused('a wrong passphrase', 66, 'identity', 'show', key, secret='wrong horse')
    refused('no passphrase', 66, 'identity', 'show', key)
    refused('a missing key', 66, 'identity', 'show', os.path.join(work, 'nobody.p12'))
    before = content(key)
    refused('a key is never replaced', 73, 'identity', 'new', '-o', key)
    check('it is as it was', content(key) == before)
    refused('a key where no folder is', 73, 'identity', 'new', '-o', os.path.join(work, 'no', 'key.p12'))
    return key, certificate, made['fingerprint']


def check_by_hand(archive, trusted, work):
    """Exactly as printed in package-format 2.2."""
    place = os.path.join(work, 'by-hand')
    shutil.rmtree(place, ignore_errors=True)
    done = run(['unzip', '-q', archive, '-d', place])
    check('unzip unpacks it without a word', done.returncode == 0 and not done.stderr, done.stderr)
    done = run(['openssl', 'cms', '-verify', '-binary', '-cades', '-purpose', 'any', '-inform', 'DER',
                '-in', 'META-INF/signature001.p7s', '-content', 'META-INF/ASiCManifest001.xml',
                '-CAfile', trusted, '-out', '/dev/null'], cwd=place)
    check('openssl cms -verify accepts the signature', done.returncode == 0, done.stderr)
    digest = base64.b64encode(hashlib.sha256(content(os.path.join(place, 'manifest-sha256.txt'))).digest()).decode()
    asic = content(os.path.join(place, 'META-INF', 'ASiCManifest001.xml')).decode()
    check('the bag manifest has the digest that was signed',
          re.search(r'URI="manifest-sha256.txt".*?<ds:DigestValue>([^<]*)<', asic, re.S).group(1) == digest)
    done = run(['sha256sum', '-c', '--strict', 'manifest-sha256.txt'], cwd=place)
    check('sha256sum -c accepts every file', done.returncode == 0 and 'FAILED' not in done.stdout, done.stdout)
    listed = {line.split('  ', 1)[1] for line in content(os.path.join(place, 'manifest-sha256.txt')).decode().splitlines()}
    there = {os.path.relpath(os.path.join(at, name), place) for at, _, names in os.walk(os.path.join(place, 'data'))
             for name in names}
    check('and lists all that is in data/', listed == there, listed ^ there)
    return place


def check_by_others(archive, place):
    with zipfile.ZipFile(archive) as other:
        names = other.namelist()
        check('Python reads it', other.testzip() is None)
        check('mimetype comes first, plain', names[0] == 'mimetype' and content(archive)[30:69]
              == b'mimetypeapplication/vnd.etsi.asic-e+zip', content(archive)[:80])
        check('the order is the one of the format', [name for name in names if not name.startswith('data/')]
              == ['mimetype', 'bagit.txt', 'bag-info.txt', 'manifest-sha256.txt', 'META-INF/ASiCManifest001.xml',
                  'META-INF/signature001.p7s'] and names[1] == 'data/package.json', names)
        check('no entry has an extra field or a descriptor',
              all(not info.extra and not info.flag_bits & 8 for info in other.infolist()))
        check('what Python reads is what unzip reads',
              all(other.read(name) == content(os.path.join(place, name)) for name in names))
        check('the comment says what it is', other.comment == b'mimetype=application/vnd.etsi.asic-e+zip')
    check('unzip -t finds nothing', run(['unzip', '-tq', archive]).returncode == 0)
    if shutil.which('bsdtar'):
        done = run(['bsdtar', '-tf', archive])
        check('bsdtar lists the same', done.returncode == 0 and done.stdout.split('\n')[:-1] == names, done.stderr)
        taken = place + '-bsdtar'
        os.mkdir(taken)
        done = run(['bsdtar', '-xf', archive, '-C', taken])
        check('and unpacks the same', done.returncode == 0 and not done.stderr
              and all(content(os.path.join(taken, name)) == content(os.path.join(place, name)) for name in names), done.stderr)
    else:
        skip('bsdtar lists the same', 'bsdtar is not installed')


def check_content(archive, dossier, evidence, fingerprint):
    with zipfile.ZipFile(archive) as other:
        names = other.namelist()
        package = json.loads(other.read('data/package.json'))
        info = other.read('bag-info.txt').decode()
        attachments = [name for name in names if name.startswith('data/attachments/')]
        sha256 = hashlib.sha256(content(evidence)).hexdigest()
        check('the attachment is there, whole', len(attachments) == 1
              and attachments[0].startswith(f'data/attachments/{sha256[:12]}-')
              and other.read(attachments[0]) == content(evidence), attachments)
        check('its name of old is kept', package['attachments'][0]['name'] == 'Décret n° 12.pdf', package['attachments'])
        check('package.json says what this is', package['kind'] == 'submission' and package['state'] == 'Practicia'
              and package['cluster'] == 'I' and package['program']['name'] == 'Palermo'
              and re.fullmatch('[0-9a-f]{64}', package['edition']), package)
        check('and in which languages, and who may read it', package['languages']
              and package['disclosure'].get('answers'), package)
        check('nobody cleared it yet', package['cleared'] is None, package['cleared'])
        check('the forms are as listed', all(
            hashlib.sha256(other.read(form['file'])).hexdigest() == form['sha256'] for form in package['forms']))
        instance = other.read(package['records'][0]['file']).decode()
        check('one record goes, the questionnaire', len(package['records']) == 1
              and package['records'][0]['form'] == 'cluster-1', package['records'])
        check('what is not relevant stays here', 'Shelters were heard' not in instance)
        check('the bag names the package', f'External-Identifier: urn:uuid:{package["id"]}' in info, info)
        oxum = re.search(r'Payload-Oxum: (\d+)\.(\d+)', info)
        payload = [entry for entry in other.infolist() if entry.filename.startswith('data/')]
        check('and counts it', (int(oxum.group(1)), int(oxum.group(2)))
              == (sum(entry.file_size for entry in payload), len(payload)), info)
        check('no entry is in the package that package.json does not name', {name for name in names if name.startswith('data/')}
              == {'data/package.json', *(entry['file'] for kind in ('forms', 'records', 'attachments')
                                         for entry in package[kind])})
    whole = content(archive)
    for word in (os.uname().nodename, os.path.dirname(dossier), 'stakeholder', 'Round table'):
        check(f'nothing private is in it: {word[:12]}', len(word) < 4 or word.encode() not in whole)
    status, result = verify(archive)
    check('an unknown signer is indeterminate', status == 1 and result['indication'] == 'INDETERMINATE', result)
    check('and shown', result['signatures'][0]['fingerprint'] == fingerprint
          and result['signatures'][0]['reason'], result['signatures'])


def check_restricted(dossier, work, key):
    out = os.path.join(work, 'restricted.asice')
    done = cli('pack', dossier, '-o', out, '--key', key, '--json', secret='correct horse')
    files = json.loads(done.stdout)['files']
    private = [file for file in files if file['restricted']]
    check('consultations and stakeholders stay here', private and not any(file['included'] for file in private), files)
    wanted = next(file['name'] for file in private if file['name'].startswith('data/instances/'))
    code('one goes when somebody says so', 0, 'pack', dossier, '-o', out, '--key', key, '--include', wanted,
         '--cleared-by', 'Focal Point', secret='correct horse')
    done = cli('pack', dossier, '-o', out + '.second', '--key', key, '--include', wanted, '--cleared-by', 'Focal Point',
               '--json', secret='correct horse')
    forms = [file['included'] for file in json.loads(done.stdout)['files']
             if file['restricted'] and file['name'].startswith('data/forms/')]
    check('the list says that its form goes too', forms.count(True) == 1 and forms.count(False) == len(forms) - 1, forms)
    with zipfile.ZipFile(out) as archive:
        package = json.loads(archive.read('data/package.json'))
        check('then it is there, with its form', wanted in archive.namelist() and len(package['forms']) == 2,
              archive.namelist())
        check('who cleared it is noted', package['cleared']['by'] == 'Focal Point' and package['cleared']['when'])
    refused('a file that is not there', 64, 'pack', dossier, '-o', out, '--include', 'nothing', '--no-sign')
    points = json.loads(done.stdout)['openPoints']
    check('an answer that no longer applies is listed',
          {'kind': 'not-relevant', 'node': SUMMARY} in [{k: p[k] for k in ('kind', 'node')} for p in points], points[:3])
    check('and a required one that is empty', any(point['kind'] == 'required' for point in points))


def check_signing(dossier, work, key, certificate):
    bare, first, second = (os.path.join(work, name) for name in ('bare.asice', 'first.asice', 'second.asice'))
    code('a package without a signature', 0, 'pack', dossier, '-o', bare, '--no-sign')
    status, result = verify(bare, '--trust', certificate)
    check('does not hold', status == 2 and result['kind'] is None and not result['signatures'], result)
    refused('a wrong passphrase signs nothing', 66, 'sign', bare, '-o', first, '--key', key, secret='wrong')
    check('and leaves nothing', not os.path.exists(first) and not leftovers(work))
    code('the expert signs', 0, 'sign', bare, '-o', first, '--key', key, secret='correct horse')
    check('then it holds', verify(first, '--trust', certificate)[0] == 0)
    other_certificate, other_key = make_key(work, 'focal', 'Focal Point')
    code('the focal point signs with PEM files', 0, 'sign', first, '-o', second, '--key', f'{other_key}+{other_certificate}')
    status, result = verify(second, '--trust', certificate, '--trust', other_certificate)
    check('both hold', status == 0 and [s['covers'] for s in result['signatures']]
          == [result['entries'] - 5, result['entries'] - 3], result)
    check('one who is unknown makes it indeterminate', verify(second, '--trust', certificate)[0] == 1)
    done = run(['sh', '-c', f'mkdir two && cd two && unzip -q "{second}" && openssl cms -verify -binary -cades '
                '-purpose any -inform DER -in META-INF/signature002.p7s -content META-INF/ASiCManifest002.xml '
                f'-CAfile "{other_certificate}" -out /dev/null'], cwd=work)
    check('openssl accepts the second signature', done.returncode == 0, done.stderr)
    refused('a bent package is not signed', (2, 3), 'sign', bend(second, work), '-o', first, '--key', key,
            secret='correct horse')
    refused('tokens are not built in', 66, 'sign', bare, '-o', first, '--key', 'pkcs11:object=x')
    code('ten years later', 1, 'verify', second, '--trust', certificate, '--trust', other_certificate, '--at',
         '2046-01-01T00:00:00Z')


def bend(archive, work, place=None, value=None):
    path = os.path.join(work, 'bent.asice')
    data = bytearray(content(archive))
    place = len(data) // 2 if place is None else place
    data[place] = data[place] ^ 1 if value is None else value
    with open(path, 'wb') as stream:
        stream.write(data)
    return path


def check_bent(archive, certificate, work):
    size, chance, wrong = os.path.getsize(archive), random.Random(7), []
    small = [place for place in range(size - 3000, size, 23)]
    places = small + [chance.randrange(size) for _ in range(80)] + list(range(0, 80, 5))
    for place in places:
        status = cli('verify', bend(archive, work, place), '--trust', certificate).returncode
        if status not in (2, 3, 4):
            wrong.append((place, status))
    check(f'one bit in {len(places)} places is always noticed', not wrong, wrong)
    wrong = []
    for length in [0, 1, 21, 22, 30, 100, size // 2, size - 40, size - 22, size - 1]:
        path = os.path.join(work, 'short.asice')
        with open(path, 'wb') as stream:
            stream.write(content(archive)[:length])
        if cli('verify', path, '--trust', certificate).returncode != 3:
            wrong.append(length)
    check('a shortened file is malformed', not wrong, wrong)
    out = os.path.join(work, 'nothing')
    code('nothing is unpacked from it', (2, 3), 'verify', bend(archive, work), '--extract', out)
    check('really nothing', not os.path.exists(out))


def check_extract(archive, certificate, work):
    out = os.path.join(work, 'unpacked')
    code('a valid package is unpacked', 0, 'verify', archive, '--trust', certificate, '--extract', out)
    with zipfile.ZipFile(archive) as other:
        check('all of it, and nothing else', {os.path.relpath(os.path.join(at, name), out)
                                              for at, _, names in os.walk(out) for name in names} == set(other.namelist())
              and all(content(os.path.join(out, name)) == other.read(name) for name in other.namelist()))
    check('for nobody else', os.stat(out).st_mode & 0o777 == 0o700
          and os.stat(os.path.join(out, 'mimetype')).st_mode & 0o777 == 0o600)
    refused('not into a folder that is there', 73, 'verify', archive, '--json', '--extract', out)
    total = verify(archive)[1]['bytes']
    code('as many bytes as allowed', 1, 'verify', archive, '--max-bytes', str(total))
    code('one more', 4, 'verify', archive, '--max-bytes', str(total - 1))


def check_errors(dossier, archive, work, key):
    before = content(dossier)
    out = os.path.join(work, 'error.asice')
    refused('a full disk', 74, 'pack', dossier, '-o', '/dev/full', '--no-sign')
    refused('a full disk while signing', 74, 'sign', archive, '-o', '/dev/full', '--key', key, secret='correct horse')
    refused('a folder that is not there', 73, 'pack', dossier, '-o', os.path.join(work, 'no', 'x.asice'), '--no-sign')
    refused('a folder as the target', 73, 'pack', dossier, '-o', work, '--no-sign')
    refused('the dossier as the target', 73, 'pack', dossier, '-o', dossier, '--no-sign')
    check('the dossier is as it was', cli('dossier', 'check', dossier).returncode == 0 and len(before) > 0)
    refused('a missing dossier', 66, 'pack', os.path.join(work, 'no.palermo'), '-o', out, '--no-sign')
    refused('a package as a dossier', 3, 'pack', archive, '-o', out, '--no-sign')
    refused('no target', 64, 'pack', dossier)
    refused('an unknown option', 64, 'pack', dossier, '-o', out, '--sing')
    refused('a missing package', 66, 'verify', os.path.join(work, 'no.asice'))
    refused('a folder as a package', 66, 'verify', work)
    refused('missing trust', 66, 'verify', archive, '--trust', os.path.join(work, 'no.pem'))
    refused('a time that is none', 64, 'verify', archive, '--at', 'yesterday')
    refused('nothing to verify', 64, 'verify')
    code('a text as a package', 3, 'verify', __file__)
    code('an empty file as a package', 3, 'verify', empty(work))
    status, result = verify(os.path.join(work, 'no.asice'))
    check('also as JSON', status == 66 and result['code'] == 66 and result['sha256'] is None, result)
    check('nothing is left of all this', not os.path.exists(out) and not leftovers(work), leftovers(work))


def empty(work):
    path = os.path.join(work, 'empty.asice')
    with open(path, 'wb'):
        pass
    return path


def check_hostile_names(work):
    """Text from an archive reaches the terminal only as text."""
    certificate, key = make_key(work, 'evil', 'Evil\x1b[31m\u202eName')
    path = make_archive(os.path.join(work, 'evil.asice'), certificate, key, size=1000)
    done = cli('verify', path)
    check('control characters do not reach the terminal', done.returncode == 1 and '\x1b' not in done.stdout
          and '\u202e' not in done.stdout, repr(done.stdout))
    status, result = verify(path, '--trust', certificate)
    check('an archive of zipfile and openssl holds', status == 0 and result['entries'] == 8, result)


def receipt(work, name, certificate, key, **more):
    statement = {'type': 'urn:example:submission-receipt:1', 'id': 'r1', 'status': 'accepted',
                 'archive': {'sha256': 'a' * 64, 'size': 1, 'name': 'x.asice'},
                 'verification': {'code': 0, 'indication': 'TOTAL-PASSED', 'message': 'valid'},
                 'received': '2026-11-22T03:49:48.147Z', 'receiver': 'CN=Module', **more}
    path = os.path.join(work, name)
    with open(path, 'wb') as stream:
        stream.write(openssl('cms', '-sign', '-binary', '-cades', '-nodetach', '-md', 'sha256', '-outform', 'DER',
                             '-signer', certificate, '-inkey', key, input=json.dumps(statement).encode()))
    return path


def check_receipts(archive, work):
    certificate, key = make_key(work, 'module', 'Module')
    other, other_key = make_key(work, 'forger', 'Module')
    about = {'sha256': hashlib.sha256(content(archive)).hexdigest(), 'size': os.path.getsize(archive), 'name': 'x'}
    good = receipt(work, 'good.p7m', certificate, key, archive=about)
    done = code('a receipt of the module', 0, 'receipt', good, '--trust', certificate, '--archive', archive, '--json')
    check('says so', json.loads(done.stdout)['status'] == 'accepted', done.stdout)
    code('received, to be checked', 75, 'receipt', receipt(work, 'later.p7m', certificate, key, status='received'),
         '--trust', certificate)
    done = code('refused', 2, 'receipt', receipt(work, 'refused.p7m', certificate, key, status='refused'),
                '--trust', certificate)
    refused('a forged receipt', 1, 'receipt', receipt(work, 'forged.p7m', other, other_key, archive=about),
            '--trust', certificate)
    refused('of another archive', 2, 'receipt', receipt(work, 'other.p7m', certificate, key), '--trust', certificate,
            '--archive', archive)
    refused('of another kind', 3, 'receipt', receipt(work, 'kind.p7m', certificate, key, type='x'), '--trust', certificate)
    refused('not a receipt', 3, 'receipt', archive, '--trust', certificate)
    refused('a bent receipt', (2, 3), 'receipt', bend(good, work, 200), '--trust', certificate)
    refused('a missing receipt', 66, 'receipt', os.path.join(work, 'no.p7m'), '--trust', certificate)
    refused('no trust', 64, 'receipt', good)


def check_first_use(dossier, work):
    """Without a key, one is made, and used again."""
    env = {'XDG_DATA_HOME': os.path.join(work, 'home')}
    one, two = os.path.join(work, 'one.asice'), os.path.join(work, 'two.asice')
    first = json.loads(code('a first package', 0, 'pack', dossier, '-o', one, '--json', env=env).stdout)
    second = json.loads(code('a second one', 0, 'pack', dossier, '-o', two, '--json', env=env).stdout)
    check('the key is made once', first['keyCreated'] and not second['keyCreated']
          and first['fingerprint'] == second['fingerprint'], (first['fingerprint'], second['fingerprint']))
    check('and named after the State', first['signer'] == 'CN=Practicia', first['signer'])
    pem = os.path.join(work, 'own.pem')
    code('its certificate can be had', 0, 'identity', 'show', '--certificate', pem, env=env)
    check('and then the package is trusted', verify(one, '--trust', pem)[0] == 0)


def check_killed(dossier, work):
    big = os.path.join(work, 'big.bin')
    with open(big, 'wb') as stream:
        stream.write(random.Random(2).randbytes(24 << 20))
    node = next(answer['node'] for answer in answers(dossier) if answer['type'] == 'file' and answer['relevant'])
    code('a large file is attached', 0, 'answer', 'set', dossier, node, big, '--attach')
    out, chance, wrong, complete = os.path.join(work, 'killed.asice'), random.Random(3), [], 0
    begin = time.monotonic()
    cli('pack', dossier, '-o', out, '--no-sign')
    whole = time.monotonic() - begin
    for _ in range(8):
        if os.path.exists(out):
            os.remove(out)
        process = start([CLI, 'pack', dossier, '-o', out, '--no-sign'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, whole * 1.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if os.path.exists(out):
            complete += 1
            if verify(out)[1]['message'] != 'nobody has signed this package':
                wrong.append(verify(out)[1]['message'])
    check(f'killed eight times: nothing or all of it ({complete} whole)', not wrong, wrong)
    check('the dossier is in order', cli('dossier', 'check', dossier).returncode == 0)
    code('the next start', 0, 'pack', dossier, '-o', out, '--no-sign')
    check('removes what the killed ones left', not glob.glob(out + '.part*'), glob.glob(out + '.part*'))


with folder() as place_to_work:
    os.environ['XDG_DATA_HOME'] = os.path.join(place_to_work, 'data-home')
    the_dossier, the_evidence = make_dossier(place_to_work)
    the_key, the_certificate, the_fingerprint = identities(place_to_work)
    the_archive = os.path.join(place_to_work, 'practicia.asice')
    code('a package is made and signed', 0, 'pack', the_dossier, '-o', the_archive, '--key', the_key, secret='correct horse')
    the_status, the_result = verify(the_archive, '--trust', the_certificate)
    check('it holds and is trusted', the_status == 0 and the_result['indication'] == 'TOTAL-PASSED'
          and the_result['kind'] == 'submission' and the_result['size'] == os.path.getsize(the_archive)
          and the_result['sha256'] == hashlib.sha256(content(the_archive)).hexdigest(), the_result)
    the_place = check_by_hand(the_archive, the_certificate, place_to_work)
    check_by_others(the_archive, the_place)
    check_content(the_archive, the_dossier, the_evidence, the_fingerprint)
    check_restricted(the_dossier, place_to_work, the_key)
    check_signing(the_dossier, place_to_work, the_key, the_certificate)
    check_bent(the_archive, the_certificate, place_to_work)
    check_extract(the_archive, the_certificate, place_to_work)
    check_errors(the_dossier, the_archive, place_to_work, the_key)
    check_hostile_names(place_to_work)
    check_receipts(the_archive, place_to_work)
    check_first_use(the_dossier, place_to_work)
    check_killed(the_dossier, place_to_work)
finish()
