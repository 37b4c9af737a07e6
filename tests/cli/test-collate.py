#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The side that receives: uploads become receipts, however often and however rudely it is run; what was accepted
becomes one set of data. PALERMO_COLLATE=1000 is the large set."""
import csv
import glob
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import time

from story import CLI, check, finish, folder, leaks, make_archive, make_key, openssl, run, sha256, start

MANY = int(os.environ.get('PALERMO_COLLATE', '60'))
ODD = 'a, "b"\r\n=c\t\u0627\u0644\u0641\u0635\u0644 \u7b2c \U0001f600'


def content(path):
    with open(path, 'rb') as stream:
        return stream.read()


def no_room(most):
    """A disk on which no file can be larger."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


class Module:
    """A store, and the words with which an operator's hook would call the job."""

    def __init__(self, where):
        self.store = os.path.join(where, 'store')
        self.certificate, self.key = make_key(where, 'module', 'Receiving Module')
        self.trust = []

    def words(self, archive, *more, declared=None):
        return [CLI, 'receive', archive, '--store', self.store, '--key', f'{self.key}+{self.certificate}', '--module-cert',
                self.certificate, '--sha256', declared or sha256(archive), '--json', *self.trust, *more]

    def receive(self, archive, *more, declared=None, **options):
        done = run(self.words(archive, *more, declared=declared), stdin=subprocess.DEVNULL, **options)
        return done, json.loads(done.stdout) if done.stdout.startswith('{') else {}

    def receipt(self, digest):
        return os.path.join(self.store, 'receipts', digest + '.receipt.p7m')

    def archive(self, digest):
        return os.path.join(self.store, 'archives', digest + '.asice')

    def left(self):
        return os.listdir(os.path.join(self.store, 'incoming')) + glob.glob(os.path.join(self.store, '*', '*.part*'))


def story_of_receiving(where, expert):
    module = Module(where)
    archive = make_archive(os.path.join(where, 'a.asice'), *expert, size=3_000_000)
    digest = sha256(archive)
    module.trust = ['--trust', expert[0]]
    done, said = module.receive(archive, '--id', 'upload-1', '--name', 'dossier.asice', '--sender', 'ab' * 32)
    check('an upload is accepted', done.returncode == 0 and said['status'] == 'accepted' and said['new']
          and said['code'] == 0 and not leaks(done.stderr), done)
    check('it is filed away, and the upload is still there', content(module.archive(digest)) == content(archive)
          and os.stat(module.archive(digest)).st_mode & 0o077 == 0, os.listdir(module.store))
    stated = json.loads(openssl('cms', '-verify', '-inform', 'DER', '-in', module.receipt(digest), '-CAfile',
                                module.certificate, '-purpose', 'any'))
    check('openssl prints the receipt', stated['type'] == 'urn:example:submission-receipt:1' and stated['id'] == 'upload-1'
          and stated['archive'] == {'sha256': digest, 'size': os.path.getsize(archive), 'name': 'dossier.asice'}
          and stated['sender'] == 'ab' * 32 and stated['verification']['indication'] == 'TOTAL-PASSED', stated)
    done = run([CLI, 'receipt', module.receipt(digest), '--trust', module.certificate, '--archive', archive])
    check('and so does palermo-cli', done.returncode == 0, done)

    first = content(module.receipt(digest))
    for title, more in [('again', ('--id', 'upload-1')), ('as another upload', ('--id', 'upload-2'))]:
        done, said = module.receive(archive, *more)
        check(f'{title}: the same receipt', done.returncode == 0 and not said['new'] and content(module.receipt(digest)) == first,
              done)
    os.remove(module.archive(digest))
    done, said = module.receive(archive)
    check('killed between receipt and filing away: the same receipt, and it is filed', done.returncode == 0
          and not said['new'] and content(module.receipt(digest)) == first and os.path.exists(module.archive(digest)), done)
    os.remove(archive)
    done, said = module.receive(archive, declared=digest)
    check('the upload is gone, and the receipt stands', done.returncode == 0 and said['status'] == 'accepted', done)
    check('nothing is left over', not module.left(), module.left())
    return module


