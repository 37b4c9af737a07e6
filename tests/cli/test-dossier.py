#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dossiers through palermo-cli: made, filled, looked through, refused, shared, full."""
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys

from story import CLI, check, finish, folder, run, skip, start

STATE = '/cluster1/general/state/name'
TEXT = '/cluster1/untoc/art5/q5_1_a/example'
STATUS = '/cluster1/untoc/art5/q5_1_a/status'


def cli(*words, **options):
    return run([CLI, *words], **options)


def ok(name, *words, **options):
    done = cli(*words, **options)
    check(name, done.returncode == 0, f'{done.returncode}: {done.stderr.strip()}')
    return done.stdout


def refused(name, code, *words, says='', **options):
    done = cli(*words, **options)
    check(name, done.returncode == code and done.stderr.count('\n') == 1 and says in done.stderr,
          f'{done.returncode} instead of {code}: {done.stderr.strip()!r}')
    return done


def get(path, node, *more):
    return cli('answer', 'get', path, node, *more).stdout.rstrip('\n')


def answers(path, *more):
    return json.loads(cli('answer', 'list', path, '--json', *more).stdout)


def articles(path):
    """The articles of which at least one question is shown."""
    shown = set()
    for answer in answers(path):
        parts = answer['node'].split('/')
        if answer['relevant'] and parts[1] == 'cluster1' and parts[3].startswith('art'):
            shown.add((parts[2], parts[3]))
    return shown


def content(path):
    with open(path, 'rb') as file:
        return file.read()


def new(work, name, *options):
    path = os.path.join(work, name)
    done = cli('dossier', 'new', path, *options)
    if done.returncode:
        check(f'make {name}', False, done.stderr)
    return path


def story_new(work):
    path = os.path.join(work, 'new.palermo')
    ok('a dossier is made', 'dossier', 'new', path, '--state', 'Côte d’Exemple', '--uncac', 'yes', '--instruments',
       'trafficking,smuggling', '--start', '2026-09-01', '--languages', 'en,fr', '--focal', 'Office of Treaties')
    check('it has the State', get(path, STATE) == 'Côte d’Exemple')
    check('and the languages', get(path, '/cluster1/general/state/languages') == 'en fr')
    adherence = [get(path, f'/cluster1/general/adherence/party_{x}')
                 for x in ('uncac', 'trafficking', 'smuggling', 'firearms')]
    check('and what was joined', adherence == ['yes', 'yes', 'yes', 'no'], adherence)
    info = json.loads(ok('info', 'dossier', 'info', path, '--json'))
    check('with its forms', [f['id'] for f in info['forms']] == ['stakeholder', 'consultation', 'cluster-1'], info)
    check('and one record', info['records'] == 1 and info['title'] == 'Côte d’Exemple', info)
    check('check finds it sound', ok('check', 'dossier', 'check', path) == 'sound\n')
    before = content(path)
    refused('a name that is taken', 73, 'dossier', 'new', path, '--state', 'Other', says='already')
    check('leaves what is there', content(path) == before)

    for cluster in '234':
        path = new(work, f'of-{cluster}.palermo', '--cluster', cluster, '--state', 'Practicia', '--instruments', 'firearms')
        root = f'/cluster{cluster}/general/'
        info = json.loads(ok(f'info of cluster {cluster}', 'dossier', 'info', path, '--json'))
        check(f'cluster {cluster}: its questionnaire, filled in as far as it is known',
              info['forms'][-1]['id'] == f'cluster-{cluster}' and get(path, root + 'state/name') == 'Practicia'
              and get(path, root + 'adherence/party_firearms') == 'yes', info)
        os.unlink(path)

    for what, words in {'a wrong day': ['--start', '2026-02-30'], 'a wrong instrument': ['--instruments', 'piracy'],
                        'a fifth cluster': ['--cluster', '5'], 'no cluster': ['--cluster', '0'],
                        'a sample of another cluster': ['--cluster', '2', '--sample'],
                        'a wrong language': ['--languages', 'de'], 'a wrong answer': ['--uncac', 'perhaps'],
                        'an unknown option': ['--colour', 'red']}.items():
        other = os.path.join(work, 'none.palermo')
        refused(what, 64, 'dossier', 'new', other, *words)
        check(f'{what} makes no file', not os.path.exists(other))
    refused('a folder that is not there', 66, 'dossier', 'new', os.path.join(work, 'no', 'x.palermo'))
    refused('forms that are not there', 66, 'dossier', 'new', os.path.join(work, 'x.palermo'),
            env=dict(os.environ, PALERMO_DATA_DIR=work))
    check('nothing is left lying about', sorted(os.listdir(work)) == ['home', 'new.palermo'], os.listdir(work))


