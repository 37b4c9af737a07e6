#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From draft to sent, and what comes after: an expert answers and says that a page is ready, the focal point
sees what is open, clears and packs; a page is opened again for a reason, two answers change, and the supplement
holds exactly these two. The trail tells of any octet that is another."""
import hashlib
import json
import os
import random
import zipfile

from story import CLI, check, finish, folder, make_key, run

PART = '/cluster1/untoc/art2'
STATUS = PART + '/q2_a/status'


def cli(*words):
    return run([CLI, *words])


def ok(name, *words):
    done = cli(*words)
    check(name, done.returncode == 0, done.stderr)
    return done.stdout


def refused(name, code, word, *words):
    done = cli(*words)
    check(name, done.returncode == code and word in done.stderr, f'{done.returncode}: {done.stderr}')
    return done


def told(*words):
    done = cli(*words, '--json')
    if done.returncode != 0:
        check(' '.join(words), False, done.stderr)
    return json.loads(done.stdout)


def page(path, name=PART):
    return next(p for p in told('team', 'status', path)['pages'] if p['page'] == name)


def points(path, name=PART):
    return [(p['kind'], p['node']) for p in page(path, name)['points'] if p['kind'] != 'unanswered']


def member(archive, name):
    with zipfile.ZipFile(archive) as file:
        return file.read(name)


def escape(text):
    return text.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r')


def story_comments(path):
    first = ok('a comment', 'team', 'comment', path, STATUS, 'Is this so?\nReally?', '--author', 'Rossi').strip()
    answer = ok('an answer', 'team', 'comment', path, STATUS, 'It is', '--reply', first, '--author', 'Bianchi').strip()
    nested = ok('an answer to it', 'team', 'comment', path, STATUS, 'Good', '--reply', answer, '--author', 'Rossi').strip()
    listed = told('team', 'comments', path)
    check('one talk, in order', [(c['id'], c['reply'], c['author']) for c in listed]
          == [(first, None, 'Rossi'), (answer, first, 'Bianchi'), (nested, first, 'Rossi')], listed)
    check('the words are whole', listed[0]['text'] == 'Is this so?\nReally?')
    check('a talk is one point', points(path) == [('comment', STATUS), ('draft', PART)], points(path))
    ok('settled', 'team', 'resolve-comment', path, nested, '--author', 'Orla Venmark')
    check('nothing is open', told('team', 'comments', path, '--open') == [])
    settled = told('team', 'comments', path)
    check('all of it is settled', all(c['resolved'] and c['resolvedBy'] == 'Orla Venmark' for c in settled), settled)
    ok('an answer takes it up again', 'team', 'comment', path, STATUS, 'Wait', '--reply', first, '--author', 'Rossi')
    check('it is open again', len(told('team', 'comments', path, '--open')) == 4)
    ok('settled again', 'team', 'resolve-comment', path, first, '--author', 'Orla Venmark')
    refused('an empty comment', 64, 'says something', 'team', 'comment', path, STATUS, ' \n')
    refused('an answer to nothing', 1, 'no comment', 'team', 'comment', path, STATUS, 'x', '--reply', 'nobody')
    refused('a question that is not there', 1, '/cluster1/nowhere', 'team', 'comment', path, '/cluster1/nowhere', 'x')


def story_ready(path):
    late = ok('one more', 'team', 'comment', path, STATUS, 'And the bylaw?', '--author', 'Rossi').strip()
    done = refused('open points are shown, and stop it', 2, '--anyway', 'team', 'ready', path, PART, '--author', 'Rossi')
    check('the list says which', done.stdout == f'comment\t{STATUS}\n', done.stdout)
    check('nothing was changed', page(path)['state'] == 'draft')
    ok('ready all the same', 'team', 'ready', path, PART, '--anyway', '--author', 'Rossi')
    now = page(path)
    check('who, and what was open', (now['state'], now['by'], now['open']) == ('ready', 'Rossi', f'comment {STATUS}'), now)
    ok('settled', 'team', 'resolve-comment', path, late, '--author', 'Orla Venmark')
    ok('a ready page may be changed', 'answer', 'set', path, STATUS, 'no', '--author', 'Rossi')
    check('and shows it', page(path)['altered'] is True)
    ok('and back', 'answer', 'set', path, STATUS, 'yes', '--author', 'Rossi')
    check('then it is as it was', page(path)['altered'] is False)
    refused('a page that is not there', 1, 'no page', 'team', 'ready', path, '/elsewhere')


def story_clear(path, work):
    status = told('team', 'status', path)
    drafts = sum(p['counts']['draft'] for p in status['pages'])
    check('drafts are among the points', drafts > 5, drafts)
    wanted = sorted((p['kind'], p['node']) for one in status['pages'] for p in one['points'] if p['kind'] != 'unanswered')
    done = refused('the focal point sees the list', 2, f'open points: {len(wanted)}',
                   'team', 'clear', path, '--author', 'Orla Venmark')
    listed = sorted(tuple(line.split('\t')) for line in done.stdout.splitlines())
    check('all of it', listed == wanted, listed)
    check('nothing is cleared', told('team', 'status', path)['state'] == 'draft')
    ok('one page', 'team', 'clear', path, '--page', PART, '--author', 'Orla Venmark')
    check('one is not all', not told('team', 'status', path)['editions'])
    refused('there is nothing to supplement', 1, 'no edition', 'pack', path, '--supplement', '-o',
            os.path.join(work, 'early.asice'), '--no-sign')
    lines = ok('all', 'team', 'clear', path, '--anyway', '--author', 'Orla Venmark').splitlines()
    status = told('team', 'status', path)
    digest = status['editions'][-1]['digest']
    check('an edition', lines[-1] == f'edition\t{digest}' and status['state'] == 'cleared' and digest == status['digest'])
    check('what was open is in it', f'required {PART[:-4]}art6' in status['editions'][-1]['open'], status['editions'])
    again = ok('again', 'team', 'clear', path, '--author', 'Orla Venmark').splitlines()
    check('the same edition', again == [f'edition\t{digest}'] and len(told('team', 'status', path)['editions']) == 1, again)
    check_digest(path, digest)
    return digest


def check_digest(path, digest):
    """What pal-edition.h says, made by somebody else."""
    records = {r['id']: r for r in told('record', 'list', path) if r['form'] == 'cluster-1'}
    text = 'palermo-edition-1\n'
    for record in sorted(records):
        text += f'record {record} cluster-1 {records[record]["version"]}\n'
        for answer in told('answer', 'list', path, '--record', record):
            if answer['relevant'] and answer['value'] and not answer.get('calculated'):
                text += f'{answer["node"]}\t{escape(answer["value"])}\n'
    check('anybody can make the digest', hashlib.sha256(text.encode()).hexdigest() == digest, text)


def story_pack(path, work, digest):
    archive = os.path.join(work, 'first.asice')
    packed = json.loads(ok('packed', 'pack', path, '-o', archive, '--no-sign', '--json'))
    package = json.loads(member(archive, 'data/package.json'))
    check('it names the edition', packed['edition'] == digest and package['edition'] == digest, package)
    check('and who cleared it', package['cleared']['by'] == 'Orla Venmark', package['cleared'])
    with zipfile.ZipFile(archive) as file:
        texts = b''.join(file.read(name) for name in file.namelist())
    check('comments stay here', b'Is this so?' not in texts)
    check('our own records stay here', b'palermo-edition' not in texts and b'<clearance' not in texts)
    with_comments = os.path.join(work, 'comments.asice')
    ok('with comments', 'pack', path, '-o', with_comments, '--no-sign', '--comments')
    with zipfile.ZipFile(with_comments) as file:
        texts = b''.join(file.read(name) for name in file.namelist())
    # Five, and the one in the form that explains them.
    check('by choice they go', texts.count(b'Is this so?') == 1 and texts.count(b'<comment ') == 6, texts.count(b'<comment '))
    ok('packed once more', 'pack', path, '-o', archive, '--no-sign')
    with open(archive, 'rb') as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    edition = told('team', 'status', path)['editions'][-1]
    check('the edition knows its archive', edition['archive'] == sha256 and edition['packed'], edition)
    refused('nothing changed', 1, 'nothing changed', 'pack', path, '--supplement', '-o', os.path.join(work, 'none.asice'),
            '--no-sign')
    check('and no archive', not os.path.exists(os.path.join(work, 'none.asice')))
    return sha256


def story_reopen(path, work, digest, sha256):
    other = next(n for n in (a['node'] for a in told('answer', 'list', path))
                 if n.startswith(PART + '/q2_b') and n.endswith('/status'))
    before = cli('answer', 'get', path, other).stdout.rstrip('\n')
    lines = os.path.join(work, 'lines.tsv')
    with open(lines, 'w', encoding='utf-8') as file:
        file.write(f'{STATUS}\tno\n')
    refused('a cleared answer stays', 2, 'is cleared', 'answer', 'set', path, STATUS, 'no')
    refused('also from a file', 2, 'is cleared', 'answer', 'set', path, '--from', lines)
    check('it did', cli('answer', 'get', path, STATUS).stdout == 'yes\n')
    refused('ready is behind it', 2, 'is cleared', 'team', 'ready', path, PART)
    refused('no reason', 64, 'reason', 'team', 'reopen', path, PART)
    refused('a blank reason', 64, 'reason', 'team', 'reopen', path, PART, '--reason', '  ')
    ok('opened again', 'team', 'reopen', path, PART, '--reason', 'The law of 5 May', '--author', 'Orla Venmark')
    refused('once', 2, 'is a draft', 'team', 'reopen', path, PART, '--reason', 'More')
    now = page(path)
    check('a draft, and why', (now['state'], now['reason']) == ('draft', 'The law of 5 May'), now)
    refused('opening changes nothing by itself', 1, 'nothing changed', 'pack', path, '--supplement', '-o',
            os.path.join(work, 'none.asice'), '--no-sign')
    ok('one answer', 'answer', 'set', path, STATUS, 'part', '--author', 'Rossi')
    ok('there and', 'answer', 'set', path, '/cluster1/general/people/focal_office', 'x', '--author', 'Rossi', '--reopen',
       'A new office')
    office = told('answer', 'history', path, '/cluster1/general/people/focal_office')[1]['value'] or ''
    ok('back', 'answer', 'set', path, '/cluster1/general/people/focal_office', office, '--author', 'Rossi')
    ok('another', 'answer', 'set', path, other, 'no' if before != 'no' else 'yes', '--author', 'Bianchi')
    archive = os.path.join(work, 'second.asice')
    said = json.loads(ok('supplement', 'pack', path, '--supplement', '-o', archive, '--no-sign', '--json'))
    package = json.loads(member(archive, 'data/package.json'))
    listed = json.loads(member(archive, 'data/supplement.json'))['changes']
    check('exactly these two', [(c['node'], c['from'], c['to'], c['by'], c['why']) for c in listed]
          == [(STATUS, 'yes', 'part', 'Rossi', 'The law of 5 May'),
              (other, before or None, 'no' if before != 'no' else 'yes', 'Bianchi', 'The law of 5 May')], listed)
    check('when', all(c['when'].endswith('Z') for c in listed))
    check('kind, and what it supersedes', (package['kind'], package['supersedes'], package['editionBefore'])
          == ('supplement', sha256, digest), package)
    check('nobody cleared it', package['cleared'] is None and said['cleared'] is False)
    names = zipfile.ZipFile(archive).namelist()
    check('the form explains it, no record goes', any(n.startswith('data/forms/cluster-1') for n in names)
          and not any(n.startswith('data/instances/') for n in names), names)
    ok('cleared again', 'team', 'clear', path, '--anyway', '--author', 'Orla Venmark')
    said = json.loads(ok('again, cleared', 'pack', path, '--supplement', '-o', archive, '--no-sign', '--json'))
    check('the same two', len(said['changes']) == 2 and said['cleared'] is True, said)
    refused('the next one begins there', 1, 'nothing changed', 'pack', path, '--supplement', '-o', archive, '--no-sign')


def story_trail(path, work):
    lines = ok('trail', 'dossier', 'log', path, '--json').splitlines()
    changes = [json.loads(line) for line in lines[1:-1]]
    previous = '0' * 64
    for line in lines:
        if json.loads(line)['previous'] != previous:
            check('each line has the digest of the line before', False, line)
        previous = hashlib.sha256(line.encode()).hexdigest()
    last = [c for c in changes if c['node'] == STATUS][-1]
    check('which, from, to, who, why', (last['from'], last['to'], last['author'], last['why'])
          == ('yes', 'part', 'Rossi', 'The law of 5 May'), last)
    check('the reason itself is there', any(c['node'] == '/clearance/reason' and c['to'] == 'The law of 5 May' for c in changes))
    trail = os.path.join(work, 'trail.jsonl')
    data = ('\n'.join(lines) + '\n').encode()
    with open(trail, 'wb') as file:
        file.write(data)
    report = told('dossier', 'trail-check', trail)
    check('sound', report == {'sound': True, 'changes': len(changes), 'digest': previous, 'reason': None}, report)
    check('how many', told('dossier', 'info', path)['changes'] == len(changes))
    seed = int(os.environ.get('PALERMO_SEED') or random.SystemRandom().randrange(1 << 32))
    chance = random.Random(seed)
    ends = len(data) - len(lines[-1]) - 1
    places = [0, 1, len(lines[0]), len(lines[0]) + 20, ends, ends + 12, ends + 80, len(data) - 2, len(data) - 1]
    places += [chance.randrange(len(data)) for _ in range(40)]
    missed = []
    for place in places:
        altered = bytearray(data)
        altered[place] ^= 1 << chance.randrange(7)
        with open(trail, 'wb') as file:
            file.write(altered)
        if cli('dossier', 'trail-check', trail).returncode not in (2, 3):
            missed.append(place)
    check('one octet is found', not missed, f'seed {seed}: {missed}')
    for name, less in (('cut in a line', data[:-30]), ('without its end', data[:ends]), ('empty', b''),
                       ('with more', data + b'{}\n'), ('without a line', data.replace(lines[7].encode() + b'\n', b'')),
                       ('two lines changed places', data.replace((lines[8] + '\n' + lines[9]).encode(),
                                                                 (lines[9] + '\n' + lines[8]).encode()))):
        with open(trail, 'wb') as file:
            file.write(less)
        done = cli('dossier', 'trail-check', trail)
        check(name, done.returncode in (2, 3), f'{done.returncode} {done.stdout}')
    refused('no such file', 66, 'none.jsonl', 'dossier', 'trail-check', os.path.join(work, 'none.jsonl'))


def story_hand_over(path, work):
    target = os.path.join(work, 'over.json')
    ok('hand-over', 'team', 'hand-over', path, '-o', target)
    with open(target, encoding='utf-8') as file:
        told_over = json.load(file)
    names = {p['name'] for p in told_over['people']}
    check('who did what', {'Rossi', 'Bianchi', 'Orla Venmark'} <= names, names)
    rossi = next(p for p in told_over['people'] if p['name'] == 'Rossi')
    check('where', any(p['page'] == PART and p['changes'] >= 2 for p in rossi['pages']), rossi)
    check('why', any(d['why'] == 'The law of 5 May' and d['by'] == 'Orla Venmark' for d in told_over['decisions']))
    check('what is open', any(p['kind'] == 'required' for p in told_over['open']))
    check('what was said', len(told_over['comments']) == 5 and all(c['settled'] for c in told_over['comments']))
    check('which editions', len(told_over['editions']) == 2 and all(e['archive'] for e in told_over['editions']))
    target = os.path.join(work, 'over.md')
    ok('for people', 'team', 'hand-over', path, '-o', target)
    with open(target, encoding='utf-8') as file:
        text = file.read()
    check('as a table', '| The law of 5 May |' in text and text.startswith('# Hand-over: Practicia'), text[:300])
    refused('another format', 64, '.md', 'team', 'hand-over', path, '-o', os.path.join(work, 'over.pdf'))
    refused('nowhere', 73, 'nowhere', 'team', 'hand-over', path, '-o', os.path.join(work, 'nowhere', 'over.md'))


def story_apart(path, work):
    """An expert's ready comes back with their work; an answer that comes into a cleared page is seen."""
    certificate, key = make_key(work, 'focal', 'Orla Venmark')
    focal = f'{key}+{certificate}'
    other, own = make_key(work, 'expert', 'Rossi')
    expert = f'{own}+{other}'
    place = '/cluster1/untoc/art8'
    status = place + '/q8_1_a/status'
    section, back = os.path.join(work, 'section.asice'), os.path.join(work, 'back.asice')
    working = os.path.join(work, 'working.palermo')
    ok('opened for the expert', 'team', 'reopen', path, place, '--reason', 'For Rossi', '--author', 'Orla Venmark')
    ok('assigned', 'team', 'assign', path, place, '--to', 'Rossi', '--author', 'Orla Venmark')
    ok('handed out', 'team', 'hand-out', path, '--to', 'Rossi', '-o', section, '--key', focal)
    ok('opened there', 'team', 'open', section, '-o', working, '--trust', certificate)
    ok('answered', 'answer', 'set', working, status, 'yes', '--author', 'Rossi')
    ok('commented', 'team', 'comment', working, status, 'See article 4', '--author', 'Rossi')
    ok('ready', 'team', 'ready', working, place, '--anyway', '--author', 'Rossi')
    ok('returned', 'team', 'return', working, '-o', back, '--key', expert)
    ok('comes back without a surprise', 'team', 'merge', path, back, '--trust', other, '--author', 'Orla Venmark')
    now = page(path, place)
    check('ready, as the expert says', (now['state'], now['by'], now['altered']) == ('ready', 'Rossi', False), now)
    check('their comment is among the points', ('comment', status) in points(path, place), points(path, place))
    ok('cleared', 'team', 'clear', path, '--anyway', '--author', 'Orla Venmark')
    ok('they write on', 'answer', 'set', working, status, 'part', '--author', 'Rossi')
    ok('and call it ready', 'team', 'ready', working, place, '--anyway', '--author', 'Rossi')
    ok('returned again', 'team', 'return', working, '-o', back + '2', '--key', expert)
    ok('merged again', 'team', 'merge', path, back + '2', '--trust', other, '--author', 'Orla Venmark')
    now = page(path, place)
    check('what was cleared is another answer now', (now['state'], now['altered']) == ('cleared', True), now)
    check('so the whole is not cleared', told('team', 'status', path)['state'] == 'ready')
    archive = os.path.join(work, 'third.asice')
    packed = json.loads(ok('packed', 'pack', path, '-o', archive, '--no-sign', '--json'))
    check('and no edition is named', packed['edition'] is None
          and json.loads(member(archive, 'data/package.json'))['cleared'] is None, packed['edition'])
    ok('cleared as it is', 'team', 'clear', path, '--anyway', '--author', 'Orla Venmark')
    check('then it is', told('team', 'status', path)['state'] == 'cleared')


def main():
    with folder() as work:
        path = os.path.join(work, 'd.palermo')
        ok('a dossier', 'dossier', 'new', path, '--sample', '--author', 'Orla Venmark')
        story_comments(path)
        story_ready(path)
        digest = story_clear(path, work)
        sha256 = story_pack(path, work, digest)
        story_reopen(path, work, digest, sha256)
        story_trail(path, work)
        story_hand_over(path, work)
        story_apart(path, work)
        ok('sound after all', 'dossier', 'check', path)
    finish()


if __name__ == '__main__':
    main()
