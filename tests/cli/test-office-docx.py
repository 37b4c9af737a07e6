#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form as a text document and as pages to print: made, filled in, saved by other programs, changed by hand, and broken on purpose."""
import functools
import io
import json
import os
import re
import xml.etree.ElementTree as ElementTree
import zipfile

import office_text as text
from story import CLI, check, finish, folder, run

LANGUAGES = ['ar', 'en', 'es', 'fr', 'ru', 'zh_CN']
W = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'
ROW = re.compile(r'\[row-[0-9a-f]{32}\]')
SAID = 'Kanarienvogel 4711'


def cli(*words):
    return run([CLI, *words])


def make(where, name, *words):
    path = os.path.join(where, name)
    done = cli('kit', 'make', *words, '-o', path)
    return path, done


def kit(where, name='kit.docx', language='en', *words):
    path, done = make(where, name, '--state', 'Practicia', '--cluster', '1', '--language', language, *words)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return path


def read(path, *words):
    done = cli('kit', 'read', path, '--json', *words)
    try:
        return json.loads(done.stdout)[0]
    except (ValueError, IndexError):
        return {'values': [], 'remarks': [], 'files': [], 'failed': done.stderr, 'code': done.returncode}


def values(said):
    return {ROW.sub('[]', v['node']).replace('/input/card/', ''): v['value'] for v in said['values']}


def remarks(said):
    return {(r['kind'], r['text']) for r in said['remarks']}


def filled(parts, *changes):
    return text.change(parts, lambda document: functools.reduce(lambda d, f: f(d), changes, document))


def read_filled(where, parts, *changes, name='filled.docx'):
    return read(text.save(os.path.join(where, name), filled(parts, *changes)))


ANSWERS = [text.fill('about.title', 'Help & <b>more</b>\n=1+1'), text.fill('about.date', '2026-03-01'), text.tick('about.clusters', 'II'),
           text.tick('about.instruments', 'tip'), text.fill('points.point.text#2', 'Few victims are told.\nNone in writing.'),
           text.fill('points.point.kind#2', 'Gap or concern'), text.fill('points.point.articles#2', 'Convention, article 6: laundering the proceeds of crime'),
           text.tick('points.point.evidence.kinds#2', 'cases'), text.fill('points.point.text#7', 'Another.'), text.fill('author.type', 'Social movement'),
           text.fill('author.partner.name#1', 'Light'), text.fill('sharing.checked', 'Yes')]
SAYS = {'about/title': 'Help & <b>more</b>\n=1+1', 'about/date': '2026-03-01', 'about/state': 'Practicia', 'points/point[]/kind': 'gap',
        'points/point[]/articles': 'untoc:6', 'points/point[]/evidence/kinds': 'cases', 'author/type': 'movement', 'author/partner[]/name': 'Light',
        'sharing/checked': 'yes', 'about/instruments': 'tip'}


def is_said(said):
    got = values(said)
    texts = [v['value'] for v in said['values'] if v['node'].endswith('/text')]
    return (all(got.get(k) == v for k, v in SAYS.items()) and set(got['about/clusters'].split()) == {'I', 'II'}
            and texts == ['Few victims are told.\nNone in writing.', 'Another.'])