def story_sample(work):
    path = new(work, 'sample.palermo', '--sample')
    check('the sample is of Practicia', get(path, STATE) == 'Practicia')
    check('it has a consultation', len(json.loads(cli('consultation', 'list', path, '--json').stdout)) == 1)
    check('and a stakeholder', len(json.loads(cli('stakeholder', 'list', path, '--json').stdout)) == 1)
    wrong = [a['node'] for a in answers(path) if not a['valid']]
    check('and no answer that its form refuses', wrong == [], wrong)
    check('and is sound', cli('dossier', 'check', path).returncode == 0)


def story_applicability(work):
    path = new(work, 'articles.palermo', '--instruments', 'trafficking,smuggling,firearms', '--uncac', 'no')
    uncac = '/cluster1/general/adherence/party_uncac'
    firearms = '/cluster1/general/adherence/party_firearms'
    bribery = next(a['node'] for a in answers(path) if '/untoc/art8/' in a['node'] and a['type'] == 'select_one')
    marking = next(a['node'] for a in answers(path) if '/firearms/art8/' in a['node'] and a['type'] == 'select_one')
    check('not party to UNCAC: 16 articles', len(articles(path)) == 16, sorted(articles(path)))
    ok('answer article 8', 'answer', 'set', path, bribery, 'part')
    ok('answer marking', 'answer', 'set', path, marking, 'no')
    ok('join UNCAC', 'answer', 'set', path, uncac, 'yes')
    shown = articles(path)
    check('party to UNCAC: 14 articles', len(shown) == 14, sorted(shown))
    check('without 8 and 9', ('untoc', 'art8') not in shown and ('untoc', 'art9') not in shown)
    ok('leave the Firearms Protocol', 'answer', 'set', path, firearms, 'no')
    shown = articles(path)
    check('not joined: never seen', not any(i == 'firearms' for i, _a in shown) and len(shown) == 11, sorted(shown))
    check('hidden answers are still there', get(path, bribery) == 'part' and get(path, marking) == 'no')
    listed = cli('answer', 'list', path).stdout
    check('and are not listed for people', bribery not in listed and marking not in listed)
    ok('back to no', 'answer', 'set', path, uncac, 'no')
    ok('and join again', 'answer', 'set', path, firearms, 'yes')
    back = {a['node']: a for a in answers(path)}
    check('hidden answers come back', back[bribery]['relevant'] and back[bribery]['value'] == 'part'
          and back[marking]['relevant'] and back[marking]['value'] == 'no')
    check('16 again', len(articles(path)) == 16)


