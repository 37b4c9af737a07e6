#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form of an input in programs that are not ours: ODK's web engine and JavaRosa (which ODK Collect is made of) answer each step
as palermo-cli does, and what they save is read. ODK's own converter makes a form of the same spreadsheet, and that works, too."""
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml

from story import CLI, check, finish, folder, node_program, run, skip

TOP = os.environ.get('PALERMO_SOURCE_DIR') or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ENGINES = os.path.join(TOP, 'tests', 'engine')
FORMS = os.path.join(TOP, 'data', 'forms')
FORM = os.path.join(os.environ['PALERMO_DATA_DIR'], 'forms', 'input.xml')
ARABIC = 'العربية (ar)'
MARKUP = '=HYPERLINK("x") <b>&amp;</b> ]]> \'; --'

# What is filled in, by place; rows are counted from 1.
ANSWERS = {
    '/input/card/about/state': 'جمهورية التدريب',
    '/input/card/about/title': MARKUP,
    '/input/card/about/clusters': 'I II',
    '/input/card/about/instruments': 'tip',
    '/input/card/about/message': 'First line\nSecond line, 日本語, 𝄞',
    '/input/card/about/date': '2026-01-31',
    '/input/card/points/point[1]/text': 'Shelters are full.\nثلاثة فقط',
    '/input/card/points/point[1]/kind': 'gap',
    '/input/card/points/point[1]/articles': 'tip:3 tip:6',
    '/input/card/points/point[1]/question': '٣١، ٣٢',
    '/input/card/points/point[1]/level': 'practice',
    '/input/card/points/point[1]/region': 'North',
    '/input/card/points/point[1]/proposal': 'Two more shelters',
    '/input/card/points/point[1]/evidence/kinds': 'own figures',
    '/input/card/points/point[1]/evidence/source': 'Our report, 2025',
    '/input/card/points/point[1]/evidence/origin': 'partly',
    '/input/card/points/point[1]/evidence/strength': 'high',
    '/input/card/points/point[1]/evidence/link': 'https://example.org/a?b=c&d=e',
    '/input/card/points/point[1]/evidence/file': 'figures.csv',
    '/input/card/points/point[1]/readers': 'public',
    '/input/card/points/point[2]/text': 'The other point',
    '/input/card/points/point[2]/kind': 'practice',
    '/input/card/author/naming': 'person',
    '/input/card/author/organization': 'Asociación «Ñandú»',
    '/input/card/author/type': 'ngo',
    '/input/card/author/region': 'Capital',
    '/input/card/author/person': 'A. Person',
    '/input/card/author/contact': 'by post',
    '/input/card/author/partner[1]/name': 'Партнёр',
    '/input/card/author/partner[1]/type': 'academia',
    '/input/card/author/intermediary': 'no',
    '/input/card/author/method': 'Twelve conversations in 2025',
    '/input/card/sharing/consent_until': '2031-12-31',
    '/input/card/sharing/feedback': 'no',
    '/input/card/sharing/checked': 'yes',
}
DEFAULTS = {'/input/card/points/point[2]/readers': 'state', '/input/card/sharing/readers': 'state'}
POINT = '/input/card/points/point'


def escaped(text):
    return text.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r')


def filling():
    """The steps of a person who fills the form in, mends faults, and takes a row back."""
    steps = [('new',), ('get', 'count', POINT), ('get', 'valid'), ('lang', ARABIC), ('get', 'label', '/input/card/about/state'),
             ('get', 'relevant', '/input/card/author/person')]
    steps += [('add', f'{POINT}[{i}]') for i in (1, 2, 3)] + [('set', POINT + '[2]/text', 'a row by mistake'), ('del', POINT + '[2]'),
                                                             ('get', 'count', POINT), ('get', 'violation', POINT + '[1]/text')]
    steps += [('get', 'choices', POINT + '[1]/articles')]  # nothing is chosen yet: all of them
    for path, value in ANSWERS.items():
        if path.endswith('partner[1]/name'):
            steps.append(('add', '/input/card/author/partner[1]'))
        if path.endswith('/articles'):
            steps.append(('get', 'choices', path))
        for wrong in {'question': ['31 to 32', 'q. 31'], 'link': ['example.org', 'https://a b'], 'checked': ['no'], 'date': ['2999-01-01'],
                      'naming': ['anonymous']}.get(path.rsplit('/', 1)[1], ()):
            steps.append(('set', path, wrong))
            if path.endswith('naming'):
                steps += [('get', 'relevant', '/input/card/author/' + name) for name in ('organization', 'person', 'contact')]
        steps += [('set', path, value), ('get', 'value', path), ('get', 'violation', path)]
    steps += [('set', '/input/card/about/clusters', 'III'), ('get', 'choices', POINT + '[1]/articles'),  # what was chosen stays on offer
              ('set', '/input/card/about/clusters', 'I II'), ('get', 'choices', POINT + '[2]/articles'), ('get', 'count', POINT),
              ('get', 'valid'), ('get', 'instance')]
    return steps


