#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules as a program: what HACKING.md says about format, layers, libraries, words and papers."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

import mnemonics

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.chdir(TOP)

# Which folders of src/core a folder may include from, besides itself: the arrows of the house.
ARROWS = {
    'base': [],
    'locale': ['base'],
    'xml': ['base'],
    'bundle': ['base'],
    'traces': ['base', 'bundle'],
    'expr': ['base', 'xml'],
    'paper': ['base', 'locale', 'xml', 'bundle'],
    'letter': ['base', 'locale', 'xml', 'expr', 'form', 'catalogue', 'response', 'dossier', 'consultation', 'paper'],
    'form': ['base', 'xml', 'expr'],
    'catalogue': ['base'],
    'xlsform': ['base', 'locale', 'xml', 'expr', 'bundle', 'catalogue'],
    'response': ['base', 'xml', 'expr', 'form'],
    'dossier': ['base', 'xml', 'expr', 'form', 'response'],
    'consultation': ['base', 'form', 'response', 'dossier'],
    'import': ['base', 'xml', 'expr', 'form', 'xlsform', 'response', 'dossier'],
    'bilingual': ['base', 'xml', 'expr', 'form', 'response', 'dossier'],
    'signing': ['base'],
    'keyring': ['base'],
    'package': ['base', 'signing'],
    'export': ['base', 'xml', 'expr', 'form', 'response', 'dossier', 'signing', 'package'],
    'delivery': ['base', 'signing', 'keyring', 'package'],
    'receive': ['base', 'signing'],
    'collate': ['base', 'xml', 'dossier', 'signing', 'package'],
    'team': ['base', 'xml', 'expr', 'form', 'response', 'dossier', 'consultation', 'signing', 'package', 'export'],
    'kit': ['base', 'xml', 'expr', 'form', 'catalogue'],
    'office': ['base', 'locale', 'xml', 'expr', 'form', 'catalogue', 'bundle', 'xlsform', 'paper', 'kit'],
    'inbox': ['base', 'xml', 'expr', 'form', 'response', 'dossier', 'consultation', 'signing', 'package', 'kit', 'office'],
    'translation': ['base', 'xml', 'expr', 'form', 'xlsform', 'catalogue', 'signing', 'package'],
}

# The one folder in which a library may be used.
LIBRARIES = {
    r'sqlite3\.h': 'src/core/dossier', r'archive(_entry)?\.h': 'src/core/bundle', r'curl/.*': 'src/core/delivery',
    r'openssl/.*': 'src/core/signing', r'p11-kit/.*': 'src/core/signing', r'libxml/.*': 'src/core/xml', r'zlib\.h': 'src/core/package',
    r'libsecret/.*': 'src/core/keyring', r'gettext-po\.h': 'src/core/catalogue', r'unicode/.*': 'src/core/locale',
    r'cairo-pdf\.h': 'src/core/paper',
    r'libsoup/.*': 'src/module', r'gtk/.*': 'src/app', r'adwaita\.h': 'src/app',
}

failed = 0


def check(name, problems):
    global failed
    problems = list(problems)
    if problems:
        failed += 1
        print(f'not ok - {name}: {len(problems)} problem(s)')
        for problem in problems[:25]:
            print(f'    {problem}')
    else:
        print(f'ok - {name}')


def tracked(*patterns):
    names = []
    if shutil.which('git'):
        listed = subprocess.run(['git', 'ls-files', '-z', '--', *patterns], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, check=False).stdout
        names = [n for n in listed.decode().split('\0') if n]
    if not names:  # no git, or an unpacked archive
        names = sorted({n for p in patterns for n in glob.glob('**/' + p, recursive=True)
                        if not n.startswith(('build', 'out/')) and '/node_modules/' not in n})
    return [n for n in names if os.path.isfile(n)]


def read(name):
    with open(name, encoding='utf-8') as file:
        return file.read()


def run(*command):
    """What a checker complains about: nothing when it is content."""
    if not shutil.which(command[0]):
        return [f'{command[0]} is not installed']
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return (done.stdout.strip() or f'status {done.returncode}').splitlines() if done.returncode else []


def includes(name):
    return re.findall(r'^#include\s+[<"]([^">]+)[">]', read(name), re.M)


sources = tracked('*.c', '*.h')
core = [n for n in sources if n.startswith('src/core/')]
interface = tracked('*.ui')

check('clang-format', run('clang-format', '--dry-run', '--Werror', *sources) if sources else [])
check('licence line', (n for n in sources if not read(n).startswith('// SPDX-License-Identifier: GPL-3.0-or-later')))
check('nothing unfinished', (f'{n}: {m}' for n in sources + interface + tracked('*.py')
                             if n != 'tests/lint/lint.py'
                             for m in re.findall(r'\b(?:TODO|FIXME|XXX|HACK)\b.*', read(n))))
check('files one can read in one sitting', (f'{n}: {read(n).count(chr(10))} lines' for n in sources + interface
                                            if read(n).count('\n') > (300 if n.endswith('.ui') else 1400)))

owner = {os.path.basename(n): n.split('/')[2] for n in core if n.endswith('.h')}


def layering():
    for name in core:
        folder = name.split('/')[2]
        if folder not in ARROWS:
            yield f'{name}: the folder has no place in the house'
            continue
        for header in includes(name):
            home = owner.get(os.path.basename(header))
            if home and home != folder and home not in ARROWS[folder]:
                yield f'{name} reaches up to {home}: {header}'
    for name in sources:
        part = '/'.join(name.split('/')[:2])
        for header in includes(name):
            for other in ('src/app', 'src/cli', 'src/module'):
                if part.startswith('src/') and part != other and glob.glob(f'{other}/**/{os.path.basename(header)}', recursive=True) \
                        and os.path.basename(header) not in owner and header != 'config.h' and part != 'src/core':
                    yield f'{name} includes {header} of {other}'