def story_answers(work):
    path = new(work, 'answers.palermo', '--uncac', 'no', '--instruments', 'none')
    text = 'Ligne un\nسطر ثان\t第三\\n'
    ok('set a text of several lines', 'answer', 'set', path, TEXT, text)
    check('it comes back letter by letter', cli('answer', 'get', path, TEXT).stdout == text + '\n')
    value = json.loads(ok('as JSON', 'answer', 'get', path, TEXT, '--json'))
    check('with its state', value['value'] == text and value['relevant'] is False, value)
    ok('clear it', 'answer', 'set', path, TEXT, '')
    check('it is empty', get(path, TEXT) == '')
    refused('a node that is not there', 1, 'answer', 'set', path, '/cluster1/general/nothing', 'x', says='nothing')
    refused('another root', 1, 'answer', 'get', path, '/other/x')
    refused('a group', 1, 'answer', 'set', path, '/cluster1/general', 'x')
    refused('a record that is not there', 1, 'answer', 'get', path, STATE, '--record', 'nobody')
    refused('a file that is not there', 66, 'answer', 'get', os.path.join(work, 'no.palermo'), STATE)
    refused('too few words', 64, 'answer', 'set', path, STATE)
    refused('a file to attach that is not there', 66, 'answer', 'set', path, TEXT, os.path.join(work, 'none'), '--attach')

    expert = '/cluster1/general/people/expert'
    ok('a row by its position', 'answer', 'set', path, f'{expert}[1]/name', 'One')
    ok('the same row', 'answer', 'set', path, f'{expert}[1]/office', 'Office')
    ok('a new row', 'answer', 'set', path, f'{expert}[new]/name', 'Two')
    ok('the last row', 'answer', 'set', path, f'{expert}[last]/office', 'Office 2')
    refused('a row too far', 1, 'answer', 'set', path, f'{expert}[5]/name', 'Five', says='no row 5')
    refused('a row of no such id', 1, 'answer', 'set', path, f'{expert}[abc]/name', 'x')
    refused('a new row for nothing', 1, 'answer', 'set', path, f'{expert}[new]/nothing', 'x')
    names = [a['node'] for a in answers(path) if a['node'].startswith(expert) and a['node'].endswith('/name')]
    check('two rows', len(names) == 2, names)
    check('by id', get(path, names[1]) == 'Two')
    check('by position', get(path, f'{expert}[2]/office') == 'Office 2')

    law = os.path.join(work, 'Law: 1.txt')
    with open(law, 'w', encoding='utf-8') as file:
        file.write('An act')
    evidence = next(a['node'] for a in answers(path) if a['type'] == 'file' and '/untoc/art5/' in a['node'])
    ok('attach a file', 'answer', 'set', path, evidence, law, '--attach')
    check('it has a name by content', get(path, evidence) == '8bf3f4b71621-Law_ 1.txt', get(path, evidence))
    ok('attach it again', 'answer', 'set', path, evidence, law, '--attach')
    info = json.loads(cli('dossier', 'info', path, '--json').stdout)
    check('stored once', info['attachments'] == 1 and info['attachmentBytes'] == 6, info)

    done = cli('answer', 'set', path, '--from', '-', input=f'# two\n\n{STATE}\tA\\nB\\tC\\\\\n{TEXT}\tx\n')
    check('lines are acknowledged', done.returncode == 0 and done.stdout == 'ok 3\nok 4\n', done.stdout + done.stderr)
    check('escapes stand for themselves', get(path, STATE) == 'A\nB\tC\\')
    for what, line, code in (('a line without a tab', 'nothing', 1), ('a wrong node', '/cluster1/no\tx', 1)):
        done = cli('answer', 'set', path, '--from', '-', input=f'{STATE}\t{what}\n{line}\n{TEXT}\tnever\n')
        check(f'{what} ends it', done.returncode == code and done.stdout == 'ok 1\n' and 'line 2' in done.stderr,
              f'{done.returncode} {done.stdout!r} {done.stderr!r}')
        check(f'{what}: what was acknowledged stays', get(path, STATE) == what and get(path, TEXT) == 'x')
    check('and the file is sound', cli('dossier', 'check', path).returncode == 0)