def of_another_key(where, receipt):
    """The same statement, signed by a key that is not the module's any more."""
    certificate, key = make_key(where, 'earlier', 'Receiving Module')
    old, new = os.path.join(where, 'old.p7m'), os.path.join(where, 'new.p7m')
    with open(old, 'wb') as stream:
        stream.write(receipt)
    said = os.path.join(where, 'said.json')
    openssl('cms', '-verify', '-inform', 'DER', '-in', old, '-noverify', '-out', said)
    openssl('cms', '-sign', '-binary', '-cades', '-nodetach', '-md', 'sha256', '-in', said, '-signer', certificate, '-inkey', key,
            '-outform', 'DER', '-out', new)
    return content(new)


def story_of_refusing(where, module, stranger):
    archive = make_archive(os.path.join(where, 's.asice'), *stranger, size=20_000)
    digest = sha256(archive)
    done, said = module.receive(archive, '--id', '1')
    check('a stranger is refused', done.returncode == 1 and said['status'] == 'refused'
          and said['indication'] == 'INDETERMINATE', done)
    done, said = module.receive(archive, '--id', '1', '--accept-unknown')
    check('and stays so for this upload', done.returncode == 1 and not said['new'], done)
    done, said = module.receive(archive, '--id', '../../2', '--accept-unknown')
    check('another upload is judged by what the owner wants now', done.returncode == 0 and said['status'] == 'accepted'
          and said['code'] == 1, done)
    done, said = module.receive(archive, '--id', '3')
    check('refused never overrides accepted', done.returncode == 0 and said['status'] == 'accepted' and not said['new'], done)

    bent = os.path.join(where, 'bent.asice')
    with open(bent, 'wb') as stream:
        stream.write(content(archive)[:-1])
    done, said = module.receive(bent, '--id', '../../../x')
    check('half an archive is malformed', done.returncode == 3 and said['status'] == 'refused', done)
    check('and lies where refused ones lie', os.path.dirname(said['archive']) == os.path.join(module.store, 'refused')
          and os.path.exists(said['archive']) and not os.path.exists(module.archive(sha256(bent))), said)

    good = make_archive(os.path.join(where, 'g.asice'), *stranger, size=20_000, seed=9)
    done, said = module.receive(bent, declared=sha256(good))
    check('another digest than declared', done.returncode == 2 and 'declared' in said['message'], done)
    done, said = module.receive(good, '--accept-unknown')
    check('nobody keeps an archive out by declaring its digest', done.returncode == 0 and said['status'] == 'accepted', done)

    for title, code, path, more in [
            ('a missing upload', 66, os.path.join(where, 'no.asice'), {}),
            ('a folder', (66, 74), where, {}),
            ('no digest', 64, good, {'declared': 'X' * 64}),
            ('a way up as a digest', 64, good, {'declared': '../' * 21 + 'x'})]:
        done, _ = module.receive(path, **{'declared': 'a' * 64, **more})
        check(f'{title}: no receipt', done.returncode in (code if isinstance(code, tuple) else (code,))
              and not os.path.exists(module.receipt('a' * 64)) and done.stderr.count('\n') == 1, done)

    # The archive was accepted; then its receipt cannot be read, or is of a key that was renewed since.
    garbage = os.path.join(where, 'garbage')
    with open(garbage, 'wb') as stream:
        stream.write(b'no archive at all')
    kept = content(module.receipt(sha256(good)))
    for title, bytes_there in [('a damaged receipt', kept[:-7] + b'damaged'), ('a receipt of another key', of_another_key(where, kept))]:
        with open(module.receipt(sha256(good)), 'wb') as stream:
            stream.write(bytes_there)
        done, _ = module.receive(garbage, declared=sha256(good))
        check(f'{title} is not replaced by a refusal', done.returncode == 74 and content(module.receipt(sha256(good))) == bytes_there
              and done.stderr.count('\n') == 1 and os.path.exists(module.archive(sha256(good))) and not module.left(), done)
        os.rename(module.archive(sha256(good)), where + '/away')
        done, _ = module.receive(garbage, declared=sha256(good))
        check(f'{title}: nor when the archive lies elsewhere', done.returncode == 74
              and content(module.receipt(sha256(good))) == bytes_there, done)
        os.rename(where + '/away', module.archive(sha256(good)))
        done, said = module.receive(good, '--accept-unknown')
        check(f'{title}: the archive itself gets one of today', done.returncode == 0 and said['new']
              and said['status'] == 'accepted', done)
    os.remove(module.receipt(sha256(good)))
    os.mkdir(module.receipt(sha256(good)))
    done, _ = module.receive(good, '--accept-unknown')
    check('a receipt that cannot be read at all: the owner hears of it', done.returncode == 74 and done.stderr.count('\n') == 1
          and not module.left(), done)
    os.rmdir(module.receipt(sha256(good)))
    done, _ = module.receive(garbage, declared=sha256(good))
    check('without any receipt what was accepted stays so', done.returncode == 74 and not os.path.exists(module.receipt(sha256(good))), done)

    large = make_archive(os.path.join(where, 'l.asice'), *stranger, size=2_000_000, seed=4)
    done, _ = module.receive(large, '--accept-unknown', preexec_fn=no_room(1_000_000))
    check('a full disk is no verdict', done.returncode == 74 and not os.path.exists(module.receipt(sha256(large))), done)
    check('and leaves nothing', not module.left(), module.left())
    done, _ = module.receive(large, '--accept-unknown')
    check('with room it is accepted', done.returncode == 0, done)


