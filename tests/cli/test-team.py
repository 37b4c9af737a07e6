#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Six laptops that never meet: cluster I is handed out by package, everybody answers, the returns come
back in a random order. Nothing is lost, and exactly the true conflict is shown. Then all that can go
wrong on the way. PALERMO_SEED repeats a run; PALERMO_CHANGES says how large the large return is."""
import base64
import csv
import hashlib
import json
import os
import random
import resource
import shutil
import time
import uuid

from story import CLI, check, finish, folder, leaks, make_key, openssl, run, start

SEED = int(os.environ.get('PALERMO_SEED') or random.SystemRandom().randrange(1 << 32))
LARGE = int(os.environ.get('PALERMO_CHANGES', '5000'))
KILLS = int(os.environ.get('PALERMO_KILLS', '8'))
ART5 = '/cluster1/untoc/art5'
COLLISION = ART5 + '/q5_1_a/example'
SENTENCES = ART5 + '/q5_2/example'
errors = []


class Laptop:
    """A person with a home folder and a key of their own."""

    def __init__(self, work, name, home=None):
        self.name, self.work = name, os.path.join(work, name)
        os.makedirs(self.work)
        self.home = os.path.join(self.work, 'home')
        if home:  # a computer that was set up as a copy of another
            shutil.copytree(home, self.home)
        self.certificate, key = make_key(self.work, 'key', name)
        self.key = f'{key}+{self.certificate}'

    def path(self, name):
        return os.path.join(self.work, name)

    def run(self, *words):
        done = run([CLI, *words], env={**os.environ, 'XDG_DATA_HOME': self.home})
        errors.extend(leaks(done.stderr))
        return done

    def good(self, *words):
        done = self.run(*words)
        if done.returncode != 0:
            check(' '.join(words[:2]), False, f'{done.returncode}: {done.stderr}')
        return done

    def json(self, *words):
        done = self.run(*words, '--json')
        return json.loads(done.stdout) if done.stdout.strip() else {'error': done.stderr}

    def set(self, path, answers, author=None):
        tsv = self.path('answers.tsv')
        with open(tsv, 'w', encoding='utf-8') as file:
            file.writelines(f'{node}\t{text}\n' for node, text in answers)
        return self.good('answer', 'set', path, '--from', tsv, '--author', author or self.name)


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def answers(laptop, path):
    """What stands in the questionnaires, and whatever else was recorded."""
    return {(a['record'], a['node']): a['value'] for a in laptop.json('answer', 'list', path)
            if a['value'] and not a['node'].startswith('/assignment/')}


def texts(laptop, path):
    return {node: value for (_, node), value in answers(laptop, path).items()}


def changes(laptop, path):
    lines = laptop.good('dossier', 'log', path, '--json').stdout.splitlines()
    return {change['id'] for change in map(json.loads, lines) if 'id' in change}


def hand_out(focal, path, person, *more):
    package = focal.path(f'{person.name}.asice')
    focal.good('team', 'hand-out', path, '--to', person.name, '-o', package, '--key', focal.key, *more)
    return package


def open_section(person, focal, package, name='work.palermo'):
    working = person.path(name)
    done = person.run('team', 'open', package, '-o', working, '--trust', focal.certificate, '--key', person.key)
    check(f'{person.name} opens the section', done.returncode == 0, done.stderr)
    return working


def give_back(person, working, name='return.asice', key=None):
    package = person.path(name)
    person.good('team', 'return', working, '-o', package, '--key', key or person.key)
    return package


def share_out(focal, main, people):
    """Everybody has pages of their own; article 5 is for all."""
    nodes = [a['node'] for a in focal.json('answer', 'list', main)
             if a['type'] == 'text' and a['node'].startswith('/cluster1/')]
    pages = sorted({'/'.join(n.split('/')[:4]) for n in nodes} - {ART5})
    pages = [p for p in pages if not p.startswith('/cluster1/general')]
    shares = {}
    for i, person in enumerate(people):
        shares[person.name] = [ART5, *pages[i::len(people)]]
        focal.good('team', 'assign', main, *shares[person.name], '--to', person.name, '--certificate',
                   person.certificate, '--office', f'Ministry {i}', '--due', f'2027-03-{i + 10}')
    return shares, nodes


def answer(chance, person, working, share, nodes):
    """Some answers on one's own pages, and what is special about each person."""
    own = [n for n in nodes if any(n.startswith(p + '/') for p in share if p != ART5)]
    written = {n: f'{person.name} wrote on {n}: {chance.randrange(10**9)}'
               for n in chance.sample(own, min(12, len(own)))}
    person.set(working, written.items())
    return written