def story_history(work):
    path = new(work, 'history.palermo')
    for author, text in (('A', 'first'), ('B', 'sec'), ('B', 'second'), ('A', 'third')):
        ok(f'{author} writes', 'answer', 'set', path, TEXT, text, '--author', author)
    history = json.loads(ok('history', 'answer', 'history', path, TEXT, '--json'))
    told = [(h['author'], h['value']) for h in history]
    check('who wrote what, typing on as one', told == [('A', 'third'), ('B', 'second'), ('A', 'first')], told)
    lines = [json.loads(line) for line in ok('log', 'dossier', 'log', path, '--json').splitlines()]
    log = [c for c in lines if c.get('node') == TEXT]
    check('the log has from and to', [(c['from'], c['to']) for c in log]
          == [(None, 'first'), ('first', 'second'), ('second', 'third')], log)
    check('chained by digest', all(len(c['id']) == 64 for c in log) and log[1]['parents'] == [log[0]['id']]
          and log[2]['parents'] == [log[1]['id']])
    check('in order of time', [c['time'] for c in log] == sorted(c['time'] for c in log))
    check('rebuild finds nothing', json.loads(ok('rebuild', 'dossier', 'rebuild', path, '--json')) == {'changed': False})
    with sqlite3.connect(path) as db:
        db.execute('DELETE FROM head')
        db.execute('UPDATE record SET changed = 1')
    db.close()
    refused('views that the log does not bear out', 3, 'dossier', 'check', path)
    check('rebuild makes them again', json.loads(cli('dossier', 'rebuild', path, '--json').stdout) == {'changed': True})
    check('and all is there', get(path, TEXT) == 'third' and cli('dossier', 'check', path).returncode == 0)


def story_records(work):
    path = new(work, 'records.palermo')
    first = ok('add a consultation', 'consultation', 'add', path, '--from', '-',
               input='/consultation/record/essentials/title\tRound table\n'
                     '/consultation/record/points/point[new]/text\tA point\n').strip()
    ok('add another', 'consultation', 'add', path)
    ok('add a stakeholder', 'stakeholder', 'add', path, '--from', '-',
       input='/stakeholder/card/identity/name\tShelter\n')
    listed = json.loads(ok('list', 'consultation', 'list', path, '--json'))
    check('two consultations, oldest first', [r['title'] for r in listed] == ['Round table', None]
          and listed[0]['id'] == first, listed)
    check('four records', len(json.loads(cli('record', 'list', path, '--json').stdout)) == 4)
    check('one of them a stakeholder', 'Shelter' in cli('record', 'list', path, '--form', 'stakeholder').stdout)
    shown = json.loads(ok('show', 'record', 'show', path, first, '--json'))
    check('its point is in it', any(a['value'] == 'A point' for a in shown))
    check('every answer names its record', {a['record'] for a in shown} == {first})
    refused('which of the two?', 1, 'answer', 'set', path, '/consultation/record/essentials/title', 'x', says='--record')
    ok('this one', 'answer', 'set', path, '/consultation/record/essentials/title', 'Renamed', '--record', first)
    check('renamed', get(path, '/consultation/record/essentials/title', '--record', first) == 'Renamed')
    before = json.loads(cli('dossier', 'info', path, '--json').stdout)['changes']
    refused('a record with a wrong line', 1, 'consultation', 'add', path, '--from', '-',
            input='/consultation/record/essentials/title\tx\n/consultation/none\tx\n')
    refused('a record of no form', 66, 'record', 'add', 'unknown', path)
    after = json.loads(cli('dossier', 'info', path, '--json').stdout)['changes']
    check('left nothing', before == after, (before, after))