def languages(where):
    for language in LANGUAGES:
        parts = text.load(kit(where, f'{language}.docx', language))
        for name, data in parts.items():
            ElementTree.fromstring(data)
        document = ElementTree.fromstring(parts[text.MAIN])
        controls = document.findall(f'.//{W}sdtPr')
        tags = [c.find(f'{W}tag').get(f'{W}val') for c in controls]
        marks = [b.get(f'{W}name') for b in document.iter(f'{W}bookmarkStart')]
        check(f'{language}: every answer has a tag and an alias of its own', len(tags) > 150 and len(set(tags)) == len(tags)
              and all(c.find(f'{W}alias').get(f'{W}val') == t and len(t) <= 64 for c, t in zip(controls, tags)))
        check(f'{language}: bookmarks are names that programs take', len(set(marks)) == len(marks) and all(re.fullmatch(r'[A-Za-z]\w{0,39}', m) for m in marks))
        check(f'{language}: no item of a list stands there twice', all(
            len({i.get(f'{W}displayText') for i in items}) == len(items) for items in (c.findall(f'.//{W}listItem') for c in controls)))
        is_arabic = language == 'ar'
        check(f'{language}: it goes in the direction of the language', (b'<w:bidiVisual/>' in parts[text.MAIN]) == is_arabic
              and (b'<w:rtl/>' in parts[text.MAIN]) == is_arabic)
        check(f'{language}: it reaches nowhere', not any(b'TargetMode' in data for data in parts.values()))
        said = read(os.path.join(where, f'{language}.docx'))
        check(f'{language}: as it was made, it says what stood there and no more', not said['remarks'] and not said['files'] and said['language'] == language
              and values(said).get('about/state') == 'Practicia' and not any('point[' in v['node'] for v in said['values']), said)
    done = cli('kit', 'make', '--state', 'X', '--cluster', '1', '--language', 'en', '--format', 'docx', '-o', os.path.join(where, 'plain'))
    check('the kind of file may be named', done.returncode == 0 and 'failed' not in read(os.path.join(where, 'plain')), done.stderr)


def ways_back(where):
    parts = text.load(kit(where))
    said = read_filled(where, parts, *ANSWERS)
    check('filled in', is_said(said) and not said['remarks'], said)
    again = read(os.path.join(where, 'filled.docx'))
    check('the same file says the same', again == said)
    said = read_filled(where, parts, *ANSWERS, text.as_libreoffice)
    check('saved by LibreOffice: tags are lost', is_said(said) and not said['remarks'], said)
    said = read_filled(where, parts, *ANSWERS, lambda d: re.sub(r'<w:bookmark(Start|End)[^>]*/>', '', d))
    check('without bookmarks', is_said(said) and not said['remarks'], said)
    said = read_filled(where, parts, *ANSWERS, text.without_controls)
    check('without controls and bookmarks: the code that people see tells', is_said(said) and not said['remarks'], said)
    said = read_filled(where, parts, *ANSWERS, lambda d: d.replace('Palermo', 'X').replace('\u200b', ''), text.without_controls)
    check('without styles as well', is_said(said) and not said['remarks'], said)
    strict = {**filled(parts, *ANSWERS)}
    strict[text.MAIN] = strict[text.MAIN].replace(b'http://schemas.openxmlformats.org/wordprocessingml/2006/main', b'http://purl.oclc.org/ooxml/wordprocessingml/main')
    check('as a strict document', is_said(read(text.save(os.path.join(where, 'strict.docx'), strict))))
    moved = {('doc/text.xml' if n == text.MAIN else n): d.replace(b'/word/document.xml', b'/doc/text.xml') for n, d in filled(parts, *ANSWERS).items()}
    check('with another name for the text', is_said(read(text.save(os.path.join(where, 'moved.docx'), moved))))
    lost = {n: d for n, d in filled(parts, *ANSWERS).items() if not n.startswith('customXml')}
    said = read(text.save(os.path.join(where, 'lost.docx'), lost))
    check('without what tells our own texts the answers are the same', is_said(said), said)
    for language in LANGUAGES:
        other = text.load(kit(where, f'{language}.docx', language))
        label = re.search(r'displayText="([^"]*)" w:value="author.type=movement"', other[text.MAIN].decode()).group(1)
        said = read_filled(where, other, text.fill('author.type', label), text.tick('about.clusters', 'III'), text.without_controls)
        check(f'{language}: choices by their labels alone', values(said).get('author/type') == 'movement' and 'III' in values(said)['about/clusters'].split()
              and not said['remarks'], said)