def library_users():
    for name in sources:
        if not name.startswith('src/'):
            continue
        for header in includes(name):
            for pattern, home in LIBRARIES.items():
                if re.fullmatch(pattern, header) and not name.startswith(home + '/'):
                    yield f'{name}: {header} belongs to {home}'


check('layers', layering())
check('one folder a library', library_users())

potfiles = [line.strip() for line in read('po/POTFILES').splitlines() if line.strip() and not line.startswith('#')]


def translatable(name):
    text = read(name)
    if name.endswith('.ui'):
        return 'translatable="yes"' in text
    return re.search(r'(?<![A-Za-z0-9_])(?:_|N_|C_|NC_|ngettext|g_dngettext|g_dpgettext2)\s*\(\s*"', text) is not None


speaking = [n for n in sources + interface if n.startswith(('src/app', 'ui/')) and translatable(n)]
check('POTFILES', [f'{n} is not listed' for n in speaking if n not in potfiles]
      + [f'{n} is not there' for n in potfiles if not os.path.exists(n)])

catalogues = tracked('*.po')
check('catalogues', (f'{n}: {line}' for n in catalogues
                     for line in run('msgfmt', '-c', '-o', '/dev/null', n)))

# What becomes the name of a file, or is to be typed as it stands.
PLAIN = ('msgid "%s (saved)"', 'msgid "%s (saved %u)"', 'msgid "Section for %s"', 'msgid "Answers of %s"', 'glossary: %1$s - ')


def turned():
    """Names of any script go into Arabic sentences: without the marks of an isolate they move what stands around them."""
    for entry in read('po/ar.po').split('\n\n'):
        said = entry[entry.find('msgstr'):] if 'msgstr' in entry else ''
        if not any(words in entry for words in PLAIN):
            yield from (f'po/ar.po: {found} without U+2068 and U+2069: {entry[-60:]!r}'
                        for found in re.findall('(?<!\u2068)%(?:\\d+\\$)?s(?!\u2069)', said))


def undecided():
    """A sentence of names alone says nothing of its own direction, and stands the wrong way round inside another."""
    for entry in read('po/ar.po').split('\n\n'):
        for said in re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', entry, re.M):
            bare = re.sub(r'%(\d+\$)?[a-z]+', '', re.sub('\u2068[^\u2069]*\u2069', '', said))
            if '\u2068' in said and not any(unicodedata.bidirectional(c) in ('R', 'AL') for c in bare):
                yield f'po/ar.po: U+200F should begin what has no word of its own: {said!r}'


check('direction of names', [*turned(), *undecided()])


def unsaid():
    """What the program can say, and a catalogue of the interface cannot (the keywords are those of meson's preset "glib")."""
    keywords = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'ngettext:1,2', 'g_dcgettext:2', 'g_dngettext:2,3', 'g_dpgettext2:2c,3']
    with tempfile.TemporaryDirectory() as there:
        pot = os.path.join(there, 'palermo.pot')
        yield from run('xgettext', '--from-code=UTF-8', '-f', 'po/POTFILES', '-o', pot, *(f'--keyword={k}' for k in keywords))
        for language in read('po/LINGUAS').split():
            told = run('msgcmp', '--use-untranslated', f'po/{language}.po', pot)
            lacking = [line for line in told if 'used but not' in line]
            said = subprocess.run(['msgfmt', '--statistics', '-o', '/dev/null', f'po/{language}.po'], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True, check=False).stderr.strip()
            if lacking or ',' in said:  # fuzzy ones, or empty ones
                yield f'po/{language}.po: {len(lacking)} messages are missing; {said}'



check('interface in all languages', unsaid())
check('underlined letters', mnemonics.doubled(interface))
check('templates', (line for n in interface
                    for line in run('xmllint', '--noout', '--relaxng', '/usr/share/gtk-4.0/gtk4builder.rng', n)))
check('drawings and papers are XML', (line for n in tracked('*.svg', 'data/*.xml', 'data/*.xml.in')
                                      for line in run('xmllint', '--noout', n)))
with tempfile.TemporaryDirectory() as folder:
    desktop = os.path.join(folder, 'app.palermo.Palermo.desktop')
    shutil.copy('data/app.palermo.Palermo.desktop.in', desktop)
    check('desktop file', run('desktop-file-validate', desktop))
    manifest = subprocess.run(['flatpak-builder', '--show-manifest',
                               os.path.abspath('flatpak/app.palermo.Palermo.yml')], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False, cwd=folder) \
        if shutil.which('flatpak-builder') else None
    check('Flatpak manifest', ['flatpak-builder is not installed'] if manifest is None else
          [l for l in manifest.stderr.splitlines() if manifest.returncode or 'Unknown' in l])
check('metainfo', run('appstreamcli', 'validate', '--no-net', 'data/app.palermo.Palermo.metainfo.xml.in'))
check('settings schema', run('glib-compile-schemas', '--strict', '--dry-run', 'data'))
check('scripts', [l for n in ['dev', '.ci/run'] for l in run('bash', '-n', n)]
      + [l for n in tracked('*.py') for l in run('python3', '-m', 'py_compile', n)])

sys.exit(1 if failed else 0)
