#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Underlined letters that two entries of one menu, or two controls of one template, share: Alt and the letter would reach
only one of them at once. Looked for in English and in every catalogue of the interface."""

import gettext
import os
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

# What the program itself puts into the menu of a template.
ADDED = {
    'ui/home/pal-home.ui': ['_Language of the Program'],
    'ui/shell/pal-dossier-view.ui': ['_Undo', '_Redo', '_Language of the Program', 'Language of the _Questions',
                                     'Answers _in', '_Second Language of the Answers'],
}


def letter(text):
    found = re.search(r'_([^_\s])', text.replace('__', ''))
    return found.group(1).lower() if found else None


def groups(name):
    """Lists of (context, text) whose letters must differ: each menu, and all else in the template."""
    root = ElementTree.parse(name).getroot()
    in_menus = set()
    for menu in root.iter('menu'):
        labels = [a for a in menu.iter('attribute') if a.get('name') == 'label' and a.get('translatable')]
        in_menus.update(labels)
        yield [(a.get('context'), a.text) for a in labels] + [(None, text) for text in ADDED.get(name, [])]
    yield [(e.get('context'), e.text) for e in root.iter()
           if e.get('translatable') and e not in in_menus and e.text and letter(e.text)]


def tongues(folder):
    """What says a text: English as it is, and each language of the interface."""
    yield 'en', lambda context, text: text
    for language in open('po/LINGUAS', encoding='utf-8').read().split():
        compiled = os.path.join(folder, f'{language}.mo')
        subprocess.run(['msgfmt', '-o', compiled, f'po/{language}.po'], check=True)
        with open(compiled, 'rb') as file:
            told = gettext.GNUTranslations(file)
        yield language, lambda context, text, told=told: told.pgettext(context, text) if context else told.gettext(text)


def doubled(names):
    with tempfile.TemporaryDirectory() as folder:
        said = list(tongues(folder))
    for name in names:
        for texts in groups(name):
            for language, say in said:
                seen = {}
                for text in dict.fromkeys(say(*text) for text in texts):
                    key = letter(text)
                    if key and key in seen:
                        yield f'{name}: {language}: "{seen[key]}" and "{text}" have the same letter'
                    elif key:
                        seen[key] = text