def story_refused(work):
    good = new(work, 'good.palermo', '--state', 'Practicia')
    ok('a private answer', 'answer', 'set', good, TEXT, 'Secret-Answer')

    def damage(name, make):
        path = os.path.join(work, name)
        shutil.copyfile(good, path)
        make(path)
        return path

    def sql(text):
        def make(path):
            db = sqlite3.connect(path)
            db.executescript(text)
            db.close()
        return make

    def cut(path):
        os.truncate(path, os.path.getsize(path) - 5000)

    def flip(path):
        data = content(path)
        place = data.index(b'Secret-Answer')
        with open(path, 'r+b') as file:
            file.seek(place)
            file.write(b'X')

    def bend_schema(path):
        data = content(path)
        with open(path, 'r+b') as file:
            file.seek(data.index(b'CREATE TABLE form') + 3)
            file.write(b'?')

    def write(data):
        def make(path):
            with open(path, 'wb') as file:
                file.write(data)
        return make

    def grow(path):
        os.truncate(path, 70 << 30)

    cases = [('empty', write(b''), 3), ('a picture', write(b'\x89PNG\r\n\x1a\n' + bytes(200)), 3),
             ('newer', sql('PRAGMA user_version = 99'), 3), ('cut', cut, 3), ('a flipped letter', flip, 3),
             ('tables in other words', bend_schema, 3),
             ('a trigger', sql('CREATE TRIGGER t AFTER INSERT ON change BEGIN DELETE FROM value; END'), 3),
             ('an answer altered', sql("UPDATE value SET text = 'yes' WHERE text = 'Secret-Answer'"), 3),
             ('a form altered', sql("UPDATE form SET source = CAST(replace(CAST(source AS TEXT), 'State', 'Stale') AS BLOB)"), 3),
             ('70 GiB', grow, 4)]
    for name, make, code in cases:
        path = damage(name + '.palermo', make)
        before = (os.path.getsize(path), content(path) if os.path.getsize(path) < 1 << 30 else b'')
        done = refused(f'check: {name}', code, 'dossier', 'check', path)
        check(f'{name}: no answer is printed', 'Secret' not in done.stderr + done.stdout)
        if name not in ('a flipped letter', 'an answer altered'):
            refused(f'open: {name}', code, 'answer', 'set', path, STATE, 'x')
            after = (os.path.getsize(path), content(path) if os.path.getsize(path) < 1 << 30 else b'')
            check(f'{name}: untouched', before == after)
            check(f'{name}: nothing beside it', not [n for n in os.listdir(work) if n.startswith(name + '.palermo-')])
        if name == 'a form altered':
            refused('nothing is packed with it', 3, 'pack', path, '-o', os.path.join(work, 'altered.asice'), '--no-sign')
            check('and no package is there', not os.path.exists(os.path.join(work, 'altered.asice')))
        os.unlink(path)
    link = os.path.join(work, 'link.palermo')
    os.symlink(good, link)
    refused('a link', 3, 'dossier', 'check', link)
    refused('a folder', 3, 'dossier', 'check', work)
    refused('a device', 3, 'dossier', 'check', '/dev/zero')
    done = cli('dossier', 'check', link, '--json')
    verdict = json.loads(done.stdout)
    check('as JSON', verdict['sound'] is False and verdict['code'] == 3 and verdict['reason'], verdict)