def story_of_accidents(where, module, stranger):
    archive = make_archive(os.path.join(where, 'k.asice'), *stranger, size=8_000_000, seed=5)
    digest, chance, kills = sha256(archive), random.Random(1), 0
    like_it = make_archive(os.path.join(where, 'k2.asice'), *stranger, size=8_000_000, seed=15)
    begin = time.monotonic()
    module.receive(like_it, '--accept-unknown')
    whole = time.monotonic() - begin
    for _ in range(8):
        process = start(module.words(archive, '--accept-unknown'), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, whole))
        process.send_signal(signal.SIGKILL)
        kills += process.wait() < 0
    done, said = module.receive(archive, '--accept-unknown')
    check(f'killed {kills} times: accepted, filed, nothing left', done.returncode == 0 and said['status'] == 'accepted'
          and content(module.archive(digest)) == content(archive) and not module.left(), done)

    archive = make_archive(os.path.join(where, 't.asice'), *stranger, size=1_000_000, seed=6)
    racers = [start(module.words(archive, '--accept-unknown'), stdout=subprocess.PIPE, text=True) for _ in range(5)]
    said = [json.loads(process.communicate(timeout=120)[0]) for process in racers]
    check('five at once: one receipt', [one['new'] for one in said].count(True) == 1
          and all(one['status'] == 'accepted' for one in said), said)


# --- One set of data ---

def submission(where, name, key, answers, **more):
    package = {'kind': 'submission', 'id': name, 'dossier': 'dossier-' + name, 'state': name, 'cluster': 'I',
               'languages': ['en', 'ar'], 'disclosure': {'answers': 'parties'}, 'created': '2026-11-23T03:00:00.000Z',
               'records': [{'id': 'r1', 'form': 'cluster-1', 'version': '1', 'file': 'data/instances/r1.xml'}], **more}
    instance = '<cluster1 id="cluster-1" version="1">' + answers + '</cluster1>'
    return make_archive(os.path.join(where, name + '.asice'), *key, payload={
        'data/package.json': json.dumps(package).encode(), 'data/instances/r1.xml': instance.encode()})


def collate(out, *words, code=0, **options):
    done = run([CLI, 'collate', '-o', out, '--json', *words], **options)
    if done.returncode != code:
        check(f'collate into {os.path.basename(out)}', False, done)
    return json.loads(done.stdout) if done.stdout.startswith('{') else {}


def rows_of(path):
    """State, question, rows, answer: what each kind of file says of each answer."""
    if path.endswith('.csv'):
        with open(path, encoding='utf-8', newline='') as stream:
            return [(r['state'], r['question'], r['rows'], r['answer']) for r in csv.DictReader(stream)]
    if path.endswith('.json'):
        return [(one['state'], a['question'], a['rows'], a['answer'])
                for one in json.loads(content(path))['submissions'] for a in one['answers']]
    with sqlite3.connect(path) as base:
        return base.execute('SELECT state, question, rows, answer FROM answer ORDER BY rowid').fetchall()


FORMULAS = ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(1)', '&#9;=1', '&#13;=1']