def six(chance, work):
    focal = Laptop(work, 'Focal')
    people = [Laptop(work, f'Expert{i}') for i in range(1, 5)]
    main = focal.path('main.palermo')
    focal.good('dossier', 'new', main, '--state', 'Practicia', '--uncac', 'no', '--author', 'Focal')
    focal.set(main, [(ART5 + '/q5_1_a/status', 'yes'), (COLLISION, 'No example is known so far.'),
                     (SENTENCES, 'The law covers groups. Courts apply it often. Reports are public.')])
    people += [Laptop(work, f'Expert{i}', focal.home) for i in (5, 6)]
    shares, nodes = share_out(focal, main, people)
    listed = focal.json('team', 'list', main)['assignments']
    check('assignments are records', len(listed) == sum(map(len, shares.values()))
          and all(a['due'].startswith('2027-03-') for a in listed), listed[:2])

    returns, written = [], {}
    for i, person in enumerate(people):
        working = open_section(person, focal, hand_out(focal, main, person))
        mine = person.json('team', 'list', working)
        check(f'{person.name} has the section only', sorted(mine['section']) == sorted(shares[person.name]), mine)
        seen = texts(person, working)
        check(f'{person.name} reads the general part', seen.get('/cluster1/general/state/name') == 'Practicia'
              and seen.get(COLLISION) == 'No example is known so far.', seen)
        if i == 0:
            done = person.run('answer', 'set', working, '/cluster1/general/state/name', 'Elsewhere')
            check('what was not handed out is for reading', done.returncode == 1 and 'not handed out' in done.stderr,
                  done.stderr)
        # The last two work under one name, on computers with one device id.
        author = 'Expert' if i >= 4 else person.name
        written.update(answer(chance, person, working, shares[person.name], nodes))
        special(i, person, working, author)
        returns.append(give_back(person, working))
    return focal, people, main, returns, written


def special(i, person, working, author):
    if i == 0:
        person.set(working, [(COLLISION, 'In 2020 a gang of nine was sentenced.')])
    elif i == 1:
        person.set(working, [(COLLISION, 'The courts have never used this article.')])
        person.set(working, [(SENTENCES, 'The law of 2019 covers groups. Courts apply it often. Reports are public.')])
    elif i == 2:
        person.set(working, [(SENTENCES, 'The law covers groups. Courts apply it often. Reports are public and free.')])
    elif i == 3:
        paper = person.path('annex.txt')
        with open(paper, 'w', encoding='utf-8') as file:
            file.write('A law, in full.\n' * 1000)
        done = person.run('answer', 'set', working, ART5 + '/overall/evidence', paper, '--attach', '--author', author)
        check('evidence is attached', done.returncode == 0, done.stderr)
        tsv = person.path('meeting.tsv')
        person.good('answer', 'list', working)
        with open(tsv, 'w', encoding='utf-8') as file:
            file.write('/stakeholder/card/identity/name\tLawyers against gangs\n')
        done = person.run('stakeholder', 'add', working, '--from', tsv, '--author', author)
        check('a stakeholder is met', done.returncode == 0, done.stderr)
    else:
        law = ART5 + '/q5_1_a/law'
        person.set(working, [(law + '[new]/title', f'Law of {person.name}'),
                             (ART5 + '/q5_1_b/example', 'Written under one name.')], author)


def merge_all(focal, path, returns):
    reports = []
    for package in returns:
        before = answers(focal, path)
        conflicts = len(focal.json('team', 'conflicts', path))
        look = focal.json('team', 'look', path, package)
        same = answers(focal, path) == before and len(focal.json('team', 'conflicts', path)) == conflicts
        report = focal.json('team', 'merge', path, package, '--author', 'Focal')
        reports.append((same, look, report))
    return reports