def by_hand(where):
    parts = text.load(kit(where))

    def swap(document):
        first, second = (document[slice(*text.row_of(document, code))] for code in ('about.state', 'about.title'))
        return document.replace(first, '\1').replace(second, first).replace('\1', second)
    said = read_filled(where, parts, *ANSWERS, swap)
    check('rows in another order', is_said(said) and not said['remarks'], said)

    def widen(document):
        start, end = text.row_of(document, 'about.title')
        row = document[start:end].replace('</w:tr>', f'<w:tc><w:p>{text.run(SAID)}</w:p></w:tc></w:tr>')
        return document[:start] + row + document[end:]
    for name, last in {'': lambda d: d, ', without controls': text.without_controls}.items():
        said = read_filled(where, parts, *ANSWERS, widen, last)
        check('a cell that somebody added is shown' + name, is_said(said) and remarks(said) == {('unknown', SAID)}, said['remarks'])
    said = read_filled(where, parts, *ANSWERS, lambda d: d.replace('<w:sectPr>', f'<w:p>{text.run(SAID)}</w:p><w:tbl><w:tr><w:tc><w:p>{text.run("loose")}</w:p></w:tc></w:tr></w:tbl><w:sectPr>'))
    check('text beside the tables is shown', is_said(said) and remarks(said) == {('unknown', SAID), ('unknown', 'loose')}, said['remarks'])
    said = read_filled(where, parts, text.replace_cell('about.title', f'<w:p>{text.run("One")}</w:p><w:p>{text.run("Two")}</w:p>'))
    check('an answer over several paragraphs, outside of its control', values(said).get('about/title') == 'One\nTwo', said)
    said = read_filled(where, parts, text.fill('about.date', '1 March 2026'), text.fill('points.point.kind#1', SAID), text.fill('author.type', 'ngo'))
    check('a date in words, an id for a choice', values(said).get('about/date') == '2026-03-01' and values(said).get('author/type') == 'ngo', said)
    check('what is no choice is shown', ('choice', SAID) in remarks(said), said['remarks'])
    said = read_filled(where, parts, text.fill('points.point.articles#1', 'untoc:5; Convention, article 6: laundering the proceeds of crime'))
    check('several from a long list', set(values(said).get('points/point[]/articles', '').split()) == {'untoc:5', 'untoc:6'}, said)
    said = read_filled(where, parts, text.replace_cell('about.instruments', f'<w:p>{text.run("x Trafficking in Persons Protocol")}</w:p><w:p>{text.run("[ ] Firearms Protocol")}</w:p>'))
    check('boxes drawn by hand', values(said).get('about/instruments') == 'tip' and not said['remarks'], said)
    said = read_filled(where, parts, *ANSWERS, lambda d: re.sub(r'<w:bookmark(Start|End)[^>]*/>', '', d).replace('\u200b', '').replace('author.type', 'author.kind_of_group'))
    check('a code that the form does not have is shown with its text', any(r['kind'] == 'unknown' and r['node'] == 'author.kind_of_group' and r['text'] == 'movement' for r in said['remarks']), said['remarks'])
    markup = '<script>alert(1)</script> {{x}} =HYPERLINK("http://127.0.0.1:1/") \u202eabc &amp;'
    said = read_filled(where, parts, *(text.fill(c, markup) for c in ('about.title', 'about.message', 'points.point.text#1', 'author.contact')))
    check('markup and formulas are text', {values(said).get(k) for k in ('about/title', 'about/message', 'points/point[]/text', 'author/contact')} == {markup}, said)


