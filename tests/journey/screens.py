# SPDX-License-Identifier: GPL-3.0-or-later
"""All screens of the program, reached without reading a word: the dossier notes its last page, and actions have names.
For the pictures of ./dev shots and for the search for what is not translated."""
import os
import shutil
import sqlite3
import subprocess
import time

from desk import Desk, NotFound

ARTICLE = '/cluster1/untoc/art5'
# Of the dossier: name, page. Those without a row in the sidebar are pages, too.
PAGES = [('page', '/cluster1/general/state'), ('article', ARTICLE), ('overview', 'overview'), ('consultations', 'consultations'),
         ('team', 'team'), ('clearance', 'clearance'), ('sending', 'sending'), ('conflicts', 'conflicts'), ('comments', 'comments'),
         ('backups', 'backups'), ('hand-over', 'hand-over'), ('newer-form', 'newer-form'), ('orphans', 'orphans')]
# Windows of the program: name, action.
WINDOWS = [('assistant', 'new'), ('shortcuts', 'shortcuts'), ('about', 'about'), ('translate', 'translate')]
NAMES = ['home'] + [name for name, _ in WINDOWS] + [name for name, _ in PAGES]


def call(method, *arguments):
    done = subprocess.run(['gdbus', 'call', '--session', '-d', 'app.palermo.Palermo', '-o', '/app/palermo/Palermo', '-m',
                           f'org.gtk.Actions.{method}', *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        raise NotFound(f'{method} {arguments}: {done.stderr.strip()}')


def speak(language):
    """The program changes its language, as by its menu."""
    call('SetState', 'interface-language', f'<"{language}">', '{}')


def act(action):
    call('Activate', action, '[]', '{}')


def put_page(dossier, page):
    with sqlite3.connect(dossier) as database:
        database.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('page', ?)", (page,))
    database.close()


def copy_at(dossier, folder, page):
    """A copy of a dossier that opens on a page."""
    copy = os.path.join(folder, os.path.basename(dossier))
    shutil.copy(dossier, copy)
    put_page(copy, page)
    return copy


def picture():
    """What the screen shows, as one number: quicker than to read all of it."""
    return subprocess.run('import -silent -window root rgb:- | sha1sum', shell=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False).stdout


def turn(language, seconds=5):
    """To another language; returns when the screen shows something else."""
    before, deadline = picture(), time.monotonic() + seconds
    speak(language)
    while picture() == before and time.monotonic() < deadline:
        time.sleep(0.1)


def settle(seconds=15):
    """Until nothing comes any more: a page asks its dossier first."""
    before, still, deadline = None, 0, time.monotonic() + seconds
    while still < 3 and time.monotonic() < deadline:
        now = picture()
        still = still + 1 if now == before else 0
        before = now
        time.sleep(0.2)


def visit(build, dossier, folder, languages, look, only=None, **environment):
    """Calls look(desk, name, language) on every screen in every language; None is the language in which the program starts."""
    program = os.path.join(build, 'src', 'app', 'palermo')
    wanted = only or NAMES
    if set(wanted) & {'home', *(name for name, _ in WINDOWS)}:
        desk = Desk([program], **environment)
        desk.find(role='push button', timeout=40)
        for language in languages:
            if language:
                turn(language)
            settle()
            if 'home' in wanted:
                look(desk, 'home', language)
            for name, action in WINDOWS:
                if name not in wanted:
                    continue
                n_windows = len(desk.windows())
                act(action)
                deadline = time.monotonic() + 15
                while len(desk.windows()) <= n_windows and time.monotonic() < deadline:
                    time.sleep(0.2)
                settle()
                look(desk, name, language)
                for key in ('Escape', 'ctrl+w'):  # a window of its own right does not hear the first
                    deadline = time.monotonic() + 3
                    if len(desk.windows()) > n_windows:
                        desk.key(key)
                    while len(desk.windows()) > n_windows and time.monotonic() < deadline:
                        time.sleep(0.2)
        desk.close()
    for name, page in PAGES:
        if name not in wanted:
            continue
        desk = Desk([program, copy_at(dossier, folder, page)], **environment)
        desk.find(role='list item', timeout=60)
        for language in languages:
            if language:
                turn(language)
            settle()
            look(desk, name, language)
        desk.close()