def come_back(chance, focal, main, returns, written):
    order = returns[:]
    chance.shuffle(order)
    other = focal.path('other-order.palermo')
    shutil.copy(main, other)
    reports = merge_all(focal, main, order)
    check('looking changes nothing', all(same for same, _, _ in reports))
    check('a look says what the merge brings', all(
        look['changes'] == report['changes'] and look['conflicts'] == report['conflicts']
        and look['known'] and look['outside'] == 0 for _, look, report in reports),
        [(look.get('error'), report.get('error'), look.get('outside')) for _, look, report in reports])
    now = texts(focal, main)
    lost = {n: t for n, t in written.items() if now.get(n) != t}
    check('no answer is lost', not lost, list(lost.items())[:3])
    check('two edits of one text are joined', now[SENTENCES]
          == 'The law of 2019 covers groups. Courts apply it often. Reports are public and free.', now[SENTENCES])
    laws = sorted(v for n, v in now.items() if '/q5_1_a/law[' in n)
    check('rows of all are there', laws == ['Law of Expert5', 'Law of Expert6'], laws)
    log = [json.loads(line) for line in focal.good('dossier', 'log', main, '--json').stdout.splitlines()]
    devices = {c['device'] for c in log if c.get('author') in ('Expert', 'Focal')}
    check('although both computers have one name', len(devices) == 1, devices)
    check('what a colleague recorded came along', 'Lawyers against gangs' in now.values(), '')
    evidence = now.get(ART5 + '/overall/evidence', '')
    info = focal.json('dossier', 'info', main)
    check('the attachment came along', evidence.endswith('-annex.txt') and info['attachments'] == 1, info)
    conflicts = focal.json('team', 'conflicts', main)
    check('exactly the true conflict is shown', [c['node'] for c in conflicts] == [COLLISION], conflicts)
    check('with what it was and what both wrote', conflicts and conflicts[0]['original'] == 'No example is known so far.'
          and {h['value'] for h in conflicts[0]['all']} == {'In 2020 a gang of nine was sentenced.',
                                                            'The courts have never used this article.'}
          and {h['author'] for h in conflicts[0]['all']} == {'Expert1', 'Expert2'}, conflicts)
    listed = focal.json('team', 'list', main)['assignments']
    check('all came back', all(a['returned'] for a in listed), listed[:1])

    chance.shuffle(order)
    merge_all(focal, other, order)
    check('the order does not matter', answers(focal, main) == answers(focal, other)
          and focal.json('team', 'conflicts', main) == focal.json('team', 'conflicts', other))
    before = changes(focal, main)
    again = focal.json('team', 'merge', main, order[0])
    check('merging twice changes nothing', again['changes'] == 0 and changes(focal, main) == before, again)
    check('the dossier is sound', focal.run('dossier', 'check', main).returncode == 0)


def resolve(focal, main):
    span = focal.json('team', 'resolve', main, COLLISION, '--take', 'both', '--author', 'Focal')['span']
    both = texts(focal, main)[COLLISION]
    check('both stand there', all(t in both for t in ('gang of nine', 'never used'))
          and not focal.json('team', 'conflicts', main), both)
    done = focal.run('team', 'resolve', main, COLLISION, '--take', 'mine')
    check('nothing is left to resolve', done.returncode == 1, done.stderr)
    back = focal.json('team', 'undo', main, *map(str, span))['span']
    check('what was resolved is taken back', texts(focal, main)[COLLISION] != both, texts(focal, main)[COLLISION])
    focal.json('team', 'undo', main, *map(str, back))
    check('and done again', texts(focal, main)[COLLISION] == both, texts(focal, main)[COLLISION])
    # A decision travels: it names what it has seen, so nobody has to decide twice.
    check('the dossier is sound', focal.run('dossier', 'check', main).returncode == 0)


def one_undo(focal, people, returns, pristine):
    path = focal.path('undo.palermo')
    shutil.copy(pristine, path)
    focal.json('team', 'merge', path, returns[0])
    before = answers(focal, path)
    span = focal.json('team', 'merge', path, returns[1])['span']
    after = answers(focal, path)
    back = focal.json('team', 'undo', path, *map(str, span))['span']
    check('one undo takes a merge back', answers(focal, path) == before != after)
    listed = {a['person']: a['returned'] for a in focal.json('team', 'list', path)['assignments']}
    check('also that it came back', listed[people[0].name] and not listed[people[1].name], listed)
    span = focal.json('team', 'undo', path, *map(str, back))['span']
    check('and another does it again', answers(focal, path) == after)
    focal.json('team', 'undo', path, *map(str, span))
    look = focal.json('team', 'look', path, returns[1])
    check('what was taken back would come again', answers(focal, path) == before and look['changes'] > 0
          and look['outside'] == 0, look)
    again = focal.json('team', 'merge', path, returns[1])
    check('and comes again with its package', answers(focal, path) == after
          and again['answers'] == look['answers'], again)
    listed = {a['person']: a['returned'] for a in focal.json('team', 'list', path)['assignments']}
    check('as what came back', listed[people[1].name], listed)
    check('but once only', focal.json('team', 'merge', path, returns[1])['changes'] == 0
          and answers(focal, path) == after)