def changes(where):
    parts = text.load(kit(where))
    tracked = (f'<w:p><w:r><w:t>Kept </w:t></w:r><w:del w:id="1" w:author="A"><w:r><w:delText>{SAID}</w:delText></w:r></w:del>'
               '<w:ins w:id="2" w:author="A"><w:r><w:t>added</w:t></w:r></w:ins></w:p>')
    said = read_filled(where, parts, text.replace_cell('about.title', tracked))
    check('changes are taken, what was struck out is not', values(said).get('about/title') == 'Kept added' and SAID not in json.dumps(said), said)
    check('and it is said', [r['kind'] for r in said['remarks']] == ['tracked'] and said['remarks'][0]['node'].endswith('about/title'), said['remarks'])

    noted = filled(parts, text.fill('about.title', 'Help'), lambda d: d.replace('>Help</w:t></w:r>', '>Help</w:t></w:r><w:r><w:commentReference w:id="3"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'))
    noted['word/comments.xml'] = (f'<w:comments xmlns:w="{W[1:-1]}"><w:comment w:id="3"><w:p>{text.run("Please check")}</w:p></w:comment></w:comments>').encode()
    noted['word/footnotes.xml'] = (f'<w:footnotes xmlns:w="{W[1:-1]}"><w:footnote w:id="0" w:type="separator"><w:p>{text.run("-")}</w:p></w:footnote>'
                                   f'<w:footnote w:id="2"><w:p>{text.run(SAID)}</w:p></w:footnote></w:footnotes>').encode()
    noted['word/header1.xml'] = f'<w:hdr xmlns:w="{W[1:-1]}"><w:p>{text.run("On top")}</w:p></w:hdr>'.encode()
    said = read(text.save(os.path.join(where, 'noted.docx'), noted))
    check('comments, footnotes and headers are shown', remarks(said) == {('comment', 'Please check'), ('unknown', SAID), ('unknown', 'On top')}, said['remarks'])
    check('beside their answer', all(r['node'].endswith('about/title') for r in said['remarks'] if r['text'] != 'On top')
          and values(said)['about/title'] == 'Help', said['remarks'])

    held = {**parts, 'word/media/image1.png': text.IMAGE, 'word/embeddings/Table.xlsx': b'PK\3\4 not looked into'}
    said = read(text.save(os.path.join(where, 'held.docx'), held))
    check('pictures and files in it are attachments', sorted(f['name'] for f in said['files']) == ['Table.xlsx', 'image1.png']
          and remarks(said) == {('embedded', 'Table.xlsx'), ('embedded', 'image1.png')}, said)
    box = '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:txbxContent><w:p>{0}</w:p></w:txbxContent></mc:Choice><mc:Fallback><w:p>{0}</w:p></mc:Fallback></mc:AlternateContent></w:r>'
    said = read_filled(where, parts, lambda d: d.replace('<w:sectPr>', '<w:p>' + box.format(text.run(SAID)) + '</w:p><w:sectPr>'))
    check('a text box is shown once', [r['text'] for r in said['remarks']] == [SAID], said['remarks'])


def refused(where, name, data, code=3):
    path = os.path.join(where, 'bad.docx')
    with open(path, 'wb') as file:
        file.write(data)
    done = cli('kit', 'read', path)
    check(f'{name}: refused in words', done.returncode == code and done.stderr.strip() and 'bad.docx' in done.stderr + done.stdout, (done.returncode, done.stdout[:200], done.stderr[:200]))
    check(f'{name}: nothing of ours is blamed', 'CRITICAL' not in done.stderr and 'Sanitizer' not in done.stderr, done.stderr)


def pack(parts):
    stream = io.BytesIO()
    text.save(stream, parts)
    return stream.getvalue()


