#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each call with which a verb writes goes wrong once (tests/faults/fail.c): no room, a broken disk, a disk that is
read-only by now, a call that is broken off, half a write, a disk that is full from there on, and a kill. After each
there is one clear sentence and a documented code, what was asked for is there whole or not at all, the dossier is
sound, what was answered before is there, and the same verb succeeds when it is run again.

By default a sample spread over the calls of each verb; PALERMO_FAULTS=all is every call in every way, PALERMO_FAULTS=N
takes about N of each verb. PALERMO_FAULTS_ONLY names one verb."""
import json
import os
import shutil
import subprocess

from story import CLI, Module, check, finish, folder, leaks, make_key, openssl, run

LIBRARY = os.environ['PALERMO_FAIL_LIBRARY']
MANY = os.environ.get('PALERMO_FAULTS', '4')
ONLY = os.environ.get('PALERMO_FAULTS_ONLY')
WAYS = ['ENOSPC', 'kill', 'EIO', 'full', 'EROFS', 'short', 'EINTR']
NODE = '/cluster1/general/state/lead_office'
BEFORE = 'What was answered before'


class Place:
    """A folder in which a verb works, and nothing else."""

    def __init__(self, path):
        self.path = path

    def at(self, *names):
        return os.path.join(self.path, *names)

    def environment(self, **more):
        result = dict(os.environ, XDG_DATA_HOME=self.at('home'), XDG_STATE_HOME=self.at('state'),
                      XDG_CACHE_HOME=self.at('cache'), XDG_CONFIG_HOME=self.at('config'), TMPDIR=self.at('tmp'),
                      GSETTINGS_BACKEND='memory', **more)  # dconf has files of its own, and words
        options = result.get('ASAN_OPTIONS', '')
        result['ASAN_OPTIONS'] = f'{options}:verify_asan_link_order=0'.lstrip(':')
        return result

    def cli(self, words, **faults):
        if faults:
            faults.update(LD_PRELOAD=LIBRARY, PALERMO_FAULT_BELOW=self.path)
        return run([CLI, *[word.replace('@', self.path + '/') for word in words]], env=self.environment(**faults),
                   stdin=subprocess.DEVNULL)

    def good(self, *words):
        done = self.cli(words)
        if done.returncode not in (0, 1):
            raise RuntimeError(f'{words}: {done.returncode} {done.stderr}')
        return done.stdout


def dossier_is(place, name='d.palermo', answers=(BEFORE,)):
    """What is wrong with a dossier; None when nothing is."""
    done = place.cli(['dossier', 'check', '@' + name])
    if done.returncode != 0:
        return f'dossier check: {done.returncode} {done.stderr.strip()}'
    done = place.cli(['answer', 'get', '@' + name, NODE])
    said = done.stdout.rstrip('\n')
    return None if done.returncode == 0 and said in answers else f'the answer is {said!r} {done.stderr.strip()}'


def answered(place, was_done):
    return dossier_is(place, answers=('after',) if was_done else (BEFORE, 'after'))


def untouched(place, _was_done):
    return dossier_is(place)


def undone(place, was_done):
    return dossier_is(place, answers=('',) if was_done else (BEFORE, ''))


def whole(words, output, codes=(0,)):
    """What words say of output has to be one of codes, if it is there; and it is there when the verb says so."""
    def look(place, was_done):
        if not os.path.exists(place.at(output)):
            return f'{output} is not there' if was_done else untouched(place, was_done)
        done = place.cli(words)
        if done.returncode not in codes:
            return f'{output} is not whole: {done.returncode} {done.stderr.strip()}'
        return untouched(place, was_done)
    return look


def new_dossier():
    """A new one is there with all that it begins with, or not at all."""
    begins_with = []

    def look(place, was_done):
        if not os.path.exists(place.at('new.palermo')):
            return 'it is not there' if was_done else None
        done = place.cli(['dossier', 'check', '@new.palermo'])
        if done.returncode != 0:
            return f'dossier check: {done.returncode} {done.stderr.strip()}'
        info = json.loads(place.good('dossier', 'info', '@new.palermo', '--json'))
        has = (info['forms'], info['records'], info.get('title'), info.get('state'),
               len(json.loads(place.good('answer', 'list', '@new.palermo', '--json'))))
        if not begins_with:
            begins_with.append(has)
        return None if has == begins_with[0] else f'half a dossier: {has} instead of {begins_with[0]}'
    return look


def merged(place, was_done):
    return dossier_is(place, answers=('By Ana',) if was_done else (BEFORE, 'By Ana'))


def kept_keys(place, was_done):
    """Each key opens, and the one that was used before is among them."""
    done = place.cli(['identity', 'list', '--json'])
    if done.returncode != 0:
        return f'identity list: {done.returncode} {done.stderr.strip()}'
    keys = json.loads(done.stdout)
    for key in keys:
        opened = run(['openssl', 'pkcs12', '-in', key['file'], '-noout', '-passin', 'pass:'])
        if opened.returncode != 0:
            return f'a key that does not open: {opened.stderr}'
    if sum(key['name'] == 'First' for key in keys) < 1:
        return f'the key until now is lost: {keys}'
    # What could not be said to be on the disk for good, and was, is done a second time when it is run again.
    return None if sum(key['inUse'] for key in keys) == 1 and (len(keys) >= 2 or not was_done) else f'{keys}'


def listed(words, wanted):
    """What words list is sound, and has wanted in it once the verb says so."""
    def look(place, was_done):
        done = place.cli(words)
        if done.returncode != 0:
            return f'{" ".join(words)}: {done.returncode} {done.stderr.strip()}'
        return None if wanted in done.stdout or not was_done else f'{wanted} is not listed: {done.stdout}'
    return look


def client_kept(place, was_done):
    found = [os.path.join(root, name) for root, _s, names in os.walk(place.at('home')) for name in names if name == 'client.p12']
    for path in found:
        if run(['openssl', 'pkcs12', '-in', path, '-noout', '-passin', 'pass:']).returncode != 0:
            return 'half a certificate'
    return None if found or not was_done else 'it is not there'


def on_stick(place, was_done):
    """What has its name on the stick is whole."""
    names = [name for name in os.listdir(place.at('usb')) if not name.endswith('.part')
             and (os.path.isfile(place.at('usb', name)) or os.path.exists(place.at('usb', name, 'volumes.json')))]
    for name in names:
        done = place.cli(['open', '@usb/' + name, *KEY, '-o', '@tmp/look.asice'])
        if done.returncode != 0:
            return f'{name} is not whole: {done.stderr.strip()}'
        os.remove(place.at('tmp', 'look.asice'))
    return None if names or not was_done else 'nothing is there'


def sent(place, was_done):
    """Nothing counts as accepted without a receipt that verifies."""
    receipts = [os.path.join(root, name) for root, _s, names in os.walk(place.at('sent')) for name in names
                if name.endswith('.receipt.p7m')]
    for path in receipts:
        done = place.cli(['receipt', path, '--trust', MODULE_CERTIFICATE[0], '--archive', '@a.asice'])
        if done.returncode != 0:
            return f'receipt: {done.returncode} {done.stderr.strip()}'
    return None if receipts or not was_done else 'no receipt'


MODULE_CERTIFICATE = []


def as_without_faults(output, ends):
    """The file is whole: its first and last octets, and the size that it has when nothing goes wrong."""
    def look(place, was_done):
        path = place.at(output)
        if not os.path.exists(path):
            return f'{output} is not there' if was_done else untouched(place, was_done)
        with open(path, 'rb') as stream:
            content = stream.read()
        if not content.startswith(ends[0]) or ends[1] not in content[-1024:]:
            return f'{output} is not whole: {len(content)} octets'
        return untouched(place, was_done)
    return look


def extracted(place, was_done):
    if not os.path.isdir(place.at('x')):
        return 'it is not there' if was_done else None
    if was_done:
        done = run(['sha256sum', '-c', '--quiet', 'manifest-sha256.txt'], cwd=place.at('x'))
        return done.stdout or None
    return None


def filed(place, was_done):
    """Of an upload that was received: what is in the store is whole, and a receipt speaks of what is there."""
    receipts = [name for name in os.listdir(place.at('store', 'receipts'))] if os.path.isdir(
        place.at('store', 'receipts')) else []
    for name in receipts:
        if not name.endswith('.receipt.p7m'):
            continue
        done = place.cli(['receipt', '@store/receipts/' + name, '--trust', '@key.pem', '--archive', '@a.asice'])
        if done.returncode != 0:
            return f'receipt: {done.returncode} {done.stderr.strip()}'
        if not was_done:
            continue  # it is filed away by the next run, which look() sees, too
        archive = place.at('store', 'archives', name.replace('.receipt.p7m', '.asice'))
        if not os.path.exists(archive) or os.path.getsize(archive) != os.path.getsize(place.at('a.asice')):
            return 'a receipt without its archive'
    return 'no receipt' if was_done and not receipts else None


KEY = ['--key', '@key-key.pem+@key.pem']
# Verb, words, what is made (removed before it is run again), what has to hold afterwards.
VERBS = [
    ('dossier new', ['dossier', 'new', '@new.palermo', '--state', 'Practicia'], 'new.palermo', new_dossier()),
    ('answer set', ['answer', 'set', '@d.palermo', NODE, 'after'], None, answered),
    ('answer set --attach', ['answer', 'set', '@d.palermo', '{file}', '@annex.pdf', '--attach'], None, untouched),
    ('record add', ['record', 'add', 'stakeholder', '@d.palermo'], None, untouched),
    ('dossier backup', ['dossier', 'backup', '@d.palermo'], None, untouched),
    ('dossier restore', ['dossier', 'restore', '@d.palermo', '{backup}'], None,
     lambda place, was_done: dossier_is(place, answers=(BEFORE, 'Before that'))),
    ('dossier undo', ['dossier', 'undo', '@d.palermo'], None,
     lambda place, was_done: dossier_is(place, answers=(BEFORE, 'Before that'))),
    ('pack', ['pack', '@d.palermo', '-o', '@out.asice', *KEY], 'out.asice',
     whole(['verify', '@out.asice', '--trust', '@key.pem'], 'out.asice')),
    ('sign', ['sign', '@unsigned.asice', '-o', '@out.asice', *KEY], 'out.asice',
     whole(['verify', '@out.asice', '--trust', '@key.pem'], 'out.asice')),
    ('verify --extract', ['verify', '@a.asice', '--trust', '@key.pem', '--extract', '@x'], 'x', extracted),
    ('seal', ['seal', '@a.asice', '--to', '@key.pem', '-o', '@out.p7m'], 'out.p7m',
     whole(['open', '@out.p7m', *KEY, '-o', '@tmp/look.asice'], 'out.p7m')),
    ('open', ['open', '@sealed.p7m', *KEY, '-o', '@out.asice'], 'out.asice',
     whole(['verify', '@out.asice', '--trust', '@key.pem'], 'out.asice')),
    ('receive', ['receive', '@a.asice', '--store', '@store', *KEY, '--module-cert', '@key.pem', '--accept-unknown'], None,
     filed),
    ('collate to SQLite', ['collate', '@a.asice', '-o', '@out.sqlite', '--trust', '@key.pem'], 'out.sqlite',
     as_without_faults('out.sqlite', (b'SQLite format 3', b''))),
    ('collate to JSON', ['collate', '@a.asice', '-o', '@out.json', '--trust', '@key.pem'], 'out.json',
     lambda place, was_done: json_is(place, was_done)),
    ('kit make', ['kit', 'make', '--cluster', '1', '--articles', 'untoc:5', '--language', 'en', '--state', 'Practicia', '-o',
                  '@out.html'], 'out.html', as_without_faults('out.html', (b'<!', b'</html>'))),
    ('paper make', ['paper', 'make', '@d.palermo', 'pilot', '--language', 'en', '--format', 'docx', '-o', '@out.docx'],
     'out.docx', as_without_faults('out.docx', (b'PK', b'PK\5\6'))),
    ('identity new', ['identity', 'new', '-o', '@new.p12', '--name', 'Zoe'], 'new.p12',
     whole(['identity', 'show', '@new.p12'], 'new.p12')),
    ('identity import', ['identity', 'import', '@new-one.p12'], None, kept_keys),
    ('identity renew', ['identity', 'renew'], None, kept_keys),
    ('signer add', ['signer', 'add', '@key.pem', '--checked', 'phone', '--name', 'Ana'], None, listed(['signer', 'list'], 'Ana')),
    ('module accept', ['module', 'accept', '@notice.p7m', '--trust', '@key.pem', '--fingerprint', '{next}'], None,
     listed(['module', 'history', '@key.pem'], 'Expert, later')),
    ('endpoint add', ['endpoint', 'add', '@endpoint.asice', '--signer', '{signer}'], None, listed(['endpoint', 'list'], 'Practice Module')),
    ('endpoint set', ['endpoint', 'set', 'Here Before', '--client', '@new-one.p12'], None, client_kept),
    ('translate use', ['translate', 'use', '@ru.po'], None, listed(['translate', 'list'], 'ru')),
    ('team hand-out', ['team', 'hand-out', '@d.palermo', '--to', 'Ana', '-o', '@out.asice', *KEY], 'out.asice',
     whole(['verify', '@out.asice', '--trust', '@key.pem'], 'out.asice')),
    ('team open', ['team', 'open', '@section.asice', '-o', '@new.palermo', '--trust', '@key.pem'], 'new.palermo', new_dossier()),
    ('team return', ['team', 'return', '@ana.palermo', '-o', '@out.asice', *KEY], 'out.asice',
     whole(['verify', '@out.asice', '--trust', '@key.pem'], 'out.asice')),
    ('team merge', ['team', 'merge', '@d.palermo', '@return.asice', '--accept-unknown'], None, merged),
    ('seal in volumes', ['seal', '@a.asice', '--to', '@key.pem', '-o', '@usb'], None, on_stick),
    ('stick copy', ['stick', 'copy', '@sealed.p7m', '-o', '@usb'], None, on_stick),
    ('send', ['send', '@a.asice', '--endpoint', '{url}', '--ca', '{ca}', '--module-cert', '{module}', '--state', '@sent',
              '--max-wait', '20'], None, sent),
    ('input new', ['input', 'new', '@new.palermo', '--state', 'Practicia', '--cluster', '1'], 'new.palermo', new_dossier()),
]


def json_is(place, was_done):
    if not os.path.exists(place.at('out.json')):
        return 'it is not there' if was_done else None
    try:
        with open(place.at('out.json'), encoding='utf-8') as stream:
            json.load(stream)
    except ValueError as error:
        return str(error)
    return None


def fingerprint(certificate):
    said = openssl('x509', '-in', certificate, '-noout', '-fingerprint', '-sha256').decode()
    return said.split('=')[1].strip().replace(':', '').lower()


def prepare_keys(place):
    make_key(place.path, 'next', 'Expert, later')
    place.good('identity', 'new', '-o', '@new-one.p12', '--name', 'Second')
    place.good('identity', 'new', '-o', '@first.p12', '--name', 'First')
    place.good('identity', 'import', '@first.p12')
    place.good('module', 'announce', *KEY, '--new', '@next.pem', '-o', '@notice.p7m')
    for name, file in (('Practice Module', '@endpoint.asice'), ('Here Before', '@before.asice')):
        place.good('endpoint', 'make', '-o', file, '--url', 'https://module.example/files', '--name', name, '--module-cert',
                   '@key.pem', '--auth', 'client-certificate', *KEY)
    place.good('endpoint', 'add', '@before.asice', '--signer', fingerprint(place.at('key.pem')))


def prepare_team(place):
    page = '/cluster1/general/state'
    place.good('team', 'assign', '@d.palermo', page, '--to', 'Ana')
    place.good('team', 'hand-out', '@d.palermo', '--to', 'Ana', '-o', '@section.asice', *KEY)
    place.good('team', 'open', '@section.asice', '-o', '@ana.palermo', '--trust', '@key.pem')
    place.good('answer', 'set', '@ana.palermo', NODE, 'By Ana', '--author', 'Ana')
    place.good('team', 'return', '@ana.palermo', '-o', '@return.asice', *KEY)


def prepare(path, module):
    """What the verbs need; returns the words that stand for names known only now."""
    place = Place(path)
    os.makedirs(place.at('tmp'))
    make_key(path, 'key', 'Expert')
    with open(place.at('annex.pdf'), 'wb') as stream:
        stream.write(b'%PDF-1.7\n' + b'0123456789' * 20_000)
    place.good('dossier', 'new', '@d.palermo', '--state', 'Practicia')
    place.good('answer', 'set', '@d.palermo', NODE, 'Before that')
    backup = json.loads(place.good('dossier', 'backup', '@d.palermo', '--json'))
    place.good('answer', 'set', '@d.palermo', NODE, BEFORE)
    place.good('pack', '@d.palermo', '-o', '@a.asice', *KEY)
    place.good('pack', '@d.palermo', '-o', '@unsigned.asice', '--no-sign')
    place.good('seal', '@a.asice', '--to', '@key.pem', '-o', '@sealed.p7m')
    answers = json.loads(place.good('answer', 'list', '@d.palermo', '--json'))
    files = [answer['node'] for answer in answers if answer['type'] == 'file' and answer['relevant']]
    files += [answer['node'] for answer in answers if answer['type'] == 'file']
    prepare_keys(place)
    prepare_team(place)
    place.good('translate', 'export', 'palermo', 'ru', '-o', '@ru.po')
    os.mkdir(place.at('usb'))
    MODULE_CERTIFICATE.append(module.ready['moduleCertificate'])
    name = backup.get('file') or backup.get('backup') or backup.get('path') or backup.get('name')
    return {'{backup}': os.path.join('@', os.path.relpath(name, path)) if os.path.isabs(name) else name,
            '{file}': files[0], '{next}': fingerprint(place.at('next.pem')), '{signer}': fingerprint(place.at('key.pem')),
            '{url}': module.url, '{ca}': module.ready['ca'], '{module}': module.ready['moduleCertificate']}


def spread(n_calls):
    """(number of the call, way) of the faults to try: the first, the last, and others between them."""
    everything = [(number, way) for number in range(1, n_calls + 1) for way in WAYS]
    if MANY == 'all':
        return everything
    n_wanted = min(int(MANY), len(everything))
    numbers = sorted({1 + i * (n_calls - 1) // max(1, n_wanted - 1) for i in range(n_wanted)} | {n_calls})
    # A disk that becomes full in the middle, of each: what stays behind is in the way of the next try.
    return sorted({(number, WAYS[i % len(WAYS)]) for i, number in enumerate(numbers)} | {(n_calls // 3 + 1, 'full')})


def wrong(place, words, made, look, number, way):
    """Runs a verb with one fault; returns what is wrong then, or None."""
    done = place.cli(words, PALERMO_FAULT_AT=str(number), PALERMO_FAULT_HOW=way)
    code = done.returncode
    if leaks(done.stderr):
        return leaks(done.stderr)[0]
    if way == 'kill':
        if code not in (-9, 0):
            return f'{code} when it was killed'
    elif code < 0 or code not in (0, 66, 73, 74, 75):
        return f'code {code}: {done.stderr.strip()!r}'
    elif code != 0 and not done.stderr.startswith(('palermo-cli: ', 'stopped: ')):
        return f'no sentence: {done.stderr!r}'
    elif code != 0 and way == 'short':
        return f'half a write is no fault: {done.stderr.strip()!r}'
    what = look(place, code == 0)
    if what:
        return f'code {code}, {what}'
    if code != 0 and made and os.path.exists(place.at(made)):
        # It is whole, as look() saw; only that it is on the disk for good could not be said.
        if os.path.isdir(place.at(made)):
            shutil.rmtree(place.at(made))
        else:
            for ending in ('', '-wal', '-shm', '-journal'):
                if os.path.exists(place.at(made + ending)):
                    os.remove(place.at(made + ending))
    if code != 0:
        done = place.cli(words)
        if done.returncode != 0:
            return f'and not again: {done.returncode} {done.stderr.strip()!r}'
        what = look(place, True)
    return f'again: {what}' if what else None


def main():
    with folder() as work:
        work = os.path.realpath(work)
        base = os.path.join(work, 'base')
        os.mkdir(base)
        module = Module(os.path.join(work, 'module'))
        names = prepare(base, module)
        n_faults = 0
        for title, words, made, look in VERBS:
            if ONLY and title != ONLY:
                continue
            words = [names.get(word, word) for word in words]
            case = os.path.join(work, 'case')

            def fresh():
                shutil.rmtree(case, ignore_errors=True)
                shutil.copytree(base, case)
                return Place(case)

            log = os.path.join(work, 'calls')
            place = fresh()
            done = place.cli(words, PALERMO_FAULT_LOG=log)
            if not check(f'{title}: without a fault', done.returncode == 0 and os.path.exists(log) and not look(place, True),
                         f'{done.returncode} {done.stderr.strip()} {look(place, True)}'):
                continue
            with open(log, encoding='utf-8') as stream:
                calls = stream.read().splitlines()
            os.remove(log)
            bad = []
            tried = spread(len(calls))
            n_faults += len(tried)
            for number, way in tried:
                what = wrong(fresh(), words, made, look, number, way)
                if what:
                    bad.append(f'{way} at {calls[min(number, len(calls)) - 1].replace(case, "")}: {what}')
            check(f'{title}: {len(calls)} calls that write, {len(tried)} faults', not bad, ''.join('\n#  ' + b for b in bad))
        module.stop()
        check('the module ran clean', not leaks(module.errors), module.errors[-1000:])
        print(f'# {n_faults} faults')
    finish()


if __name__ == '__main__':
    main()
