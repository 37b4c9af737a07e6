#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the converter writes is read back without a word; hostile and broken sheets are refused in words."""
import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from story import CLI, check, finish, skip
from workbook import cell, pack, parts

TOP = os.environ.get('PALERMO_SOURCE_DIR', os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
KIT = os.environ.get('PALERMO_CONFORMANCE') or os.path.join(TOP, '..', 'shared', 'conformance')

# What form check says about things that the sheet itself asks for, in its own expressions and settings.
ASKED = re.compile(r'is not in the primary instance$|a cycle: |outside the form profile$|<itemset> in <range> is not used$'
                   r'|address of the submission is not used|: column \d+: |the attribute (odk:quality|jr:noAppErrorString) of <bind> is not used$|stays empty: nothing is known of property')


def run(*words, **options):
    return subprocess.run([CLI, *words], capture_output=True, text=True, timeout=120, check=False, errors='replace', **options)


def write_csv(path, sheets):
    """sheets: name -> rows; all in one file, the names in column A."""
    with open(path, 'w', encoding='utf-8', newline='') as f:
        out = csv.writer(f)
        for name, rows in sheets.items():
            out.writerow([name])
            for row in rows:
                out.writerow(['', *row])


def words_about(sheet, form, *options):
    """What compiling and checking say: (compiled, the compiler's words, what else is wrong)."""
    made = run('form', 'compile', sheet, '-o', form, *options)
    if made.returncode != 0:
        return False, made.stderr, '' if made.returncode == 1 and made.stderr.strip() else f'exit {made.returncode}'
    # A form of thousands of names makes GLib's table of them grow, and it never frees the smaller ones.
    seen = run('form', 'check', form, env={**os.environ, 'ASAN_OPTIONS': 'detect_leaks=0'})
    lines = [line for line in seen.stderr.splitlines() if line.strip() and not ASKED.search(line)]
    if seen.returncode not in (0, 1) or (seen.returncode == 1 and not seen.stderr.strip()):
        lines.append(f'exit {seen.returncode}')
    return True, made.stderr, '\n'.join(lines)


def recorded(folder):
    """The peers' own spreadsheets: whatever is converted loads, silent but for what the sheet asks for."""
    if not os.path.isdir(os.path.join(KIT, 'xlsform')):
        skip('recorded sheets', 'the recorded cases are not beside the project')
        return
    sys.path.insert(0, KIT)
    import sheets  # the kit's own reader of its tables
    with open(os.path.join(KIT, 'xlsform', 'cases.jsonl'), encoding='utf-8') as f:
        cases = [c for c in map(json.loads, f) if not c.get('header') and not c.get('errored')]
    with open(os.path.join(KIT, 'xlsform', 'profile.tsv'), encoding='utf-8') as f:
        inside = {line.split('\t')[0] for line in f if '\tcore\t' in line}
    cases = [c for c in cases if c['id'] in inside]

    def one(case):
        sheet = os.path.join(folder, case['id'] + '.csv')
        sheets.write_csv(sheets.of_case(case), sheet)
        return case['id'], words_about(sheet, os.path.join(folder, case['id'] + '.xml'))

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        results = list(pool.map(one, cases))
    converted = sum(1 for _, (made, _, _) in results if made)
    wrong = [(name, why) for name, (_, _, why) in results if why]
    check('most of the recorded sheets are converted', converted > len(cases) / 2, f'{converted} of {len(cases)}')
    check(f'the forms of {converted} recorded sheets are read without a word', not wrong, wrong[:5])


TYPES = ('text', 'integer', 'decimal', 'date', 'time', 'dateTime', 'note', 'select_one a', 'select_multiple b', 'rank a',
         'select_one a or_other', 'range', 'acknowledge', 'image', 'audio', 'file', 'calculate', 'barcode')
TEXTS = ('Which?', 'A < B & "C"', 'سؤال عن القانون', '# Title *x*', '50 % or more', "it's {so}", '日本', 'a\nb')


def generate(seed):
    """A sheet of every kind of row, with references to what stands before it, in two languages or none."""
    rng = random.Random(seed)
    languages = rng.choice(([], ['English (en)', 'العربية (ar)'], ['English (en)', 'Français (fr)', 'Русский (ru)']))
    labels = [f'label::{x}' for x in languages] or ['label']
    hints = [f'hint::{x}' for x in languages] or ['hint']
    head = ['type', 'name', *labels, *hints, 'relevant', 'required', 'constraint', 'constraint_message', 'calculation', 'default',
            'appearance', 'choice_filter', 'parameters', 'repeat_count', 'trigger', 'template', 'read_only']
    rows, seen, serial = [head], [], [0]

    def row(**cells):
        rows.append([str(cells.get(re.split('::| ', h)[0], '')) for h in head])

    def text():
        words = rng.choice(TEXTS)
        asked = [name for name, kind, _ in seen if kind not in ('rank', 'image', 'file')]
        return words + (' ${%s}' % rng.choice(asked) if asked and rng.random() < .3 else '')

    def question(scope):
        kind = rng.choice(TYPES)
        serial[0] += 1
        name = f'q{serial[0]}'
        cells = {'type': kind, 'name': name, 'label': text()}
        earlier = [n for n, k, s in seen if k in ('text', 'integer', 'select_one') and scope[:len(s)] == s]
        if earlier and rng.random() < .5:
            other = rng.choice(earlier)
            cells['relevant'] = rng.choice(("${%s} != ''", "not(${%s} = 'a') or ${%s} = ''", 'string-length(${%s}) > 0')).replace('%s', other)
        if earlier and kind.startswith('select_one a') and 'or_other' not in kind and rng.random() < .5:
            cells['choice_filter'] = "group = ${%s} or ${%s} = ''".replace('%s', rng.choice(earlier))
        if kind == 'calculate':
            cells['calculation'] = f'count-non-empty(${{{rng.choice(earlier)}}})' if earlier else 'once(uuid())'
            del cells['label']
        elif kind in ('integer', 'decimal'):
            cells.update(constraint='. >= 0 and . < 100', constraint_message=rng.choice(TEXTS), default=rng.choice(('', '7', '1 + 1')))
        elif kind == 'date':
            cells['default'] = rng.choice(('', 'today()', '2024-02-29'))
        elif kind == 'range':
            cells['parameters'] = rng.choice(('', 'start=0 end=1 step=0.25', 'end=5'))
        elif kind == 'image':
            cells['parameters'] = 'max-pixels=640'
        elif kind == 'text':
            cells.update(parameters=rng.choice(('', 'rows=4')), template=rng.choice(('', '', 'more')), required=rng.choice(('', 'yes', 'no')),
                         read_only=rng.choice(('', '', 'no')))
            if earlier and rng.random() < .2:
                cells.update(trigger='${%s}' % rng.choice(earlier), calculation='now()', template='')
        if kind.startswith(('select', 'rank')) and rng.random() < .3 and 'choice_filter' not in cells and 'or_other' not in kind:
            cells['parameters'] = rng.choice(('randomize=true', 'randomize=true, seed=42'))
        if rng.random() < .3:
            cells['hint'] = text()
        row(**cells)
        if cells.get('template') != 'more' and 'trigger' not in cells:
            seen.append((name, kind.split()[0], scope))

    def block(depth, scope):
        for _ in range(rng.randint(1, 5)):
            if depth < 3 and rng.random() < .3:
                serial[0] += 1
                name, kind = f'g{serial[0]}', rng.choice(('group', 'repeat'))
                before = len(seen)
                outer = [n for n, k, s in seen if k == 'integer' and not s]
                row(type=f'begin {kind}', name=name, label=rng.choice(TEXTS), appearance=rng.choice(('', 'field-list')) if kind == 'group' else '',
                    template=rng.choice(('', 'more')) if kind == 'group' else '',
                    repeat_count=rng.choice(('', '2', '${%s}' % outer[0] if outer else '1 + 1')) if kind == 'repeat' else '')
                question((*scope, name) if kind == 'repeat' else scope)
                block(depth + 1, (*scope, name) if kind == 'repeat' else scope)
                row(type=f'end {kind}')
                if kind == 'repeat':
                    del seen[before:]
            else:
                question(scope)

    block(0, ())
    row(type='begin group', name='table', label='Table', appearance='table-list')
    row(type='select_one a', name='t1', label='One')
    row(type='select_one a', name='t2', label='Two')
    row(type='end group')
    choices = [['list_name', 'name', *labels, 'group']]
    for list_name in 'ab':
        choices += [[list_name, n, *[rng.choice(TEXTS)] * len(labels), n] for n in ('a', 'b', 'c_1')]
    templates = [['template', 'type', 'name', *labels, 'relevant'],
                 ['more', 'begin group', 'more', *['More'] * len(labels), ''],
                 ['more', 'text', 'why', *['Why?'] * len(labels), ''],
                 ['more', 'text', 'then', *['And then, ${why}?'] * len(labels), "${why} != ''"],
                 ['more', 'end group', '', *[''] * len(labels), '']]
    settings = [['form_id', 'form_title', 'version', 'instance_name', 'default_language', 'row_ids'],
                [f'f{seed}', 'A & B', str(seed), "concat(${t1}, 'x')", languages[0] if languages else '', rng.choice(('', 'yes'))]]
    return {'settings': settings, 'survey': rows, 'choices': choices, 'templates': templates}


def spread(sheets):
    """Blocks stand behind each question that asks for them: at most one in a group, so that names stay apart."""
    head, *rows = sheets['survey']
    at, open_groups = head.index('template'), [False]
    for row in rows:
        if row[0].startswith('begin'):
            taken = bool(row[at])
            open_groups.append(taken)
            continue
        if row[0].startswith('end'):
            open_groups.pop()
        elif row[at] and open_groups[-1]:
            row[at] = ''
        elif row[at]:
            open_groups[-1] = True
    return sheets


def made_by_chance(folder):
    """Sheets of all kinds, with templates, languages and catalogues: forms that load in silence."""
    wrong, refused = [], []
    for seed in range(int(os.environ.get('PALERMO_SHEETS', '12'))):
        sheet, form = os.path.join(folder, f'{seed}.csv'), os.path.join(folder, f'{seed}.xml')
        write_csv(sheet, spread(generate(seed)))
        made, said, why = words_about(sheet, form)
        if not made or said.strip():
            refused.append((seed, said))
        if why:
            wrong.append((seed, why))
            continue
        pot, po = os.path.join(folder, 'all.pot'), os.path.join(folder, 'po')
        done = run('form', 'pot', sheet, '-o', pot)
        if done.returncode != 0:
            wrong.append((seed, done.stderr))
            continue
        if shutil.which('msgfmt'):
            fine = subprocess.run(['msgfmt', '--check-format', '--check-domain', '-o', os.devnull, pot], capture_output=True, text=True, check=False)
            # A template has no translator and no date yet.
            if fine.returncode != 0:
                wrong.append((seed, fine.stderr))
        os.makedirs(po, exist_ok=True)
        with open(pot, encoding='utf-8') as f:
            with open(os.path.join(po, 'es.po'), 'w', encoding='utf-8') as out:
                out.write(translate(f.read()))
        for words in (('compile', sheet), ('localize', form)):
            other = os.path.join(folder, f'{seed}-{words[0]}.xml')
            done = run('form', *words, '--catalogues', po, '-o', other)
            seen = run('form', 'check', other) if done.returncode == 0 else done
            text = open(other, encoding='utf-8').read() if done.returncode == 0 else ''
            if done.returncode != 0 or done.stderr or seen.returncode != 0 or seen.stderr:
                wrong.append((seed, words[0], done.stderr, seen.stderr))
            elif 'lang="Español (es)"' not in text or '¡Two!' not in text:
                wrong.append((seed, words[0], 'the translation is not in it'))
    check('sheets made by chance are converted without a word', not refused, refused[:3])
    check('their forms are read without a word, with catalogues too', not wrong, wrong[:3])


def translate(pot):
    """The template with a translation for every text: itself between exclamation marks."""
    out, message = [], []
    for line in pot.split('\n'):
        if line.startswith('msgid '):
            message = [line[len('msgid '):]]
        elif line.startswith('"') and message:
            message.append(line)
        elif line == 'msgstr ""' and message != ['""']:
            body = ''.join(part.strip()[1:-1] for part in message)
            lead = '\\n' if body.startswith('\\n') else ''
            line = f'msgstr "{lead}¡{body[len(lead):]}!"'
            message = []
        out.append(line)
    return '\n'.join(out)


def refused_csv(folder):
    """Broken text files: exit 1, a sentence, and no form."""
    sheet, form = os.path.join(folder, 'a.csv'), os.path.join(folder, 'a.xml')
    head = b'survey\n,type,name,label\n'
    cases = [
        ('nothing at all', b'', "no sheet 'survey'"),
        ('NUL bytes', head + b',text,q,a\0b\n', 'row 3: there is a control character'),
        ('Latin-1', head + 'text'.encode() + ',text,q,Où\n'.encode('latin-1'), 'not UTF-8; save the sheet as CSV in UTF-8'),
        ('UTF-16', (head + b',text,q,Q\n').decode().encode('utf-16'), 'this is UTF-16'),
        ('UTF-16 the other way', b'\xfe\xff' + (head + b',text,q,Q\n').decode().encode('utf-16-be'), 'this is UTF-16'),
        ('semicolons', head.replace(b',', b';').replace(b'survey', b'survey;;;') + b';text;q;Q\n', 'divided by commas'),
        ('a quote that never ends', head + b',text,q,"Q\n' + b'x' * 1000000, 'row 3: a quoted field has no end'),
        ('a quote that ends too soon', head + b',text,q,"Q"uestion\n', 'behind the closing quote'),
        ('a cell of a megabyte', head + b',text,q,' + b'x' * 1000000 + b'\n', 'row 3: the text is longer than 256 KiB'),
        ('a line of 100 megabytes', head + b',text,q,' + b'x' * 100_000_000, 'larger than 64 MiB'),
        ('too many columns', head + b',' * 2000 + b'x\n', 'row 3: more than 1024 columns'),
        ('too many sheets', b''.join(b's%d\n,type\n' % i for i in range(300)), 'more than 256 sheets'),
        ('too many rows', head + b',x,y,z\n' * 250_001, 'more than 250000 rows'),
        ('too many cells', head + (b',' * 1000 + b'x\n') * 4200, 'more than 4000000 cells'),
        ('a name of a kilobyte', head + b',text,' + b'n' * 1024 + b',Q\n', 'row 3, column name: the name is longer'),
        ('a path for every letter', head + b',begin group,' + b'n' * 200 + b',G\n,text,q,Q\n,note,n,' + b'${q}' * 60000 + b'\n,end group,,\n',
         'row 5, column label: with all its paths'),
        ('a loop that grows', b'choices\n,list_name,name,label\n' + b''.join(b',l,c%d,C\n' % i for i in range(3000))
         + head + b',begin loop over l,x,L\n' + b''.join(b',text,q%d,Q\n' % i for i in range(3000)) + b',end loop,,\n', 'more than 250000 questions'),
        ('a label that grows', b'choices\n,list_name,name,label\n,l,c,' + b'x' * 200000 + b'\n'
         + head + b',begin loop over l,x,L\n,text,q,' + b'%(label)s' * 20000 + b'\n,end loop,,\n', 'row 7, column type: this loop becomes too large'),
        ('languages without end', b'survey\n,type,name' + b''.join(b',label::L%d' % i for i in range(200)) + b'\n,text,q' + b',x' * 200 + b'\n',
         'survey, row 1: more than 100 languages'),
        ('a block without end', b'survey\n,type,name,label,template\n,begin group,g,G,' + b'b0 ' + b'\n,end group,,,\ntemplates\n,template,type,name,label\n'
         + b''.join(b',b%d b%d b%d,text,q%d,Q\n' % (i, i + 1, i + 1, i) for i in range(15)) + b',b15,text,z,Z\n' * 20, 'rows with all blocks put in'),
        ('a form that grows', b'survey\n,type,name,label,template\n' + b''.join(b',begin group,g%d,G,b\n,end group,,,\n' % i for i in range(500))
         + b'templates\n,template,type,name,label\n,b,text,q,' + b'x' * 250000 + b'\n', 'the form becomes larger than 64 MiB'),
    ]
    for name, data, words in cases:
        with open(sheet, 'wb') as f:
            f.write(data)
        done = run('form', 'compile', sheet, '-o', form)
        check(f'refused: {name}', done.returncode == 1 and words in done.stderr and not os.path.exists(form) and len(done.stderr) < 5000,
              f'exit {done.returncode}: {done.stderr[:300]}')


def book(folder, entries):
    path, form = os.path.join(folder, 'a.xlsx'), os.path.join(folder, 'a.xml')
    if os.path.exists(form):
        os.unlink(form)
    pack(path, entries)
    done = run('form', 'compile', path, '-o', form)
    return done, open(form, encoding='utf-8').read() if os.path.exists(form) else None


def survey(*cells, head=''):
    """A survey of one text question; cells: further cells of its row, XML."""
    first = ''.join(cell(f'{c}1', t) for c, t in zip('ABCDEF', ('type', 'name', 'label', 'default', 'remark', 'hint')))
    return f'<row r="1">{first}{head}</row><row r="2">{cell("A2", "text")}{cell("B2", "q")}{cell("C2", "Q")}{"".join(cells)}</row>'


def cells_of_all_kinds(folder):
    """Errors, formulas, dates, numbers: read as shown, or refused with their place."""
    for name, xml, words in [
            ('an error', '<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', 'survey, row 2, column default: the cell holds the error #DIV/0!'),
            ('a lost reference', '<c r="F2" t="e"><v>#REF!</v></c>', 'survey, row 2, column hint: the cell holds the error #REF!'),
            ('a formula without a result', '<c r="D2"><f>A1&amp;"x"</f></c>', 'row 2, column default: the cell holds a formula without its result'),
            ('a text that is not there', '<c r="D2" t="s"><v>99</v></c>', 'row 2, column default: the cell holds a text that the workbook does not have')]:
        done, form = book(folder, parts({'survey': survey(xml)}))
        check(f'refused: {name}', done.returncode == 1 and words in done.stderr and form is None, done.stderr)
        done, form = book(folder, parts({'survey': survey(), 'notes': f'<row r="1">{xml}</row>'}))
        check(f'{name} in a sheet that is not used is passed over', done.returncode == 0 and not done.stderr, done.stderr)
    done, form = book(folder, parts({'survey': survey('<c r="E2" t="e"><v>#N/A</v></c>')}))
    check('an error in a column that is not used is passed over', done.returncode == 0 and not done.stderr, done.stderr)

    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    for value, attributes, workbook, wanted in [
            ('1E300', '', '', '1' + '0' * 10), ('1E-300', '', '', '0'), ('-1E-7', '', '', '-0.0000001'), ('1E400', '', '', None), ('-0', '', '', '0'),
            ('43889', 's="1"', '<workbookPr date1904="1"/>', '2024-02-29'), ('45351', 's="1"', '<workbookPr date1904="0"/>', '2024-02-29'),
            ('59', 's="1"', '', '1900-02-28'), ('61', 's="1"', '', '1900-03-01'), ('1E12', 's="1"', '', '1000000000000'), ('-5', 's="1"', '', '-5'),
            ('7', 's="99999999999"', '', '7'), ('7', 's="-1"', '', '7'), ('2024-02-29T00:00:00Z', 't="d"', '', '2024-02-29T00:00:00Z')]:
        done, form = book(folder, parts({'survey': survey(f'<c r="D2" {attributes}><v>{value}</v></c>')}, styles=styles, workbook=workbook))
        seen = re.findall('<q>(.*)</q>', form or '')
        check(f'the cell {value} {attributes} {workbook}', done.returncode == 0 and (seen[:1] == [] if wanted is None else bool(seen) and seen[0].startswith(wanted)),
              f'{done.stderr}{seen}')

    merged = parts({'survey': survey()})
    sheet = 'xl/worksheets/s1.xml'
    merged[sheet] = merged[sheet].replace('<row r="2">', '<row r="2" hidden="1">').replace(
        '</worksheet>', '<mergeCells count="1"><mergeCell ref="C2:F2"/></mergeCells><legacyDrawing r:id="x" xmlns:r="u"/></worksheet>')
    done, form = book(folder, merged)
    check('merged cells and hidden rows are read', done.returncode == 0 and not done.stderr and 'Q' in form, done.stderr)
    macros = parts({'survey': survey()})
    macros['xl/vbaProject.bin'] = '\0' * 1000
    macros['xl/externalLinks/externalLink1.xml'] = '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    macros['xl/worksheets/_rels/s1.xml.rels'] = '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x"><Relationships/>'
    done, form = book(folder, macros)
    check('macros and links to other workbooks are passed over', done.returncode == 0 and not done.stderr and 'vba' not in form, done.stderr)


def hostile_books(folder):
    """Limits and tricks in the parts of a workbook."""
    good = parts({'survey': survey()})
    sheet, rels, strings = 'xl/worksheets/s1.xml', 'xl/_rels/workbook.xml.rels', 'xl/strings.xml'

    def refused(name, changed, words):
        done, form = book(folder, {**good, **changed})
        check(f'refused: {name}', done.returncode == 1 and words in done.stderr and form is None, f'exit {done.returncode}: {done.stderr[:300]}')

    refused('a sheet outside the archive', {rels: good[rels].replace('worksheets/s1.xml', '../../../../etc/passwd')}, 'missing')
    refused('a sheet in the net', {rels: good[rels].replace('Target="worksheets/s1.xml"', 'TargetMode="External" Target="http://127.0.0.1:1/s1.xml"')}, 'missing')
    refused('a document type in the sheet', {sheet: '<!DOCTYPE worksheet [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>' + good[sheet]}, 'damaged')
    refused('a document type in the texts', {strings: '<!DOCTYPE sst>' + good[strings]}, 'damaged')
    refused('shared texts of 70 MB', {strings: good[strings].replace('</sst>', f'<si><t>{os.urandom(35_100_000).hex()}</t></si></sst>')}, '')
    refused('cells within cells', {sheet: good[sheet].replace('<t>Q</t>', '<r>' * 200 + '<t>Q</t>' + '</r>' * 200)}, 'damaged')
    refused('a million attributes', {sheet: good[sheet].replace('<row r="2">', '<row ' + ' '.join(f'a{i}="1"' for i in range(100000)) + '>')}, 'damaged')
    refused('a workbook that is a text', {'xl/workbook.xml': 'hello'}, 'damaged')
    refused('a workbook of another kind', {'xl/workbook.xml': '<workbook/>'}, 'not a workbook')
    refused('a control character', {sheet: good[sheet].replace('>Q<', '>_x0007_<')}, 'survey, row 2, column 3: there is a control character')
    refused('far columns in many rows', {sheet: good[sheet].replace('</sheetData>', ''.join(f'<row r="{i}"><c r="ALM{i}"><v>1</v></c></row>' for i in range(3, 4300)) + '</sheetData>')},
            'more than 4000000 cells')
    done, form = book(folder, {**good, sheet: good[sheet].replace('</sheetData>', '<row r="99999999999"><c r="A99999999999"><v/></c></row><row r="-1"/></sheetData>')})
    check('rows with impossible numbers and no text are passed over', done.returncode == 0 and not done.stderr, done.stderr)
    with open(os.path.join(folder, 'b.xlsx'), 'wb') as f:
        f.write(b'PK\x03\x04' + b'\0' * 26)
    done = run('form', 'compile', os.path.join(folder, 'b.xlsx'), '-o', os.path.join(folder, 'b.xml'))
    check('refused: an archive that only begins like one', done.returncode == 1 and done.stderr.strip(), done.stderr)


def out_file(folder):
    """The file is whole or not there, and why it cannot be written is said."""
    sheet, form = os.path.join(folder, 'a.csv'), os.path.join(folder, 'a.xml')
    write_csv(sheet, {'survey': [['type', 'name', 'label'], ['text', 'q', 'Q']]})
    check('a form is written', run('form', 'compile', sheet, '-o', form).returncode == 0)
    with open(form, 'rb') as f:
        before = f.read()
    for name, words in (('a folder', ('compile', sheet, '-o', folder)), ('a folder that is not there', ('compile', sheet, '-o', os.path.join(folder, 'no', 'a.xml'))),
                        ('a path below a file', ('compile', sheet, '-o', os.path.join(sheet, 'a.xml')))):
        done = run('form', *words)
        check(f'{name} cannot be written: 73 and a word', done.returncode == 73 and done.stderr.strip(), f'{done.returncode}: {done.stderr}')
    done = run('form', 'compile', '/dev/zero', '-o', form)
    check('a device is no sheet', done.returncode > 0 and 'this is no file' in done.stderr, f'{done.returncode}: {done.stderr}')
    if os.path.exists('/dev/full') and shutil.which('unshare') and os.geteuid() == 0:
        tiny = os.path.join(folder, 'tiny')
        os.mkdir(tiny)
        script = ('mount -t tmpfs -o size=4k none "$1" && cp "$2" "$1/old.xml" 2>/dev/null; printf old > "$1/old.xml"; head -c 4096 /dev/zero > "$1/fill" 2>/dev/null;'
                  '"$4" form compile "$3" -o "$1/old.xml"; echo "exit $?"; cat "$1/old.xml"; echo; ls -A "$1"')
        done = subprocess.run(['unshare', '-m', 'sh', '-c', script, 'sh', tiny, form, sheet, CLI], capture_output=True, text=True, check=False)
        if 'exit' not in done.stdout:
            skip('a full disk', 'no small file system can be mounted here')
        else:
            check('a full disk: 74 and a word, the old file as it was', 'exit 74' in done.stdout and done.stderr.strip() and done.stdout.split('\n')[1].startswith('old'),
                  done.stdout + done.stderr)
            check('nothing is left on the full disk', done.stdout.split()[3:] == ['fill', 'old.xml'], done.stdout)
    else:
        skip('a full disk', 'no small file system can be mounted here')
    if os.geteuid() != 0:
        os.chmod(folder, 0o500)
        done = run('form', 'compile', sheet, '-o', form)
        os.chmod(folder, 0o700)
        check('a folder without permission: 73 and a word', done.returncode == 73 and done.stderr.strip(), done.stderr)
    with open(form, 'rb') as f:
        check('the form is as it was', f.read() == before)
    check('no remains beside it', sorted(x for x in os.listdir(folder) if x != 'tiny') == ['a.csv', 'a.xml'], os.listdir(folder))


def main():
    for part in (refused_csv, cells_of_all_kinds, hostile_books, out_file, made_by_chance, recorded):
        with tempfile.TemporaryDirectory(prefix='sheets-') as folder:
            part(folder)
    finish()


if __name__ == '__main__':
    main()