def questions():
    controls = run([CLI, 'form', 'check', FORM]).stdout
    paths = re.findall(r'<(?:input|select1|select|upload) ref="([^"]+)"', open(FORM, encoding='utf-8').read())
    check('the form holds its questions', controls.startswith(f'questions {len(paths)}'), controls)
    return [re.sub(r'/(point|partner)/', r'/\1[1]/', path) for path in paths]


def labels(paths):
    """Every question in every language."""
    steps = [('new',), ('add', POINT + '[1]'), ('set', '/input/card/author/naming', 'person'), ('add', '/input/card/author/partner[1]')]
    for language in re.findall(r'<translation lang="([^"]+)"', open(FORM, encoding='utf-8').read()):
        steps += [('lang', language)] + [('get', 'label', path) for path in paths]
    return steps


class Engine:
    """Something that carries out a script of steps on a form: a line for each."""

    def __init__(self, name, words):
        self.name, self.words = name, words

    def carry_out(self, where, steps, form=FORM):
        script = os.path.join(where, 'steps.tsv')
        with open(script, 'w', encoding='utf-8', newline='') as file:
            file.write(''.join('\t'.join(escaped(word) for word in step) + '\n' for step in steps))
        done = run([*self.words, form, script], cwd=where, timeout=120)
        lines = done.stdout.splitlines()
        if done.returncode != 0 or len(lines) != len(steps):
            return [f'{self.name}: {done.returncode}, {len(lines)} lines: {done.stderr[-300:]}']
        return lines


def result(line):
    """What stands behind "ok", without escapes."""
    return re.sub(r'\\([\\tnr])', lambda m: {'\\': '\\', 't': '\t', 'n': '\n', 'r': '\r'}[m.group(1)], line.partition('\t')[2])


def same(name, steps, ours, theirs):
    """The instance alone may differ: it holds identities made by chance."""
    apart = [(step, mine, other) for step, mine, other in zip(steps, ours, theirs)
             if mine.rstrip('\t') != other.rstrip('\t') and step[:2] != ('get', 'instance')]
    check(name, len(ours) == len(theirs) == len(steps) and not apart and not any(line.startswith('err') for line in ours),
          apart[:3] or (ours[-1], theirs[-1]))


def identities(text):
    """The ids of the rows of an instance, by place."""
    card = xml.fromstring(text.encode()).find('card')
    return {f'{path}[{i}]': row.findtext('_id') for path, rows in ((POINT, card.findall('points/point')),
            ('/input/card/author/partner', card.findall('author/partner'))) for i, row in enumerate(rows, 1)}


def read(path):
    done = run([CLI, 'kit', 'read', path, '--json'])
    return json.loads(done.stdout)[0] if done.returncode == 0 else {'values': [], 'remarks': [{'kind': done.stderr}], 'files': []}