def hostile(where):
    path = kit(where)
    parts = text.load(path)
    whole = open(path, 'rb').read()
    refused(where, 'cut off', whole[:len(whole) // 2])
    refused(where, 'without its text', pack({n: d for n, d in parts.items() if n != text.MAIN}))
    refused(where, 'no XML', pack({**parts, text.MAIN: b'\0\1\2'}))
    entities = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + b''.join(b'<!ENTITY %c "%s">' % (c + 1, b'&%c;' % c * 10) for c in range(97, 106)) + b']>'
    refused(where, 'entities that grow', pack(text.change(parts, lambda d: d.replace('<w:document', entities.decode() + '<w:document').replace('<w:body>', '<w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p>'))))
    outside = '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    refused(where, 'an entity from outside', pack(text.change(parts, lambda d: d.replace('<w:document', outside + '<w:document'))))
    deep = '<w:sdt><w:sdtContent>' * 5000
    refused(where, 'endless depth', pack(text.change(parts, lambda d: d.replace('<w:body>', '<w:body>' + deep).replace('</w:body>', deep.replace('<w:sdt><w:sdtContent>', '</w:sdtContent></w:sdt>') + '</w:body>'))), 4)
    refused(where, 'a bomb', pack({**parts, 'word/media/zeros.bin': b'\0' * (60 << 20)}), 4)
    refused(where, 'a picture of 20 MB', pack({**parts, 'word/media/noise.bin': os.urandom(20 << 20)}), 4)
    refused(where, '30 MB', pack({**parts, 'word/theme/noise.bin': os.urandom(30 << 20)}), 4)
    refused(where, 'a document of somebody else', pack(text.change({n: d for n, d in parts.items() if not n.startswith(('customXml', 'docProps'))},
            lambda d: re.sub(r'<w:body>.*</w:body>', '<w:body><w:p><w:r><w:t>A letter.</w:t></w:r></w:p></w:body>', d, flags=re.S))))
    up = io.BytesIO()
    with zipfile.ZipFile(up, 'w') as file:
        for name, data in {**parts, '../../word/media/up.png': text.IMAGE}.items():
            file.writestr(name, data)
    refused(where, 'a name that leads out', up.getvalue())


def inbox(where):
    path, other = (os.path.join(where, f'{n}.palermo') for n in 'ab')
    for one in (path, other):
        cli('dossier', 'new', one, '--state', 'Practicia')
    made, done = make(where, 'of-a.docx', path, '--cluster', '1', '--language', 'ar')
    check('a kit of a dossier', done.returncode == 0 and not done.stderr, done.stderr)
    parts = filled(text.load(made), text.fill('about.title', 'Help for victims'), text.fill('points.point.text#1', SAID), text.fill('points.point.text#2', 'Two.'),
                   text.fill('author.organization', 'Harbour House'))
    back = text.save(os.path.join(where, 'back.docx'), {**parts, 'word/media/image1.png': text.IMAGE})
    check('it tells its dossier from another', not read(back, '--dossier', path).get('otherDossier') and read(back, '--dossier', other).get('otherDossier'))
    done = cli('input', 'receive', path, back, '--json')
    listed = json.loads(cli('input', 'list', path, '--json').stdout or '[]')
    check('it waits in the inbox', done.returncode == 0 and len(listed) == 1 and listed[0]['kind'] == 'docx' and listed[0]['points'] == 2
          and listed[0]['from'] == 'Harbour House', (done.stderr, listed))
    if not listed:
        return
    shown = json.loads(cli('input', 'show', path, listed[0]['id'], '--json').stdout)
    check('looked at, with what lay in it', any(r['kind'] == 'embedded' for r in shown['remark_list']), shown)
    done = cli('input', 'take', path, listed[0]['id'], '--json')
    points = json.loads(cli('consultation', 'points', path, '--json').stdout)
    check('taken', done.returncode == 0 and [p['text'] for p in points] == [SAID, 'Two.'], (done.stderr, points))
    done = cli('input', 'receive', path, back, '--json')
    twice = json.loads(cli('input', 'list', path, '--json').stdout or '[]')
    check('twice is known', len(twice) == 1 and json.loads(done.stdout)[0]['was_there'], (done.stdout, twice))
    changed = text.change(parts, lambda d: d.replace('Two.', 'Three.'))
    changed[text.MAIN] = changed[text.MAIN].replace(b'version=1', b'version=0')
    said = read(text.save(os.path.join(where, 'older.docx'), changed))
    check('of another version of the form', ('version', '0') in remarks(said), said['remarks'])


def paper(where):
    for language in LANGUAGES:
        path, done = make(where, f'{language}.pdf', '--state', 'Practicia', '--cluster', '1', '--language', language)
        data = open(path, 'rb').read() if done.returncode == 0 else b''
        check(f'{language}: pages to print', data.startswith(b'%PDF') and len(data) > 20000, done.stderr)
    shown = run(['pdftotext', '-layout', os.path.join(where, 'en.pdf'), '-']) if done.returncode == 0 else None
    if shown is not None and shown.returncode == 0:
        check('every question with its code, and its choices', all(s in shown.stdout for s in ('about.title', 'points.point.text#3', 'Social movement', 'Practicia')), shown.stdout[:300])
    done = cli('kit', 'read', os.path.join(where, 'en.pdf'))
    check('pages are not read back', done.returncode == 3 and done.stderr.strip(), (done.returncode, done.stderr))


def main():
    for story in (languages, ways_back, by_hand, changes, hostile, inbox, paper):
        with folder() as where:
            story(where)
    finish()


main()
