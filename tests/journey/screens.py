# SPDX-License-Identifier: GPL-3.0-or-later
"""All screens of the program, reached without reading a word: the dossier notes its last page, and actions have names.
For the pictures of ./dev shots and for the search for what is not translated."""
import os
import shutil
import subprocess
import time

import scenes
from desk import Desk, NotFound
from scenes import put_page

ARTICLE = '/cluster1/untoc/art5'
# Of the dossier: name, page. Those without a row in the sidebar are pages, too.
PAGES = [('page', '/cluster1/general/state'), ('article', ARTICLE), ('overview', 'overview'), ('consultations', 'consultations'), ('inbox', 'inbox'),
         ('review', 'review'), ('team', 'team'), ('clearance', 'clearance'), ('sending', 'sending'), ('conflicts', 'conflicts'), ('comments', 'comments'),
         ('backups', 'backups'), ('hand-over', 'hand-over'), ('newer-form', 'newer-form'), ('orphans', 'orphans')]
# Windows of the program: name, action.
WINDOWS = [('assistant', 'new'), ('new-input', 'new-input'), ('shortcuts', 'shortcuts'), ('about', 'about'), ('translate', 'translate'), ('signers', 'signers'), ('keys', 'keys')]
# Windows and menus stand over another window: a picture is one of the whole screen.
OVER = [name for name, *_ in WINDOWS + scenes.OVER + scenes.ARRIVALS]
NAMES = ['home'] + [name for name, _ in WINDOWS] + [name for name, _ in PAGES] + scenes.NAMES


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


def windows_at(desk, count, seconds=15):
    """Waits until there are more windows than before."""
    desk.until(lambda: len(desk.windows()) > count, seconds)
    settle()


def close_above(desk, count):
    """A window of its own right does not hear Escape; a menu has no window that counts."""
    for key in ('Escape', 'ctrl+w'):
        if len(desk.windows()) > count:
            desk.key(key)
            desk.until(lambda: len(desk.windows()) <= count, 3)


def visit_program(program, languages, look, wanted, environment):
    """What is there without a dossier."""
    desk = Desk([program], **environment)
    desk.find(role='push button', timeout=40)
    for language in languages:
        if language:
            turn(language)
        settle()
        if 'home' in wanted:
            look(desk, 'home', language)
        for name, action in WINDOWS:
            if name in wanted:
                count = len(desk.windows())
                act(action)
                windows_at(desk, count)
                look(desk, name, language)
                close_above(desk, count)
    desk.close()


def visit_page(program, path, name, languages, look, environment, open_it=None, say=None):
    """A page, or what somebody opens in its place."""
    desk = Desk([program, path], **environment)
    desk.find(role='list item', timeout=60)
    for language in languages:
        if language:
            turn(language)
        settle()
        if open_it:
            say.speak(language)
            open_it(desk, say)
            open_it = None
            settle()
        look(desk, name, language)
    desk.close()


def visit_over(program, paths, name, languages, look, environment, open_it, say):
    """What stands over a page until Escape."""
    desk = Desk([program, *paths], **environment)
    desk.find(role='list item', timeout=60)
    for language in languages:
        if language:
            turn(language)
        say.speak(language)
        settle()
        count = len(desk.windows())
        open_it(desk, say)
        windows_at(desk, count)
        look(desk, name, language)
        close_above(desk, count)
    desk.close()


def visit_arrival(program, paths, name, languages, look, environment):
    """What comes from others: a program that starts with it in each language, as its window keeps its words."""
    for language in languages:
        if language:  # what it was told before goes before what the system says
            desk = Desk([program], **environment)
            desk.find(role='push button', timeout=60)
            turn(language)
            desk.close()
        desk = Desk([program, *paths[:1]], **environment)
        desk.find(role='push button', timeout=60)
        settle()
        count = len(desk.windows())
        for path in paths[1:]:
            call('Activate', 'open-path', f'[<"{path}">]', '{}')
            windows_at(desk, count)
        look(desk, name, language)
        desk.close()


def visit(build, dossier, folder, languages, look, only=None, **environment):
    """Calls look(desk, name, language) on every screen in every language; None is the language in which the program starts."""
    program = os.path.join(build, 'src', 'app', 'palermo')
    wanted = only or NAMES
    say = scenes.Words(build, environment)
    if set(wanted) & {'home', *(name for name, _ in WINDOWS)}:
        visit_program(program, languages, look, wanted, environment)
    for name, page in PAGES:
        if name in wanted:
            visit_page(program, copy_at(dossier, folder, page), name, languages, look, environment)
    for name, page, open_it in scenes.INSIDE:
        if name in wanted:
            copy = scenes.copy_of(dossier, folder, name)
            put_page(copy, page)
            visit_page(program, copy, name, languages, look, environment, open_it, say)
    for name, page, open_it, before in scenes.OVER:
        if name in wanted:
            copy = scenes.copy_of(dossier, folder, name)
            put_page(copy, page)
            paths = before(build, copy, environment) if before else [copy]
            visit_over(program, paths, name, languages, look, environment, open_it, say)
    for name, before in scenes.ARRIVALS:
        if name in wanted:
            paths = before(build, scenes.copy_of(dossier, folder, name), environment)
            visit_arrival(program, paths, name, languages, look, environment)
