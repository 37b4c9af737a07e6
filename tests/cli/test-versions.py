#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A questionnaire comes in newer versions: look before anything moves, go on, keep what has no question,
find it again later; refuse what does not fit; and a SIGKILL in the middle leaves all or nothing."""
import csv
import io
import json
import os
import random
import shutil
import subprocess
import time

from story import CLI, check, finish, folder, run, start

KILLS = int(os.environ.get('PALERMO_KILLS', '25'))
SEED = int(os.environ.get('PALERMO_SEED') or random.SystemRandom().randrange(1 << 32))
COLUMNS = ['type', 'name', 'label', 'calculation', 'bind::p:was']
CHOICES = [['list_name', 'name', 'label'], ['yn', 'yes', 'Yes'], ['yn', 'no', 'No']]
PART = ['yn', 'part', 'In part']


def compile_form(where, name, version, rows, choices, form_id='tiny'):
    """An XLSForm as staff write it, compiled."""
    source, target = os.path.join(where, name + '.csv'), os.path.join(where, name + '.xml')
    lines = [['settings'], ['', 'form_id', 'form_title', 'version', 'name', 'namespaces'],
             ['', form_id, 'Tiny', version, 'd', 'p="https://palermo.app/ns/form"'],
             ['survey'], ['', *COLUMNS], *[['', *row] for row in rows],
             ['choices'], *[['', *row] for row in choices]]
    with open(source, 'w', encoding='utf-8', newline='') as file:
        csv.writer(file).writerows(lines)
    done = run([CLI, 'form', 'compile', source, '-o', target])
    check(f'{name} compiles', done.returncode == 0, done.stderr)
    done = run([CLI, 'form', 'check', target])
    check(f'{name} passes without a word', done.returncode == 0 and not done.stderr, done.stderr)
    return target


def cli_json(*words):
    done = run([CLI, *words, '--json'])
    return json.loads(done.stdout) if done.returncode == 0 else {'error': done.stderr}


def answers(path):
    return {a['node'].split('[')[0] + a['node'].split(']')[-1] if '[' in a['node'] else a['node']: a['value']
            for a in cli_json('answer', 'list', path) if a['node'].startswith('/d/') and a['value']}


def forms(work):
    first = compile_form(work, 'first', '1', [
        ['select_one yn', 'party', 'Is it a party?', '', ''],
        ['text', 'note', 'A note', '', ''],
        ['text', 'gone', 'What will go?', '', ''],
        ['begin_repeat', 'law', 'Law', '', ''],
        ['text', 'title', 'Title', '', ''],
        ['text', 'part', 'Part', '', ''],
        ['end_repeat', '', '', '', '']], [*CHOICES, PART])
    second = compile_form(work, 'second', '2', [
        ['select_one yn', 'party', 'Is the State a party?', '', ''],
        ['begin_group', 'more', 'More', '', ''],
        ['text', 'remark', 'A remark', '', '/d/note'],
        ['end_group', '', '', '', ''],
        ['begin_repeat', 'act', 'Act', '', '/d/law'],
        ['text', 'title', 'Title', '', ''],
        ['end_repeat', '', '', '', '']], CHOICES)
    third = compile_form(work, 'third', '10', [
        ['select_one yn', 'party', 'Is the State a party?', '', ''],
        ['text', 'remark', 'A remark', '', '/d/more/remark /d/note'],
        ['text', 'gone', 'It is back', '', ''],
        ['begin_repeat', 'act', 'Act', '', '/d/law'],
        ['text', 'title', 'Title', '', ''],
        ['text', 'part', 'Part', '', ''],
        ['end_repeat', '', '', '', '']], [*CHOICES, PART])
    return first, second, third


def new_dossier(work, name, form):
    path = os.path.join(work, name + '.palermo')
    run([CLI, 'dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no'])
    tsv = os.path.join(work, name + '.tsv')
    with open(tsv, 'w', encoding='utf-8') as file:
        file.write('/d/party\tpart\n/d/note\tملاحظة\n/d/gone\tkept, "always"\n'
                   '/d/law[new]/title\tPenal Code\n/d/law[1]/part\tPart 3\n')
    done = run([CLI, 'record', 'add', form, path, '--from', tsv])
    check(f'{name}: a record of the first form', done.returncode == 0, done.stderr)
    return path


def bad_maps(work):
    rows = [['text', 'a', 'A', '', ''], ['text', 'b', 'B', '', '/d/a'], ['text', 'c', 'C', '', '/d/x'],
            ['text', 'e', 'E', '', '/d/x']]
    source, target = os.path.join(work, 'bad.csv'), os.path.join(work, 'bad.xml')
    with open(source, 'w', encoding='utf-8', newline='') as file:
        csv.writer(file).writerows([['settings'], ['', 'form_id', 'version', 'name', 'namespaces'],
                                    ['', 'bad', '1', 'd', 'p="https://palermo.app/ns/form"'],
                                    ['survey'], ['', *COLUMNS], *[['', *row] for row in rows]])
    run([CLI, 'form', 'compile', source, '-o', target])
    done = run([CLI, 'form', 'check', target])
    told = done.stdout + done.stderr
    check('a path that is still in the form is refused', done.returncode == 1
          and 'bad.xml:' in told and '/d/a is still in the form' in told, told)
    check('a path that two claim is refused', '/d/x is claimed by' in told, told)


def look_and_go(work, first, second):
    path = new_dossier(work, 'story', first)
    with open(path, 'rb') as file:
        before = file.read()
    seen = cli_json('dossier', 'compare', path, second)
    check('the versions are named', (seen.get('from'), seen.get('to'), seen.get('records')) == ('1', '2', 1), seen)
    check('questions by what becomes of them', seen['questions'] == {
        'unchanged': 0, 'changed': 1, 'renamed': 2, 'removed': 2, 'added': 0}, seen['questions'])
    check('answers by what becomes of them', seen['answers'] == {
        'unchanged': 1, 'moved': 2, 'returned': 0, 'kept': 2, 'misfits': 1}, seen['answers'])
    party = [c for c in seen['changes'] if c['from'] == '/d/party'][0]
    check('old and new text', (party['oldLabel'], party['newLabel'])
          == ('Is it a party?', 'Is the State a party?'), party)
    check('what differs', party['differs'] == ['label', 'choices-removed']
          and party['choicesRemoved'] == [{'value': 'part', 'label': 'In part'}], party)
    kept = [a for a in seen['affected'] if a['fate'] == 'kept']
    check('what stays without a question', sorted(a['value'] for a in kept) == ['Part 3', 'kept, "always"'], kept)
    done = run([CLI, 'dossier', 'compare', path, second])
    check('in words, too', 'answers: 1 unchanged, 2 moved, 0 returned, 2 kept without a question; 1 will not fit'
          in done.stdout, done.stdout)
    with open(path, 'rb') as file:
        check('looking changes nothing', file.read() == before)
    check('nothing is without a question yet', cli_json('answer', 'orphans', path) == [])

    done = run([CLI, 'dossier', 'upgrade', path, second, '--author', 'Amal'])
    copy = path[:-len('.palermo')] + '-before-2.palermo'
    check('going on says where the copy is', done.returncode == 0
          and f'the dossier as it was: {copy}\n' in done.stdout, done.stdout + done.stderr)
    check('the copy is the dossier as it was', answers(copy)['/d/note'] == 'ملاحظة'
          and run([CLI, 'dossier', 'check', copy]).returncode == 0)
    check('answers are under their new names', answers(path) == {
        '/d/party': 'part', '/d/more/remark': 'ملاحظة', '/d/act/title': 'Penal Code'}, answers(path))
    check('the file is sound', run([CLI, 'dossier', 'check', path]).stdout == 'sound\n')
    check('and what is shown is what the log says',
          cli_json('dossier', 'rebuild', path) == {'changed': False})
    lines = [json.loads(line) for line in run([CLI, 'dossier', 'log', path, '--json']).stdout.splitlines()]
    log = [line for line in lines if 'act' in line]
    acts = {c['act'] for c in log if c['title'] == 'New questionnaire'}
    check('one act', len(acts) == 1 and {c['author'] for c in log if c['act'] in acts} == {'Amal'}, acts)
    history = cli_json('answer', 'history', path, '/d/more/remark')
    check('the history goes back beyond the name', [h['act'] for h in history]
          == ['New questionnaire', 'New record'], history)
    return path


def kept_and_back(work, path, first, second, third):
    kept = cli_json('answer', 'orphans', path)
    check('what has no question is read with the old words',
          [(a['label'], a['text'], a['fits']) for a in sorted(kept, key=lambda a: a['node'])]
          == [('What will go?', 'kept, "always"', True), ('Part', 'Part 3', True),
              ('Is it a party?', 'In part', False)], kept)
    check('and says when', all(a['time'].startswith('20') for a in kept), kept)
    done = run([CLI, 'answer', 'orphans', path, '--csv'])
    rows = list(csv.DictReader(io.StringIO(done.stdout, newline='')))
    check('as a table', [row['value'] for row in rows if row['question'] == 'What will go?']
          == ['kept, "always"'] and len(rows) == 3, done.stdout)
    done = run([CLI, 'answer', 'orphans', path])
    check('as lines', 'kept\t/d/gone\tWhat will go?\tkept, "always"\n' in done.stdout, done.stdout)

    done = run([CLI, 'dossier', 'upgrade', path, second])
    check('twice changes nothing', done.returncode == 0 and 'of this version already' in done.stdout, done.stdout)
    check('and makes no copy', sorted(n for n in os.listdir(work) if n.startswith('story-'))
          == ['story-before-2.palermo'])
    done = run([CLI, 'dossier', 'upgrade', path, first])
    check('an older form is refused in words', done.returncode == 1
          and 'never goes back to an older form' in done.stderr, done.stderr)
    other = compile_form(work, 'other', '3', [['text', 'x', 'X', '', '']], CHOICES, form_id='other')
    done = run([CLI, 'dossier', 'upgrade', path, other])
    check('another form is refused in words', done.returncode == 1
          and 'no answers to the form "other"' in done.stderr, done.stderr)
    same = compile_form(work, 'same', '2', [['text', 'x', 'X', '', '']], CHOICES)
    done = run([CLI, 'dossier', 'compare', path, same])
    check('the same version with another content is refused in words', done.returncode == 1
          and 'must give each change of it a new version' in done.stderr, done.stderr)

    seen = cli_json('dossier', 'compare', path, third)
    check('2 is older than 10', seen.get('answers', {}).get('returned') == 2, seen)
    done = run([CLI, 'dossier', 'upgrade', path, third])
    check('everything has a question again', done.returncode == 0
          and cli_json('answer', 'orphans', path) == [], done.stderr)
    check('and is where it belongs', answers(path) == {
        '/d/party': 'part', '/d/remark': 'ملاحظة', '/d/gone': 'kept, "always"',
        '/d/act/title': 'Penal Code', '/d/act/part': 'Part 3'}, answers(path))
    check('the file is sound', run([CLI, 'dossier', 'check', path]).stdout == 'sound\n')


def killed(work, first, second):
    chance = random.Random(SEED)
    print(f'# seed {SEED}', flush=True)
    fresh = new_dossier(work, 'fresh', first)
    lines = os.path.join(work, 'rows.tsv')
    with open(lines, 'w', encoding='utf-8') as file:
        for i in range(150):
            file.write(f'/d/law[new]/title\tlaw {i}\n/d/law[last]/part\tpart {i}\n')
    done = run([CLI, 'answer', 'set', fresh, '--from', lines, '--record',
                [r['id'] for r in cli_json('record', 'list', fresh) if r['form'] == 'tiny'][0]])
    check('many rows', done.returncode == 0, done.stderr)
    began = time.monotonic()
    shutil.copy(fresh, os.path.join(work, 'timed.palermo'))
    run([CLI, 'dossier', 'upgrade', os.path.join(work, 'timed.palermo'), second])
    whole = time.monotonic() - began
    before = answers_of(fresh)
    after = answers_of(os.path.join(work, 'timed.palermo'))
    old = new = wrong = 0
    for number in range(KILLS):
        path = os.path.join(work, f'kill{number}.palermo')
        shutil.copy(fresh, path)
        process = start([CLI, 'dossier', 'upgrade', path, second], stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL)
        time.sleep(whole * chance.uniform(0.5, 1.6))
        process.kill()
        process.wait()
        found = answers_of(path)
        sound = run([CLI, 'dossier', 'check', path]).returncode == 0
        old += found == before
        new += found == after
        if not sound or found not in (before, after):
            wrong += 1
            print(f'# round {number}: sound {sound}', flush=True)
    print(f'# {KILLS} kills: {old} before, {new} after', flush=True)
    check('a kill leaves all or nothing', wrong == 0 and old + new == KILLS, f'{wrong} wrong, seed {SEED}')
    check('and every answer is there either way', sorted(before.values()) == sorted(after.values())
          and len(before) > 300, (len(before), len(after)))


def answers_of(path):
    """All answers of the small form, also those without a question."""
    found = {a['node']: a['value'] for a in cli_json('answer', 'list', path)
             if a['node'].startswith('/d/') and a['value']}
    found.update({a['node']: a['value'] for a in cli_json('answer', 'orphans', path)})
    return found


def main():
    with folder() as work:
        os.environ['XDG_DATA_HOME'] = os.path.join(work, 'home')
        first, second, third = forms(work)
        bad_maps(work)
        path = look_and_go(work, first, second)
        kept_and_back(work, path, first, second, third)
        killed(work, first, second)
    finish()


if __name__ == '__main__':
    main()