def undone_then_written(focal, pristine, package):
    """What is written after an undo stands beside what comes again; nothing covers it."""
    path = focal.path('written.palermo')
    shutil.copy(pristine, path)
    span = focal.json('team', 'merge', path, package)['span']
    after = texts(focal, path)
    focal.json('team', 'undo', path, *map(str, span))
    focal.set(path, [(SENTENCES, 'Nothing is known.')])
    focal.json('team', 'merge', path, package)
    conflicts = focal.json('team', 'conflicts', path)
    check('what was written since is a conflict with it', [c['node'] for c in conflicts] == [SENTENCES]
          and {h['value'] for h in conflicts[0]['all']} == {'Nothing is known.', after[SENTENCES]}
          and conflicts[0]['original'] == texts(focal, pristine)[SENTENCES], conflicts)
    now = texts(focal, path)
    check('all else is as it was', {n for n in after if now.get(n) != after[n]} <= {SENTENCES},
          [n for n in after if now.get(n) != after[n]])


def killed(chance, focal, pristine, package):
    path = focal.path('killed.palermo')
    shutil.copy(pristine, path)
    before = answers(focal, path)
    whole = focal.path('whole.palermo')
    shutil.copy(pristine, whole)
    begun = time.monotonic()
    focal.good('team', 'merge', whole, package)
    took = time.monotonic() - begun
    after = answers(focal, whole)
    torn = n_before = 0
    for i in range(KILLS):
        shutil.copy(pristine, path)
        for leftover in ('-wal', '-shm'):
            if os.path.exists(path + leftover):
                os.unlink(path + leftover)
        process = start([CLI, 'team', 'merge', path, package], stdout=-3, stderr=-3,
                        env={**os.environ, 'XDG_DATA_HOME': focal.home})
        time.sleep(took * (0.3 + 0.7 * chance.random()))
        process.kill()
        process.wait()
        now = answers(focal, path)
        n_before += now == before
        if now not in (before, after) or focal.run('dossier', 'check', path).returncode != 0:
            torn += 1
    check(f'{KILLS} kills leave all of a merge or nothing ({n_before} nothing)', torn == 0, torn)
    done = focal.run('team', 'merge', path, package)
    check('it goes through afterwards', done.returncode == 0 and answers(focal, path) == after, done.stderr)


def strangers(work, focal, people, pristine, returns):
    path = focal.path('strangers.palermo')
    shutil.copy(pristine, path)
    eve = Laptop(work, 'Eve')
    forged = give_back(people[0], people[0].path('work.palermo'), 'unknown.asice', eve.key)
    look = focal.run('team', 'look', path, forged, '--json')
    seen = json.loads(look.stdout)
    check('a signer who is not known is shown as such', look.returncode == 1 and not seen['known']
          and seen['signer'] == 'Eve', look.stderr)
    done = focal.run('team', 'merge', path, forged)
    waiting = focal.json('team', 'list', path)['quarantine']
    check('it is kept apart', done.returncode == 1 and len(waiting) == 1 and read(waiting[0]) == read(forged)
          and 'Eve' in done.stderr, done.stderr)
    check('and changes nothing', answers(focal, path) == answers(focal, pristine))
    done = focal.run('team', 'merge', path, waiting[0], '--accept-unknown')
    check('a decision brings it in', done.returncode == 0 and not focal.json('team', 'list', path)['quarantine']
          and texts(focal, path)[COLLISION] == 'In 2020 a gang of nine was sentenced.', done.stderr)
    done = focal.run('team', 'merge', path, returns[2], '--trust', people[2].certificate)
    check('a trusted certificate is known', done.returncode == 0, done.stderr)