def story_of_spreadsheets(where, expert):
    place = os.path.join(where, 'formulas')
    os.makedirs(place)
    given = [one.replace('&#9;', '\t').replace('&#13;', '\r') for one in FORMULAS] + ["'quoted", 'a=1', '1']
    texts = [one.replace('"', '&quot;') for one in FORMULAS] + given[len(FORMULAS):]
    submission(place, 'Formulia', expert, ''.join(f'<q{i}>{text}</q{i}>' for i, text in enumerate(texts)))
    exact, safe = os.path.join(where, 'exact.csv'), os.path.join(where, 'safe.csv')
    collate(exact, place, '--trust', expert[0])
    check('as it is, each answer is as it was given', [row[3] for row in rows_of(exact)] == given, rows_of(exact))
    collate(safe, place, '--trust', expert[0], '--for-spreadsheet')
    check('for a spreadsheet, nothing begins as a formula', [row[3] for row in rows_of(safe)]
          == ["'" + one for one in given[:len(FORMULAS)]] + given[len(FORMULAS):], rows_of(safe))
    done = run([CLI, 'collate', '-o', os.path.join(where, 'safe.json'), place, '--for-spreadsheet'])
    check('which is a thing of CSV alone', done.returncode == 64 and '.csv' in done.stderr, done.stderr)


def story_of_collating(where, expert, stranger):
    place = os.path.join(where, 'submissions')
    os.makedirs(place)
    text = ODD.replace('\r', '&#13;').replace('&', '&amp;', 0).replace('"', '&quot;')
    first = submission(place, 'Practicia', expert, '<q><status>no</status></q>')
    second = submission(place, 'Practicia-2', expert, f'<q><status>yes</status><why>{text}</why><empty/></q>'
                        '<law><_id>l1</_id><title>One</title></law><law><_id>l2</_id><title>Two</title></law>'
                        '<year>1</year><year>2</year>', dossier='dossier-Practicia', state='Practicia',
                        supersedes=sha256(first), created='2026-11-24T03:00:00.000Z')
    submission(place, 'Examplia', expert, '<q><status>part</status></q>', supersedes=sha256(second))
    submission(place, 'Strangia', stranger, '<q><status>no</status></q>')
    submission(place, 'Supplementia', expert, '', kind='supplement', supersedes=sha256(second))
    with open(os.path.join(place, 'torn.asice'), 'wb') as stream:
        stream.write(content(second)[:1000])
    with open(os.path.join(place, 'again.asice'), 'wb') as stream:
        stream.write(content(second))
    wanted = [('Examplia', '/cluster1/q/status', '', 'part'), ('Practicia', '/cluster1/q/status', '', 'yes'),
              ('Practicia', '/cluster1/q/why', '', ODD), ('Practicia', '/cluster1/law/title', 'l1', 'One'),
              ('Practicia', '/cluster1/law/title', 'l2', 'Two'), ('Practicia', '/cluster1/year', '1', '1'),
              ('Practicia', '/cluster1/year', '2', '2')]
    for ending in ('csv', 'json', 'sqlite'):
        out = os.path.join(where, 'data.' + ending)
        said = collate(out, place, '--trust', expert[0], code=3)
        check(f'{ending}: each answer once, of the last edition of each State', rows_of(out) == wanted, rows_of(out))
        check(f'{ending}: what was left out is told', (said['submissions'], said['answers'], said['replaced']) == (2, 7, 1)
              and sorted((os.path.basename(one['file']), one['code']) for one in said['leftOut'])
              == [('Strangia.asice', 1), ('Supplementia.asice', 3), ('torn.asice', 3)], said)
    said = json.loads(content(os.path.join(where, 'data.json')))['submissions'][1]
    check('who signed it, and who may read it, stands with it', said['signed_by'] == 'CN=Expert' and said['signer_known'] == 'yes'
          and said['disclosure'] == 'answers=parties' and said['languages'] == 'en ar'
          and said['archive_sha256'] == sha256(second), said)
    reverse = os.path.join(where, 'reverse.csv')
    collate(reverse, *sorted(glob.glob(place + '/*'), reverse=True), '--trust', expert[0], code=3)
    check('in whatever order they come', content(reverse) == content(os.path.join(where, 'data.csv')))
    said = collate(reverse, place, '--trust', expert[0], '--accept-unknown', code=3)
    check('strangers, if they are wanted', said['submissions'] == 3, said)

    for title, answers, more in [
            ('no XML', '<q>', {}), ('a bomb', '<!DOCTYPE x [<!ENTITY a "b">]>&a;', {}), ('no package.json', '', {'id': None}),
            ('a record elsewhere', '', {'records': [{'id': 'r', 'form': 'f', 'file': '../../etc/passwd'}]}),
            ('a record of junk', '', {'records': [7]}), ('no form', '', {'records': [{'file': 'data/instances/r1.xml'}]})]:
        broken = submission(where, 'Brokenia', expert, answers, **more)
        done = run([CLI, 'collate', '-o', reverse, broken, second, '--trust', expert[0]])
        check(f'{title}: left out, and the others are there', done.returncode == 3 and len(rows_of(reverse)) == 6
              and done.stderr.count('\n') == 1 and 'left out' in done.stderr, done)
    for ending in ('csv', 'json', 'sqlite'):
        out = os.path.join(where, 'full.' + ending)
        done = run([CLI, 'collate', '-o', out, place, '--trust', expert[0]], preexec_fn=no_room(100))
        check(f'{ending}: no room, no file', done.returncode == 74 and not glob.glob(where + '/full*'), done)
    done = run([CLI, 'collate', '-o', os.path.join(where, 'no', 'x.csv'), place, '--trust', expert[0]])
    check('a folder that is not there', done.returncode == 73, done)
    for title, code, words in [('another ending', 64, ['-o', out + '.xls', place]), ('no output', 64, [place]),
                               ('nothing to read', 64, ['-o', out]), ('a missing file', 66, ['-o', out, place + '.no'])]:
        done = run([CLI, 'collate', *words])
        check(f'{title}: {code}', done.returncode == code, done)


