#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program speaks a language that nobody speaks (pseudo.py), and every screen is read through its accessible tree: what is
seen in plain letters was never given to the translators. Runs inside tests/journey/display."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pseudo  # noqa: E402
import screens  # noqa: E402
from desk import Desk, NotFound  # noqa: E402

CHECKS = [0, 0]
WORD = re.compile(r'[A-Za-z]{3,}')
# Names and answers of the dossier, and names of files, which stand in marks of their own. Languages call themselves what they are
# called. Sizes are written by the tables of the locale, and the language of the test has none.
NAMES = re.compile('\u2068[^\u2069]*\u2069|'
                   r'\d+ bytes?|Practicia|Palermo|palermo|Ministry of Justice|practicia|PALERMO|English|Español|Français|GPL|GNU|https?://\S+|'
                   r'[\w.-]+\.(?:palermo|asice|xml)|/\S+|(?:[0-9A-F]{8} ?){8}|Amal|UTF-8|Ctrl|Alt|Shift|F\d+|YYYY-MM-DD')
# The words of GTK and libadwaita are translated by them; what has no name is called by its type there.
LIBRARY = {'Close', 'Minimize', 'Maximize', 'Menu', 'Search', 'Back', 'Emoji', 'Copy', 'Paste', 'Search Results', 'Search Shortcuts',
           'No Results Found', 'Try a different search', 'Shortcuts', 'Credits', 'Details', 'Legal', 'Website', 'Version', 'About',
           'Page Up', 'Page Down'}
TYPE = re.compile(r'^(?:Gtk|Adw|Pal|gtk|Gizmo)\w*$')
ROLES = ('image', 'filler', 'separator')  # what GTK names after a type


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


def leaks_of(desk):
    """Plain words on the screen: (role, name)."""
    found = []
    for thing in desk.things():
        try:
            name = thing.name
            if not name or thing.role in ROLES or TYPE.match(name) or name in LIBRARY or not thing.shown():
                continue
            role = thing.role
        except Exception:  # it went away while we looked
            continue
        if WORD.search(NAMES.sub('', name)):
            found.append((role, name))
    return found


def unit():
    """The language itself."""
    rows = [('Save', '[Šâṽê~~]'), ('%1$d %2$s', '[%1$d %2$s~]'), ('_Open', '[_Ôṗêñ~~]'), ('a <b>b</b>', '[â <b>ḃ</b>~]'),
            ('two\n', '[ţŵô~]\n'), ('%lu of %u', '[%lu ôḟ %u~~]')]
    for text, wanted in rows:
        check(f'{text!r} in it', pseudo.pseudo(text) == wanted, pseudo.pseudo(text))
    check('every letter has another', not WORD.search(pseudo.pseudo(pseudo.PLAIN)))


def main():
    build = os.path.abspath(os.environ.get('PALERMO_BUILD', 'build'))
    folder = tempfile.mkdtemp(prefix='palermo-leaks-')
    unit()
    try:
        environment = pseudo.make(build, os.path.join(folder, 'pseudo'))
        dossier = os.path.join(folder, 'Practicia.palermo')
        made = subprocess.run([os.path.join(build, 'src', 'cli', 'palermo-cli'), 'dossier', 'new', dossier, '--state', 'Practicia',
                               '--uncac', 'no', '--start', '2026-09-01'], env=dict(os.environ, **environment), capture_output=True,
                              text=True, check=False)
        check('a dossier is made in it', made.returncode == 0, made.stderr)
        copies = os.path.join(folder, 'copies')
        os.mkdir(copies)

        def look(desk, name, _language):
            found = sorted(set(leaks_of(desk)))
            if found:
                desk.shot(os.path.join(build, 'journey-leaks', f'{name}.png'), screen=True)
            check(f'{name}: nothing leaks', not found, found[:12])
            if name == 'article':
                check('and there is something to read', any('[' in t.name for t in desk.matches(role='heading')))

        # What translators translate is English.
        readable = [name for name in screens.NAMES if name != 'translate']
        screens.visit(build, dossier, copies, [None], look, only=readable, **environment)
    except NotFound as error:
        check('every screen is reached', False, str(error))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    check('no library complained', not Desk.complaints, Desk.complaints[:3])
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
