#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a translator without a developer: texts out, a changed PO in, a look at it, a signed package to a
second laptop, which shows it. Then all that can be wrong with a file or a package: nothing of it is used."""
import base64
import glob
import hashlib
import json
import os
import re
import shutil
import zipfile

from story import CLI, check, finish, folder, leaks, make_archive, make_key, openssl, run

DATA = os.environ['PALERMO_DATA_DIR']
FORM = os.path.join(DATA, 'forms', 'cluster-1.xml')
GROUP = '/cluster1/untoc/art5/q5_1_a'
CONTEXT, ENGLISH, OLD = 'untoc/art5/q5_1_a:label', 'Agreement or participation', 'الاتفاق أو المشاركة'
QUESTION = 'سؤال مجرَّب'
NEW = 'الاتفاق أو المشاركة (صيغة مجرَّبة)'
errors = []


class Laptop:
    """A person with a home folder and a key of their own."""

    def __init__(self, work, name):
        self.work = os.path.join(work, name)
        os.makedirs(self.work)
        self.home = os.path.join(self.work, 'home')
        self.certificate, key = make_key(self.work, 'key', name)
        self.key = f'{key}+{self.certificate}'

    def path(self, name):
        return os.path.join(self.work, name)

    def run(self, *words):
        done = run([CLI, *words], env={**os.environ, 'XDG_DATA_HOME': self.home})
        errors.extend(leaks(done.stderr))
        return done

    def translate(self, *words):
        return self.run('translate', *words)

    def listed(self):
        return json.loads(self.translate('list', '--json').stdout)

    def label(self, language='ar', form=FORM, node=GROUP):
        done = self.run('form', 'explain', form, node, '--language', language)
        return re.match(r'[^"]*"([^"]*)"', done.stdout).group(1) if '"' in done.stdout else done.stderr

    def tree(self):
        """Every file below the home, with its content."""
        result = {}
        for where, _, names in os.walk(self.home):
            for name in names:
                with open(os.path.join(where, name), 'rb') as file:
                    result[os.path.relpath(os.path.join(where, name), self.home)] = file.read()
        return result


def text_of(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    return path


def change(text, context, english, new, count=1):
    """The PO file with another translation of one entry."""
    pattern = re.compile(r'(msgctxt "' + re.escape(context) + r'"\nmsgid "' + re.escape(english) + r'"\nmsgstr ")[^"]*"')
    changed, n = pattern.subn(lambda match: match.group(1) + new + '"', text)
    assert n == count, (context, n)
    return changed


def the_journey(work):
    a, b = Laptop(work, 'ana'), Laptop(work, 'ben')
    po, package = a.path('ar.po'), a.path('ar.asice')
    done = a.translate('export', 'cluster-1', 'ar', '-o', po)
    check('the texts of a form come as a PO file', done.returncode == 0 and NEW not in text_of(po), done.stderr)
    done = run(['msgfmt', '-c', '-o', '/dev/null', po])
    check('which msgfmt takes', done.returncode == 0, done.stderr)
    check('before, the form shows what came with it', a.label() == OLD, a.label())
    text = change(text_of(po), CONTEXT, ENGLISH, NEW)
    question = re.search(r'msgctxt "untoc/art5/q5_1_a/status:label"\nmsgid (?:"[^"]*"\n)+msgstr ((?:"[^"]*"\n)+)', text)
    write(po, text.replace(question.group(0), question.group(0).replace(question.group(1), f'"{QUESTION}"\n'), 1))
    done = a.translate('check', po, '--form', 'cluster-1', '--without-glossary')
    check('a look at the changed file says what it is and how full', done.returncode == 0
          and 'cluster-1, ar: ' in done.stdout and ' 0 missing' in done.stdout, done.stdout + done.stderr)
    done = a.translate('use', po)
    check('it is used on this computer', done.returncode == 0 and done.stdout == 'cluster-1\tar\n', done.stderr)
    check('the form shows it', a.label() == NEW, a.label())
    check('the other languages are as before', a.label('fr') == b.label('fr') != OLD)
    check('and other texts of the language', a.label(node='/cluster1/untoc/art5') == b.label(node='/cluster1/untoc/art5'))
    dossier = a.path('d.palermo')
    a.run('dossier', 'new', dossier)
    rows = json.loads(a.run('answer', 'list', dossier, '--language', 'ar', '--json').stdout)
    check('so does a dossier', any(QUESTION in (row.get('label') or '') for row in rows), rows[:2])
    before = os.path.join(a.home, 'palermo', 'translations')
    os.rename(before, before + '-away')
    rows = json.loads(a.run('answer', 'list', dossier, '--language', 'ar', '--json').stdout)
    check('which keeps the form as it came', rows and not any(QUESTION in (row.get('label') or '') for row in rows))
    os.rename(before + '-away', before)

    done = a.translate('pack', po, '-o', package, '--key', a.key)
    check('it is packed and signed', done.returncode == 0, done.stderr)
    done = a.run('verify', package, '--trust', a.certificate, '--json')
    check('the package verifies, and says what it is', done.returncode == 0
          and json.loads(done.stdout)['kind'] == 'translation', done.stdout)
    with zipfile.ZipFile(package) as archive:
        content = json.loads(archive.read('data/package.json'))
        names = archive.namelist()
    one = content['catalogues'][0]
    check('it names form, language, version and coverage', one['id'] == 'cluster-1' and one['language'] == 'ar'
          and one['version'] and one['missing'] == 0 and one['file'] in names, content)

    done = b.translate('open', package)
    check('an unknown signer is named, and nothing is used', done.returncode == 1 and '"ana"' in done.stderr
          and b.label() == OLD, done.stderr)
    check('the package waits', len(b.listed()['quarantine']) == 1)
    b.translate('open', package)
    check('once, also when it is opened again', len(b.listed()['quarantine']) == 1)
    done = b.translate('open', b.listed()['quarantine'][0], '--accept-unknown', '--json')
    check('a person says that the signer is right', done.returncode == 0
          and json.loads(done.stdout)['catalogues'][0]['language'] == 'ar', done.stderr)
    check('which says how many texts differ from what is used', json.loads(done.stdout)['catalogues'][0]['different'] == 2,
          done.stdout)
    check('then it is used', b.label() == NEW, b.label())
    check('and nothing waits', not b.listed()['quarantine'])
    check('the list says that it is used here', [one for one in b.listed()['translations']
          if one['own']] == [one for one in b.listed()['translations'] if (one['id'], one['language']) == ('cluster-1', 'ar')])
    done = b.translate('forget', 'cluster-1', 'ar')
    check('it can be forgotten', done.returncode == 0 and b.label() == OLD, b.label())
    signers = json.loads(b.translate('signers', '--json').stdout)
    check('who was accepted is known', [one['name'] for one in signers] == ['ana'] and len(signers[0]['fingerprint']) == 64,
          signers)
    done = b.translate('open', package)
    check('so the next package is used at once', done.returncode == 0 and b.label() == NEW, done.stderr)
    b.translate('forget', 'cluster-1', 'ar')
    done = b.translate('signers', '--forget', signers[0]['fingerprint'])
    check('a signer can be forgotten', done.returncode == 0 and b.translate('signers').stdout == '', done.stderr)
    done = b.translate('open', package)
    check('and waits again', done.returncode == 1 and b.label() == OLD and len(b.listed()['quarantine']) == 1, done.stderr)
    done = b.translate('open', package, '--trust', a.certificate)
    check('from a trusted signer it is used at once', done.returncode == 0 and b.label() == NEW, done.stderr)
    check('which is noted nowhere', b.translate('signers').stdout == '')
    return a, package


def another_language(work):
    """A language that nobody has translated into yet, and the texts that the questionnaires share."""
    c = Laptop(work, 'cem')
    po = c.path('tr.po')
    done = c.translate('export', 'cluster-1', 'tr', '-o', po)
    check('a new language begins empty', done.returncode == 0 and 'Language: tr' in text_of(po)
          and not re.search(r'^msgstr "[^"]', text_of(po), re.M), done.stderr)
    write(po, change(text_of(po), CONTEXT, ENGLISH, 'Anlaşma'))
    done = c.translate('use', po)
    check('and is used', done.returncode == 0 and c.label('tr') == 'Anlaşma', c.label('tr') + done.stderr)
    check('where it lacks a text, the English stands in', c.label('tr', node='/cluster1/untoc/art5')
          == c.label('en', node='/cluster1/untoc/art5'))

    po = c.path('shared.po')
    c.translate('export', 'shared', 'fr', '-o', po)
    found = re.search(r'msgctxt "(templates/[^"]*:label)"\nmsgid "([^"]+)"\nmsgstr "([^"]+)"', text_of(po))
    context, english, french = found.groups()
    write(po, change(text_of(po), context, english, 'Essai partagé'))
    c.translate('use', po)
    nodes = set(re.findall('<text id="(/[^"]*/' + context.split('/')[-1].split(':')[0] + '):label"', text_of(FORM)))
    check('shared texts are shown in the questionnaires', any(c.label('fr', node=node) == 'Essai partagé' for node in nodes),
          f'{context} {english!r} {french!r}: {[c.label("fr", node=node) for node in sorted(nodes)[:3]]}')


def the_interface(work):
    d = Laptop(work, 'dora')
    po = d.path('fr.po')
    done = d.translate('export', 'palermo', 'fr', '-o', po)
    check('the interface comes as a PO file', done.returncode == 0 and run(['msgfmt', '-c', '-o', '/dev/null', po]).returncode == 0,
          done.stderr)
    text, n = re.subn(r'(msgid "Self-Assessment Desk"\nmsgstr ")[^"]*"', r'\1Bureau d’essai"', text_of(po))
    assert n == 1
    done = d.translate('use', write(po, text))
    where = os.path.join(d.home, 'palermo', 'translations', 'locale', 'fr-*', 'fr', 'LC_MESSAGES', 'palermo.mo')
    check('it is used', done.returncode == 0 and len(glob.glob(where)) == 1, done.stderr)
    binary = glob.glob(where)[0]
    ours = run(['msgunfmt', binary]).stdout
    run(['msgfmt', '-o', d.path('theirs.mo'), po])
    theirs = run(['msgunfmt', d.path('theirs.mo')]).stdout
    keep = re.compile(r'(?s)msgid "".*?\n\n', re.M)
    check('the program gets what msgfmt would make of it', 'Bureau d’essai' in ours
          and sorted(keep.sub('', ours, 1).split('\n\n')) == sorted(keep.sub('', theirs, 1).split('\n\n')))
    d.translate('use', write(po, text.replace('Bureau d’essai', 'Bureau du soir')))
    found = glob.glob(where)
    check('another version of it is another file, and the only one', len(found) == 1 and found != [binary]
          and 'Bureau du soir' in run(['msgunfmt', found[0]]).stdout, found)
    d.translate('forget', 'palermo', 'fr')
    check('and it can be forgotten', not glob.glob(where))


HEADER = ('msgid ""\nmsgstr ""\n"Language: ar\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
          '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : '
          'n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;\\n"\n\n')


def bad_files(work):
    e = Laptop(work, 'eva')
    e.translate('export', 'cluster-1', 'ar', '-o', e.path('good.po'))
    good = text_of(e.path('good.po'))
    e.translate('export', 'stakeholder', 'ar', '-o', e.path('other.po'))
    e.translate('export', 'palermo', 'ar', '-o', e.path('interface.po'))
    interface = text_of(e.path('interface.po'))
    entry = re.search(r'(?m)^#[^\n]*c-format[^\n]*\nmsgid "([^"%]*%s[^"]*)"\nmsgstr "[^"]+"', interface)
    plural = re.search(r'(?m)^msgstr\[3\] "[^"]+"', interface)
    huge = HEADER + 'msgid "a"\nmsgstr "' + 'x' * 70_000 + '"\n'
    large = good + ('#' * 1000 + '\n') * 8400
    many = HEADER + ''.join(f'msgid "{i}"\nmsgstr ""\n' for i in range(20_002))
    own = e.tree()
    for name, text, code, why in [
            ('a broken header', good.replace('charset=UTF-8', 'charset=ISO-8859-6', 1), 1, r':\d+: the charset'),
            ('no header', good.split('\n\n', 1)[1], 1, r':\d+: the header'),
            ('no language', re.sub('"Language: .*\n', '', good, 1), 1, r':\d+: .*language'),
            ('a plural rule that goes nowhere', re.sub('plural=n==0', 'plural=n/0==0', good, 1), 1, r':\d+: Plural-Forms'),
            ('wrong placeholders', interface.replace(entry.group(0), entry.group(0).rsplit('msgstr', 1)[0] + 'msgstr "%d %d"'), 1,
             rf':{interface[:entry.start()].count(chr(10)) + 2}: the placeholders'),
            ('a missing plural', interface.replace(plural.group(0), 'msgstr[3] ""', 1), 1, r':\d+: a plural form'),
            ('a text that does not end', good + '\nmsgid "a\nmsgstr ""\n', 1, r':\d+: a text'),
            ('nonsense', 'nonsense', 1, r':1: '),
            ('nothing', '', 1, r'header'),
            ('a long text', huge, 4, r':\d+: a text of more'),
            ('a large file', large, 4, r'more than 8 MiB'),
            ('many entries', many, 4, r':\d+: more than'),
            ('a hundred megabytes', 'x' * 100_000_000, 4, r'more than 8 MiB'),
            ('a million entries', HEADER + ''.join(f'msgid "{i}"\nmsgstr ""\n' for i in range(1_000_000)), 4, r'more than 8 MiB'),
            ('an entry of fifty megabytes', HEADER + 'msgid "a"\nmsgstr "' + 'x' * 50_000_000 + '"\n', 4, r'more than 8 MiB'),
            ('NULs', good.replace('msgid "G', 'msgid "\0G', 1), 1, r':\d+: not UTF-8'),
            ('the same text twice', good + 2 * '\nmsgctxt "x"\nmsgid "a"\nmsgstr "b"\n', 1, r':\d+: duplicate'),
            ('another charset', good.replace('charset=UTF-8', 'charset=ISO-8859-1', 1), 1, r':\d+: the charset')]:
        path = write(e.path('bad.po'), text)
        for words in (['use', path], ['pack', path, '-o', e.path('bad.asice'), '--key', e.key]):
            done = e.translate(*words)
            check(f'{name}: {words[0]} is refused with a sentence and the line', done.returncode == code
                  and re.search(why, done.stderr) and done.stderr.count('\n') == 1, f'{done.returncode} {done.stderr}')
    path = write(e.path('bad.bin'), '')
    with open(path, 'wb') as file:
        file.write(good.encode('utf-8')[:-3] + b'\xff\xfe\n')
    done = e.translate('use', path)
    check('what is not UTF-8 is refused', done.returncode == 1 and 'not UTF-8' in done.stderr, done.stderr)
    done = e.translate('check', e.path('other.po'), '--form', 'cluster-1')
    check("another form's catalogue is refused", done.returncode == 1 and 'something else' in done.stderr, done.stderr)
    done = e.translate('check', e.path('good.po'), '--interface')
    check("a form's catalogue is not the interface's", done.returncode == 1 and 'something else' in done.stderr, done.stderr)
    done = e.translate('export', '../../etc', 'ar', '-o', e.path('x.po'))
    check('a name that is a path is refused', done.returncode == 1, done.stderr)
    done = e.translate('export', 'shared', '../x', '-o', e.path('x.po'))
    check('so is a language', done.returncode == 1, done.stderr)
    done = e.translate('use', e.path('nowhere.po'))
    check('a file that is not there is 66', done.returncode == 66, f'{done.returncode} {done.stderr}')
    check('nothing of it was taken', e.tree() == own)


def remarks(work):
    f = Laptop(work, 'fay')
    f.translate('export', 'cluster-1', 'fr', '-o', f.path('fr.po'))
    text = change(text_of(f.path('fr.po')), CONTEXT, ENGLISH, ' Accord ou participation')
    glossary = write(f.path('terms.csv'), 'term,translation,source,note\nserious crime,crime fort grave,here,\n'
                     'agreement,entente,,also «accord»\n')
    path = write(f.path('remarks.po'), text)
    done = f.translate('check', path, '--glossary', glossary)
    line = text[:text.index(f'msgid "{ENGLISH}"')].count('\n') + 1
    check('remarks have their line', done.returncode == 1 and f'{path}:{line}: warning: blanks' in done.stdout, done.stdout[:500])
    found = json.loads(f.translate('check', path, '--glossary', glossary, '--json').stdout)['remarks']
    terms = {one['found'] for one in found if 'glossary' in one['text']}
    check('a term that is not followed is named, one in the note is enough', terms == {'serious crime'}, terms)
    text = re.sub(r'(?m)^(#: [^\n]*\n)?msgctxt', r'# glossary: serious crime - tried here\n\g<0>', text)
    text = text.replace(' Accord ou', 'Accord ou')
    done = f.translate('check', write(path, text), '--glossary', glossary)
    check('a note silences it', 'glossary' not in done.stdout and 'cluster-1, fr: ' in done.stdout, done.stdout[:500])
    done = f.translate('check', path, '--glossary', write(glossary, 'term,translation\na,b\n'))
    check('a glossary that is none is refused', done.returncode == 1 and 'terms.csv:1' in done.stderr, done.stderr)


def our_own(work):
    """All catalogues of ours: no errors, and the glossary is followed, or a note says why not."""
    h, top = Laptop(work, 'hoa'), os.environ['PALERMO_SOURCE_DIR']
    files = sorted(glob.glob(os.path.join(top, 'po', '*.po')) + glob.glob(os.path.join(top, 'data', 'forms', '*', 'po', '*.po')))
    said = []
    for path in files:
        glossary = os.path.join(top, 'data', 'glossary', os.path.basename(path)[:-3] + '.csv')
        done = h.translate('check', path, '--glossary', glossary)
        said += [line for line in done.stdout.splitlines() if ': error: ' in line or 'glossary' in line]
        if ' translated, ' not in done.stdout:
            said.append(done.stderr)
    check(f'{len(files)} catalogues of ours follow the glossary, or a note says why not', len(files) > 60 and not said,
          '\n'.join(said[:20]))


def sign_package(path, laptop, content, files):
    """A signed archive with any content, written without Palermo."""
    make_archive(path, laptop.certificate, laptop.key.split('+')[0], size=10)
    entries = {'data/package.json': json.dumps(content).encode(), **files}
    manifest = ''.join(f'{hashlib.sha256(data).hexdigest()}  {name}\n' for name, data in entries.items())
    oxum = f'{sum(map(len, entries.values()))}.{len(entries)}'
    entries['bagit.txt'] = b'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
    entries['bag-info.txt'] = f'Payload-Oxum: {oxum}\nBagging-Date: 2026-11-22\n'.encode()
    entries['manifest-sha256.txt'] = manifest.encode()
    references = ''.join(
        f' <asic:DataObjectReference URI="{name}" MimeType="application/octet-stream"'
        f'{" Rootfile=" + chr(34) + "true" + chr(34) if name == "data/package.json" else ""}>'
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f'<ds:DigestValue>{base64.b64encode(hashlib.sha256(data).digest()).decode()}</ds:DigestValue>'
        '</asic:DataObjectReference>\n' for name, data in entries.items())
    asic = ('<?xml version="1.0" encoding="UTF-8"?>\n<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"'
            ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
            ' <asic:SigReference URI="META-INF/signature001.p7s" MimeType="application/pkcs7-signature"/>\n'
            f'{references}</asic:ASiCManifest>\n').encode()
    signature = openssl('cms', '-sign', '-binary', '-cades', '-md', 'sha256', '-nosmimecap', '-outform', 'DER', '-signer',
                        laptop.certificate, '-inkey', laptop.key.split('+')[0], input=asic)
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_STORED) as archive:
        for name, data in [('mimetype', b'application/vnd.etsi.asic-e+zip'), *entries.items(),
                           ('META-INF/ASiCManifest001.xml', asic), ('META-INF/signature001.p7s', signature)]:
            info = zipfile.ZipInfo(name, (2026, 11, 22, 3, 49, 48))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, data)
        archive.comment = b'mimetype=application/vnd.etsi.asic-e+zip'
    return path


def bad_packages(work, sender, package):
    g = Laptop(work, 'gil')
    path = g.path('bad.asice')
    po = text_of(sender.path('ar.po')).encode()
    file = 'data/catalogues/x.po'

    def content(**one):
        return {'kind': 'translation', 'id': 'x', 'catalogues': [{'id': 'cluster-1', 'language': 'ar', 'file': file, **one}]}

    own = g.tree()
    for name, what, files, code in [
            ('another kind', {'kind': 'return', 'id': 'x'}, {}, 3),
            ('no catalogues', {'kind': 'translation', 'id': 'x', 'catalogues': []}, {}, 3),
            ('catalogues that are none', {'kind': 'translation', 'id': 'x', 'catalogues': [1]}, {}, 3),
            ('a form that is not here', content(id='cluster-9'), {file: po}, 1),
            ('a path for a form', content(id='../../x'), {file: po}, 3),
            ('a path for a language', content(language='../x'), {file: po}, 3),
            ('another language than the file', content(language='fr'), {file: po}, 1),
            ("another form's texts", content(id='stakeholder'), {file: po}, 1),
            ('a file that is not there', content(file='data/catalogues/y.po'), {file: po}, 3),
            ('a broken catalogue', content(), {file: po.replace(b'charset=UTF-8', b'charset=UTF-7', 1)}, 1),
            ('a catalogue that is too large', content(), {file: po + (b'#' * 1000 + b'\n') * 8400}, 4)]:
        sign_package(path, g, what, files)
        done = g.translate('open', path, '--accept-unknown')
        check(f'{name}: refused', (done.returncode == code if code is not None else 0 < done.returncode < 5)
              and done.stderr.count('\n') == 1, f'{done.returncode} {done.stderr}')
    sign_package(path, g, content(), {file: po})
    done = g.translate('open', path)
    check('one that is in order is not', 'not known here' in done.stderr, done.stderr)
    two = {'kind': 'translation', 'id': 'x', 'catalogues': [{'id': 'cluster-1', 'language': 'ar', 'file': file},
                                                          {'id': 'shared', 'language': 'ar', 'file': 'data/y.po'}]}
    own_of_two = g.tree()
    sign_package(g.path('two.asice'), g, two, {file: po, 'data/y.po': po})
    done = g.translate('open', g.path('two.asice'), '--accept-unknown')
    check('of two catalogues one that is not in order refuses both', done.returncode == 1 and g.tree() == own_of_two, done.stderr)
    check('only that one waits', len(g.listed()['quarantine']) == 1)
    shutil.rmtree(g.home)
    data = bytearray(open(package, 'rb').read())
    data[len(data) // 2] ^= 1
    with open(path, 'wb') as out:
        out.write(data)
    done = g.translate('open', path, '--accept-unknown')
    check('an altered package is refused', done.returncode in (2, 3), f'{done.returncode} {done.stderr}')
    check('nothing of all this was taken', g.tree() == own)


def main():
    with folder() as work:
        sender, package = the_journey(work)
        another_language(work)
        the_interface(work)
        remarks(work)
        our_own(work)
        bad_files(work)
        bad_packages(work, sender, package)
    check('no leaks', not errors, errors[:2])
    finish()


main()