def comes_back(name, where, text):
    """What an engine saved is understood to the letter; ODK programs give each instance a folder of its own."""
    home = os.path.join(where, 'instance of ' + name)
    os.mkdir(home)
    shutil.copy(os.path.join(where, 'figures.csv'), home)
    path = os.path.join(home, 'saved.xml')
    with open(path, 'wb') as file:
        file.write(text.encode())
    got, ids = read(path), identities(text)
    check(f'{name}: every row has an identity of its own', len(ids) == 3 and len(set(ids.values())) == 3 and all(ids.values()), ids)
    wanted = {re.sub(r'^(.*)\[(\d+)\]', lambda m: f'{m.group(1)}[{ids[m.group(0)]}]', place): value
              for place, value in {**ANSWERS, **DEFAULTS}.items()}
    values = {value['node']: value['value'] for value in got['values']}
    apart = {place: (wanted.get(place), values.get(place)) for place in {*wanted, *values} if wanted.get(place) != values.get(place)}
    check(f'{name}: what it saves is read, every value and no other', not apart, apart)
    check(f'{name}: with its file, and nothing is left over', len(got['files']) == 1 and [r['kind'] for r in got['remarks']] == ['unsealed'],
          (got['files'], got['remarks']))
    is_taken(name, where, path)


def is_taken(name, where, saved):
    """From the file to a consultation, which says what was filled in."""
    dossier = os.path.join(where, re.sub(r'\W', '-', name) + '.palermo')
    words = [['dossier', 'new', dossier, '--state', ANSWERS['/input/card/about/state']], ['input', 'receive', dossier, saved, '--json']]
    done = [run([CLI, *each]) for each in words]
    if not check(f'{name}: it is received', all(each.returncode == 0 for each in done), [each.stderr for each in done]):
        return
    taken = run([CLI, 'input', 'take', dossier, json.loads(done[1].stdout)[0]['id']])
    points = json.loads(run([CLI, 'consultation', 'points', dossier, '--json']).stdout or '[]')
    wanted = [(ANSWERS[f'{POINT}[{i}]/text'], ANSWERS[f'{POINT}[{i}]/kind'], ANSWERS.get(f'{POINT}[{i}]/articles', '').split()) for i in (1, 2)]
    check(f'{name}: and taken: its points stand in a consultation',
          taken.returncode == 0 and [(p['text'][:len(w[0])], p['kind'], p['articles']) for p, w in zip(points, wanted)] == wanted,
          (taken.stderr, points))
    info = json.loads(run([CLI, 'dossier', 'info', dossier, '--json']).stdout)
    check(f'{name}: with the file that was attached, beside the one that came', info['attachments'] == 2, info)


def converter(where):
    """A folder with ODK's converter and JavaRosa, or None and why it cannot be had."""
    program = os.path.join(where, 'pyxform')
    words = [sys.executable, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--root-user-action', 'ignore', '--retries', '1',
             '--timeout', '15', '--require-hashes', '--no-deps', '--only-binary', ':all:', '--target', program,
             '-r', os.path.join(ENGINES, 'pyxform', 'requirements.txt')]
    try:
        done = run(words, timeout=120)
    except subprocess.TimeoutExpired:
        return None, 'pip cannot get the packages within two minutes'
    if 'DO NOT MATCH' in done.stderr:
        raise RuntimeError(done.stderr[-300:])  # the list itself is wrong
    if done.returncode != 0:
        return None, 'pip cannot get the packages: ' + done.stderr.strip()[-200:].replace('\n', ' ')
    return program, None


def sheets_of(path):
    """A spreadsheet as CSV has the sheet's name in column A, on a row of its own."""
    sheets = {}
    with open(path, encoding='utf-8', newline='') as file:
        for first, *cells in filter(None, csv.reader(file)):
            if first:
                rows = sheets[first] = []
            elif any(cells):
                rows.append(cells)
    return sheets


