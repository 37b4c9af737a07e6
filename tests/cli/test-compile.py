#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms from spreadsheets: workbooks and CSV, hostile archives, catalogues, the output file."""
import os
import re
import subprocess
import sys
import tempfile
import zipfile

from workbook import cell, pack, parts

CLI = os.environ['PALERMO_CLI']
SOURCE = os.environ.get('PALERMO_SOURCE_DIR', os.path.join(os.path.dirname(__file__), '..', '..'))
results = []


def check(name, fine, why=''):
    results.append(bool(fine))
    print(f'ok - {name}' if fine else f'not ok - {name}: {str(why)[:500]}')


def run(*words):
    return subprocess.run([CLI, *words], capture_output=True, text=True, timeout=60, check=False)


def text_of(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


HEAD = '<row r="1">' + cell('A1', 'type') + cell('B1', 'name') + cell('C1', 'label') + cell('D1', 'default') + '</row>'
ONE = HEAD + '<row r="2">' + cell('A2', 'text') + cell('B2', 'q') + cell('C2', 'Q') + '</row>'


def attempt(folder, entries):
    """(exit code, standard error, the form or None)"""
    book, form = os.path.join(folder, 'data.xlsx'), os.path.join(folder, 'out.xml')
    if os.path.exists(form):
        os.unlink(form)
    if entries is not None:
        pack(book, entries)
    done = run('form', 'compile', book, '-o', form)
    return done.returncode, done.stderr, text_of(form) if os.path.exists(form) else None


def workbooks(folder):
    code, said, form = attempt(folder, parts({'survey': ONE}))
    check('a workbook becomes a form', code == 0 and not said and '<input ref="/data/q"><label>Q</label></input>' in form, said)
    check('the file gives the id', '<data id="data">' in (form or ''), form)

    shared = HEAD + '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c></row>'
    code, said, form = attempt(folder, parts({'x': shared}, ['<t>text</t>', '<r><t>q</t></r><r><t>1</t></r><rPh sb="0" eb="1"><t>no</t></rPh>', '<t xml:space="preserve"> A_x000D_&amp;\u00a0B </t>']))
    check('shared texts, runs, escapes, one sheet of any name', code == 0 and re.search('<label>A\\s&amp; B</label>', form) and '/data/q1' in form, said or form)

    for value, attributes, wanted in [
            ('1', '', '1'), ('1.0', '', '1'), ('0.1', '', '0.1'), ('1E-7', '', '0.0000001'), ('123456789012', '', '123456789012'), ('0.30000000000000004', '', '0.30000000000000004'),
            ('1', 't="b"', 'TRUE'), ('0', 't="b"', 'FALSE'), ('seven', 't="str"', 'seven'), ('45351', 's="1"', '2024-02-29'), ('45351.5', 's="2"', '2024-02-29T12:00:00'), ('0.5', 's="2"', '12:00:00')]:
        row = HEAD + '<row r="2">' + cell('A2', 'text') + cell('B2', 'q') + cell('C2', 'Q') + f'<c r="D2" {attributes}><f>1+1</f><v>{value}</v></c></row>'
        styles = '<numFmts count="1"><numFmt numFmtId="170" formatCode="&quot;on&quot; yyyy\\-mm\\-dd hh:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs>'
        code, said, form = attempt(folder, parts({'survey': row}, styles=styles))
        check(f'the cell {value} {attributes} reads as {wanted}', code == 0 and f'<q>{wanted}</q>' in form, said or re.findall('<q>.*</q>', form or ''))

    gap = HEAD + '<row r="7">' + cell('A7', 'text') + cell('C7', 'Q') + '</row>'
    code, said, form = attempt(folder, parts({'survey': gap}))
    check('messages name the row of the sheet', code == 1 and 'survey, row 7, column name' in said, said)


def hostile(folder):
    good = parts({'survey': ONE})

    def refused(name, entries, word):
        code, said, form = attempt(folder, entries)
        check(name, code == 1 and word in said and form is None, f'exit {code}: {said}')

    bomb = dict(good)
    bomb['xl/strings.xml'] = good['xl/strings.xml'].replace('</sst>', '<si><t>' + ' ' * 60_000_000 + '</t></si></sst>')
    refused('an archive that unpacks to far too much', bomb, 'unpacks')
    many = dict(good)
    many.update({f'xl/extra/{i}.xml': '<a/>' for i in range(2048)})
    refused('too many entries', many, 'too many entries')
    climbing = dict(good)
    climbing['../evil.xml'] = 'x'
    refused('a name that climbs out', climbing, 'bad name')
    declared = dict(good)
    declared['xl/workbook.xml'] = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + good['xl/workbook.xml']
    refused('a document type with an entity', declared, 'damaged')
    laughs = dict(good)
    laughs['xl/worksheets/s1.xml'] = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + good['xl/worksheets/s1.xml'].replace('>Q<', '>&b;<')
    refused('entities within entities', laughs, 'damaged')
    deep = dict(good)
    deep['xl/worksheets/s1.xml'] = good['xl/worksheets/s1.xml'].replace('<t>Q</t>', '<r>' * 5000 + '</r>' * 5000)
    refused('elements too deep', deep, 'damaged')
    lost = dict(good)
    del lost['xl/worksheets/s1.xml']
    refused('a sheet that is not there', lost, 'missing')
    other = {'word/document.xml': '<a/>'}
    refused('an archive that is no workbook', other, 'not a workbook')
    wide = parts({'survey': ONE.replace('</row>', cell('ZZZ1', 'x') + '</row>', 1)})
    refused('too many columns', wide, 'columns')

    book = os.path.join(folder, 'data.xlsx')
    with zipfile.ZipFile(book, 'w') as z:
        for name, data in good.items():
            z.writestr(name, data)
        import warnings
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            z.writestr('xl/workbook.xml', '<workbook/>')
    code, said, form = attempt(folder, None)
    check('two entries of one name', code == 1 and 'share a name' in said and form is None, said)

    pack(book, good)
    with open(book, 'rb') as f:
        whole = f.read()
    bad = []
    for i in range(0, len(whole), 37):
        for data in (whole[:i], whole[:i] + bytes([whole[i] ^ 0x55]) + whole[i + 1:]):
            with open(book, 'wb') as f:
                f.write(data)
            code, said, form = attempt(folder, None)
            if code not in (0, 1) or (code == 1) == (form is not None) or (code == 1 and not said.strip()):
                bad.append((i, code, said))
    check('cut and damaged archives are read or refused in words', not bad, bad[:3])
    with open(book, 'wb') as f:
        f.write(b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + bytes(600))
    code, said, form = attempt(folder, None)
    check('an old .xls is told from .xlsx', code == 1 and 'save it as .xlsx' in said, said)


def output(folder):
    sheet, form = os.path.join(folder, 'a.csv'), os.path.join(folder, 'a.xml')
    with open(sheet, 'w', encoding='utf-8') as f:
        f.write('survey\n,type,name,label\n,text,q,Q\n')
    check('a form is written', run('form', 'compile', sheet, '-o', form).returncode == 0 and os.path.exists(form))
    before = text_of(form), os.stat(form).st_mtime_ns
    with open(sheet, 'w', encoding='utf-8') as f:
        f.write('survey\n,type,name,label\n,text,q,\n')
    done = run('form', 'compile', sheet, '-o', form)
    check('what is refused leaves the old form as it was', done.returncode == 1 and (text_of(form), os.stat(form).st_mtime_ns) == before, done.stderr)
    check('no remains beside it', sorted(os.listdir(folder)) == ['a.csv', 'a.xml'], os.listdir(folder))
    check('a missing input is 66', run('form', 'compile', os.path.join(folder, 'none.csv'), '-o', form).returncode == 66)
    check('a missing folder is 73', run('form', 'pot', sheet, '-o', os.path.join(folder, 'no', 'x.pot')).returncode in (1, 73))
    check('without -o it is 64', run('form', 'compile', sheet).returncode == 64)


def languages(folder):
    sheet, po = os.path.join(folder, 'f.csv'), os.path.join(folder, 'po')
    os.mkdir(po)
    with open(sheet, 'w', encoding='utf-8') as f:
        f.write('survey\n,type,name,label\n,text,who,Who?\n,select_one l,q,"Thanks, ${who}"\nchoices\n,list_name,name,label\n,l,a,First\n')
    pot = os.path.join(folder, 'f.pot')
    check('the template is written', run('form', 'pot', sheet, '-o', pot).returncode == 0)
    template = text_of(pot)
    for context in ('who:label', 'q:label', 'choices/l/a:label'):
        check(f'the template has {context}', f'msgctxt "{context}"' in template, template)
    translated = template.replace('msgid "Who?"\nmsgstr ""', 'msgid "Who?"\nmsgstr "Qui ?"').replace('msgid "Thanks, ${who}"\nmsgstr ""', 'msgid "Thanks, ${who}"\nmsgstr "Merci, ${who}"')
    with open(os.path.join(po, 'fr.po'), 'w', encoding='utf-8') as f:
        f.write(translated.replace('msgid "First"\nmsgstr ""', 'msgid "First"\nmsgstr "Premier"'))

    form, later = os.path.join(folder, 'f.xml'), os.path.join(folder, 'g.xml')
    check('a form with catalogues', run('form', 'compile', sheet, '-o', form, '--catalogues', po).returncode == 0)
    plain = os.path.join(folder, 'p.xml')
    run('form', 'compile', sheet, '-o', plain)
    done = run('form', 'localize', plain, '--catalogues', po, '-o', later)
    check('a form that takes them later', done.returncode == 0, done.stderr)
    for path in (form, later):
        text = text_of(path)
        french = text.split('lang="Français (fr)"')[-1]
        for piece in ('<value>Qui ?</value>', 'Merci, <output value=" /data/who "/>', '<value>Premier</value>'):
            check(f'{os.path.basename(path)} has {piece}', piece in french, french[:300])
        check(f'{os.path.basename(path)} keeps the English', '<value>Who?</value>' in text)
        done = run('form', 'check', path)
        check(f'{os.path.basename(path)} passes form check without a word', done.returncode == 0 and not done.stderr, done.stderr)
    with open(os.path.join(po, 'ru.po'), 'w', encoding='utf-8') as f:
        f.write('msgid "a\n')
    done = run('form', 'compile', sheet, '-o', form, '--catalogues', po)
    check('a broken catalogue is named with its line', done.returncode == 1 and 'ru.po:1' in done.stderr, done.stderr)


OWN = ('survey\n,type,name,label,template\n,begin_group,g,G,tail\n,text,q,Q,\n,end_group,,,\n,,,,middle\n,select_one l,last,Last,\n'
       'templates\n,template,type,name,label\n,tail,text,more,More\nchoices\n,list_name,name,label\n,m,a,First\n')
SHARED = ('about\n,what,ever\ntemplates\n,template,type,name,label,relevant\n,middle,begin_group,page,Page,\n,middle,select_one l,why,Why?,${q} != \'\'\n'
          ',middle,end_group,,,\nchoices\n,list_name,name,label\n,l,x,Some\n')


def shared(folder):
    """Two workbooks, one form: what is put in, what is said of which, and who translates what."""
    sheet, other = os.path.join(folder, 'f.csv'), os.path.join(folder, 'both', 'common.csv')
    form, pot = os.path.join(folder, 'f.xml'), os.path.join(folder, 'f.pot')
    own_po, other_po = os.path.join(folder, 'po'), os.path.join(folder, 'both', 'po')
    for where in (own_po, other_po):
        os.makedirs(where)

    def make(own, common, *options):
        for path, text in ((sheet, own), (other, common)):
            with open(path, 'w', encoding='utf-8') as f:
                f.write(text)
        if os.path.exists(form):
            os.unlink(form)
        return run('form', 'compile', sheet, '--shared', other, '-o', form, *options)

    def catalogue(where, language, *entries):
        with open(os.path.join(where, language + '.po'), 'w', encoding='utf-8') as f:
            f.write('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
            f.writelines(f'\nmsgctxt "{c}"\nmsgid "{i}"\nmsgstr "{s}"\n' for c, i, s in entries)

    done = make(OWN, SHARED)
    text = text_of(form) if done.returncode == 0 else ''
    check('blocks and lists of two workbooks make one form', re.findall('nodeset="/data/([^"]*)"', text)[:4]
          == ['g/q', 'g/more', 'page/why', 'last'], done.stderr or text)
    check('it passes form check without a word', not run('form', 'check', form).stderr)
    done = run('form', 'compile', sheet, '-o', form)
    check('without the other workbook its block is missing', done.returncode == 1
          and 'no block "middle"' in done.stderr, done.stderr)

    done = make(OWN, SHARED + ',unasked,x,Nobody asks this\n')
    text = text_of(form) if done.returncode == 0 else ''
    check('a shared list that no question offers stays out, an own one does not', 'unasked' not in text and 'Nobody asks this' not in text
          and '<instance id="m">' in text and '<instance id="l">' in text, done.stderr or text)

    for name, own, common, said in [
            ('a fault in a shared row names that workbook, its sheet and row', OWN, SHARED.replace('select_one l', 'selekt'), 'common.csv, templates, row 6, column type: '),
            ('a fault in the shared choices too', OWN, SHARED.replace(',l,x,Some', ',l,x,Some\n,l,x,Some'), 'common.csv, choices, row 11, column name: '),
            ('a reference that leads nowhere too', OWN, SHARED.replace('${q}', '${none}'), 'common.csv, templates, row 6, column relevant: '),
            ('a fault in the own rows names no other', OWN.replace('text,q', 'tekst,q'), SHARED, 'f.csv: survey, row 4, column type: '),
            ('a block in both is refused', OWN, SHARED.replace(',middle,', ',tail,'), 'common.csv, templates, row 5, column template: the block "tail"'),
            ('a list in both is refused', OWN, SHARED.replace(',l,x', ',m,x'), 'common.csv, choices, row 10, column list_name: the list "m"'),
            ('a block within itself is refused', OWN, SHARED.replace(',middle,end_group', ',middle middle,note,n,N,\n,middle,end_group'), 'contains itself'),
            ('a survey among what is shared is refused', OWN, SHARED + 'survey\n,type,name\n', 'common.csv, survey: '),
            ('nothing to share is refused', OWN, 'about\n,x\n', "common.csv: there is neither a sheet 'templates'"),
            ('a shared file that is no workbook is named', OWN, 'templates\n,"x\n', 'common.csv: row 2: a quoted field has no end'),
            ('so many rows that they pass the limit', OWN,
             SHARED + 'templates2\n' + ',x\n' * 250_001, 'common.csv: templates2, row ')]:
        done = make(own, common)
        check(name, done.returncode == 1 and said in done.stderr and not os.path.exists(form), done.stderr)
    done = run('form', 'compile', sheet, '--shared', os.path.join(folder, 'none.csv'), '-o', form)
    check('a missing shared workbook is 66 and named', done.returncode == 66 and 'none.csv' in done.stderr, done.stderr)

    make(OWN, SHARED)
    run('form', 'pot', sheet, '--shared', other, '-o', pot)
    check('the template of the form has its own texts only', re.findall('msgctxt "(.*)"', text_of(pot))
          == ['g:label', 'g/q:label', 'templates/tail/more:label', 'last:label', 'choices/m/a:label'], text_of(pot))
    done = run('form', 'pot', other, '-o', pot)
    check('what is shared has a template of its own', done.returncode == 0 and re.findall('msgctxt "(.*)"', text_of(pot))
          == ['templates/middle/page:label', 'templates/middle/page/why:label', 'choices/l/x:label'], done.stderr or text_of(pot))
    catalogue(own_po, 'fr', ('g/q:label', 'Q', 'Question'), ('choices/l/x:label', 'Some', 'Les miens'))
    catalogue(other_po, 'fr', ('templates/middle/page/why:label', 'Why?', 'Pourquoi ?'), ('choices/l/x:label', 'Some', 'Les leurs'))
    catalogue(other_po, 'es', ('templates/middle/page/why:label', 'Why?', '¿Por qué?'))
    done = make(OWN, SHARED, '--catalogues', own_po)
    text = text_of(form) if done.returncode == 0 else ''
    french, spanish = (text.split(f'lang="{name}"')[-1].split('</translation>')[0] for name in ('Français (fr)', 'Español (es)'))
    check('both catalogues translate, the own one first', '>Question<' in french and '>Pourquoi ?<' in french
          and '>Les miens<' in french and 'leurs' not in french, done.stderr or french)
    check('a language that only the other has comes along', '>¿Por qué?<' in spanish and '>Q<' in spanish, spanish)
    with open(os.path.join(other_po, 'ru.po'), 'w', encoding='utf-8') as f:
        f.write('msgid "a\n')
    done = make(OWN, SHARED, '--catalogues', own_po)
    check('a broken shared catalogue is named with its line', done.returncode == 1 and 'common.csv: po/ru.po:1' in done.stderr, done.stderr)


def ours(folder):
    common = os.path.join(SOURCE, 'data', 'forms', 'shared', 'shared.csv')
    for name in ('cluster-1', 'cluster-2', 'cluster-3', 'cluster-4', 'consultation', 'stakeholder'):
        form = os.path.join(folder, name + '.xml')
        path = os.path.join(SOURCE, 'data', 'forms', name, name + '.csv')
        if not os.path.exists(path):
            continue
        done = run('form', 'compile', path, '-o', form, '--shared', common)
        check(f'{name} is made without a word', done.returncode == 0 and not done.stderr, done.stderr)
        done = run('form', 'check', form)
        check(f'{name} passes form check without a word', done.returncode == 0 and not done.stderr and re.match(r'questions \d+\n', done.stdout), done.stderr or done.stdout)


def main():
    for story in (workbooks, hostile, output, languages, shared, ours):
        with tempfile.TemporaryDirectory(prefix='compile-') as folder:
            story(folder)
    print(f'{sum(results)} passed, {len(results) - sum(results)} failed')
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