def story_two(work):
    path = new(work, 'two.palermo')
    first = start([CLI, 'answer', 'set', path, '--from', '-'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    first.stdin.write(f'{STATE}\tFirst\n')
    first.stdin.flush()
    check('the first writes', first.stdout.readline() == 'ok 1\n')
    for words in (['answer', 'set', path, STATE, 'Second'], ['answer', 'get', path, STATE], ['dossier', 'check', path],
                  ['dossier', 'info', path]):
        refused(f'a second program: {words[0]} {words[1]}', 75, *words)
    first.kill()
    first.wait()
    ok('the lock goes with a kill', 'answer', 'set', path, TEXT, 'Second')
    check('what was acknowledged is there', get(path, STATE) == 'First' and get(path, TEXT) == 'Second')


def story_read_only(work):
    if os.geteuid() != 0:
        skip('a folder that cannot be written', 'needs root to become nobody')
        return
    place = os.path.join(work, 'place')
    os.mkdir(place)
    path = new(place, 'ro.palermo', '--state', 'Practicia')
    os.chmod(path, 0o444)
    os.chmod(place, 0o555)
    os.chmod(work, 0o755)
    home = os.path.join(work, 'nobody')
    os.mkdir(home)
    os.chown(home, 65534, 65534)
    done = run([CLI, 'dossier', 'info', path], user=65534, group=65534, env=dict(os.environ, XDG_DATA_HOME=home))
    if done.returncode == 126 or 'ermission' in done.stderr:
        skip('a folder that cannot be written', 'the build cannot be reached by nobody')
        return
    env = dict(os.environ, XDG_DATA_HOME=home)
    check('it can be read', done.returncode == 0, done.stderr)
    refused('and not written', 73, 'answer', 'set', path, STATE, 'x', user=65534, group=65534, env=env, says='read')
    done = run([CLI, 'dossier', 'check', path], user=65534, group=65534, env=env)
    check('and checked', done.returncode == 0, done.stderr)


def story_full(work):
    path = new(work, 'full.palermo')
    ok('before', 'answer', 'set', path, STATE, 'Before')
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, resource.RLIM_INFINITY))

    def limited(*words):
        return run([CLI, *words], preexec_fn=limit)

    tsv = os.path.join(work, 'large.tsv')
    with open(tsv, 'w', encoding='utf-8') as file:
        file.write(f'{STATE}\tSmall\n{TEXT}\t{"x" * 3000000}\n')
    done = limited('answer', 'set', path, '--from', tsv)
    check('a full disk is said to be one', done.returncode == 74 and 'full' in done.stderr and done.stdout == 'ok 1\n',
          f'{done.returncode} {done.stdout!r} {done.stderr!r}')
    check('what was acknowledged is there, the rest is not', get(path, STATE) == 'Small' and get(path, TEXT) == '')
    check('and the file is sound', cli('dossier', 'check', path).returncode == 0)
    ok('with space it goes through', 'answer', 'set', path, '--from', tsv)
    check('whole', len(get(path, TEXT)) == 3000000)
    done = limited('dossier', 'new', os.path.join(work, 'late.palermo'))
    check('no half dossier', done.returncode == 74 and not os.path.exists(os.path.join(work, 'late.palermo')),
          f'{done.returncode} {done.stderr!r}')

    disk = os.path.join(work, 'disk')
    os.mkdir(disk)
    if run(['mount', '-t', 'tmpfs', '-o', 'size=8m', 'palermo-test', disk]).returncode:
        skip('a small disk', 'cannot mount one')
        return
    try:
        small = new(disk, 'small.palermo', '--state', 'Practicia')
        with open(os.path.join(disk, 'filler'), 'wb') as file:
            try:
                for _i in range(64):
                    file.write(bytes(1 << 18))
                    file.flush()
            except OSError:
                pass
        done = cli('answer', 'set', small, STATE, 'Too much')
        check('no space at all', done.returncode == 74, f'{done.returncode} {done.stderr}')
        check('reading goes on', get(small, STATE) == 'Practicia')
        os.unlink(os.path.join(disk, 'filler'))
        ok('space again', 'answer', 'set', small, STATE, 'Fits')
        check('it is kept', get(small, STATE) == 'Fits' and cli('dossier', 'check', small).returncode == 0)
    finally:
        run(['umount', disk])


def story_groups(_work):
    """Half a verb is answered with the verbs that begin like it."""
    done = run([CLI, 'team', '--help'])
    check('a group of verbs has a help of its own',
          done.returncode == 0 and 'team hand-out' in done.stdout and 'dossier new' not in done.stdout, done.stdout)
    for words, said in ((('team',), 'a second word; see palermo-cli team --help'),
                        (('team', 'gather'), 'no verb "team gather"; see palermo-cli team --help'),
                        (('gather',), 'no verb "gather"; see palermo-cli --help')):
        done = run([CLI, *words])
        check(f'"{" ".join(words)}" is told where to look', done.returncode == 64 and said in done.stderr, done.stderr)


def main():
    stories = [value for name, value in globals().items() if name.startswith('story_')]
    only = sys.argv[1:]
    for story in stories:
        if only and story.__name__ not in only:
            continue
        with folder() as work:
            os.environ['XDG_DATA_HOME'] = os.path.join(work, 'home')
            story(work)
    finish()


if __name__ == '__main__':
    main()