def bad_packages(chance, focal, people, pristine, returns):
    path = focal.path('bad.palermo')
    shutil.copy(pristine, path)
    before = answers(focal, path)
    package = read(returns[0])
    place = package.index(b'"change"')
    codes = []
    for name, content in [('altered', package[:place] + b'X' + package[place + 1:]),
                          ('truncated', package[:len(package) // 2]), ('empty', b''),
                          ('anything', b'PK\3\4' + chance.randbytes(2000))]:
        bad = focal.path(name + '.asice')
        with open(bad, 'wb') as file:
            file.write(content)
        done = focal.run('team', 'merge', path, bad, '--accept-unknown', '--accept-outside')
        codes.append((name, done.returncode))
    check('an altered package is invalid, a broken one malformed',
          codes[0][1] == 2 and all(code in (2, 3) for _, code in codes), codes)
    done = focal.run('team', 'merge', path, focal.path(f'{people[0].name}.asice'), '--accept-unknown')
    check('a section is no return', done.returncode == 3 and 'section' in done.stderr, done.stderr)
    done = people[0].run('team', 'open', returns[0], '-o', people[0].path('no.palermo'), '--accept-unknown')
    check('a return is no section', done.returncode == 3 and not os.path.exists(people[0].path('no.palermo')),
          done.stderr)
    pack = focal.path('submission.asice')
    focal.good('pack', path, '-o', pack, '--key', focal.key)
    done = focal.run('team', 'merge', path, pack, '--accept-unknown')
    check('a submission is neither', done.returncode == 3 and 'submission' in done.stderr, done.stderr)
    check('assignments do not leave with a submission',
          b'assignment' not in run(['unzip', '-p', pack, 'data/package.json']).stdout.encode())
    done = focal.run('team', 'return', path, '-o', focal.path('no.asice'), '--key', focal.key)
    check('only a working dossier is returned', done.returncode == 1 and not os.path.exists(focal.path('no.asice')),
          done.stderr)
    other = focal.path('another.palermo')
    focal.good('dossier', 'new', other, '--state', 'Elsewhere', '--uncac', 'no')
    done = focal.run('team', 'merge', other, returns[0], '--accept-unknown', '--accept-outside')
    check('a return for another dossier is explained', done.returncode == 1 and 'another dossier' in done.stderr
          and 'Practicia' in done.stderr, done.stderr)
    done = focal.run('team', 'hand-out', path, '--to', 'Nobody', '-o', focal.path('no.asice'), '--key', focal.key)
    check('nothing is handed out to nobody', done.returncode == 1 and 'Nobody' in done.stderr, done.stderr)
    done = focal.run('team', 'assign', path, '/cluster1/untoc/art99', '--to', 'Expert1')
    check('a page that is not there is not assigned', done.returncode == 1, done.stderr)
    check('all that changed nothing', answers(focal, path) == before)


def outside(focal, people, pristine):
    path = focal.path('outside.palermo')
    shutil.copy(pristine, path)
    for one in focal.json('team', 'list', path, '--person', people[0].name)['assignments']:
        if one['page'] == ART5:
            focal.good('team', 'assign', path, ART5, '--to', people[0].name, '--remove')
    package = people[0].path('return.asice')
    done = focal.run('team', 'merge', path, package)
    check('more than was handed out needs a yes', done.returncode == 1 and COLLISION in done.stderr, done.stderr)
    seen = focal.json('team', 'look', path, package)
    check('and is shown', [n['node'] for n in seen['touchesOutside']] == [COLLISION]
          and seen['touchesOutside'][0]['after'] == 'In 2020 a gang of nine was sentenced.', seen.get('touchesOutside'))
    done = focal.run('team', 'merge', path, package, '--accept-outside')
    check('a yes brings it in', done.returncode == 0, done.stderr)


def encrypted(focal, people, pristine):
    path = focal.path('encrypted.palermo')
    shutil.copy(pristine, path)
    ana, ben = people[0], people[1]
    sealed = hand_out(focal, path, ana, '--encrypt-to', ana.certificate)
    check('nothing of it can be read', b'Practicia' not in read(sealed) and b'cluster1' not in read(sealed))
    done = ben.run('team', 'open', sealed, '-o', ben.path('stolen.palermo'), '--accept-unknown', '--key', ben.key)
    check('another person cannot open it', done.returncode == 66 and 'somebody else' in done.stderr
          and not os.path.exists(ben.path('stolen.palermo')), done.stderr)
    working = open_section(ana, focal, sealed, 'sealed.palermo')
    check('the right one can', texts(ana, working)[COLLISION] == 'No example is known so far.')
    clear = ana.path('clear.asice')
    key, certificate = ana.key.split('+')
    openssl('cms', '-decrypt', '-binary', '-inform', 'DER', '-in', sealed, '-recip', certificate, '-inkey', key,
            '-out', clear)
    done = run([CLI, 'verify', clear, '--trust', focal.certificate])
    check('openssl opens it, too', done.returncode == 0, done.stderr)
    with open(sealed, 'r+b') as file:
        file.seek(-5000, os.SEEK_END)
        octet = file.read(1)
        file.seek(-5000, os.SEEK_END)
        file.write(bytes([octet[0] ^ 1]))
    done = ana.run('team', 'open', sealed, '-o', ana.path('no.palermo'), '--accept-unknown', '--key', ana.key)
    check('an altered one is refused', done.returncode == 2 and not os.path.exists(ana.path('no.palermo')), done.stderr)
    ana.set(working, [(ART5 + '/q5_3/example', 'Sealed both ways.')])
    back = ana.path('sealed-return.asice')
    ana.good('team', 'return', working, '-o', back, '--key', ana.key, '--encrypt-to', focal.certificate)
    done = focal.run('team', 'merge', path, back, '--key', focal.key)
    check('a return comes back sealed', done.returncode == 0
          and texts(focal, path)[ART5 + '/q5_3/example'] == 'Sealed both ways.', done.stderr)
    left = [name for _, _, names in os.walk(os.path.join(focal.home, 'palermo', 'team')) for name in names]
    check('nothing in clear is left behind', not left, left)


def remarks(focal, person, pristine):
    """Comments go along only when wished; what a colleague remarks always comes back."""
    path = focal.path('remarks.palermo')
    shutil.copy(pristine, path)
    focal.good('team', 'comment', path, COLLISION, 'Is there really none?', '--author', 'Focal')
    focal.good('team', 'comment', path, '/cluster1/general/state/name', 'Not for them.', '--author', 'Focal')
    silent = open_section(person, focal, hand_out(focal, path, person), 'silent.palermo')
    check('comments stay here', person.json('team', 'comments', silent) == [], person.json('team', 'comments', silent))
    working = open_section(person, focal, hand_out(focal, path, person, '--with-comments'), 'remarks.palermo')
    seen = person.json('team', 'comments', working)
    check('unless they are wished along, those of the pages', [c['text'] for c in seen] == ['Is there really none?'], seen)
    person.good('team', 'comment', working, COLLISION, 'There is one.', '--author', person.name)
    done = focal.run('team', 'merge', path, give_back(person, working, 'remarks.asice'))
    heard = sorted(c['text'] for c in focal.json('team', 'comments', path))
    check('what a colleague remarks comes back', done.returncode == 0
          and heard == ['Is there really none?', 'Not for them.', 'There is one.'], f'{heard} {done.stderr}')


def compile_form(where, name, version, rows):
    source, target = os.path.join(where, name + '.csv'), os.path.join(where, name + '.xml')
    lines = [['settings'], ['', 'form_id', 'form_title', 'version', 'name', 'namespaces'],
             ['', 'cluster-9', 'Ninth', version, 'd', 'p="https://palermo.app/ns/form"'],
             ['survey'], ['', 'type', 'name', 'label', 'appearance', 'bind::p:was'], *[['', *row] for row in rows]]
    with open(source, 'w', encoding='utf-8', newline='') as file:
        csv.writer(file).writerows(lines)
    done = run([CLI, 'form', 'compile', source, '-o', target])
    check(f'{name} compiles', done.returncode == 0, done.stderr)
    return target


def older_form(work, focal, person):
    """The dossier went on to a newer form while the section was away."""
    asked = ['plain', 'kept', 'ours', 'sentences', 'both']
    first = compile_form(work, 'ninth-1', '1', [
        ['begin_group', 'page', 'Page', 'page', ''], *[['text', n, n, '', ''] for n in asked],
        ['end_group', '', '', '', '']])
    second = compile_form(work, 'ninth-2', '2', [
        ['begin_group', 'sheet', 'Sheet', 'page', '/d/page'],
        *[['text', n if n == 'kept' else 'new_' + n, n, '', '' if n == 'kept' else f'/d/page/{n}'] for n in asked],
        ['end_group', '', '', '', '']])
    path = focal.path('forms.palermo')
    focal.good('dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no')
    focal.good('record', 'add', first, path)
    start_text = 'One thing is so. Another is not.'
    focal.set(path, [(f'/d/page/{n}', start_text) for n in asked])
    focal.good('team', 'assign', path, '/d/page', '--to', person.name, '--certificate', person.certificate)
    working = open_section(person, focal, hand_out(focal, path, person), 'forms.palermo')
    done = focal.run('dossier', 'upgrade', path, second)
    check('the dossier goes on', done.returncode == 0, done.stderr)
    focal.set(path, [('/d/sheet/new_ours', 'Ours alone.'), ('/d/sheet/new_both', 'Ours against theirs.'),
                     ('/d/sheet/new_sentences', 'One thing is really so. Another is not.')])
    person.set(working, [('/d/page/plain', 'Plainly theirs.'), ('/d/page/kept', 'Kept and theirs.'),
                         ('/d/page/sentences', 'One thing is so. Another is hardly so.'),
                         ('/d/page/both', 'Theirs against ours.')])
    package = give_back(person, working, 'forms.asice')
    seen = focal.json('team', 'look', path, package)
    check('the version is explained', [(f['version'], f['here'], f['fate']) for f in seen['forms']
                                       if f['form'] == 'cluster-9'] == [('1', '2', 'older')], seen.get('forms'))
    before = answers(focal, path)
    done = focal.run('team', 'merge', path, package, '--json')
    check('it is expected all the same', done.returncode == 0, done.stderr)
    now = texts(focal, path)
    check('renamed answers move along', (now.get('/d/sheet/new_plain'), now.get('/d/sheet/kept'),
                                         now.get('/d/sheet/new_ours'))
          == ('Plainly theirs.', 'Kept and theirs.', 'Ours alone.'), now)
    check('edits under both names are joined', now.get('/d/sheet/new_sentences')
          == 'One thing is really so. Another is hardly so.', now.get('/d/sheet/new_sentences'))
    conflicts = focal.json('team', 'conflicts', path)
    check('what really differs is for a person', now.get('/d/sheet/new_both') == 'Ours against theirs.'
          and len(conflicts) == 1 and 'Theirs against ours.' in [h['value'] for h in conflicts[0]['all']], conflicts)
    check('and shown where it belongs', conflicts[0]['node'] == '/d/page/both' and conflicts[0]['place']
          == '/d/sheet/new_both' and conflicts[0]['here'] == 'Ours against theirs.', conflicts)
    decided = focal.path('decided.palermo')
    shutil.copy(path, decided)
    focal.good('team', 'resolve', decided, '/d/page/both', '--take', 'theirs')
    check('a decision stands under the present name', texts(focal, decided).get('/d/sheet/new_both')
          == 'Theirs against ours.' and not focal.json('team', 'conflicts', decided)
          and focal.json('answer', 'orphans', decided) == [], focal.json('answer', 'orphans', decided))
    focal.json('team', 'undo', path, *map(str, json.loads(done.stdout)['span']))
    check('one undo takes that back, too', answers(focal, path) == before)


def digest(what, *fields):
    text = b''.join(b'-,' if f is None else b'%d:%b,' % (len(f.encode()), f.encode()) for f in fields)
    return hashlib.sha256(what + text).hexdigest()


def write_large_log(path, record, n_changes, made):
    """A log as another program could write it: a thousand answers, changed again and again."""
    heads = {}
    with open(path, 'w', encoding='utf-8') as file:
        file.write(made)
        clock = int(time.time() * 1e6) - n_changes - 1000
        act = None
        for i in range(n_changes):
            if i % 50 == 0:
                nonce, clock = str(uuid.UUID(int=i)), clock + 50
                act = digest(b'palermo-act-1\n', nonce, 'Typing', 'Expert1', 'large', str(clock))
                file.write(json.dumps({'act': act, 'nonce': nonce, 'title': 'Typing', 'author': 'Expert1',
                                       'device': 'large', 'clock': clock}) + '\n')
            node = f'{ART5}/many/n{i % 1000}'
            text, salt = f'Answer {i}', i.to_bytes(16, 'big')
            value = digest(b'palermo-value-1\n', salt.hex(), text)
            at = clock + i % 50
            parents = heads.get(node, '')
            change = digest(b'palermo-change-1\n', act, 'value', record, node, None, value, parents, 'Expert1',
                            'large', str(at))
            heads[node] = change
            file.write(json.dumps({'change': change, 'kind': 'value', 'record': record, 'node': node,
                                   'value': value, 'salt': base64.b64encode(salt).decode(), 'text': text,
                                   'parents': parents, 'clock': at}) + '\n')


def make_return(path, section, log, key):
    """A return signed without Palermo: whatever another program may send."""
    import zipfile
    keyfile, certificate = key.split('+')
    with zipfile.ZipFile(section) as archive:
        package = json.loads(archive.read('data/package.json'))
        forms = {f['file']: archive.read(f['file']) for f in package['forms']}
    package.update(kind='return', id=str(uuid.uuid4()), attachments=[])
    entries = {'data/package.json': json.dumps(package).encode(), **forms, 'data/changes.jsonl': read(log)}
    oxum = f'{sum(map(len, entries.values()))}.{len(entries)}'
    manifest = ''.join(f'{hashlib.sha256(d).hexdigest()}  {n}\n' for n, d in entries.items())
    entries['bagit.txt'] = b'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
    entries['bag-info.txt'] = f'Payload-Oxum: {oxum}\nBagging-Date: 2026-11-22\n'.encode()
    entries['manifest-sha256.txt'] = manifest.encode()
    references = ''.join(
        f' <asic:DataObjectReference URI="{n}" MimeType="application/octet-stream"'
        f'{" Rootfile=" + chr(34) + "true" + chr(34) if n == "data/package.json" else ""}>'
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f'<ds:DigestValue>{base64.b64encode(hashlib.sha256(d).digest()).decode()}</ds:DigestValue>'
        '</asic:DataObjectReference>\n' for n, d in entries.items())
    asic = ('<?xml version="1.0" encoding="UTF-8"?>\n<asic:ASiCManifest '
            'xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
            ' <asic:SigReference URI="META-INF/signature001.p7s" MimeType="application/pkcs7-signature"/>\n'
            f'{references}</asic:ASiCManifest>\n').encode()
    signature = openssl('cms', '-sign', '-binary', '-cades', '-md', 'sha256', '-nosmimecap', '-outform', 'DER',
                        '-signer', certificate, '-inkey', keyfile, input=asic)
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_STORED) as archive:
        for name, data in [('mimetype', b'application/vnd.etsi.asic-e+zip'), *entries.items(),
                           ('META-INF/ASiCManifest001.xml', asic), ('META-INF/signature001.p7s', signature)]:
            info = zipfile.ZipInfo(name, (2026, 11, 22, 3, 49, 48))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, data)
        archive.comment = b'mimetype=application/vnd.etsi.asic-e+zip'


