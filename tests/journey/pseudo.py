#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A language that nobody speaks, for interface and forms: [Ŵĥàţ îś ţĥîś?~~~~~~]. Every text that is translated stands in
brackets, is 40 % longer and has no plain letter; what is seen without them is a leak. As a program it makes the catalogues:
pseudo.py --build BUILD --out FOLDER [--mirrored]; run with PALERMO_LOCALE_DIR=FOLDER/locale PALERMO_DATA_DIR=FOLDER/data."""
import argparse
import os
import re
import shutil
import subprocess
import sys

PLAIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
ACCENTED = 'ÂḂĈḊÊḞĜĤÎĴĶĻṀÑÔṖɊŔŠŢÛṼŴẊŶŽâḃĉḋêḟĝĥîĵķļṁñôṗɋŕšţûṽŵẋŷž'
LETTERS = str.maketrans(PLAIN, ACCENTED)
# What a program or a reader of markup takes literally.
KEPT = re.compile(r'%(?:\d+\$)?[-+ #0\']*\d*(?:\.\d+)?(?:hh?|ll?|[qjzt])?[a-zA-Z%]|%l?[a-zA-Z]|</?\w[^>]*>|&#?\w+;|\{\w+\}'
                  r'|<output[^>]*>')
MIRROR = '\u202e', '\u202c'  # written from right to left, whatever the letters


def pseudo(text, mirrored=False):
    """The text in that language; format, markup, mnemonic and line ends stay what they are."""
    core = text.strip('\n')
    if not core:
        return text
    before, after = text[:len(text) - len(text.lstrip('\n'))], text[len(text.rstrip('\n')):]
    parts, end, letters = [], 0, 0
    for kept in KEPT.finditer(core):
        parts.append(core[end:kept.start()].translate(LETTERS))
        letters += kept.start() - end
        parts.append(kept.group())
        end = kept.end()
    parts.append(core[end:].translate(LETTERS))
    letters += len(core) - end
    longer = '~' * max(1, round(letters * 0.4))
    first, last = MIRROR if mirrored else ('', '')
    return f'{before}{first}[{"".join(parts)}{longer}]{last}{after}'


# --- the interface: a template in, a catalogue out

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
ESCAPES = {'n': '\n', 't': '\t', '"': '"', '\\': '\\'}


def unescape(text):
    return re.sub(r'\\(.)', lambda m: ESCAPES.get(m.group(1), m.group(0)), text)


def escape(text):
    return text.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n').replace('\t', '\\t')


def read_template(path):
    """Entries as dictionaries of msgctxt, msgid and msgid_plural."""
    entry, key, entries = {}, None, []
    with open(path, encoding='utf-8') as file:
        for line in [*file, '\n']:
            line = line.strip()
            word = line.split(' ', 1)[0].split('[')[0]
            if not line or (word in ('msgctxt', 'msgid') and 'msgstr' in entry):
                if entry:
                    entries.append(entry)
                entry, key = {}, None
            if word in ('msgctxt', 'msgid', 'msgid_plural', 'msgstr'):
                key = word
                entry.setdefault(key, '')
            if line and line[0] != '#' and key:
                found = STRING.search(line)
                entry[key] += unescape(found.group(1)) if found else ''
    return [e for e in entries if e.get('msgid')]


def write_catalogue(entries, path, mirrored):
    with open(path, 'w', encoding='utf-8') as out:
        out.write('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n'
                  'Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n')
        for entry in entries:
            for key in ('msgctxt', 'msgid', 'msgid_plural'):
                if key in entry:
                    out.write(f'{key} "{escape(entry[key])}"\n')
            if 'msgid_plural' in entry:
                out.write(f'msgstr[0] "{escape(pseudo(entry["msgid"], mirrored))}"\n'
                          f'msgstr[1] "{escape(pseudo(entry["msgid_plural"], mirrored))}"\n\n')
            else:
                out.write(f'msgstr "{escape(pseudo(entry["msgid"], mirrored))}"\n\n')


def make_catalogues(build, folder, mirrored):
    subprocess.run(['ninja', '-C', build, 'data/translations/palermo.pot'], check=True, stdout=subprocess.DEVNULL)
    entries = read_template(os.path.join(build, 'data', 'translations', 'palermo.pot'))
    po = os.path.join(folder, 'pseudo.po')
    write_catalogue(entries, po, mirrored)
    # English for a person who reads from the left; GLib looks for French first, and Arabic is mirrored.
    for language in ('en', 'fr', 'ar'):
        target = os.path.join(folder, 'locale', language, 'LC_MESSAGES')
        os.makedirs(target, exist_ok=True)
        subprocess.run(['msgfmt', po, '-o', os.path.join(target, 'palermo.mo')], check=True)
    return len(entries)


# --- the forms

VALUE = re.compile(r'(<value[^>]*>)(.*?)(</value>)', re.DOTALL)


def pseudo_form(text, mirrored):
    head, found, rest = text.partition('<itext>')
    texts, end, after = rest.partition('</itext>')
    if found:
        return head + found + VALUE.sub(lambda m: m.group(1) + pseudo(m.group(2), mirrored) + m.group(3), texts) + end + after
    return text  # a record of the team: nobody reads its form


def make_forms(build, folder, mirrored):
    data = os.path.join(folder, 'data')
    shutil.copytree(os.path.join(build, 'data'), data, dirs_exist_ok=True,
                    ignore=lambda at, names: [n for n in names if n.endswith(('.palermo', '.po', '.pot', '.p'))])
    forms = os.path.join(data, 'forms')
    for name in os.listdir(forms):
        if not name.endswith('.xml'):
            continue
        path = os.path.join(forms, name)
        with open(path, encoding='utf-8') as file:
            text = file.read()
        with open(path, 'w', encoding='utf-8') as file:
            file.write(pseudo_form(text, mirrored))


def make(build, folder, mirrored=False):
    """The environment in which the program speaks it."""
    os.makedirs(folder, exist_ok=True)
    make_catalogues(build, folder, mirrored)
    make_forms(build, folder, mirrored)
    return {'PALERMO_LOCALE_DIR': os.path.join(folder, 'locale'), 'PALERMO_DATA_DIR': os.path.join(folder, 'data'),
            'LANGUAGE': 'ar' if mirrored else 'en'}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('--out', required=True)
    parser.add_argument('--mirrored', action='store_true')
    args = parser.parse_args()
    for name, value in make(os.path.abspath(args.build), os.path.abspath(args.out), args.mirrored).items():
        print(f'{name}={value}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