def spreadsheet(path):
    """The spreadsheet of the input with its lists, which ours takes from the shared one, as others convert it."""
    sheets, shared = sheets_of(os.path.join(FORMS, 'input', 'input.csv')), sheets_of(os.path.join(FORMS, 'shared', 'shared.csv'))
    head, *rows = shared['choices']
    own = sheets['choices']
    needed = set(re.findall(r'select_(?:one|multiple) (\w+)', str(sheets['survey']))) - {row[0] for row in own[1:]}
    check('the lists are all there', needed <= {row[0] for row in rows}, needed)
    sheets['choices'] = [head] + [[dict(zip(own[0], row)).get(name, '') for name in head] for row in own[1:]] + [
        row for row in rows if row[0] in needed]
    with open(path, 'w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file)
        for name in ('survey', 'choices', 'settings'):
            writer.writerows([[name], *(['', *row] for row in sheets[name])])


def converted(where, program, engines):
    """ODK's converter knows nothing of our row identities: the reader gives rows theirs. Its repeats begin with one row."""
    sheet, form = os.path.join(where, 'input.csv'), os.path.join(where, 'input.xml')
    spreadsheet(sheet)
    done = run([sys.executable, '-m', 'pyxform.xls2xform', '--skip_validate', sheet, form], env={**os.environ, 'PYTHONPATH': program})
    if not check('ODK\'s converter takes the spreadsheet', done.returncode == 0 and os.path.exists(form), done.stdout + done.stderr):
        return
    counts = [run([CLI, 'form', 'check', path]) for path in (FORM, form)]
    check('its form is one of ours, with the same questions', counts[1].returncode == 0 and counts[0].stdout == counts[1].stdout, counts[1].stderr)
    steps = [step for step in filling() if step[0] not in ('lang', 'add') and step[1:2] not in (('label',), ('count',))]
    rows = [('add', f'{POINT}[{i}]') for i in (1, 2, 3)] + [('add', '/input/card/author/partner[1]')]
    first = [('new',), *rows, *steps[1:]]
    steps = [('new',), *rows[1:3], *steps[1:]]
    ours = engines[0].carry_out(where, steps, form)
    same('each step has the same answer on the form of either converter', steps[3:], engines[0].carry_out(where, first)[5:], ours[3:])
    for engine in engines[1:]:
        theirs = engine.carry_out(where, steps, form)
        same(f'{engine.name}: and there, too', steps, ours, theirs)
        path = os.path.join(where, 'other.xml')
        with open(path, 'wb') as file:
            file.write(result(theirs[-1]).encode())
        got = read(path)
        check(f'{engine.name}: what is saved of that form is read', sorted(v['value'] for v in got['values']) == sorted({**ANSWERS, **DEFAULTS}.values())
              and [r['kind'] for r in got['remarks']].count('row') == 3 and {r['kind'] for r in got['remarks']} == {'row', 'unsealed'}, got['remarks'])


def main():
    with folder() as where:
        engines = [Engine('palermo', [CLI, 'form', 'run'])]
        program, why = node_program(os.path.join(ENGINES, 'web-forms'), where)
        if program:
            engines.append(Engine('ODK Web Forms', ['node', os.path.join(program, 'run.mjs')]))
        else:
            skip('ODK Web Forms', why)
        pyxform, why = converter(where)
        if pyxform is None:
            skip('ODK\'s converter and JavaRosa', why)
        elif not shutil.which('javac'):
            skip('JavaRosa', 'javac is not installed')
        else:
            jar = os.path.join(pyxform, 'pyxform', 'validators', 'odk_validate', 'bin', 'ODK_Validate.jar')
            done = run(['javac', '-nowarn', '-d', os.path.join(where, 'java'), '-cp', jar, os.path.join(ENGINES, 'javarosa', 'RunForm.java')])
            if check('the driver of JavaRosa compiles', done.returncode == 0, done.stderr):
                engines.append(Engine('JavaRosa', ['java', '-cp', jar + ':' + os.path.join(where, 'java'), 'RunForm']))

        with open(os.path.join(where, 'figures.csv'), 'w', encoding='utf-8') as file:
            file.write('year,number\n2025,12\n')
        steps, spoken = filling(), labels(questions())
        filled, said = engines[0].carry_out(where, steps), engines[0].carry_out(where, spoken)
        check('palermo: the form is filled in', filled[-2] == 'ok\ttrue', filled[-3:])
        comes_back('palermo', where, result(filled[-1]))
        for engine in engines[1:]:
            theirs = engine.carry_out(where, steps)
            same(f'{engine.name}: {len(steps)} steps have the same answers', steps, filled, theirs)
            comes_back(engine.name, where, result(theirs[-1]))
            same(f'{engine.name}: {len(spoken)} questions read the same in six languages', spoken, said, engine.carry_out(where, spoken))
        if pyxform:
            converted(where, pyxform, engines)
    finish()


main()