def large(focal, person, pristine):
    path = focal.path('large.palermo')
    shutil.copy(pristine, path)
    section = focal.path(f'{person.name}.asice')
    with open(person.path('log.txt'), 'wb') as file:
        file.write(run(['unzip', '-p', section, 'data/changes.jsonl']).stdout.encode())
    made = read(person.path('log.txt')).decode()
    record = [json.loads(line)['record'] for line in made.splitlines() if '"record"' in line][0]
    log, package = person.path('large.jsonl'), person.path('large.asice')
    write_large_log(log, record, LARGE, made)
    make_return(package, section, log, person.key)
    begun = time.monotonic()
    done = focal.run('team', 'merge', path, package, '--json')
    took = time.monotonic() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    good = done.returncode == 0 and json.loads(done.stdout)['changes'] == LARGE
    check(f'{LARGE} changes are merged in {took:.1f} s', good, done.stderr)
    print(f'# {os.path.getsize(log) >> 20} MiB of log; no process of this story took more than {peak} MiB')
    check('nothing is loaded as a whole', peak < 700, peak)
    once = answers(focal, path)
    again = focal.json('team', 'merge', path, package)
    check('and again changes nothing', again.get('changes') == 0 and answers(focal, path) == once, again.get('error'))


def main():
    chance = random.Random(SEED)
    print(f'# seed {SEED}', flush=True)
    with folder() as work:
        focal, people, path, returns, written = six(chance, work)
        pristine = focal.path('pristine.palermo')
        shutil.copy(path, pristine)
        come_back(chance, focal, path, returns, written)
        resolve(focal, path)
        one_undo(focal, people, returns, pristine)
        undone_then_written(focal, pristine, returns[2])
        killed(chance, focal, pristine, returns[0])
        strangers(work, focal, people, pristine, returns)
        bad_packages(chance, focal, people, pristine, returns)
        outside(focal, people, pristine)
        encrypted(focal, people, pristine)
        remarks(focal, people[3], pristine)
        older_form(work, focal, people[0])
        large(focal, people[2], pristine)
    check('nothing leaked, nothing warned', not errors, errors[:5])
    finish()


main()