def story_of_a_dossier(where, module):
    """From the questionnaire to the data set."""
    dossier, archive, out = (os.path.join(where, name) for name in ('p.palermo', 'p.asice', 'p.json'))
    done = run([CLI, 'dossier', 'new', dossier, '--sample'])
    done = run([CLI, 'pack', dossier, '-o', archive], env={**os.environ, 'XDG_DATA_HOME': where})
    module.receive(archive, '--accept-unknown')
    said = collate(out, os.path.join(module.store, 'archives', sha256(archive) + '.asice'), '--accept-unknown')
    answers = json.loads(run([CLI, 'answer', 'list', dossier, '--json']).stdout)
    wanted = {(one['node'], one['value']) for one in answers
              if one['relevant'] and one.get('value') and '[' not in one['node'] and one['node'].startswith('/cluster1/')}
    got = {(question, answer) for _, question, rows, answer in rows_of(out) if not rows}
    check('every answer of a dossier arrives', said['answers'] > 20 and wanted <= got, (said, sorted(wanted - got)[:5]))


def is_checked():
    """Whether it is built with a sanitizer, which keeps what was freed for a while."""
    return b'__asan_init' in content(CLI)


def peak(words):
    """Seconds, and MB of memory at the most."""
    begin, most = time.monotonic(), 0
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        # What the system says at the end would count the memory of this process, too, from which it was forked.
        with open(f'/proc/{process.pid}/status', encoding='ascii') as stream:
            most = max([most] + [int(line.split()[1]) for line in stream if line.startswith('VmHWM')])
        time.sleep(0.005)
    return process.returncode, time.monotonic() - begin, most / 1024


def story_of_many(where, expert):
    place = os.path.join(where, 'many')
    os.makedirs(place)
    answers = ''.join(f'<a{n}><status>yes</status><why>{"because " * 8}{n}</why></a{n}>' for n in range(250))
    for number in range(MANY):
        submission(place, f'State-{number:04d}', expert, answers)
    few = sorted(glob.glob(place + '/*'))[:max(3, MANY // 20)]
    for ending in ('csv', 'json', 'sqlite'):
        out = os.path.join(where, 'many.' + ending)
        code, _, small = peak([CLI, 'collate', '-o', out, *few, '--trust', expert[0]])
        again, seconds, large = peak([CLI, 'collate', '-o', out, place, '--trust', expert[0]])
        check(f'{ending}: {MANY} submissions in {seconds:.1f} s and {large:.0f} MB, {len(few)} in {small:.0f} MB',
              code == again == 0 and (large - small < 8 or is_checked()) and len(rows_of(out)) == MANY * 500, (code, again))


with folder() as the_place:
    the_expert, the_stranger = make_key(the_place, 'expert', 'Expert'), make_key(the_place, 'stranger', 'Stranger')
    the_module = story_of_receiving(the_place, the_expert)
    story_of_refusing(the_place, the_module, the_stranger)
    story_of_accidents(the_place, the_module, the_stranger)
    story_of_collating(the_place, the_expert, the_stranger)
    story_of_spreadsheets(the_place, the_expert)
    story_of_a_dossier(the_place, the_module)
    story_of_many(the_place, the_expert)
finish()
